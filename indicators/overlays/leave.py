"""What the head and the units of a pack may say that extends another: what the base left to it, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indicators.lint.problem import Problem
from indicators.pack.model import Indicator, Pack
from indicators.pack.overlay import MAX_LAYERS, OverlayHead
from indicators.pack.register import UnitEntry

#: What a problem is about that stands in one of the files of indicators: its place is which of all of them.
INDICATORS = "indicators/"
#: Sections in which nobody can gain what the base did not give.
_ADDED = ("deduction", "veto", "input")


def find_head_problems(base: Pack, head: OverlayHead, indicators: Sequence[Indicator]) -> Iterator[Problem]:
    """Whether it extends the base that is there, within its years, with sections and indicators where they may be."""
    yield from _find_other_base(base, head)
    years, own = base.head.years, head.years
    if own is not None and (
        (years.first is not None and (own.first is None or own.first < years.first))
        or (years.last is not None and (own.last is None or own.last > years.last))
    ):
        text = (
            f"years（适用年度）超出上级的 {years.first or '不限'} 到 {years.last or '不限'}；请改到这个范围内，或删去"
        )
        yield Problem(text, place=("years",))
    known = {section.id for section in base.head.sections}
    for index, section in enumerate(head.sections):
        if section.id in known:
            text = f"一级指标 {section.id} 上级已经有了，本级不能改写；本级另外要的请换一个编号"
            yield Problem(text, place=("sections", index, "id"))
        elif section.kind not in _ADDED:
            text = (
                f"本级加的一级指标「{section.title}」只能是扣分（deduction）、否决（veto）或中间项（input）："
                f"加分和基本分会冲淡上级的分；要加得分的指标，请放进上级留出的一级指标（openings 的 sections）"
            )
            yield Problem(text, place=("sections", index, "kind"))
    yield from _find_misplaced(base, head, indicators)
    yield from _find_reopened(base, head, indicators)


def _find_other_base(base: Pack, head: OverlayHead) -> Iterator[Problem]:
    """The folder holds just the pack that is named, word for word, and no pack stands in it twice."""
    said = head.extends
    if said.pack != base.head.id:
        text = f"extends 写的是指标包 {said.pack}，base 里是 {base.head.id}；请放对指标包，或改 extends"
        yield Problem(text, place=("extends", "pack"))
    elif said.version != base.head.version:
        text = (
            f"extends 要求《{base.head.title}》{said.version} 版，base 里是 {base.head.version} 版；"
            f"请换成 {said.version} 版，或核对改动以后改 extends"
        )
        yield Problem(text, place=("extends", "version"))
    elif said.sha256 != base.sha256:
        text = (
            f"base 里的《{base.head.title}》与 extends 登记的 sha256 不符：上级指标包被改动过；请放回原样，"
            f"确是上级发的新内容的，核对后请写 sha256: {base.sha256}"
        )
        yield Problem(text, place=("extends", "sha256"))
    chain = [layer.id for layer in base.layers] or [base.head.id]
    if head.id in chain:
        yield Problem(f"指标包 {head.id} 又是自己的上级；请换一个编号（id）", place=("id",))
    if len(chain) >= MAX_LAYERS:
        yield Problem(f"指标包叠了 {len(chain) + 1} 层，至多 {MAX_LAYERS} 层；请减少层数", place=("extends",))


def _find_misplaced(base: Pack, head: OverlayHead, indicators: Sequence[Indicator]) -> Iterator[Problem]:
    """Indicators that the base has, and those in a section of the base that is not open."""
    names = {indicator.id for indicator in base.indicators}
    closed = {section.id: section.title for section in base.head.sections}
    for name in base.head.openings.sections:
        closed.pop(name, None)
    for index, indicator in enumerate(indicators):
        if indicator.id in names:
            text = (
                f"指标 {indicator.id} 上级已经有了，本级不能整个改写；"
                f"要改它的数请写进 overlay.yaml 的 changes，本级另外要的请换一个编号"
            )
            yield Problem(text, file=INDICATORS, place=(index,))
        elif indicator.section in closed:
            open_ones = "、".join((*base.head.openings.sections, *(section.id for section in head.sections)))
            text = (
                f"指标 {indicator.id} 放在上级的一级指标「{closed[indicator.section]}」里，上级没有留给下级加；"
                f"请放进本级自己的或上级留出的一级指标{f'：{open_ones}' if open_ones else ''}"
            )
            yield Problem(text, file=INDICATORS, place=(index,))


def _find_reopened(base: Pack, head: OverlayHead, indicators: Sequence[Indicator]) -> Iterator[Problem]:
    """What is left to the next pack is this one's own, or was left to this one at least as far."""
    given, opened = base.head.openings, head.openings
    names = {indicator.id for indicator in base.indicators}
    own = {indicator.id for indicator in indicators} - names
    why = "上级没有留给下级，本级不能再往下放；请删去"
    for index, each in enumerate(opened.numbers):
        outer = given.find(each.place)
        if each.indicator not in own and (outer is None or not each.holds_within(outer)):
            said = "" if outer is None else f"（上级：{outer.describe()}）"
            text = f"openings 的「{each.title}」比上级留出的宽{said}；请改到上级留出的范围内，或删去"
            yield Problem(text, place=("openings", "numbers", index))
    for index, name in enumerate(opened.removable):
        if name not in own and name not in given.removable:
            yield Problem(f"去掉指标 {name}，{why}", place=("openings", "removable", index))
    sections = {section.id for section in head.sections} | set(given.sections)
    for index, name in enumerate(opened.sections):
        if name not in sections:
            yield Problem(f"往一级指标 {name} 里加指标，{why}", place=("openings", "sections", index))
    if opened.units == "own" and given.units != "own":
        yield Problem(f"另列单位（units: own），{why}", place=("openings", "units"))


def find_unit_problems(base: Pack, units: Sequence[UnitEntry] | None) -> Iterator[Problem]:
    """A unit of the base stays as it is wherever it is listed."""
    known = {unit.id: unit for unit in base.registry.units}
    for index, unit in enumerate(units or ()):
        if unit.id not in known:
            continue
        place = ("units", index)
        if base.head.openings.units == "kept":
            text = f"单位 {unit.name} 上级已经有了，不用再写；请删去（只列本级的单位，要上级写 openings 的 units: own）"
            yield Problem(text, file="units.yaml", place=place)
        elif unit != known[unit.id]:
            text = (
                f"单位 {unit.name} 与上级登记的不同，类别、名称和起止都不能改；请照上级的写，本级另外的单位请换一个编号"
            )
            yield Problem(text, file="units.yaml", place=place)
