"""What the OpenAPI document and the catalog say."""
