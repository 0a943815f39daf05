"""What an item does to the total, in words, by the pack's policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from indicators.entries.amounts import OPEN_TITLE, has_no_end
from indicators.meaning.uses import list_readers
from indicators.pack.model import Pack
from scoring.base.amounts import write_printed
from scoring.base.effects import describe_effect as describe_strike
from scoring.base.effects import find_effect


def describe_effect(pack: Pack, row: Mapping[str, Any], precision: int, struck_by: str | None = None) -> str:
    """One sentence; for items without marks it says what stands in their place and what they may still become.

    ``struck_by`` is the veto by which the whole section counts nothing.
    """
    section = pack.section(row["section"])
    kind, outcome = section.kind, row["outcome"]

    def show(points: int) -> str:
        marks = Fraction(points, 10**precision)
        return OPEN_TITLE if has_no_end(marks) else f"{write_printed(marks, precision)} 分"

    counted, stake, cohort = int(row["counted_points"] or 0), int(row["applicable_points"] or 0), row["cohort"]
    is_open = outcome in ("pending", "conflict", "error")
    if kind == "veto":
        return _describe_veto(pack, row, is_open)
    if kind == "input":
        return _describe_readers(pack, row["indicator"])
    if struck_by is not None:
        own = f"，本项的 {show(int(row['points']))}不计入总分" if outcome == "scored" else ""
        return f"已触发一票否决「{pack.indicator(struck_by).name}」，「{section.title}」不得分{own}。"
    if kind == "deduction":
        return _describe_deduction(section.title, _cap(pack, row), counted, stake if is_open else None, show)
    if kind == "bonus":
        return _describe_bonus(section.title, _cap(pack, row), counted, show(stake) if is_open else None, show)
    if outcome == "scored":
        return f"按 {show(counted)}计入「{section.title}」{_describe_review(pack, section.review, cohort)}。"
    if is_open:
        return f"现在按 0 分计入总分，满分里仍有这一项，不会因为没有数据而折算掉；定了以后最多可得 {show(stake)}。"
    policy = pack.head.policy.exempt if outcome == "exempt" else pack.head.policy.not_applicable
    full = int(row["full_points"])
    return {
        "rescale": "这一项不计入，其余项目的得分按比例折算到满分。",
        "out_of_scope": f"这一项移出本单位的评分表，满分相应减少 {show(full)}。",
        "full": f"按规定以满分 {show(full)}计入。",
        "peer_mean": f"按同组已计分单位的平均分 {show(counted)}计入；"
        "同组都没有得分的，这一项不计入，其余项目按比例折算。",
    }[policy]


def _describe_deduction(title: str, cap: str, counted: int, stake: int | None, show: Callable[[int], str]) -> str:
    """``stake`` is what is taken off while it is open; what is not scored takes nothing."""
    if stake is not None:
        return f"弄清以前先按最多扣 {show(stake)}计入，弄清以后按实际扣。"
    return f"从总分里扣 {show(-counted)}（「{title}」合计最多扣 {cap} 分）。" if counted else "不扣分。"


def _describe_bonus(title: str, cap: str, counted: int, stake: str | None, show: Callable[[int], str]) -> str:
    """``stake`` is what may still be added while it is open; a pot may take instead of adding."""
    if stake is not None:
        before = f"先按最多扣 {show(-counted)}计入" if counted else "不加分"
        after = "按实际加" if stake == OPEN_TITLE else f"最多可加 {stake}"
        return f"弄清以前{before}，弄清以后{after}{_name_limit(title, cap, '加')}。"
    if counted < 0:
        return f"从总分里扣 {show(-counted)}{_name_limit(title, cap, '扣')}。"
    return f"在总分上加 {show(counted)}{_name_limit(title, cap, '加')}。" if counted else "不加分。"


def _name_limit(title: str, cap: str, verb: str) -> str:
    return f"（「{title}」{verb}分不封顶）" if cap == OPEN_TITLE else f"（「{title}」合计最多{verb} {cap} 分）"


def _describe_readers(pack: Pack, name: str) -> str:
    readers = "、".join(f"「{reader.name}」" for reader in list_readers(pack, name))
    return f"供{readers}使用，不计入总分。"


def _cap(pack: Pack, row: Mapping[str, Any]) -> str:
    cap = pack.section(row["section"]).cap.get(row["cohort"])
    return OPEN_TITLE if cap is not None and has_no_end(cap) else f"{cap or 0}"


def _describe_review(pack: Pack, name: str | None, cohort: str) -> str:
    review = next((review for review in pack.head.reviews if review.id == name), None)
    if review is None or cohort not in review.weight:
        return ""
    return f"，再按「{review.title}」占 {review.weight[cohort]} 的权重计入总分"


def _describe_veto(pack: Pack, row: Mapping[str, Any], is_open: bool) -> str:
    found = find_effect(pack.indicator(row["indicator"]))
    assert found is not None, "only vetoes stand in the sections of vetoes"
    effect = describe_strike(found, pack)
    if found.stage is not None:
        passed = (
            f"还不能确定是否通过「{found.stage}」；没有通过的不参加排名。" if is_open else f"通过了「{found.stage}」。"
        )
        return f"{effect}。" if row["veto"] is not None else passed
    if row["veto"] is not None:
        return f"已触发否决：{effect}。"
    return f"还不能确定是否触发否决（触发的{effect}）。" if is_open else "没有触发否决，不影响总分。"
