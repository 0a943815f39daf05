"""What the sentence about marks depends on beside the rule, and the words that several kinds share."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from indicators.entries.amounts import Quantity
from indicators.measures.registry import Measure
from indicators.pack.model import Pack
from scoring.base.amounts import write_marks, write_plain

_PARTIAL = {"up": "按{}算", "down": "不算", "exact": "按比例算"}
#: Whole things cannot fall short by part of one.
_WHOLE = ("条", "件", "个")


class Setting(NamedTuple):
    """Full marks, the measure and the unit of its figure; ``deducts``: where the section only takes marks off.

    ``pack`` is asked for the titles of what a rule names.
    """

    full: Decimal
    measure: Measure
    unit: str
    deducts: bool = False
    pack: Pack | None = None


def say_marks(worth: Quantity, full: Decimal) -> str:
    """What is had, or that nothing is."""
    amount = worth.of(full)
    return f"得{write_marks(amount)}" if amount else "不得分"


def say_cost(cost: Decimal, full: Decimal) -> str:
    """What is deducted and what is left."""
    if not cost:
        return "不扣分"
    left = f"得{write_marks(full - cost)}" if cost < full else "不得分"
    return f"扣{write_marks(cost)}（{left}）"


def say_limit(cap: Decimal, most: Decimal) -> str:
    """How much is lost at most: all of it, or only so much."""
    return "扣完为止" if cap >= most else f"最多扣{write_marks(cap)}"


def name_step(per: Quantity, unit: str) -> str:
    """What one ``per`` is called: 1个百分点, 2条, 0.5."""
    return f"{write_plain(per)}个百分点" if per.percent else f"{per}{unit}"


def say_partial(partial: str, per: Quantity, unit: str) -> str:
    """How a part of a step counts, in brackets."""
    step = name_step(per, unit)
    return f"（不足{step}的{_PARTIAL[partial].format(step)}）"


def counts_wholes(per: Quantity, unit: str) -> bool:
    """Whether a step is one whole thing."""
    return unit in _WHOLE and write_plain(per) == "1"
