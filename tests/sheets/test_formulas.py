"""The formulas of a workbook, worked out by their own steps, against the marks of the engine, on random worlds.

What a spreadsheet makes of the text of a formula is proved by ``test_office``, which lets one do it.
"""

from __future__ import annotations

import itertools
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from scoring.base.parts import list_parts
from scoring.base.whole import LIMIT, NumberTooLarge, number, round_half_up
from scoring.explain.explanation import Operands
from scoring.formulas.formula import Formulas
from scoring.formulas.lines import PartLine
from scoring.rules.registry import RULES
from tests.sheets.views import view_world

#: Kinds of marks that say why a spreadsheet cannot work them out.
BEYOND = {name for name, rule in RULES.items() if rule.no_formula}


#: So many are looked at before a kind counts as missing.
MOST_WORLDS = 60
#: Worlds are scored so many at once.
TOGETHER = 4


def work_out(formulas: Formulas, line: PartLine, operands: Operands) -> Decimal | None:
    formula = formulas.find(line.part, 5, operands)
    return formula.evaluate(line.list_figures(operands), line.count_levels(operands)) if formula is not None else None


def test_a_formula_gives_the_engines_marks_or_is_not_written(tmp_path: Path) -> None:
    found: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    wanted = RULES.keys() - BEYOND
    # As many worlds as before at least, and as many more as it takes until each kind has been met.
    for seed in itertools.takewhile(lambda seed: seed < 16 or set(found) != wanted, range(0, MOST_WORLDS, TOGETHER)):
        folder = tmp_path / str(seed)
        folder.mkdir()
        view = view_world(seed, folder, TOGETHER)
        formulas = Formulas(view.pack.head.precision)
        lines: dict[tuple[str, str], list[PartLine]] = {}
        for part in list_parts(view.pack, view.year):
            lines.setdefault((part.cohort, part.indicator.id), []).append(PartLine(part))
        for cohort, _, records in view.explanations.read_all():
            for record in records:
                for line, told in zip(lines[(cohort, record.indicator)], record.parts, strict=True):
                    if told.operands is None or told.operands.forced is not None:
                        continue
                    if line.kind in BEYOND:
                        continue
                    known = line.read_known(told)
                    given = work_out(formulas, line, told.operands)
                    where = f"seeds from {seed}, {record.unit}, {record.indicator}: {told.rule}"
                    assert given in (None, known), where
                    (found if given is not None else missing)[line.kind] += 1
    assert set(found) == wanted
    assert sum(missing.values()) * 100 < sum(found.values()), missing


@pytest.mark.parametrize(("thousandths", "hundredths"), [(1005, 101), (2135, 214), (8155, 816), (4145, 415)])
def test_a_half_is_rounded_up_where_binary_floating_point_does_not(thousandths: int, hundredths: int) -> None:
    assert round_half_up(number(thousandths), number(1000), 100).work(()) == hundredths
    assert int(thousandths / 1000 * 100 + 0.5) == hundredths - 1


def test_what_a_spreadsheet_cannot_hold_is_refused() -> None:
    with pytest.raises(NumberTooLarge):
        (number(LIMIT // 10) * number(10)).work(())
