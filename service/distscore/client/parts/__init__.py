"""Many batches, or a large one, asked in parts: cut by the limits in force, several at a time, merged exactly."""
