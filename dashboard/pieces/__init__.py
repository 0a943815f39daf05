"""Pieces that every page is made of."""
