"""What the next improvement would take, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from indicators.entries.amounts import OPEN_TITLE
from scoring.base.amounts import write_day, write_printed
from scoring.base.effects import say_settled, say_way_out
from scoring.evidence import Evidence, Missing, UsedRows, name_gap
from scoring.explain.reckoned import SettledPart, Worth
from scoring.rules.case import Case
from scoring.rules.registry import find_rule
from scoring.wording.reasons import describe_reason


def describe_next_step(settled: SettledPart, worth: Worth, evidence: Evidence) -> str:
    """For a scored part; ``worth`` is what marks are in the total of the unit."""
    last_day = evidence.dated[0].last_day if evidence.dated else None

    def make(ask: Worth) -> str:
        return _describe_step(settled, replace(settled.case, in_total=ask), last_day)

    return settled.recall_step(last_day).find(worth, make)


def _describe_step(settled: SettledPart, case: Case, last_day: date | None) -> str:
    rule, effect = find_rule(case.part.part.marks), case.part.part.marks.chosen.find_effect()
    if effect is not None and settled.alone:
        return say_settled(effect) if settled.is_reached else say_way_out(effect) + settled.aim
    if not settled.alone and case.part.part.target is None:
        step = rule.describe_next_step(case, settled.marks)
        if step is not None:
            return step
    if not settled.alone:
        return "已达到目标。" if settled.is_reached else settled.aim
    if settled.marks >= settled.full:
        return "已得满分。"
    if case.forced == "zero":
        return "上年度为 0 的，本年度也为 0 才算达到。"
    if case.figure.is_deadline:
        return _describe_single_date(case, last_day)
    if (step := rule.describe_next_step(case, settled.marks)) is not None:
        return step
    return _describe_changes(settled, case)


def _describe_changes(settled: SettledPart, case: Case) -> str:
    """What more would bring, with what it is worth to this unit."""
    past = "已经过期的补不回来。如果当时" if case.figure.one_by_one else ""
    if not settled.changes:
        return "按现有的总数，得分已经不能再提高。" if not past else "已经过期的补不回来，今后请在期限内完成。"
    said = []
    for change in settled.changes:
        gained = case.write_gain(change.marks - settled.marks)
        full = "，即得满分" if change.in_full else ""
        said.append(f"{change.words}，可得 {write_printed(change.marks, case.precision)} 分，多得 {gained}{full}")
    return past + "；".join(said) + "。"


def _describe_single_date(case: Case, of_row: date | None) -> str:
    """A date that is past cannot be mended; one that is still missing can at least stop growing."""
    last_day = case.part.last_day
    if last_day is None or (case.part.part.target and case.part.part.target.by and case.part.part.target.by.after):
        last_day = of_row
    due = f"最迟应在 {write_day(last_day)}完成" if last_day is not None else "应在期限内完成"
    if not case.figure.missing:
        return f"已经逾期，扣的分补不回来；{due}。"
    return f"{find_rule(case.part.part.marks).describe_delay(case)}；{due}。"


#: Reasons that an empty cell can have, which is then named.
ASKING_CELLS = ("counts_missing", "marks_undecided", "no_value")
#: So many rows with empty cells are named in a sentence.
SHOWN = 5


def describe_open_step(
    reason: str,
    outcome: str,
    evidence: Evidence,
    at_stake: str,
    last_day: str,
    provisional: str,
    gaps: Sequence[UsedRows] = (),
) -> str:
    """For a part that is not scored: what to report, to prove or to wait for, and what is at stake.

    ``last_day`` and ``provisional`` (the marks by today's figures) are empty where there are none; ``gaps`` are the
    rows with cells that would have to be filled.
    """
    if reason == "no_year_before":
        return "不需要做什么。"
    if outcome == "not_applicable":
        return "不需要做什么；台账有遗漏的，请补报。"
    stake = say_stake(at_stake)
    if reason in ("not_reported", "register_open"):
        return f"{_describe_missing(evidence)}{stake}"
    if reason == "not_due":
        waiting = f"到 {last_day}为止都来得及。" if last_day else "期限还没有到，请按期完成。"
        return f"{waiting}{f'按现在的数可得 {provisional} 分。' if provisional else ''}{stake}"
    if gaps and reason == "marks_undecided":
        return f"{sum(gap.rows for gap in gaps)} 个问题尚未定扣分：{_name_gaps(gaps)}。请督察办定下扣分，不扣的写0。"
    if gaps and reason in ASKING_CELLS:
        number = sum(gap.rows for gap in gaps)
        return f"{describe_reason(reason, outcome)}有空格的记录共 {number} 条：{_name_gaps(gaps)}。{stake}"
    return f"{describe_reason(reason, outcome)}{stake}"


def say_stake(marks: str) -> str:
    """What may be had once it is settled, ``marks`` as they are printed; empty where that is nothing."""
    if marks == OPEN_TITLE:
        return "得分不封顶。"
    # A prohibition has no marks of its own.
    return f"定了以后最多可得 {marks} 分。" if Fraction(marks) else ""


def _describe_missing(evidence: Evidence) -> str:
    """What to report, and which registers to declare complete."""
    wanted = [_name_missing(each) for each in evidence.missing if each.until is None]
    undeclared = [
        f"{_name_missing(each)}齐全到{write_day(each.until)}"
        + (f"（现在只到{write_day(each.declared)}）" if each.declared is not None else "")
        for each in evidence.missing
        if each.until is not None
    ]
    asked = [f"请报送{'、'.join(wanted)}；确实没有发生的请做零报告"] if wanted else []
    asked += [f"请声明{'、'.join(undeclared)}"] if undeclared else []
    return "。".join(asked) + "。"


def _name_missing(missing: Missing) -> str:
    year = f"{missing.period}年度的" if missing.period is not None else ""
    by = f"（由{missing.reported_by}报送）" if missing.reported_by else ""
    return f"{f'原{missing.unit}' if missing.unit else ''}{year}《{missing.title}》{by}"


def _name_gaps(gaps: Sequence[UsedRows]) -> str:
    """The first empty cells, and that there are more where there are."""
    named = list(dict.fromkeys(name_gap(row) for gap in gaps for row in gap.cited))
    return "；".join(named[:SHOWN]) + ("等" if sum(gap.rows for gap in gaps) > SHOWN else "")
