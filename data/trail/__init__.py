"""The chained events of everything that decides marks: written, anchored, signed and verified."""
