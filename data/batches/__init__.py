"""Accepted rows as Parquet: each batch, which are current, and up to when a register was declared complete."""
