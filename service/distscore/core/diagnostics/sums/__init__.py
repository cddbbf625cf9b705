"""What the diagnostics add up over rows, exactly, so that it merges."""
