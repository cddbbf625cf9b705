"""Measurements: `python -m bench` of speed, `python -m bench.accuracy` of the last digits."""
