"""What keeps the service answering: admission, limits, deadlines, drain, keys, metrics, logs."""
