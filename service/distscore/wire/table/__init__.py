"""Files of columns (CSV, TSV, Parquet) as requests: a query says which column of a file is which of the request."""
