"""Packs over packs: one that extends another may make it stricter, add to it, and fill what was left open."""
