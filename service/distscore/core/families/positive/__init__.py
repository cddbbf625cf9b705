"""Families of positive amounts."""
