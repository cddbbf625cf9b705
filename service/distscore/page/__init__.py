"""The page for people: plain modules for a browser, and where they are served from."""
