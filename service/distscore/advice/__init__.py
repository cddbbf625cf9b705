"""Rules and words: the prose that people read."""
