"""What other libraries compute of the same batch: one small entry per convention, and a search through them."""
