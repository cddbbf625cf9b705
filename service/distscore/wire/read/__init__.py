"""From bytes to batches that the core can score: every number of a request is looked at here, and only here."""
