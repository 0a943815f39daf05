"""Pots: every part takes, adds or voids, groups hold together, and the bounds can be met."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from indicators.entries.amounts import plain
from indicators.entries.nearest import suggest
from indicators.lint.problem import Problem
from indicators.pack.combining import Pot, PotGroup
from indicators.pack.model import Indicator, Pack, Part

_ROLES = "takes（最多扣多少）、adds（最多加多少）、voids（没有达到目标就不得分）"


def check_roles(pack: Pack) -> Iterator[Problem]:
    """Every part of a pot takes, adds or voids, and no other part does."""
    for position, indicator in enumerate(pack.indicators):
        for number, part in enumerate(indicator.parts):
            place = ("parts", number)
            if indicator.pot is None:
                if _count_roles(part) or part.group is not None:
                    text = "takes、adds、voids 和 group 只用于 combine: {pot: …}；请改 combine 或删去"
                    yield Problem(text, position, place)
                continue
            for text in _describe_role(part):
                yield Problem(text, position, place)


def _count_roles(part: Part) -> int:
    return (part.takes is not None) + (part.adds is not None) + part.voids


def _describe_role(part: Part) -> Iterator[str]:
    if _count_roles(part) != 1:
        yield f"共用一个分数（pot）的每个部分请写 {_ROLES} 之一"
    if part.worth is not None:
        yield "共用一个分数（pot）的部分没有自己的满分；请删去 worth，写 takes 或 adds"
    if part.marks.chosen.find_effect() is not None:
        yield "一票否决（veto）不能放进 pot；没有达到目标就不得分的，请写 voids: true 和 all_or_nothing"
    elif part.voids and (part.target is None or not part.marks.chosen.only_asks_target):
        yield "voids 的部分只看是否达到目标；请写 target，计分写 all_or_nothing"
    if part.voids and part.group is not None:
        yield "voids 的部分作用于整个分数；请删去 group"


def check_groups(pack: Pack) -> Iterator[Problem]:
    """Groups of a pot have one name each, stand in each other without a circle, and none is empty."""
    for position, indicator in enumerate(pack.indicators):
        if indicator.pot is None:
            continue
        groups = indicator.pot.groups
        names = [group.name for group in groups]
        place = ("combine", "pot", "groups")
        for text in _describe_choice(indicator, indicator.pot, None):
            yield Problem(text, position, ("combine", "pot"))
        for number, part in enumerate(indicator.parts):
            if part.group is not None and part.group not in names:
                text = f"group 写的 {part.group} 不在 pot 的 groups 里{suggest(part.group, names)}"
                yield Problem(text, position, ("parts", number, "group"))
        for number, group in enumerate(groups):
            for text in _describe_group(group, number, indicator):
                yield Problem(text, position, (*place, number))


def _describe_group(group: PotGroup, number: int, indicator: Indicator) -> Iterator[str]:
    assert indicator.pot is not None
    groups = indicator.pot.groups
    names = [each.name for each in groups]
    if group.name in names[:number]:
        yield f"groups 里的编号 {group.name} 用了两次；请改其中一个"
    if group.within is not None and group.within not in names:
        yield f"within 写的 {group.within} 不在 groups 里{suggest(group.within, names)}"
    elif circles(groups, group):
        yield f"「{group.title}」绕一圈放在自己里面；请改 within"
    if not any(part.group == group.name for part in indicator.parts) and group.name not in [g.within for g in groups]:
        yield f"「{group.title}」里没有任何部分；请在部分里写 group: {group.name}，或删去这一组"
    yield from _describe_choice(indicator, group, group.name)
    if group.at_least is None and group.at_most is None and group.best is None and group.worst is None:
        yield f"「{group.title}」没有写上下限；请写 at_most（最多加多少）或 at_least（负数，最多扣多少），或删去这一组"
    if group.at_least is not None and group.at_least.value > 0:
        yield f"「{group.title}」的 at_least 是扣分的限度，请写 0 或负数"
    if group.at_most is not None and group.at_most.value < 0:
        yield f"「{group.title}」的 at_most 是加分的限度，请写 0 或正数"


def _describe_choice(indicator: Indicator, node: Pot | PotGroup, name: str | None) -> Iterator[str]:
    """Of parts that only add some count: fewer than there are, so that the others tell the difference."""
    if node.best is not None and node.worst is not None:
        yield "best（只算最高的几项）与 worst（只算最低的几项）不能同时写；请删去一个，或各放一组"
        return
    count, key = (
        (node.best, "best（只算最高的几项）") if node.worst is None else (node.worst, "worst（只算最低的几项）")
    )
    if count is None:
        return
    own = [part for part in indicator.parts if part.group == name and not part.voids]
    if any(part.takes is not None for part in own):
        yield f"{key}的各部分都要是 adds（加分）；扣分的请放到另一组"
    elif not 1 <= count < len(own):
        yield f"{key}请写 1 到 {max(1, len(own) - 1)}：这里一共 {len(own)} 项"


def circles(groups: tuple[PotGroup, ...], group: PotGroup) -> bool:
    """Whether a group stands in itself, by itself or through others."""
    parents = {each.name: each.within for each in groups}
    seen: set[str] = set()
    name: str | None = group.name
    while name is not None and name not in seen:
        seen.add(name)
        name = parents.get(name)
    return name is not None


def check_amounts(pack: Pack) -> Iterator[Problem]:
    """A pot starts within its bounds, can come to its full marks, and holds no amount finer than the precision."""
    scale = 10**pack.head.precision
    for position, indicator in enumerate(pack.indicators):
        pot = indicator.pot
        if pot is None or any(circles(pot.groups, group) for group in pot.groups):
            continue
        for cohort, full in indicator.marks.items():
            for text in _describe_amounts(indicator, pot, full):
                yield Problem(f"{text}（{cohort}）", position, ("combine", "pot"))
            for label, amount in _list_amounts(indicator, pot, full):
                if amount * scale % 1:
                    kept = f"得分只保留 {pack.head.precision} 位小数（precision）"
                    text = f"{label} {plain(amount)} 太细，{kept}；请改用整一些的数（{cohort}）"
                    yield Problem(text, position, ("combine", "pot"))


def _list_amounts(indicator: Indicator, pot: Pot, full: Decimal) -> Iterator[tuple[str, Decimal]]:
    yield "start", pot.start.of(full)
    yield "at_least", pot.at_least.of(full)
    for group in pot.groups:
        for amount in (group.at_least, group.at_most):
            if amount is not None:
                yield f"「{group.title}」的上下限", amount.of(full)
    for number, part in enumerate(indicator.parts, 1):
        for amount in (part.takes, part.adds):
            if amount is not None:
                yield f"第 {number} 部分的 takes 或 adds", amount.of(full)


def _describe_amounts(indicator: Indicator, pot: Pot, full: Decimal) -> Iterator[str]:
    start, floor = pot.start.of(full), pot.at_least.of(full)
    if not full:
        yield "pot 的 marks 请写大于 0 的满分；只扣分的，请放到 kind: deduction 的一级指标"
    elif start > full:
        yield f"start（从多少分起算）{plain(start)} 超过满分 {plain(full)}；请改小"
    elif start < floor:
        yield f"start（从多少分起算）{plain(start)} 低于 at_least（最低多少分）{plain(floor)}；请改一处"
    elif (most := start + _add_most(indicator, pot, full, None)) < full:
        yield f"加满也只有 {plain(most)} 分，得不到满分 {plain(full)}；请改 marks、start 或 adds"
    if floor < 0 and any(part.voids for part in indicator.parts):
        yield "有 voids（不得分）的 pot 不能低于 0 分；请把 at_least 改为 0"


def _add_most(indicator: Indicator, pot: Pot, full: Decimal, inside: str | None) -> Decimal:
    """The most that the parts of a group, or of the pot itself, can add."""
    node = next((group for group in pot.groups if group.name == inside), pot)
    adds = sorted(part.adds.of(full) for part in indicator.parts if part.adds is not None and part.group == inside)
    kept = adds if node.best is None else adds[-node.best :]
    most = sum(kept if node.worst is None else kept[: node.worst], Decimal(0))
    for group in pot.groups:
        if group.within == inside:
            more = _add_most(indicator, pot, full, group.name)
            most += more if group.at_most is None else min(more, group.at_most.of(full))
    return most


def check_floors(pack: Pack) -> Iterator[Problem]:
    """Only in a bonus section may a pot take from the total."""
    for position, indicator in enumerate(pack.indicators):
        kind = pack.section(indicator.section).kind
        if indicator.pot is None:
            continue
        if kind == "veto":
            yield Problem("一票否决的一级指标里不能用 pot；请改 combine 或换一级指标", position, ("combine",))
        elif kind != "bonus" and indicator.pot.at_least.value < 0:
            text = "at_least（最低多少分）写了负数：只有 kind: bonus（加减分）的一级指标里可以；请写 0 或换一级指标"
            yield Problem(text, position, ("combine", "pot", "at_least"))
