"""Exact sums of doubles, independent of order, and weighted moments that merge."""
