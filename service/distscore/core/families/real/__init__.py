"""Families of real values."""
