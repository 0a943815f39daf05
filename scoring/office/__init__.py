"""What pages and commands both do with runs: decisions, downloads, deadlines, progress."""
