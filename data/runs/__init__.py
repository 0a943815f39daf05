"""Stored runs as they lie on disk: written once, noted on the trail, checked whenever they are read."""
