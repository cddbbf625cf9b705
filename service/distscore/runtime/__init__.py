"""The serving process around the use cases: admission, limits, deadlines, drain, API keys, metrics, logs."""
