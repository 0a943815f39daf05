"""A sheet as a table: the header found and matched, rows that are no data set aside, cells typed."""
