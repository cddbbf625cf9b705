"""The only loop over rows: blocks of a batch, and what is computed for each."""
