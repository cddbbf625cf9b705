"""Measurements: `python -m bench` of speed and memory, `python -m bench.accuracy` of the last digits."""
