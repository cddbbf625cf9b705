"""The Open Inference Protocol, version 2: named tensors in JSON or behind it, as inference servers speak it."""
