"""The mathematics: arrays in, arrays out; no I/O, no HTTP."""
