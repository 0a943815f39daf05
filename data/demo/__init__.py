"""Fictional reports of two years, as the units of a pack would send them."""

from data.demo.reports import generate_demo

__all__ = ["generate_demo"]
