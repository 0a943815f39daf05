"""Fictional reports of two years, as the units of a pack would send them, and a ledger to go with them."""

from data.demo.ledger import fill_ledger
from data.demo.reports import generate_demo

__all__ = ["fill_ledger", "generate_demo"]
