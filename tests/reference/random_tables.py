"""The datasets that random packs share, and random rows for them that aim at edges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from indicators.entries.tables import Dataset
from tests.reference.results import Row, Scopes, Tables

LEVELS = ("国家级", "省级", "市级")
SEVERITIES = ("轻微", "严重")
STATES = ("草稿", "已认定", "已反馈", "已定案", "已撤销")


def describe_column(text: str) -> dict[str, Any]:
    """``name:type`` with ``?`` where it may be empty, ``+`` never below zero, ``!`` also below, ``~`` for a month."""
    name, kind = text.rstrip("?~+!").split(":")
    kind, _, choices = kind.partition("=")
    column: dict[str, Any] = {"name": name, "title": f"列{name}", "type": kind, "required": "?" not in text}
    if choices:
        column["choices"] = choices.split("/")
    if "+" in text:
        column["at_least"] = "0"
    if "!" in text:
        column["at_least"] = "-100"
    if "~" in text:
        column["month_allowed"] = True
    return column


def describe_dataset(name: str, columns: str, **more: Any) -> Dataset:
    described = [describe_column(text) for text in f"unit:unit no:integer {columns}".split()]
    more.setdefault("period", {"year": "year"})
    if more["period"] == {"year": "year"}:
        described.insert(1, describe_column("year:year"))
    key = [column["name"] for column in described if column["name"] in ("unit", "year", "no", "subject")]
    body = {"id": name, "title": name, "columns": described, "key": key, **more}
    return Dataset.model_validate(body)


STANDING = {"standing": True}
DATASETS: dict[str, Dataset] = {
    dataset.id: dataset
    for dataset in (
        describe_dataset(
            "meetings",
            f"level:choice={'/'.join((*LEVELS, '其他'))}? topic:text? amount:decimal?+ held_on:date? online:flag",
            event_date="held_on",
        ),
        describe_dataset(
            "cases", "kind:choice=甲/乙 accepted:integer? closed:integer? refund:decimal?", covers="all_units"
        ),
        describe_dataset(
            "statistics",
            "subject:choice=甲/乙 total:integer? excluded:integer? done:integer? done_on:date?~",
            one_row_per="subject",
        ),
        describe_dataset(
            "people",
            "person_id:text called:text role:choice=复议/应诉? joined:date? left:date?",
            period=STANDING,
            people={"person": "person_id", "name": "called", "joined": "joined", "left": "left"},
        ),
        describe_dataset(
            "training",
            "held_on:date who:text? hours:decimal?+ category:choice=业务/法律",
            period={"date": "held_on"},
            event_date="held_on",
        ),
        describe_dataset("reports", "kind:choice=甲/乙 made:date?~ published:date?~ archived:date?~ accepted_on:date?"),
        describe_dataset(
            "register", "state:text? done_on:date?~ score:decimal? checked_on:date? seq:integer?", period=STANDING
        ),
        describe_dataset("scores", "source:choice=甲/乙 seq:integer? value:decimal?!"),
        describe_dataset("judgements", "indicator:indicator level:text? marks:decimal? reason:text"),
        describe_dataset(
            "findings",
            f"indicator:indicator state:choice={'/'.join(STATES)} "
            f"severity:choice={'/'.join((*SEVERITIES, '不详'))}? points:decimal?+ found_on:date?",
            event_date="found_on",
            covers="all_units",
        ),
        describe_dataset("exemptions", "indicator:indicator reason:text approver:text expires_on:date?"),
    )
}


def list_edges(year: int) -> list[date]:
    """Days on which verdicts turn, and their neighbours."""
    days = [
        date(year, 1, 1),
        date(year, 2, 28),
        date(year, 3, 31),
        date(year, 6, 30),
        date(year, 10, 1),
        date(year, 12, 31),
        date(year + 1, 1, 31),
        date(year + 1, 3, 31),
        date(year + 1, 4, 1),
    ]
    return sorted({day + timedelta(days=shift) for day in days for shift in (-1, 0, 1)} | {date(year, 8, 15)})


class Dice:
    """A random source with the run's edges at hand; ``mark`` begins every name of its world."""

    def __init__(self, rng: Random, year: int, mark: str = "") -> None:
        self.rng, self.year, self.edges, self.mark = rng, year, list_edges(year), mark

    def name(self, name: str) -> str:
        """A name of this world's own."""
        return self.mark + name

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def maybe(self, value: Any, share: float = 0.85) -> Any:
        """``value``, or an empty cell."""
        return value if self.chance(share) else None

    def number(self, *texts: str) -> Decimal:
        return Decimal(self.rng.choice(texts))

    def day(self) -> date:
        return self.rng.choice(self.edges)

    def span(self, name: str, share: float) -> Row:
        """Cells of a date column that takes months."""
        if not self.chance(share):
            return {name: None, f"{name}__last": None}
        day = self.day()
        if not self.chance(0.2):
            return {name: day, f"{name}__last": day}
        first = day.replace(day=1)
        return {name: first, f"{name}__last": (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)}


def fill_meeting(dice: Dice) -> Row:
    return {
        "level": dice.rng.choice((*LEVELS, *LEVELS, None if dice.chance(0.15) else "市级", "其他")),
        "topic": dice.maybe(dice.rng.choice("天地人"), 0.95),
        "amount": dice.maybe(dice.number("0", "0.5", "1", "1.25", "2", "3", "4.5"), 0.95),
        "held_on": dice.maybe(dice.day(), 0.96),
        "online": dice.chance(0.5),
    }


def fill_case(dice: Dice) -> Row:
    accepted = dice.rng.choice((0, 0, 1, 2, 3, 4, 5, 10, 20))
    closed = accepted - dice.rng.choice((0, 0, 1, 1, 2))
    return {
        "kind": dice.rng.choice("甲乙"),
        "accepted": dice.maybe(accepted, 0.97),
        "closed": dice.maybe(max(closed, 0) if dice.chance(0.95) else accepted + 1 - 2 * dice.chance(0.5) * 7, 0.97),
        "refund": dice.maybe(dice.number("0", "0.1", "2.5", "3"), 0.97),
    }


def fill_statistics(dice: Dice) -> Row:
    total = dice.rng.choice((0, 1, 2, 5, 10))
    excluded = dice.rng.choice((0, 0, 1, 2))
    done = max(total - excluded - dice.rng.choice((0, 0, 1)), 0)
    row: Row = {
        "subject": dice.rng.choice("甲乙"),
        "total": dice.maybe(total, 0.97),
        "excluded": dice.maybe(excluded, 0.97),
        "done": dice.maybe(done, 0.97),
    }
    return row | dice.span("done_on", 0.75)


def fill_training(dice: Dice) -> Row:
    return {
        "who": f"p{dice.rng.randint(1, 6)}",
        "hours": dice.maybe(dice.number("5", "10", "15", "20", "27.5", "30", "60"), 0.93),
        "category": dice.rng.choice(("业务", "法律")),
    }


def fill_report(dice: Dice) -> Row:
    row: Row = {"kind": dice.rng.choice("甲乙"), "accepted_on": dice.maybe(dice.day(), 0.9)}
    return row | dice.span("made", 0.4) | dice.span("published", 0.75) | dice.span("archived", 0.4)


def fill_register(dice: Dice) -> Row:
    row: Row = {
        "state": dice.maybe(dice.rng.choice(("建成", "在建"))),
        "score": dice.maybe(dice.number("0", "1", "2", "5", "7.5", "10", "-1"), 0.93),
        "checked_on": dice.maybe(dice.day(), 0.9),
        "seq": dice.maybe(dice.rng.randint(1, 4), 0.95),
    }
    return row | dice.span("done_on", 0.85)


def fill_score(dice: Dice) -> Row:
    return {
        "source": dice.rng.choice("甲乙"),
        "seq": dice.maybe(dice.rng.randint(1, 4), 0.95),
        "value": dice.maybe(dice.number("0", "3", "4", "5", "7.5", "10", "20"), 0.93),
    }


def fill_judgement(dice: Dice) -> Row:
    return {
        "level": dice.maybe(dice.rng.choice(("好", "好", "中", "差", "特差" if dice.chance(0.2) else "中")), 0.9),
        "marks": dice.maybe(
            dice.number("0", "0.5", "1", "1", "1.5", "2", "2.55", "9" if dice.chance(0.2) else "1"), 0.9
        ),
        "reason": "现场查看",
    }


def fill_finding(dice: Dice) -> Row:
    return {
        "state": dice.rng.choice((*STATES, "已认定", "已定案")),
        "severity": dice.maybe(dice.rng.choice((*SEVERITIES, *SEVERITIES, *SEVERITIES, "不详")), 0.93),
        "points": dice.maybe(dice.number("0.5", "1", "1.5", "2"), 0.9),
        "found_on": dice.maybe(dice.day(), 0.97),
    }


def fill_exemption(dice: Dice) -> Row:
    return {"reason": "机构撤并", "approver": "督察办", "expires_on": dice.maybe(dice.day(), 0.5)}


FILLERS: dict[str, tuple[Callable[[Dice], Row], int]] = {
    "meetings": (fill_meeting, 5),
    "cases": (fill_case, 3),
    "statistics": (fill_statistics, 4),
    "training": (fill_training, 9),
    "reports": (fill_report, 3),
    "register": (fill_register, 3),
    "scores": (fill_score, 2),
    "judgements": (fill_judgement, 1),
    "findings": (fill_finding, 3),
    "exemptions": (fill_exemption, 1),
}


def fill_roster(dice: Dice, units: list[str]) -> list[Row]:
    """People who join, leave, come back, and now and then stand in two units at once; numbers that two units use."""
    rows: list[Row] = []
    for unit in units:
        for _ in range(dice.rng.choice((0, 1, 2, 3, 4))):
            days = sorted((dice.day(), dice.day()))
            person = f"p{dice.rng.randint(1, 6)}" if dice.chance(0.15) else f"p{dice.rng.randint(1, 6)}.{unit}"
            joined, left = dice.maybe(days[0], 0.5), dice.maybe(days[1], 0.4)
            role = dice.maybe(dice.rng.choice(("复议", "复议", "应诉")), 0.98)
            row = {"person_id": person, "role": role, "joined": joined, "left": left, "_unit": unit}
            rows.append(row | {"called": call_person(dice, person)})
    return rows


def call_person(dice: Dice, person: str) -> str | None:
    """The name of who has a number, now and then written in another way, of somebody else, or lost."""
    if "." not in person and dice.chance(0.5):
        return f"赵{person}.{dice.rng.randint(1, 2)}"
    name = f"钱{person}"
    return dice.rng.choice((name,) * 16 + (f"钱 {person.upper()}", f"钱　{person.replace('p', 'ｐ')}", "孙某", None))


def fill_tables(dice: Dice, names: set[str], units: list[str], asked: dict[str, list[str]]) -> tuple[Tables, Scopes]:
    """Rows for the named datasets, only in scopes that are reported; ``asked``: indicators per dataset."""
    tables: Tables = {name: [] for name in DATASETS}
    scopes: Scopes = set()
    for name in sorted(names):
        dataset = DATASETS[name]
        standing = dataset.period.standing
        for period in (0,) if standing else range(dice.year - 2, dice.year + 2):
            for_all = dice.chance(0.97)
            for unit in units:
                if for_all if dataset.covers == "all_units" else dice.chance(0.94):
                    scopes.add((name, unit, period))
                    if name != "people":
                        tables[name] += fill_scope(dice, name, unit, period, asked.get(name, []))
    if "people" in names:
        tables["people"] = fill_roster(dice, [unit for unit in units if ("people", unit, 0) in scopes])
    for table in tables.values():
        for number, row in enumerate(table):
            row.update(no=number + 1, unit=row["_unit"])
            row.setdefault("_period", 0)
        dice.rng.shuffle(table)
    return tables, scopes


def fill_scope(dice: Dice, name: str, unit: str, period: int, asked: list[str]) -> list[Row]:
    fill, most = FILLERS[name]
    rows: list[Row] = []
    for indicator in asked or [""]:
        count = dice.rng.choice((0, 1, 1, 1, 1, 2)) if asked else dice.rng.randint(0, most)
        if name == "exemptions":
            count = dice.chance(0.06)
        for _ in range(count):
            row = fill(dice) | {"_unit": unit, "_period": period, "year": period}
            if asked:
                row["indicator"] = indicator
            if name == "training":
                row.pop("year")
                row["held_on"] = next(
                    (day for day in [dice.day() for _ in range(5)] if day.year == period), date(period, 5, 4)
                )
                if not dice.chance(0.3):
                    row["who"] += f".{unit}"
                row["who"] = dice.maybe(row["who"], 0.985)
            rows.append(row)
    if DATASETS[name].period.standing:
        for row in rows:
            row.pop("year")
    return rows
