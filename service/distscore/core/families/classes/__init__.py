"""Families of class probabilities: categorical, bernoulli, multilabel."""
