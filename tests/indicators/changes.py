"""One change to the small pack, and the mistake that must be told about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from indicators.entries.mistakes import Mistake
from tests.indicators.small_pack import FILES, FIRST_FILE, SECOND_FILE, replace_once

#: ``refuse(file, old, new)``: the mistakes of the small pack with one change in one file.
Refuse = Callable[[str, str, str], list[Mistake]]


@dataclass(frozen=True)
class Case:
    """A change, and the mistake that it is.

    ``at`` stands on the line that the mistake must name, in the changed file or in the one that is ``named``;
    ``""`` means the file as a whole. ``alone``: nothing else may be said, so that the author is not misled.
    """

    name: str
    file: str
    old: str
    new: str
    at: str
    words: tuple[str, ...]
    named: str = ""
    alone: bool = True


def check_case(case: Case, refuse: Refuse) -> None:
    """Fail unless exactly the place of ``case`` is named, in its words."""
    mistakes = refuse(case.file, case.old, case.new)
    file = case.named or case.file
    text = replace_once(FILES[file], case.old, case.new) if file == case.file else FILES.get(file, "")
    line = text.count("\n", 0, text.index(case.at)) + 1 if case.at else 0
    said = "\n".join(map(str, mistakes))
    fitting = {(mistake.file, mistake.line) for mistake in mistakes if all(word in mistake.text for word in case.words)}
    assert fitting == {(file, line)}, said
    assert len(mistakes) == 1 or not case.alone, said


# The parts that cases replace as a whole: a measure with its target and marks.
RATIO = FILES[FIRST_FILE][FILES[FIRST_FILE].index("  - measure:") : FILES[FIRST_FILE].index("- id: 1.lectures")]
DATED = FILES[SECOND_FILE][FILES[SECOND_FILE].index("  - measure: {date") : FILES[SECOND_FILE].index("- id: 2.opinion")]
LADDER = '- {at_least: "1", below: "2", marks: "50%"}'
JUDGED = '    marks: {judged: {levels: {好: "100%", 差: "0"}}}\n'
MORE = '  - measure: {count: {dataset: documents}}\n    marks: {award: {each: "0.5"}}\n'
VETO = FILES[SECOND_FILE][FILES[SECOND_FILE].index("  - measure: {findings") :]


def part(measure: str, marks: str, target: str = "") -> str:
    """A part as text; its measure stands on its first line."""
    middle = f"    target: {{{target}}}\n" if target else ""
    return f"  - measure: {{{measure}}}\n{middle}    marks: {{{marks}}}\n"


def replacing(name: str, old: str, new: str, *words: str, at: str = "", alone: bool = True) -> Case:
    """A case that puts another part into one of the indicators."""
    file = FIRST_FILE if old == RATIO else SECOND_FILE
    return Case(name, file, old, new, at or new.splitlines()[0], words, alone=alone)


RECORDS = "records: {dataset: training, sum: hours}"
PEOPLE = f"share_of_people: {{roster: {{dataset: people}}, {RECORDS}, reaching: {{at_least: 60}}}}"
RATE = "ratio: {numerator: {dataset: documents}, denominator: {dataset: documents}}"
COUNT = "count: {dataset: documents}"
