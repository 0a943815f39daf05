"""A second implementation of docs/pack-format.md, in plain Python with fractions, to compare the engine with."""
