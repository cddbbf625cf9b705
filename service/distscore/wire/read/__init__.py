"""From bytes to validated batches."""
