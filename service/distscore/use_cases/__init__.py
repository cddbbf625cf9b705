"""One file per request: from a document to its answer. The only files that know both wire and core."""
