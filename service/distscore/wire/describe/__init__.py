"""What the OpenAPI document and the catalog say, derived from the code that they describe."""
