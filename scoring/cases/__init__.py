"""The cases of a pack, scored together by the engine that scores the units."""
