"""From the bytes of a reply to typed answers with NumPy arrays, without I/O."""
