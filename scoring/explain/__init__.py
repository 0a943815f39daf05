"""Why these marks: the record ``explain.v1`` of one item, and its text. The only source of words about a mark."""

from scoring.explain.record import SCHEMA, NothingToExplain, UnitRecords, explain_item, explain_run
from scoring.explain.text import render_explanation

__all__ = ["SCHEMA", "NothingToExplain", "UnitRecords", "explain_item", "explain_run", "render_explanation"]
