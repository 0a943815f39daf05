"""Score sheets, notices, feedback and ledgers of a stored run, laid out for paper. Nothing is computed twice."""
