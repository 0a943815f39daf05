"""A figure that other rows of a table ask for, and that has no marks of its own."""

from __future__ import annotations

from indicators.rules.rule import Rule, list_sorts


class AskedAlone(Rule):
    """No marks of its own: a decision table asks whether the target is reached, or where the figure lies."""

    name = "condition"
    title = "只作条件"
    measures = list_sorts("number", "date")
    only_asks_target = True
    gives_marks = False
