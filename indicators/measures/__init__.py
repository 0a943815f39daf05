"""The kinds of measure (计量): what may be counted, and its limits."""
