"""Random worlds: a pack that is valid, and data that aim at its edges. The same seed gives the same world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from indicators.entries.tables import Dataset
from indicators.pack.model import Cohort, Indicator, Pack, PackFile, Section, Years
from indicators.pack.register import Register
from tests.reference.combinations import COMBINATIONS, VETOES
from tests.reference.random_days import random_calendar
from tests.reference.random_decisions import tabulate_indicators
from tests.reference.random_marks import random_marks, split_marks
from tests.reference.random_measures import Body, random_measure, random_target
from tests.reference.random_pots import pool_indicators
from tests.reference.random_tables import DATASETS, Dice, fill_tables
from tests.reference.random_vetoes import vary_vetoes
from tests.reference.results import Declared, Scopes, Tables

GRADES = ("优秀", "良好", "较差")
CITE = {"supports": ["target", "marks", "deadline", "scope", "measure", "weight"], "local_choice": "随机生成"}
POLICIES = ("rescale", "rescale", "peer_mean", "out_of_scope", "full")


@dataclass(frozen=True)
class World:
    """A pack with its calendar, rows, scopes, year and as-of day: all that a scorer needs."""

    pack: Pack
    tables: Tables
    scopes: Scopes
    year: int
    as_of: date
    declared: Declared | None = None


def random_world(seed: int, beside: World | None = None) -> World:
    """The world of a seed: 1-3 cohorts, 1-8 units that change over time, 2-12 indicators and their data.

    ``beside``: one that has the same year and precision and, once it is joined to it, lends it the rest of its head;
    no name is in both.
    """
    rng = Random(seed)
    dice = Dice(rng, rng.choice((2022, 2023, 2024)))
    cohorts = rng.randint(1, 3)
    units = rng.randint(cohorts, 8)
    precision = rng.randint(0, 3)
    if beside is not None:
        dice, precision = Dice(rng, beside.year, f"w{seed}"), beside.pack.head.precision
    draft = Draft(dice, [dice.name(f"group{n}") for n in range(cohorts)], precision, {}, units)
    bodies = draft.write_indicators(rng.randint(2, 12))
    pool_indicators(Random(f"pots of {seed}"), bodies, precision)
    tabulate_indicators(Random(f"tables of {seed}"), bodies, precision)
    vary_vetoes(Random(f"vetoes of {seed}"), bodies)
    for body in bodies:
        change_target(Random(f"changes of {seed} {body['id']}"), body, dice.year)
        change_by_date(Random(f"dated rows of {seed} {body['id']}"), body, dice.year)
    indicators = tuple(Indicator.model_validate(body) for body in bodies)
    registry, members = random_register(dice, draft.cohorts, units)
    registry = change_register(Random(f"units of {seed}"), registry, dice.year)
    registry = place_below(Random(f"below of {seed}"), registry)
    head = random_head(dice, draft, indicators, members)
    first = Random(f"first year of {seed}")
    # A pack may name no unit that ended before its first year.
    if not any(unit.last_day.year < dice.year for unit in registry.units):
        head = head.model_copy(update={"years": Years(first=dice.year - first.choice((0, 0, 1, 1, 2)))})
    pack = Pack(
        head=head,
        sources=(),
        texts={},
        datasets=tuple(
            change_roster(Random(f"people of {seed}"), dataset) for dataset in begin_datasets(first, dice.year)
        ),
        registry=registry,
        indicators=indicators,
        days=random_calendar(Random(f"days of {seed}"), dice.year),
        sha256="0" * 64,
    )
    names = {name for found in indicators for part in found.parts for name in part.measure.datasets()}
    asked: dict[str, list[str]] = {"exemptions": [found.id for found in indicators]}
    for found in indicators:
        for name in {name for part in found.parts for name in part.measure.datasets()} & {"judgements", "findings"}:
            asked.setdefault(name, []).append(found.id)
    if head.exemptions:
        names.add("exemptions")
    tables, scopes = fill_tables(dice, names, [unit.id for unit in registry.units], asked)
    as_of = random_as_of(dice)
    declared = declare_registers(Random(f"registers of {seed}"), pack, scopes)
    return World(pack, tables, scopes, dice.year, as_of, declared)


def change_target(rng: Random, body: Body, year: int) -> None:
    """Now and then the target of a part is another one from some day around the year on, and once more later."""
    for number, part in enumerate(body["parts"], 1):
        goal = (part.get("target") or {}).get("at_least")
        if not isinstance(goal, str) or "proportional" in part["marks"] or rng.random() > 0.15:
            continue
        days = sorted(rng.sample([f"{year}-01-01", f"{year}-02-29", f"{year}-12-31", f"{year}-07-01"], 2))
        days = [day for day in days if year % 4 == 0 or not day.endswith("02-29")]
        body["changes"] = [
            {
                "title": "目标",
                "part": number,
                "number": "target.at_least",
                "from": day,
                "value": f"{rng.choice((1, 2, 5, 7))}{'%' if goal.endswith('%') else ''}",
                "within_year": rng.choice(("pro_rata", "next_year")),
                "local_choice": "随机",
            }
            for day in days
        ]


#: The dates of rows of which each may count by its own value.
_ROW_DATES = {"meetings": "held_on", "findings": "found_on"}


def change_by_date(rng: Random, body: Body, year: int) -> None:
    """Often what one row costs or earns, or the border of its condition, goes by the date of the row."""
    for number, part in enumerate(body["parts"], 1):
        ((kind, measure),) = part["measure"].items()
        if kind not in ("count", "findings", "sum") or measure["dataset"] not in _ROW_DATES or rng.random() < 0.3:
            continue
        ways = [*list_row_amounts(part)] if kind != "sum" and not measure.keys() & {"distinct", "sum"} else []
        ways += [
            f"measure.{kind}.where.{column}.{bound}"
            for column, condition in measure.get("where", {}).items()
            for bound in condition
            if column in ("amount", "points") and bound in ("at_least", "at_most", "above", "below")
            if isinstance(condition[bound], str)
        ]
        for way in rng.sample(ways, min(len(ways), 2)):
            days = sorted(rng.sample([f"{year - 1}-12-31", f"{year}-04-01", f"{year}-10-01", f"{year}-12-31"], 2))
            body.setdefault("changes", []).extend(
                {
                    "title": "每次",
                    "part": number,
                    "number": way,
                    "from": day,
                    "value": rng.choice(("1", "2", "0")),
                    "within_year": "by_date",
                    "date": _ROW_DATES[measure["dataset"]],
                    "local_choice": "随机",
                }
                for day in days[rng.randint(0, 1) :]
            )


def list_row_amounts(part: Body) -> Iterator[str]:
    """The ways to what one row costs or earns by itself."""
    for name in ("per_occurrence", "award"):
        rule = part["marks"].get(name, {})
        if "levels" in rule:
            yield from (f"marks.{name}.levels.{level}" for level in rule["levels"])
        elif "each" in rule and "free" not in rule and "beyond_target" not in rule:
            several = isinstance(rule["each"], list)
            if not several or len(rule["each"]) == 1:
                yield f"marks.{name}.each{'.1' if several else ''}"


def begin_datasets(rng: Random, year: int) -> Iterator[Dataset]:
    """The datasets, now and then with a first year of their own."""
    for dataset in DATASETS.values():
        since = None if dataset.period.standing or rng.random() < 0.7 else year - rng.choice((-1, 0, 1, 2))
        yield dataset.model_copy(update={"since": since})


def declare_registers(rng: Random, pack: Pack, scopes: Scopes) -> Declared:
    """Most registers are complete for good, some up to a day at an edge, some not at all, some for a unit alone."""
    declared: Declared = {}
    ends: dict[tuple[str, int], date | None] = {}
    for name, unit, period in sorted(scopes):
        if pack.dataset(name).covers == "rows":
            continue
        if (name, period) not in ends:
            edges = [date(period, month, day) for month, day in ((6, 30), (12, 30), (12, 31))]
            edges += [date(period + 1, 3, 30), date(period + 1, 3, 31)]
            draw = rng.random()
            ends[name, period] = date(9999, 12, 31) if draw < 0.8 else rng.choice(edges) if draw < 0.95 else None
        end = ends[name, period] if rng.random() < 0.97 else None
        if end is not None:
            declared[name, unit, period] = end
    return declared


def change_roster(rng: Random, dataset: Dataset) -> Dataset:
    """In some worlds a person's number holds for the whole office, or nobody is known outside the own unit."""
    if dataset.people is None or rng.random() < 0.7:
        return dataset
    change = {"office_wide": True} if rng.random() < 0.6 else {"name": None}
    return dataset.model_copy(update={"people": dataset.people.model_copy(update=change)})


def random_as_of(dice: Dice) -> date:
    """Mostly after everything is due, else on or beside an edge."""
    if dice.chance(0.6):
        return date(dice.year + 1, 7, 1) + timedelta(days=dice.rng.randint(0, 300))
    if dice.chance(0.5):
        return dice.rng.choice((date(dice.year, 12, 31), date(dice.year + 1, 1, 1), date(dice.year + 1, 4, 1)))
    return max(date(dice.year, 1, 1), dice.day())


def random_register(dice: Dice, cohorts: list[str], count: int) -> tuple[Register, dict[str, list[str]]]:
    """Units spread over the cohorts (a kind each), and now and then one that belongs to none."""
    places = [*range(len(cohorts)), *(dice.rng.randrange(len(cohorts)) for _ in range(count - len(cohorts)))]
    units = [
        {"id": dice.name(f"u{n}"), "name": dice.name(f"单位{n}"), "kind": dice.name(f"kind{place}")}
        for n, place in enumerate(places)
    ]
    if dice.chance(0.2):
        outside = {"id": "outside", "name": "组外单位", "kind": "others"}
        units.append({key: dice.name(value) for key, value in outside.items()})
    kinds = [{"id": dice.name(f"kind{n}"), "title": f"类别{n}"} for n in range(len(cohorts))]
    kinds.append({"id": dice.name("others"), "title": "其他"})
    members = {
        name: [unit["id"] for unit in units if unit["kind"] == dice.name(f"kind{place}")]
        for place, name in enumerate(cohorts)
    }
    return Register.model_validate({"kinds": kinds, "units": units}), members


def change_register(rng: Random, registry: Register, year: int) -> Register:
    """In one world of three: units that were founded, renamed, ended or merged around the year."""
    if rng.random() > 0.34:
        return registry
    ends = [date(year + shift, month, day) for shift in (-2, -1, 0) for month, day in ((5, 31), (12, 31))]
    ends += [date(year, 1, 1), date(year, 12, 30), date(year + 1, 3, 31)]
    bodies: dict[str, Body] = {unit.id: unit.model_dump() for unit in registry.units}
    for body in bodies.values():
        change = rng.choice(("none", "none", "ended", "ended", "founded", "renamed"))
        day = rng.choice(ends)
        if change == "ended":
            body["until"] = day.isoformat()
        elif change == "founded":
            body["since"] = (day + timedelta(days=1)).isoformat()
        elif change == "renamed":
            body["former"] = [{"name": f"原{body['name']}", "until": day.isoformat()}]
    for body in bodies.values():
        if body["until"] is None or rng.random() < 0.2:
            continue
        morrow = (date.fromisoformat(body["until"]) + timedelta(days=1)).isoformat()
        heirs = [
            other["id"]
            for other in bodies.values()
            if (other["since"] or "") <= morrow <= (other["until"] or "9") and other is not body
        ]
        if heirs:
            body["successor"] = rng.choice(heirs)
    split_one(rng, list(bodies.values()))
    return Register.model_validate({"kinds": registry.model_dump()["kinds"], "units": list(bodies.values())})


def place_below(rng: Random, registry: Register) -> Register:
    """Units of the later kinds lie below one of the first, most of them."""
    first = [unit for unit in registry.units if unit.kind == registry.kinds[0].id]
    units = [
        unit if unit in first or rng.random() < 0.2 else unit.model_copy(update={"parent": rng.choice(first).id})
        for unit in registry.units
    ]
    return registry.model_copy(update={"units": tuple(units)})


def split_one(rng: Random, bodies: list[Body]) -> None:
    """Now and then one that ended is split among two that were founded for it."""
    ended = [body for body in bodies if body["until"] is not None]
    free = [body for body in bodies if body["until"] is None and not body["former"] and body["since"] is None]
    named = {body["successor"] for body in bodies}
    free = [body for body in free if body["id"] not in named]
    if not ended or len(free) < 2 or rng.random() < 0.5:
        return
    whole = rng.choice(ended)
    morrow = (date.fromisoformat(whole["until"]) + timedelta(days=1)).isoformat()
    whole["successor"], whole["successors"] = None, [body["id"] for body in free[:2]]
    for body in free[:2]:
        body["since"] = morrow


@dataclass
class Draft:
    """Indicators being written; ``depth`` is how many of_marks lie beneath each,
    ``units`` how many units there will be at least."""

    dice: Dice
    cohorts: list[str]
    precision: int
    depth: dict[str, int]
    units: int

    def write_indicators(self, count: int) -> list[Body]:
        """The first two are base indicators of every cohort; the others stand in any section."""
        bodies: list[Body] = []
        for number in range(count):
            kinds = ("base1", "base2", "base2", "base1", "bonus", "deduction", "veto", "base2", "input")
            section = f"base{number + 1}" if number < 2 else self.dice.rng.choice(kinds)
            cohorts = self.cohorts if number < 2 else [name for name in self.cohorts if self.dice.chance(0.85)]
            bodies.append(
                self.write_indicator(self.dice.name(f"i{number}"), section, cohorts or self.cohorts[:1], bodies)
            )
        return bodies

    def write_indicator(self, name: str, section: str, cohorts: list[str], earlier: list[Body]) -> Body:
        rng, dice = self.dice.rng, self.dice
        referable = [
            body["id"]
            for body in earlier
            if body["section"] != "veto" and set(cohorts) <= set(body["marks"]) and self.depth[body["id"]] < 2
        ]
        body: Body = {"id": name, "name": f"指标{name}", "section": section, "cites": [CITE]}
        if dice.chance(0.07):
            body["years"] = {"first": dice.year + rng.choice((0, 1)), "last": dice.year + 1}
        if section == "veto":
            figure = rng.choice([figure for figure in VETOES if figure != "of_marks" or referable])
            measure = random_measure(dice, figure, "veto", referable)
            target = random_target(dice, figure, rng.choice(VETOES[figure]), "veto", measure)
            veto = {"total": "zero"} if dice.chance(0.5) else {"grade_at_most": rng.choice(GRADES[1:])}
            body |= {"marks": dict.fromkeys(cohorts, "0"), "parts": [self.finish_part(measure, target, {"veto": veto})]}
        else:
            body |= self.write_parts(cohorts, referable)
        used = [ref for part in body["parts"] for ref in part["measure"].get("of_marks", {}).get("indicators", ())]
        self.depth[name] = 1 + max((self.depth[ref] for ref in used), default=-1)
        body["not_applicable_when"] = self.write_exclusions()
        if self.units > 1 and self.dice.chance(0.08):
            body["duties"] = {"lead": [dice.name("u1")], "joint": [dice.name("u0")] if dice.chance(0.5) else []}
            if self.units > 2 and self.dice.chance(0.4):
                on = f"{self.dice.year - self.dice.rng.choice((-1, 0, 1))}-07-01"
                body["duties"]["transfers"] = [{"from": dice.name("u1"), "to": dice.name("u2"), "on": on}]
        if any("judgement" in part["measure"] for part in body["parts"]):
            body["checklist"] = ["核查材料"]
        return body

    def write_parts(self, cohorts: list[str], referable: list[str]) -> Body:
        """One to three parts, summed with or without stated worth, or combined by how many reach their target."""
        rng, dice = self.dice.rng, self.dice
        count = rng.choice((1, 1, 1, 1, 2, 3))
        combine: str | Body = "sum"
        if count > 1 and dice.chance(0.5):
            combine = "all" if dice.chance(0.5) else {"at_least": rng.randint(1, count)}
        parts = [self.write_part(referable, combine != "sum") for _ in range(count)]
        decimals = {0: ("",), 1: ("", ".5"), 2: ("", ".5", ".25"), 3: ("", ".5", ".125")}[self.precision]
        if combine == "sum" and count > 1 and dice.chance(0.5):
            fulls = {name: str(count * rng.randint(1, 4)) for name in cohorts}
        else:
            fulls = {name: f"{rng.randint(count, 12)}{rng.choice(decimals)}" for name in cohorts}
            if combine == "sum" and count > 1:
                for place, part in enumerate(parts):
                    part["worth"] = {
                        name: str(split_marks(Decimal(full), count)[place]) for name, full in fulls.items()
                    }
        return {"marks": fulls, "combine": combine, "parts": parts}

    def write_part(self, referable: list[str], yes_or_no: bool) -> Body:
        rng, dice = self.dice.rng, self.dice
        figures = [figure for figure in COMBINATIONS if figure != "of_marks" or referable]
        if yes_or_no:
            figures = [f for f in figures if any("all_or_nothing" in marks for marks in COMBINATIONS[f].values())]
        figure = rng.choice(figures)
        targets = COMBINATIONS[figure]
        target = rng.choice([name for name in targets if not yes_or_no or "all_or_nothing" in targets[name]])
        marks = "all_or_nothing" if yes_or_no else rng.choice(targets[target])
        measure = random_measure(dice, figure, marks, referable)
        goal = random_target(dice, figure, target, marks, measure)
        return self.finish_part(measure, goal, random_marks(dice, figure, target, marks, measure, goal))

    def finish_part(self, measure: Body, target: Body | None, marks: Body) -> Body:
        part: Body = {"measure": measure, "marks": marks}
        if target is not None:
            part["target"] = target
        if (target is None or "by" not in target) and self.dice.chance(0.2):
            month_day = self.dice.rng.choice(("06-30", "03-31", "12-31", "02-end"))
            part["due"] = {"every": month_day, "years_later": self.dice.rng.choice((0, 0, 1))}
        return part

    def write_exclusions(self) -> Body:
        dice, body = self.dice, Body()
        for key, value, share in (
            ("roster", "empty", 0.3),
            ("denominator", "zero", 0.35),
            ("rows", "none", 0.2),
            ("units", [dice.name("u0")], 0.07),
            ("kinds", [dice.name("kind1")], 0.05 if len(self.cohorts) > 1 else 0),
        ):
            if dice.chance(share):
                body[key] = value
        return body


def random_head(dice: Dice, draft: Draft, indicators: tuple[Indicator, ...], members: dict[str, list[str]]) -> PackFile:
    """Sections that add up to the cohorts' full marks, grades, reviews and policies."""
    rng = dice.rng
    sums = {
        (section, name): sum(
            (i.marks[name] for i in indicators if i.section == section and name in i.marks), Decimal(0)
        )
        for section in ("base1", "base2")
        for name in draft.cohorts
    }
    reviews = ["inside", "outside"] if dice.chance(0.3) else []
    sections = [
        {
            "id": section,
            "title": section,
            "marks": {name: str(sums[section, name]) for name in draft.cohorts},
            **({"review": review} if reviews else {}),
        }
        for section, review in (("base1", "inside"), ("base2", "outside"))
    ]
    for kind in ("bonus", "deduction"):
        cap = {name: rng.choice(("1", "2.5" if draft.precision else "3", "5", "20")) for name in draft.cohorts}
        sections.append({"id": kind, "title": kind, "kind": kind, "cap": cap})
    sections += [{"id": kind, "title": kind, "kind": kind} for kind in ("veto", "input")]
    cohorts = [
        random_cohort(dice, name, sums["base1", name] + sums["base2", name], members[name]) for name in draft.cohorts
    ]
    shares = {name: rng.choice((30, 50, 70)) for name in draft.cohorts}
    return PackFile.model_validate(
        {
            "id": "random",
            "title": "随机指标包",
            "issuer": "测试",
            "version": "第1版",
            "years": {},
            "precision": draft.precision,
            "cohorts": cohorts,
            "sections": [Section.model_validate(section) for section in sections],
            "reviews": [
                {
                    "id": review,
                    "title": review,
                    "weight": {n: f"{share if review == 'inside' else 100 - share}%" for n, share in shares.items()},
                }
                for review in reviews
            ],
            "policy": random_policy(dice),
            **({"exemptions": "exemptions"} if dice.chance(0.5) else {}),
        }
    )


def random_cohort(dice: Dice, name: str, full: Decimal, members: list[str]) -> Cohort:
    best, middle = full * Decimal("0.8"), full * Decimal("0.5")
    grades = [
        {"name": "优秀", "at_least": f"{best:f}"},
        {"name": "良好", "at_least": f"{middle:f}", "below": f"{best:f}"},
        {"name": "较差", "below": f"{middle:f}"},
    ]
    kind = name.replace("group", "kind")
    ranked = dice.chance(0.93)
    if ranked:
        add_quotas(grades, Random(f"{name} {full} {members}"))
    return Cohort.model_validate(
        {
            "id": name,
            "title": name,
            "members": {"kinds": [kind]} if dice.chance(0.7) else {"units": members},
            "full": f"{full:f}",
            "grades": grades if dice.chance(0.5) else grades[::-1],
            "ranked": ranked,
        }
    )


def add_quotas(grades: list[Body], rng: Random) -> None:
    """Half of the cohorts have some; drawn apart, so that nothing else of a world depends on them."""
    for grade in grades[:2] if rng.random() < 0.5 else ():
        if rng.random() < 0.7:
            share = {"at_most": rng.choice(("20%", "30%", "50%")), "partial": rng.choice(("up", "down"))}
            number = {"at_most": rng.choice(("1", "2"))}
            grade["quota"] = {**rng.choice((share, number)), "ties": rng.choice(("all", "none"))}


def random_policy(dice: Dice) -> Body:
    rng = dice.rng
    limits: Body = {}
    if dice.chance(0.4):
        limits["ceiling"] = rng.choice(("8", "20", "100"))
    if dice.chance(0.2):
        limits["floor"] = None
    gate: Body = {"at_least": rng.choice(("0%", "30%", "50%", "80%", "100%"))}
    if dice.chance(0.4):
        gate["each_section"] = rng.choice(("25%", "50%", "80%"))
    return {
        "not_applicable": rng.choice(POLICIES),
        "exempt": rng.choice(POLICIES),
        "completeness": gate,
        "total": limits,
        "rest_day": rng.choice(("as_is", "next_working_day", "previous_working_day")),
    }
