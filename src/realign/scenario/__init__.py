"""Scenario files: read, check, change, write."""
