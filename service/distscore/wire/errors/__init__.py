"""Problem documents and what they list."""
