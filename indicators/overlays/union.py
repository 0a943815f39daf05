"""A base and what lies over it -> one pack, and every place where the upper one does what the base does not allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from pydantic import ValidationError

from indicators.entries.mistakes import describe_error
from indicators.entries.tables import Dataset
from indicators.lint.problem import Problem
from indicators.overlays.breaches import Breach, ChangedTwice, NoSuchIndicator, NoSuchPlace
from indicators.overlays.leave import find_head_problems, find_unit_problems
from indicators.overlays.tightening import judge_change, tell_support
from indicators.pack.dated import NoSuchNumber, find_place
from indicators.pack.doubts import DoubtRule
from indicators.pack.layers import ChangedNumber, OverlayChange, PackLayer, RemovedIndicator
from indicators.pack.model import Indicator, Pack, PackFile
from indicators.pack.overlay import OverlayFile, OverlayHead
from indicators.pack.plain_values import write_plain
from indicators.pack.register import UnitEntry
from indicators.pack.sources import Cite, Obligation, Source

OVERLAY = "overlay.yaml"


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


Listed = TypeVar("Listed", bound=_HasId)


@dataclass(frozen=True)
class OverlayParts:
    """What a pack says that extends another. ``units`` is None where it has no list of its own."""

    head: OverlayHead
    overlay: OverlayFile
    units: tuple[UnitEntry, ...] | None
    sources: tuple[Source, ...]
    texts: dict[str, str] = field(repr=False)
    datasets: tuple[Dataset, ...]
    obligations: tuple[Obligation, ...]
    doubts: tuple[DoubtRule, ...]
    indicators: tuple[Indicator, ...]
    sha256: str


@dataclass(frozen=True)
class Merged:
    """The pack that two make together. ``touched``: of each indicator of the base that is in it, the change by which
    it is another one (None: it is the base's); those that follow are the upper pack's ``own``, by their place there."""

    pack: Pack
    problems: list[Problem]
    touched: tuple[int | None, ...]
    own: tuple[int, ...]


def merge_packs(base: Pack, parts: OverlayParts) -> Merged:
    """Both in one pack. What the base does not allow is a problem, and is left out of the pack."""
    problems = [*find_head_problems(base, parts.head, parts.indicators), *_find_doubled(base, parts)]
    kept, changed = _change_indicators(base, parts.overlay.changes, problems)
    removed = _remove(base, parts, problems)
    problems += _find_unfilled(base, changed)
    problems += find_unit_problems(base, parts.units)
    stay = [each for each in kept if each.indicator.id not in {gone.indicator for gone in removed}]
    known = {each.id for each in base.indicators}
    own = [at for at, each in enumerate(parts.indicators) if each.id not in known]
    layer = PackLayer(
        id=parts.head.id,
        title=parts.head.title,
        issuer=parts.head.issuer,
        version=parts.head.version,
        sha256=parts.sha256,
        changed=tuple(changed),
        added=tuple(parts.indicators[at].id for at in own),
        removed=tuple(removed),
    )
    pack = base.model_copy(
        update={
            "head": _merge_heads(base, parts.head),
            "sources": _add(base.sources, parts.sources),
            "texts": {**parts.texts, **base.texts},
            "datasets": _add(base.datasets, parts.datasets),
            "registry": base.registry.model_copy(update={"units": _merge_units(base, parts.units)}),
            "indicators": (*(each.indicator for each in stay), *(parts.indicators[at] for at in own)),
            "obligations": _add(base.obligations, parts.obligations),
            "doubts": _add(base.doubts, parts.doubts),
            "layers": (*(base.layers or (_describe_lowest(base),)), layer),
            "sha256": parts.sha256,
        }
    )
    return Merged(pack, problems, tuple(each.change for each in stay), tuple(own))


def _describe_lowest(base: Pack) -> PackLayer:
    head = base.head
    return PackLayer(id=head.id, title=head.title, issuer=head.issuer, version=head.version, sha256=base.sha256)


def _add(base: tuple[Listed, ...], own: tuple[Listed, ...]) -> tuple[Listed, ...]:
    known = {each.id for each in base}
    return (*base, *(each for each in own if each.id not in known))


def _find_doubled(base: Pack, parts: OverlayParts) -> Iterator[Problem]:
    """What the base has is not written anew: it would be another one without a word."""
    lists: tuple[tuple[str, str, str, Iterable[str], Iterable[str]], ...] = (
        ("依据", "sources/sources.yaml", "sources", _ids(base.sources), _ids(parts.sources)),
        ("台账", "datasets.yaml", "datasets", _ids(base.datasets), _ids(parts.datasets)),
        ("任务", "obligations.yaml", "obligations", _ids(base.obligations), _ids(parts.obligations)),
        ("存疑", "doubts.yaml", "doubts", _ids(base.doubts), _ids(parts.doubts)),
    )
    for noun, file, key, known, own in lists:
        taken = set(known)
        for index, name in enumerate(own):
            if name in taken:
                text = f"{noun} {name} 上级已经有了，本级不能改写；本级另外要的请换一个编号"
                yield Problem(text, file=file, place=(key, index, "id"))
    titles = {dataset.title: dataset.id for dataset in base.datasets}
    for index, dataset in enumerate(parts.datasets):
        if dataset.title in titles and dataset.id not in titles.values():
            text = (
                f"台账《{dataset.title}》与上级的 {titles[dataset.title]} 同名，报来的文件分不清是哪一张；请换一个名称"
            )
            yield Problem(text, file="datasets.yaml", place=("datasets", index, "title"))


def _ids(entries: Sequence[_HasId]) -> list[str]:
    return [each.id for each in entries]


@dataclass(frozen=True)
class _KeptIndicator:
    """An indicator of the base, and the first change by which it is another one."""

    indicator: Indicator
    change: int | None = None


def _change_indicators(
    base: Pack, changes: Sequence[OverlayChange], problems: list[Problem]
) -> tuple[list[_KeptIndicator], list[ChangedNumber]]:
    kept, changed = {each.id: _KeptIndicator(each) for each in base.indicators}, list[ChangedNumber]()
    for at, change in enumerate(changes):
        try:
            if change.indicator not in kept:
                raise NoSuchIndicator(change.indicator, list(kept))
            if change.place in [each.change.place for each in changed]:
                raise ChangedTwice(change)
            before = kept[change.indicator]
            indicator, made = _apply(base, before.indicator, change)
        except Breach as breach:
            problems.append(Problem(str(breach), file=OVERLAY, place=("changes", at)))
            continue
        kept[change.indicator] = _KeptIndicator(indicator, at if before.change is None else before.change)
        changed.append(made)
    return list(kept.values()), changed


def _apply(base: Pack, indicator: Indicator, change: OverlayChange) -> tuple[Indicator, ChangedNumber]:
    body = write_plain(indicator)
    try:
        place = find_place(body, change.part, change.number)
    except NoSuchNumber as error:
        raise NoSuchPlace(change, f"找不到：{error}") from None
    written = str(place.value)
    made = judge_change(
        base, indicator, place.keys, written.lower() if isinstance(place.value, bool) else written, change
    )
    place.put(change.value)
    try:
        changed = Indicator.model_validate(body)
    except ValidationError as error:
        said = "；".join(describe_error(detail, [], []) for detail in error.errors())
        raise NoSuchPlace(change, f"写了{change.value}：{said}") from None
    return changed.model_copy(update={"cites": (*changed.cites, _cite(change, place.keys))}), made


def _cite(change: OverlayChange, keys: tuple[str, ...]) -> Cite:
    """What the change rests on stands among the clauses of its indicator."""
    said: dict[str, object] = {"supports": (tell_support(keys),)}
    if change.source is not None:
        said |= {"source": change.source, "quote": change.quote}
        said |= {"article": change.article} if change.article is not None else {}
    else:
        said["local_choice"] = change.local_choice
    return Cite.model_validate(said)


def _remove(base: Pack, parts: OverlayParts, problems: list[Problem]) -> list[RemovedIndicator]:
    names = {each.id: each.name for each in base.indicators}
    changed = {change.indicator for change in parts.overlay.changes}
    removed: list[RemovedIndicator] = []
    for at, removal in enumerate(parts.overlay.removed):
        name = removal.indicator
        text = ""
        if name not in names:
            text = str(NoSuchIndicator(name, list(names)))
        elif name not in base.head.openings.removable:
            text = f"上级没有允许去掉指标 {name}「{names[name]}」；请保留，或请上级写进 openings 的 removable"
        elif name in changed or name in [each.indicator for each in removed]:
            text = f"指标 {name} 已经改过或者去掉了，不能再去掉；请删去一处"
        if text:
            problems.append(Problem(text, file=OVERLAY, place=("removed", at)))
        else:
            removed.append(RemovedIndicator(indicator=name, name=names[name], why=removal.why))
    return removed


def _find_unfilled(base: Pack, changed: Sequence[ChangedNumber]) -> Iterator[Problem]:
    filled = [each.change.place for each in changed]
    for opening in base.head.openings.numbers:
        if opening.must and opening.place not in filled:
            where = f"指标 {opening.indicator} 的 {opening.number}"
            text = f"上级要求下级定「{opening.title}」（{where}），这里没有定；请写进 changes"
            yield Problem(text, file=OVERLAY)


def _merge_heads(base: Pack, own: OverlayHead) -> PackFile:
    known = {section.id for section in base.head.sections}
    locked = tuple(dict.fromkeys((*base.head.openings.locked, *own.openings.locked)))
    return base.head.model_copy(
        update={
            "id": own.id,
            "title": own.title,
            "issuer": own.issuer,
            "version": own.version,
            "years": own.years or base.head.years,
            "fictional": base.head.fictional or own.fictional,
            "sections": (*base.head.sections, *(each for each in own.sections if each.id not in known)),
            "openings": own.openings.model_copy(update={"locked": locked}),
        }
    )


def _merge_units(base: Pack, own: tuple[UnitEntry, ...] | None) -> tuple[UnitEntry, ...]:
    units = base.registry.units
    if own is None:
        return units
    known = {unit.id for unit in units}
    return own if base.head.openings.units == "own" else (*units, *(each for each in own if each.id not in known))
