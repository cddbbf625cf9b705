"""Conventions of losses between probabilities: what is read, how log 0 is kept away, and which loss it is."""
