"""What is kept of a scored batch so that it merges with others."""
