"""Losses of class probabilities."""
