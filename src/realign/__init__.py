"""Scenario planning under shocks: which realignment policy holds up, by how much, how surely, and when it breaks."""

__version__ = "0.1.0"
