"""An answer as one HTML file for people; made in a process of its own, from JSON alone."""
