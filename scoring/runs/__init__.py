"""Stored runs: kept with the hash of all that went in, checked when read, and what came in since."""
