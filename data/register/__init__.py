"""Who is reported about: the units of a pack and their names over time."""
