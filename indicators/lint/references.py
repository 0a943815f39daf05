"""Names must point at things that exist, and only one thing each."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from indicators.entries.nearest import suggest
from indicators.lint.problem import Problem
from indicators.pack.model import Pack


def normalise_name(name: str) -> str:
    """A unit's name as it is compared: full-width forms folded, white space removed."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def _doubled(names: list[str]) -> list[tuple[int, str]]:
    return [(index, name) for index, name in enumerate(names) if name in names[:index]]


def check_ids(pack: Pack) -> Iterator[Problem]:
    """An id stands for one thing."""
    for index, name in _doubled([indicator.id for indicator in pack.indicators]):
        yield Problem(f"指标编号 {name} 用了两次；请改其中一个", index, ("id",))
    for label, file, key, names in (
        ("台账", "datasets.yaml", "datasets", [dataset.id for dataset in pack.datasets]),
        ("考核组", "pack.yaml", "cohorts", [cohort.id for cohort in pack.head.cohorts]),
        ("一级指标", "pack.yaml", "sections", [section.id for section in pack.head.sections]),
        ("评审", "pack.yaml", "reviews", [review.id for review in pack.head.reviews]),
        ("依据", "sources/sources.yaml", "sources", [source.id for source in pack.sources]),
        ("单位类别", "units.yaml", "kinds", [kind.id for kind in pack.registry.kinds]),
        ("任务", "obligations.yaml", "obligations", [obligation.id for obligation in pack.obligations]),
    ):
        for index, name in _doubled(names):
            yield Problem(f"{label}编号 {name} 用了两次；请改其中一个", file=file, place=(key, index, "id"))


def check_registry(pack: Pack) -> Iterator[Problem]:
    """Units have kinds and parents that the register knows."""
    kinds = {kind.id for kind in pack.registry.kinds}
    ids = {unit.id for unit in pack.registry.units}
    for index, unit in enumerate(pack.registry.units):
        place = ("units", index)
        if unit.kind not in kinds:
            text = f"单位 {unit.name} 的类别 {unit.kind} 没有登记{suggest(unit.kind, sorted(kinds))}"
            yield Problem(text, file="units.yaml", place=(*place, "kind"))
        if unit.parent is not None and unit.parent not in ids:
            text = f"单位 {unit.name} 的上级 {unit.parent} 没有登记{suggest(unit.parent, sorted(ids))}"
            yield Problem(text, file="units.yaml", place=(*place, "parent"))
    for index, name in _doubled([unit.id for unit in pack.registry.units]):
        yield Problem(f"单位编号 {name} 用了两次；请改其中一个", file="units.yaml", place=("units", index, "id"))


class Named(NamedTuple):
    """A name in a pack: what kind of thing it names, where it stands, and whose it is (with 的)."""

    noun: str
    name: str
    indicator: int | None
    place: tuple[str | int, ...]
    whose: str = ""


def list_units(pack: Pack) -> Iterator[Named]:
    """Every unit that an exception, a duty or a cohort names."""
    for position, indicator in enumerate(pack.indicators):
        for name in indicator.not_applicable_when.units:
            yield Named("单位", name, position, ("not_applicable_when",))
        for role in ("lead", "joint"):
            for number, name in enumerate(getattr(indicator.duties, role, ())):
                yield Named("单位", name, position, ("duties", role, number))
        for name in indicator.assessed_by.units if indicator.assessed_by else ():
            yield Named("单位", name, position, ("assessed_by", "units", name))
        for number, transfer in enumerate(indicator.duties.transfers if indicator.duties else ()):
            for key, name in (("from", transfer.giver), ("to", transfer.to)):
                yield Named("单位", name, position, ("duties", "transfers", number, key))
    for index, cohort in enumerate(pack.head.cohorts):
        for name in cohort.members.units:
            yield Named("单位", name, None, ("cohorts", index, "members"), f"考核组 {cohort.id} 的")


def _list_kinds(pack: Pack) -> Iterator[Named]:
    for position, indicator in enumerate(pack.indicators):
        for name in indicator.assessed_by.kinds if indicator.assessed_by else ():
            yield Named("单位类别", name, position, ("assessed_by", "kinds", name))
        for name in indicator.not_applicable_when.kinds:
            yield Named("单位类别", name, position, ("not_applicable_when",))
    for index, cohort in enumerate(pack.head.cohorts):
        for name in cohort.members.kinds:
            yield Named("单位类别", name, None, ("cohorts", index, "members"), f"考核组 {cohort.id} 的")


def _list_cohorts(pack: Pack) -> Iterator[Named]:
    for position, indicator in enumerate(pack.indicators):
        for name in indicator.marks:
            yield Named("考核组", name, position, ("marks", name))
        for number, part in enumerate(indicator.parts):
            for name in part.worth or {}:
                yield Named("考核组", name, position, ("parts", number, "worth", name))
    for index, section in enumerate(pack.head.sections):
        for key, names in (("marks", section.marks), ("cap", section.cap)):
            for name in names:
                yield Named("考核组", name, None, ("sections", index, key, name))
    for index, review in enumerate(pack.head.reviews):
        for name in review.weight:
            yield Named("考核组", name, None, ("reviews", index, "weight", name))


def check_sections_and_cohorts(pack: Pack) -> Iterator[Problem]:
    """Indicators name sections and cohorts that the pack has; cohorts name kinds and units that it has."""
    known = {
        "一级指标": [section.id for section in pack.head.sections],
        "考核组": [cohort.id for cohort in pack.head.cohorts],
        "单位类别": [kind.id for kind in pack.registry.kinds],
        "单位": [unit.id for unit in pack.registry.units],
    }
    sections = (Named("一级指标", each.section, n, ("section",)) for n, each in enumerate(pack.indicators))
    for noun, name, position, place, whose in chain(sections, _list_cohorts(pack), _list_kinds(pack), list_units(pack)):
        if name not in known[noun]:
            text = f"{whose}{noun} {name} 不存在{suggest(name, known[noun])}"
            yield Problem(text, position, place)
    for position, indicator in enumerate(pack.indicators):
        if not indicator.marks:
            yield Problem("marks 不能为空：写明每个考核组的分值", position, ("marks",))


def check_datasets(pack: Pack) -> Iterator[Problem]:
    """A measure reads datasets that the pack has."""
    known = [dataset.id for dataset in pack.datasets]
    for position, indicator in enumerate(pack.indicators):
        for number, part in enumerate(indicator.parts):
            for name in part.measure.datasets():
                if name not in known:
                    yield Problem(f"台账 {name} 不存在{suggest(name, known)}", position, ("parts", number, "measure"))
