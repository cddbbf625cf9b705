"""The theory: supports, columns, activations, distributions, exponential families, losses."""
