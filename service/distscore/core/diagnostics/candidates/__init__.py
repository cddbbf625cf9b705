"""Several predictions of the same targets, paired row by row: which is better, by how much, and how sure that is."""
