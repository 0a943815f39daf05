"""Floor 1: what is asked. Packs (policy as data), their model, reader and lint."""
