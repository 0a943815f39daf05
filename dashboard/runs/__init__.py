"""What is read of a stored run, and what is newer than it."""
