"""Everything that belongs to a workspace, verified where it lies, backed up and restored."""
