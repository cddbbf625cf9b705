"""The routes: a handler reads like its route, and hands the request to its use case."""
