"""Why these marks: the record ``explain.v1`` of one item, and its text. The only source of words about a mark."""
