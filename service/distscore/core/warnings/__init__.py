"""What looks like a slip in the input, and what the options changed."""
