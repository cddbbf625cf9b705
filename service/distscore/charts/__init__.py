"""Answers as pictures: Vega-Lite specifications, made from the members of an answer and from nothing else."""
