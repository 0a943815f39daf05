"""Versions of the rules: to compare, to look at, to hand in."""
