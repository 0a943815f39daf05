"""A pack as a model, and the YAML that it is written in."""
