"""The same statements on Spark: sqlglot translates what DuckDB runs, for data that no single machine holds."""
