"""The sheet 合计: from the items to the total, the rank and the mean, by the pack's own rules, as formulas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from xlsxwriter.worksheet import Worksheet

from indicators.entries.amounts import OPEN_TITLE, has_no_end
from indicators.pack.model import Section
from scoring.base.amounts import round_half_up, write_number
from scoring.base.effects import describe_effect, find_effect
from scoring.base.total import Total
from scoring.base.whole import LIMIT
from scoring.documents.score import ScoreRow, ScoreSheet
from scoring.documents.view import RunView
from scoring.documents.workbook import Book, clean
from scoring.results.disagreement import FORMULA, MarksDiffer
from scoring.results.means import TITLE

#: Of more peers than this only the place is told, not every total.
MOST_PEERS = 60
_KINDS = {"base": "基础", "bonus": "加分", "deduction": "扣分", "veto": "否决"}
_ITEMS = 16


@dataclass(frozen=True)
class _Item:
    """An item with the review of its section, and the marks that it brings to the full marks."""

    row: ScoreRow
    section: str
    review: str
    applicable: Decimal


@dataclass(frozen=True)
class _SumSheet:
    """What is written where."""

    book: Book
    page: Worksheet
    view: RunView
    sheet: ScoreSheet
    units: int

    def put(
        self, row: int, label: str, formula: str | None, value: str | None, worked: Fraction, form: str = "sum"
    ) -> None:
        """A labelled result: its formula, what the engine gave, and whether they agree.

        ``worked`` is what the formula gives; where that is not the engine's ``value`` the workbook is refused.
        """
        forms = self.book.formats
        self.page.write_string(row, 0, label, self.book.formats.head)
        self.page.write_blank(row, 1, None, forms.left)
        if value is None:
            self.page.write_string(row, 2, "—", forms.center)
            self.page.write_string(row, 3, "—", forms.center)
            self.page.write_string(row, 4, "—", forms.center)
            return
        number = float(Decimal(value))
        self.page.write_number(row, 3, number, forms.choose(form))
        if formula is None:
            self.page.write_number(row, 2, number, forms.choose(form))
            self.page.write_string(row, 4, "系统值", forms.center)
            return
        if worked != Fraction(value):
            raise MarksDiffer(self.sheet.unit_name, label, value, write_number(worked), FORMULA)
        self.page.write_formula(row, 2, formula, forms.choose(form), float(worked))
        self.page.write_formula(row, 4, f'=IF(C{row + 1}=D{row + 1},"一致","不一致")', forms.center, "一致")

    def list_extras(self) -> list[Section]:
        """The sections of this unit's table that add or take off; another group of units may have others."""
        own = {section.id for section in self.sheet.sections}
        return [each for each in self.view.pack.head.sections if each.kind in ("bonus", "deduction") and each.id in own]


def write_sums(book: Book, view: RunView, sheet: ScoreSheet, cells: dict[str, str], main: str) -> None:
    """Write the sheet. ``cells`` are the addresses of the items' marks on the sheet ``main``."""
    page = book.add_sheet("合计", [34, 24, 16, 14, 12, 14, 12, 4, 12, 12, 12], 1, landscape=False)
    at = _SumSheet(book, page, view, sheet, 10**view.pack.head.precision)
    forms = book.formats
    page.write_string(0, 0, clean(f"{sheet.unit_name} 合计"), forms.heading)
    for place, title in enumerate(("项目", "", "公式结果", "系统结果", "核对")):
        page.write_string(1, place, title, forms.head)
    items = _list_items(view, sheet)
    extras = len(at.list_extras())
    first = _ITEMS + len(view.pack.head.reviews or (1,)) + extras + 3
    last = first + len(items)
    _write_items(at, items, cells, main, first)
    ranges = {name: f"{letter}${first + 1}:{letter}${last}" for name, letter in zip("NSKRAC", "ABCDEF", strict=True)}
    made = [_write_reviews(at, ranges, items), *_write_extras(at, ranges)]
    _write_results(at, ranges, sum(made, Fraction(0)))
    peers = _write_peers(at)
    _write_standing(at, peers)
    checks = f'COUNTIF(复算!Q:Q,"不一致")+COUNTIF(E1:E{first},"不一致")+COUNTIF(G{first + 1}:G{last},"不一致")'
    page.write_string(10, 0, "核对", forms.head)
    page.write_formula(10, 2, f'=IF({checks}=0,"全部一致","有不一致")', forms.center, "全部一致")


def _list_items(view: RunView, sheet: ScoreSheet) -> list[_Item]:
    reviews = {review.id: review.title for review in view.pack.head.reviews}
    found = []
    for section in sheet.sections:
        if section.kind not in _KINDS:
            continue
        title, review = clean(section.title), clean(reviews.get(section.review or "", ""))
        found += [_Item(row, title, review, _find_applicable(view, row)) for row in section.rows]
    return found


def _find_applicable(view: RunView, row: ScoreRow) -> Decimal:
    """The marks that an item brings to the full marks, as the engine counts them: none outside base sections."""
    record = row.record
    if row.kind != "base":
        return Decimal(0)
    if record.outcome in ("not_applicable", "exempt"):
        policy = view.pack.head.policy
        rule = policy.exempt if record.outcome == "exempt" else policy.not_applicable
        known = rule == "full" or (rule == "peer_mean" and (record.cohort, record.indicator) in view.scored)
        if known:
            return Decimal(record.full_marks)
    return Decimal(record.applicable_marks)


def _write_items(at: _SumSheet, items: list[_Item], cells: dict[str, str], main: str, first: int) -> None:
    page, forms, view = at.page, at.book.formats, at.view
    name, center, marks = forms.name, forms.center, forms.marks
    for place, title in enumerate(("指标", "一级指标", "类别", "评审", "适用分值", "计入", "核对")):
        page.write_string(first - 1, place, title, forms.head)
    for row, item in enumerate(items, first):
        own = item.row
        kind = _KINDS[own.kind]
        if own.kind == "veto":
            kind = _name_veto(view, own)
        page.write_string(row, 0, clean(own.name), name)
        page.write_string(row, 1, item.section, name)
        page.write_string(row, 2, kind, center)
        page.write_string(row, 3, item.review, center)
        if own.kind == "base":
            page.write_number(row, 4, float(item.applicable), marks)
        else:
            page.write_blank(row, 4, None, marks)
        address = f"{main}!{cells[own.indicator]}"
        if own.kind == "veto":
            page.write_formula(row, 5, f"={address}", center, own.cells["mark"])
            page.write_string(row, 6, "—", center)
            continue
        known = own.record.counted or "0"
        page.write_formula(row, 5, f"=N({address})", marks, float(known))
        page.write_formula(row, 6, f'=IF(F{row + 1}={known},"一致","不一致")', center, "一致")


def _write_reviews(at: _SumSheet, ranges: dict[str, str], items: list[_Item]) -> Fraction:
    """A line for each review: marks, applicable marks, weight, and what they come to of the full marks; their sum."""
    head, total, units, start = at.view.pack.head, at.sheet.total, at.units, _ITEMS
    for place, title in enumerate(("评审", "得分合计", "适用分值", "权重", "折算")):
        at.page.write_string(start - 1, place, title, at.book.formats.head)
    rows = [(review.title, review.weight.get(at.sheet.cohort)) for review in head.reviews] or [("各项", None)]
    weights = [
        Fraction(weight.value) if weight is not None else Fraction(0 if head.reviews else 1) for _, weight in rows
    ]
    scale = 1
    while any((weight * scale).denominator != 1 for weight in weights):
        scale *= 10
    last = start + len(rows)
    sums = [_add_review(items, clean(title) if head.reviews else None) for title, _ in rows]
    folded = _fold(at, sums, weights)
    taking = f'ROUND(SUMIF(C${start + 1}:C${last},">0",D${start + 1}:D${last})*{scale},0)'
    for place, ((title, _), weight, made, known) in enumerate(zip(rows, weights, sums, folded, strict=True)):
        _write_review(at, ranges, start + place, title, weight, made)
        share = f"ROUND(D{start + place + 1}*{scale},0)"
        formula = _write_fold(at, start + place + 1, share, taking)
        at.page.write_formula(start + place, 4, formula, at.book.formats.marks, float(known))
    marks = f"=ROUND(SUM(B{start + 1}:B{last}),{head.precision})"
    base = f"=ROUND(SUM(E{start + 1}:E{last}),{head.precision})"
    size = 2 * _take(total.full) ** 2 * units**2 * scale
    at.put(3, "各项得分合计", marks, total.earned, _sum(each for each, _ in sums))
    at.put(4, "基础分", base if size < LIMIT else None, total.base, _sum(folded))
    return _sum(folded)


def _write_review(
    at: _SumSheet, ranges: dict[str, str], row: int, title: str, weight: Fraction, made: tuple[Decimal, Decimal]
) -> None:
    """A review's title, its marks, how many marks apply, and its weight."""
    page, forms, precision = at.page, at.book.formats, at.view.pack.head.precision
    of_review = f",{ranges['R']},A{row + 1}" if at.view.pack.head.reviews else ""
    page.write_string(row, 0, clean(title), forms.left)
    for column, (letter, known) in enumerate(zip("CA", made, strict=True), 1):
        formula = f'=ROUND(SUMIFS({ranges[letter]},{ranges["K"]},"基础"{of_review}),{precision})'
        page.write_formula(row, column, formula, forms.marks, float(known))
    page.write_number(row, 3, float(weight), forms.number)


def _write_fold(at: _SumSheet, line: int, share: str, taking: str) -> str:
    """What a review comes to: its share of the full marks among the reviews that apply, rounded half up once."""
    units = at.units
    top, below = f"ROUND(B{line}*{units},0)", f"ROUND(C{line}*{units},0)"
    full = int(_take(at.sheet.total.full) * units)
    return f"=IF(C{line}=0,0,INT((2*{top}*{share}*{full}+{below}*{taking})/(2*{below}*{taking}))/{units})"


def _take(mark: str | None) -> Fraction:
    """A mark that there is: the total of a unit that has one, and its full marks."""
    assert mark is not None
    return Fraction(mark)


def _sum(values: Iterable[Decimal | Fraction]) -> Fraction:
    return sum((Fraction(value) for value in values), Fraction(0))


def _add_review(items: list[_Item], title: str | None) -> tuple[Decimal, Decimal]:
    """What a review gave, and of how much; None for all reviews together."""
    chosen = [item for item in items if item.row.kind == "base" and title in (None, item.review)]
    earned = sum((Decimal(item.row.record.counted or 0) for item in chosen), Decimal(0))
    return earned, sum((item.applicable for item in chosen), Decimal(0))


def _fold(at: _SumSheet, sums: list[tuple[Decimal, Decimal]], weights: list[Fraction]) -> list[Fraction]:
    """What each review comes to; only shown until the spreadsheet has worked it out itself."""
    taking = sum((weight for weight, (_, applicable) in zip(weights, sums, strict=True) if applicable), Fraction(0))
    full = _take(at.sheet.total.full)
    found = []
    for weight, (earned, applicable) in zip(weights, sums, strict=True):
        exact = Fraction(earned) * weight * full / (Fraction(applicable) * taking) if applicable and taking else 0
        units = exact * at.units
        found.append(Fraction((2 * units.numerator + units.denominator) // (2 * units.denominator), at.units))
    return found


def _write_extras(at: _SumSheet, ranges: dict[str, str]) -> list[Fraction]:
    """A line for each section that adds or takes off, within its cap; what is added and what is taken off."""
    page, forms, head, total = at.page, at.book.formats, at.view.pack.head, at.sheet.total
    start = _ITEMS + len(head.reviews or (1,)) + 1
    for place, title in enumerate(("加分、扣分", "合计", "上限", "", "计入")):
        page.write_string(start - 1, place, title, forms.head)
    row = start
    lines: dict[str, list[str]] = {"bonus": [], "deduction": []}
    made = {"bonus": Fraction(0), "deduction": Fraction(0)}
    for section in at.list_extras():
        line = row + 1
        marks = next((own.subtotal for own in at.sheet.sections if own.id == section.id), "0")
        page.write_string(row, 0, clean(section.title), forms.left)
        total_of = f"=ROUND(SUMIFS({ranges['C']},{ranges['S']},A{line}),{head.precision})"
        page.write_formula(row, 1, total_of, forms.marks, float(Decimal(marks)))
        cap = section.cap.get(at.sheet.cohort, Decimal(0))
        limited = max(min(Decimal(marks), cap), -cap)
        if has_no_end(cap):
            page.write_string(row, 2, OPEN_TITLE, forms.center)
            within = f"=B{line}"
        else:
            page.write_number(row, 2, float(cap), forms.number)
            within = f"=MAX(MIN(B{line},C{line}),-C{line})"
        page.write_blank(row, 3, None, forms.left)
        page.write_formula(row, 4, within, forms.marks, float(limited))
        lines[section.kind].append(f"E{line}")
        made[section.kind] += Fraction(limited)
        row += 1
    for place, (kind, label) in enumerate((("bonus", "加分"), ("deduction", "扣分"))):
        formula = f"=ROUND(SUM({','.join(lines[kind])}),{head.precision})" if lines[kind] else None
        at.put(5 + place, label, formula, total.bonus if kind == "bonus" else total.deduction, made[kind])
    return list(made.values())


def _write_results(at: _SumSheet, ranges: dict[str, str], made: Fraction) -> None:
    """The total, within the pack's bounds, 0 where a veto says so; ``made`` is what its parts come to."""
    head, limits = at.view.pack.head, at.view.pack.head.policy.total
    raw = "C5+C6+C7"
    if limits.ceiling is not None:
        raw, made = f"MIN({raw},{limits.ceiling})", min(made, Fraction(limits.ceiling))
    if limits.floor is not None:
        raw, made = f"MAX({raw},{limits.floor})", max(made, Fraction(limits.floor))
    zeroed = f'COUNTIFS({ranges["K"]},"否决（总分归零）",{ranges["C"]},"已触发")>0'
    if any(
        row.cells["mark"] == "已触发" and _takes_all(at.view, row)
        for section in at.sheet.sections
        for row in section.rows
    ):
        made = Fraction(0)
    at.put(7, "总分", f"=IF({zeroed},0,ROUND({raw},{head.precision}))", at.sheet.total.total, made)


def _takes_all(view: RunView, row: ScoreRow) -> bool:
    """Whether the row is a veto that makes the total 0 where it is triggered."""
    effect = find_effect(view.pack.indicator(row.indicator))
    return effect is not None and effect.takes_total


def _name_veto(view: RunView, row: ScoreRow) -> str:
    effect = find_effect(view.pack.indicator(row.indicator))
    assert effect is not None, "only vetoes stand in the sections of vetoes"
    if effect.stage is not None:
        return f"阶段「{effect.stage}」"
    return f"否决（{'限制等次' if effect.best_grade is not None else describe_effect(effect, view.pack)}）"


def _write_peers(at: _SumSheet) -> tuple[str, str, str | None] | None:
    """The totals of the cohort without names, whether each is ranked, and of how much where that differs.

    None where they are too many.
    """
    everybody = at.view.totals[at.sheet.cohort]
    if len(everybody) > MOST_PEERS:
        return None
    rows: list[Total[str]] = [row for row in everybody if row.total is not None]
    forms = at.book.formats
    if not rows:
        return None
    at.page.write_string(1, 8, "同组总分", forms.head)
    at.page.write_string(1, 9, "参加排名", forms.head)
    for place, row in enumerate(rows):
        at.page.write_number(2 + place, 8, float(_take(row.total)), forms.marks)
        at.page.write_number(2 + place, 9, int(row.rank is not None), forms.whole)
    last = 2 + len(rows)
    fulls = [_take(row.full) for row in rows]
    if len(set(fulls)) == 1:
        return f"I$3:I${last}", f"J$3:J${last}", None
    at.page.write_string(1, 10, "满分", forms.head)
    for place, full in enumerate(fulls):
        at.page.write_number(2 + place, 10, float(full), forms.marks)
    return f"I$3:I${last}", f"J$3:J${last}", f"K$3:K${last}"


def _write_standing(at: _SumSheet, peers: tuple[str, str, str | None] | None) -> None:
    total, units = at.sheet.total, at.units
    rank = str(total.rank) if total.rank is not None else None
    mean = at.view.mean(at.sheet.cohort)
    shown = mean.write_marks(at.view.pack.head.precision) if mean is not None else None
    if peers is None:
        ahead = total.rank - 1 if total.rank is not None else 0
        at.put(8, "名次", f"=1+{ahead}", rank, Fraction(1 + ahead), "whole")
        at.put(9, TITLE, None, shown, Fraction(0))
        return
    totals, ranked, fulls = peers
    own, others = f"ROUND(C8*{units},0)", f"ROUND({totals}*{units},0)"
    if fulls is not None:
        own = f"{own}*ROUND({fulls}*{units},0)"
        others = f"{others}*{int(_take(total.full) * units)}"
    formula = f"=1+SUMPRODUCT(({ranked}=1)*({others}>{own}))"
    everybody = [row for row in at.view.totals[at.sheet.cohort] if row.rank is not None]
    at.put(8, "名次", formula, rank, Fraction(1 + sum(_is_ahead(row, total) for row in everybody)), "whole")
    count = f"SUM({ranked})"
    average = f"=INT((2*ROUND(SUMPRODUCT({ranked}*{totals})*{units},0)+{count})/(2*{count}))/{units}"
    made = _sum(_take(row.total) for row in everybody) / max(len(everybody), 1)
    positive = mean is not None and mean.value >= 0
    at.put(9, TITLE, average if positive else None, shown, round_half_up(made, at.view.pack.head.precision))


def _is_ahead(row: Total[str], own: Total[str]) -> bool:
    if own.total is None:
        return False
    return _take(row.total) * _take(own.full) > _take(own.total) * _take(row.full)
