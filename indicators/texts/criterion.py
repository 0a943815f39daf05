"""A sentence of a marking sheet (评分标准) as the rule that it was read as."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from indicators.texts.clauses import Every
from indicators.texts.deadlines import StatedDeadline
from indicators.texts.figures import StatedFigure
from indicators.texts.mark_steps import MarkStep

Form = Literal[
    "per_missing",  # 每少一次扣X分
    "per_incident",  # 每出现一起扣X分
    "per_point",  # 每低一个百分点扣X分
    "per_period",  # 出现一个月扣X分
    "late_missing",  # 迟报扣X分，漏报扣Y分
    "late_daily",  # 每逾期1日扣X分
    "deduct_if",  # 未……的扣X分
    "deduct_tiers",  # 不健全扣X分；不落实扣Y分
    "zero_if",  # ……不得分
    "threshold",  # 达到……得X分，否则不得分
    "steps",  # 95%以上得满分，90%（含）至95%得X分，90%以下不得分
    "proportional",  # 按完成比例得分
    "done",  # 做到得X分
    "levels",  # 国家级加X分、省级加Y分
    "level_penalty",  # 被省、市批评扣X分、Y分
    "per_item",  # 每做一项得X分
    "over_quota",  # 超出的每多一篇加X分
    "ranked",  # 按名次得分
    "compared",  # 与平均、与第一名比
    "range",  # 扣X至Y分
    "discretion",  # 酌情
    "external",  # 按别的考核结果折算
    "deadline",  # 只有期限，没有后果
    "frequency",  # 只有次数，没有后果
    "ratio",  # 只有比率
    "veto",  # 总分为零，一票否决
    "weight",  # 占百分之几
    "bands",  # 等次
    "total_limit",  # 不计负分、总分不超过
    "waiver",  # 可不扣
    "arrangement",  # 谁评、怎样评：不是计分
    "unknown",
]
#: Forms that become rules: all that their sentences say must have been read.
RULES: frozenset[Form] = frozenset(
    {
        "per_missing", "per_incident", "per_point", "late_daily", "deduct_if", "zero_if", "threshold", "steps",
        "proportional", "done", "range",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Criterion:
    """A sentence and what it was read as.

    ``worth`` is what it gives in full where it says so, ``each`` what one step costs or gives (so many points of a
    ratio are a ``step``), ``cap`` the most that all steps do (None: all of the item), ``every`` the period within the
    year that each must reach ``wanted``. ``doubt`` says in Chinese why it is not certain; empty: it is. ``beside`` is
    the cell beside it where ``wanted`` stands in that, ``about`` what its item is called where it is the only one.
    """

    text: str
    form: Form
    worth: Decimal | None = None
    each: Decimal | None = None
    step: Decimal = Decimal(1)
    cap: Decimal | None = None
    wanted: StatedFigure | None = None
    deadline: StatedDeadline | None = None
    levels: dict[str, Decimal] = field(default_factory=dict)
    low: Decimal | None = None
    steps: tuple[MarkStep, ...] = ()
    every: Every | None = None
    doubt: str = ""
    beside: str = ""
    about: str = ""

    @property
    def certain(self) -> bool:
        """Whether it can be taken as a rule."""
        return not self.doubt and self.form != "unknown"

    def list_numbers(self) -> set[Decimal]:
        """All numbers that it was read with."""
        wanted = self.wanted.value if self.wanted is not None else None
        ends = [end for step in self.steps for end in (step.low, step.high, step.marks)]
        found = [self.worth, self.each, self.cap, self.low, wanted, *self.levels.values(), *ends]
        return {self.step, *(each for each in found if each is not None)}
