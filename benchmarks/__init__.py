"""What the documentation claims about speed, measured. Prints figures; asserts results, never times."""
