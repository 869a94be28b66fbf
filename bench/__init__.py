"""Measurements of speed: `python -m bench` checks that answers agree, times them and writes `bench/results.md`."""
