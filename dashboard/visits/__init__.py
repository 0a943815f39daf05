"""A visit: who looks, at what, what is kept for it, and what things are called in it."""
