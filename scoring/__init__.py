"""Floor 3: rules become SQL, SQL becomes marks, marks become totals, ranks, sentences and sheets."""
