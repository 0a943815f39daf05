"""The figure of a part as numbers that a person recognises: totals of the columns, not scaled integers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from indicators.measures.ratio import Ratio
from indicators.measures.registry import Measure
from indicators.pack.model import Pack
from scoring.base.amounts import find_unit, name_column, name_dataset, write_amount_unit, write_number
from scoring.base.arithmetic import Term, write_term
from scoring.base.parts import ScoredPart
from scoring.measures.raw import scale_of
from scoring.wording.measures import name_sum


@dataclass(frozen=True)
class Figure:
    """``now`` over ``of`` (1 where it is no ratio), the same a year ``before``, and how they are compared.

    ``form`` is that of the engine: plain, ratio, difference, rate, ratio_difference, ratio_rate.
    ``granule`` is the least by which ``now`` can change.
    """

    name: str
    form: str
    now: Fraction
    of: Fraction
    before: Fraction | None = None
    before_of: Fraction | None = None
    granule: Fraction = Fraction(1)
    late: int = 0
    missing: int = 0
    days: int = 0

    @property
    def is_share(self) -> bool:
        """Whether occurrences are counted as those that did not reach it."""
        return self.name in ("share_of_people", "date_each")

    @property
    def current(self) -> Term:
        """This year's figure as an expression."""
        return write_pair(self.now, self.of, self.form)

    @property
    def previous(self) -> Term | None:
        """The figure of the year before; 0 where there was nothing to divide by."""
        if self.before is None:
            return None
        if self.before_of is None or not self.before_of:
            return write_term(0)
        return write_pair(self.before, self.before_of, self.form)

    @property
    def actual(self) -> Term:
        """The figure that is compared with the target, as an expression."""
        before = self.previous
        if before is None or self.form in ("plain", "ratio"):
            return self.current
        if self.form in ("difference", "ratio_difference"):
            return self.current - before
        return (self.current - before) / before

    def move(self, amount: Fraction) -> Figure:
        """The same figure with ``amount`` more this year."""
        return replace(self, now=self.now + amount)


def write_pair(now: Fraction, of: Fraction, form: str) -> Term:
    """A number, or a ratio as ``57 ÷ 60``."""
    if form in ("ratio", "ratio_difference", "ratio_rate"):
        return write_term(now) / write_term(of)
    return write_term(now)


def read_figure(part: ScoredPart, row: Mapping[str, Any], pack: Pack, precision: int) -> Figure | None:
    """The figure of a row of part results; None where the engine has none."""
    measure = part.part.measure
    if row["num"] is None or row["den"] is None:
        return None
    name = part.part.measure.chosen.figure
    late, missing, days = (int(row[column] or 0) for column in ("late", "missing", "days_low"))
    if measure.change is not None:
        return _read_change(part, row, pack)
    num, den = Fraction(row["num"]), Fraction(row["den"])
    if measure.ratio is not None:
        scale = _ratio_scale(measure.ratio, pack)
        granule = Fraction(1, 10 ** _scale(pack, measure.ratio.numerator.dataset, measure.ratio.numerator.sum))
        return Figure(name, "ratio", num / scale, den / scale, granule=granule)
    if name in ("share_of_people", "date_each"):
        return Figure(name, "ratio", num, den, late=late, missing=missing, days=days)
    if measure.imported is not None:
        scale = 10 ** (6 + _scale(pack, measure.imported.dataset, measure.imported.column))
        granule = Fraction(1, 10 ** _scale(pack, measure.imported.dataset, measure.imported.column))
        return Figure(name, "ratio", num / scale, den / scale, granule=granule)
    if measure.of_marks is not None:
        grain = 10**precision
        return Figure(name, "ratio", num / grain, den / grain, granule=Fraction(1, grain))
    if measure.judgement is not None:
        by_marks = part.part.marks.chosen.find_judged_range() is not None
        scale = 10 ** _scale(pack, measure.judgement.dataset, "marks") if by_marks else 1
        return Figure(name, "ratio", num / scale, den / scale)
    granule = Fraction(1)
    if measure.sum is not None or measure.latest is not None or (measure.findings and measure.findings.sum):
        member = measure.sum or measure.latest
        column = member.column if member is not None else measure.findings.sum if measure.findings else None
        granule = Fraction(1, 10 ** _scale(pack, measure.datasets()[0], column))
    one = Fraction(1)
    return Figure(name, "plain", num / den, one, granule=granule, late=late, missing=missing, days=days)


def _scale(pack: Pack, dataset: str, column: str | None) -> int:
    return scale_of(pack.dataset(dataset), column)


def _ratio_scale(ratio: Ratio, pack: Pack) -> int:
    """The engine multiplies both sides by the scales of both columns."""
    return int(10 ** sum(_scale(pack, tally.dataset, tally.sum) for tally in (ratio.numerator, ratio.denominator)))


def _read_change(part: ScoredPart, row: Mapping[str, Any], pack: Pack) -> Figure | None:
    change = part.part.measure.change
    assert change is not None
    if row["now_num"] is None or row["before_num"] is None:
        return None
    now, of = Fraction(row["now_num"]), Fraction(row["now_den"])
    before, before_of = Fraction(row["before_num"]), Fraction(row["before_den"])
    if change.ratio is not None:
        scale = _ratio_scale(change.ratio, pack)
        tally = change.ratio.numerator
        granule = Fraction(1, 10 ** _scale(pack, tally.dataset, tally.sum))
        form = f"ratio_{change.by}"
        return Figure("change", form, now / scale, of / scale, before / scale, before_of / scale, granule)
    assert change.sum is not None
    granule = Fraction(1, 10 ** _scale(pack, change.sum.dataset, change.sum.sum))
    one = Fraction(1)
    return Figure("change", change.by, now / of, one, before / before_of, one, granule)


def list_figures(part: ScoredPart, figure: Figure, pack: Pack) -> list[dict[str, str]]:
    """The numbers of a part with what they are called, for the record."""
    measure = part.part.measure
    unit = find_unit(measure, pack)
    if figure.name == "date":
        state = "没有完成" if figure.missing else "逾期完成" if figure.late else "按期完成"
        return [_show("完成情况", state), _show("逾期天数", figure.now, "日")]
    if figure.name == "date_each":
        values = (figure.now, figure.of, Fraction(figure.late), Fraction(figure.missing))
        labels = ("按期条数", "全部条数", "逾期条数", "没有完成条数")
        found = [_show(label, value, "条") for label, value in zip(labels, values, strict=True)]
        return [*found, _show("逾期天数合计", figure.days, "日"), _share("按期比例", figure.now, figure.of)]
    if figure.name == "share_of_people":
        return [
            _show("达到要求人数", figure.now, "人"),
            _show("应计人数", figure.of, "人"),
            _share("达到要求的比例", figure.now, figure.of),
        ]
    if measure.of_marks is not None:
        found = [_show("所用指标得分合计", figure.now, "分"), _show("所用指标满分合计", figure.of, "分")]
        return [*found, _share("得分率", figure.now, figure.of)]
    if measure.judgement is not None:
        count = _show("评定人数", figure.of, "人")
        if part.part.marks.chosen.find_judged_range() is None:
            return [count]
        if pack.section(part.indicator.section).kind == "deduction":
            return [_show("扣分合计", Fraction(part.full, 1_000_000) * figure.of - figure.now, "分"), count]
        return [_show("评分合计", figure.now, "分"), count]
    if measure.imported is not None:
        label = name_column(pack.dataset(measure.imported.dataset), measure.imported.column)
        found = [_show(label, figure.now, unit), _show("满分", figure.of, unit)]
        return [*found, _share("比率", figure.now, figure.of)]
    if figure.form in ("ratio", "ratio_difference", "ratio_rate"):
        return _list_ratio(part, figure, pack)
    label = name_measured(measure, pack)
    if figure.before is None:
        return [_show(label, figure.now, unit)]
    unit = write_change_unit(measure, pack)
    return [_show(f"本年{label}", figure.now, unit), _show(f"上年{label}", figure.before, unit)]


def _list_ratio(part: ScoredPart, figure: Figure, pack: Pack) -> list[dict[str, str]]:
    measure = part.part.measure
    ratio = measure.ratio or (measure.change.ratio if measure.change else None)
    assert ratio is not None
    units = [write_amount_unit(pack.dataset(t.dataset), t.sum) for t in (ratio.numerator, ratio.denominator)]
    when = "本年" if figure.before is not None else ""
    names = [
        f"({name_sum(tally, pack.dataset(tally.dataset))})" if tally.sum else ""
        for tally in (ratio.numerator, ratio.denominator)
    ]
    found = [
        _show(f"{when}分子{names[0]}", figure.now, units[0]),
        _show(f"{when}分母{names[1]}", figure.of, units[1]),
    ]
    if figure.of:
        found.append(_share(f"{when}比率", figure.now, figure.of))
    if figure.before is not None and figure.before_of is not None:
        found += [_show("上年分子", figure.before, units[0]), _show("上年分母", figure.before_of, units[1])]
        if figure.before_of:
            found.append(_share("上年比率", figure.before, figure.before_of))
    return found


def name_measured(measure: Measure, pack: Pack) -> str:
    """What a plain figure is: 记录条数, 「学时」合计, 问题件数."""
    if measure.count is not None:
        if measure.count.distinct is None:
            return "记录条数"
        return f"{name_column(pack.dataset(measure.count.dataset), measure.count.distinct)}个数"
    if measure.findings is not None and measure.findings.sum is None:
        return "问题件数"
    if measure.judgement is not None:
        return "督察员评定"
    if measure.latest is not None:
        return name_column(pack.dataset(measure.latest.dataset), measure.latest.column)
    tally = measure.change.sum if measure.change is not None else None
    pairs = [(member.dataset, member.column) for member in (measure.sum,) if member is not None]
    pairs += [(measure.findings.dataset, measure.findings.sum or "")] if measure.findings is not None else []
    if tally is not None:
        if tally.sum is None:
            return f"{name_dataset(pack.dataset(tally.dataset))}记录条数"
        return name_sum(tally, pack.dataset(tally.dataset))
    dataset, column = pairs[0]
    return f"{name_column(pack.dataset(dataset), column)}合计"


def write_change_unit(measure: Measure, pack: Pack) -> str:
    """The unit of this year's and last year's figure."""
    assert measure.change is not None and measure.change.sum is not None
    return write_amount_unit(pack.dataset(measure.change.sum.dataset), measure.change.sum.sum)


def _show(label: str, value: Fraction | int | str, unit: str = "") -> dict[str, str]:
    return {"label": label, "value": value if isinstance(value, str) else write_number(value), "unit": unit}


def _share(label: str, now: Fraction, of: Fraction) -> dict[str, str]:
    """A share with so many decimals that what is short of a whole percentage does not look like it."""
    if not of:
        return _show(label, "无")
    percent = 100 * now / of
    places = 2
    while places < 12 and percent.denominator != 1 and Fraction(write_number(percent, places)).denominator == 1:
        places += 1
    exact = Fraction(write_number(percent, places)) == percent
    return _show(label, f"{'' if exact else '约'}{write_number(percent, places)}", "%")
