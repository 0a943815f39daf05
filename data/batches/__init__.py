"""Accepted rows as Parquet: each batch, which are current, copies of small ones, and what was declared complete."""
