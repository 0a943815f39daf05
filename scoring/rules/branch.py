"""What the SQL branches of all kinds of marks have in common."""

from __future__ import annotations

from indicators.rules.rule import list_sorts
from scoring.base.sql import quote_list

#: What each branch hands on, so that nothing need be joined again for it.
KEPT = "part, unit, full_marks, forced, reached, lasting"
KEPT_OF_K = "k.part, k.unit, k.full_marks, k.forced, k.reached, k.lasting"

#: Whether what is counted are people or rows that reached something, out of all.
SHARES = f"measure IN {quote_list(list_sorts('missed'))}"
#: What counts as an occurrence: those who did not reach it, or the figure itself.
OCCURRENCES = f"CASE WHEN {SHARES} THEN den - num ELSE greatest(num, 0) END"
