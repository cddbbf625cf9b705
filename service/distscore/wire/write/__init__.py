"""From the numbers of an answer to its bytes."""
