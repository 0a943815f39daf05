"""How much of what a text asks for is found, and how much of what is found it asks for."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.pack.sources import Obligation as Listed
from indicators.reader import PACKS, load_pack
from indicators.texts.kinds import DECIDABLE, KINDS, TITLES
from indicators.texts.obligations import FoundTask, read_text
from tests.texts.styles import Task

PLAN = PACKS / "jincheng-2021-2025"
#: Two quotations speak of the same where the shorter one lies in the other by so much.
SHARE = 0.6


@dataclass(frozen=True)
class Found:
    """A listed task and what was found of it."""

    listed: Listed
    obligations: tuple[FoundTask, ...]


@dataclass(frozen=True)
class Comparison:
    """All listed tasks, and what was found beyond them."""

    tasks: tuple[Found, ...]
    beyond: tuple[FoundTask, ...]

    @property
    def recall(self) -> float:
        return sum(bool(task.obligations) for task in self.tasks) / len(self.tasks)

    @property
    def precision(self) -> float:
        found = {obligation for task in self.tasks for obligation in task.obligations}
        return len(found) / (len(found) + len(self.beyond))


def compare_plan() -> Comparison:
    """The shipped plan's tasks, as people listed them, against what is read from its text."""
    pack = load_pack(PLAN)
    (text,) = pack.texts.values()
    found = read_text(text).obligations
    spans = [(text.index(listed.quote), listed) for listed in pack.obligations]
    tasks = tuple(
        Found(listed, tuple(each for each in found if _speaks_of(each, start, start + len(listed.quote))))
        for start, listed in spans
    )
    taken = {obligation for task in tasks for obligation in task.obligations}
    return Comparison(tasks, tuple(each for each in found if each not in taken))


def _speaks_of(obligation: FoundTask, start: int, end: int) -> bool:
    shared = min(obligation.end, end) - max(obligation.start, start)
    return shared >= SHARE * min(obligation.end - obligation.start, end - start)


def write_table(comparison: Comparison) -> str:
    """The table of docs/drafting.md: by kind, as the list calls it."""
    lines = ["| 种类 | 任务 | 找到 | 种类一致 | 多出 |", "| --- | --- | --- | --- | --- |"]
    for kind in KINDS:
        tasks = [task for task in comparison.tasks if task.listed.kind == kind]
        found = [task for task in tasks if task.obligations]
        alike = sum(any(each.kind == kind for each in task.obligations) for task in found)
        beyond = sum(each.kind == kind for each in comparison.beyond)
        if tasks or beyond:
            lines.append(f"| {TITLES[kind]} | {len(tasks)} | {len(found)} | {alike} | {beyond} |")
    found = [task for task in comparison.tasks if task.obligations]
    alike = sum(any(each.kind == task.listed.kind for each in task.obligations) for task in found)
    lines.append(f"| 合计 | {len(comparison.tasks)} | {len(found)} | {alike} | {len(comparison.beyond)} |")
    return "\n".join(lines)


@dataclass(frozen=True)
class Style:
    """The numeric tasks of an invented text: found, found with the right figure and day, and what else was found."""

    tasks: int
    found: int
    wrong: tuple[str, ...]
    beyond: tuple[FoundTask, ...]


def compare_style(text: str, tasks: tuple[Task, ...]) -> Style:
    """A text's numeric tasks against what is read from it."""
    numeric = [each for each in read_text(text).obligations if each.kind in DECIDABLE]
    used: set[FoundTask] = set()
    found, wrong = 0, []
    for task in tasks:
        start = text.index(task.piece)
        about = [each for each in numeric if each.start < start + len(task.piece) and start < each.end]
        used |= set(about)
        found += bool(about)
        if about and not any(_agrees(each, task) for each in about):
            wrong.append(f"{task}: {about}")
    return Style(len(tasks), found, tuple(wrong), tuple(each for each in numeric if each not in used))


def _agrees(obligation: FoundTask, task: Task) -> bool:
    figure = not task.figure or task.figure in {each.text for each in obligation.figures}
    deadline = obligation.deadline.text if obligation.deadline else ""
    return obligation.kind == task.kind and figure and (not task.deadline or deadline == task.deadline)
