"""From what a user has to the bytes of a call: arrays, frames and tensors in, without I/O."""
