"""Floor 2: what is known. Reported data, and the records of the inspection office."""
