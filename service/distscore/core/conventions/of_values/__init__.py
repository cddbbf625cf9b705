"""Conventions of the likelihoods of observed values: constants that are left out, and parameters in other places."""
