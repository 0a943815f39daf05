"""What follows from a pack, for lint and scoring alike: who is asked for what, by when, and what serves what."""
