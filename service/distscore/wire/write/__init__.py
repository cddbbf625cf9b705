"""From results to bytes."""
