"""What every room of this floor stands on: SQL and numbers as they are written, parts, days of work, cited cells."""
