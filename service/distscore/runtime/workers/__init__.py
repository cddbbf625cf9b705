"""Processes that compute and may die: a template that forks them, what one does, and the pool that hands jobs over."""
