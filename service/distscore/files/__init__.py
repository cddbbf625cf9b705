"""Files on this machine, larger than memory, as one report: they are read and scored in parts, and states merge.

A part of a file is what a body is to the service: it is read by the same code, so that the numbers are the same.
"""
