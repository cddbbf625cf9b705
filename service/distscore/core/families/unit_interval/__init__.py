"""Families of values in the unit interval and of compositions."""
