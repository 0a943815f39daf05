"""What a year's work by a pack will show and its rules alone do not: no mistake, but worth a look before the year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from indicators.entries.amounts import has_no_end, plain
from indicators.entries.shortlist import shorten_list
from indicators.lint.problem import Notice
from indicators.meaning.coverage import list_coverage
from indicators.meaning.formality import list_unreasoned
from indicators.meaning.uses import list_uses
from indicators.pack.model import Indicator, Pack, Part

#: So many tasks, tables or columns are named.
NAMED = 5
#: What happens to some units and not to others, and is nobody's merit.
_CASES = ("案件", "案卷", "诉讼", "复议", "投诉", "举报", "事故", "处罚")


def list_advice(pack: Pack) -> list[Notice]:
    """All of it, of a pack without mistakes."""
    return [
        *_list_open_tasks(pack),
        *_list_loose_caps(pack),
        *_list_idle_tables(pack),
        *_list_proposed_formalities(pack),
        *_gather(notice for indicator in pack.indicators for notice in _look_into(pack, indicator)),
    ]


def _gather(notices: Iterable[Notice]) -> Iterator[Notice]:
    """Those that say the same of several indicators are one."""
    found: dict[str, list[str]] = {}
    for notice in notices:
        found.setdefault(notice.text, []).append(notice.about)
    yield from (Notice(_name(names), text) for text, names in found.items())


def _name(names: list[str]) -> str:
    return shorten_list(names, NAMED, "项")


def _list_open_tasks(pack: Pack) -> Iterator[Notice]:
    """Tasks that no indicator assesses, without a reason."""
    found = [row.obligation for row in list_coverage(pack) if row.state == "open"]
    if found:
        text = f"{len(found)} 项没有指标考核，也没有写为什么不考核（waived）：{_name(found)}"
        yield Notice("任务", text)


def _list_loose_caps(pack: Pack) -> Iterator[Notice]:
    """Caps of bonus and deduction that their items together do not come to."""
    for section in pack.head.sections:
        inside = [indicator for indicator in pack.indicators if indicator.section == section.id]
        for cohort in pack.head.cohorts:
            cap = section.cap.get(cohort.id)
            worths = [indicator.marks[cohort.id] for indicator in inside if cohort.id in indicator.marks]
            if cap is None or not worths or any(has_no_end(worth) for worth in worths):
                continue
            if cap > (most := sum(worths, Decimal(0))):
                text = f"{cohort.title}的上限是 {plain(cap)} 分，所含各项合计最多 {plain(most)} 分，上限用不上"
                yield Notice(f"一级指标「{section.title}」", text)


def _list_idle_tables(pack: Pack) -> Iterator[Notice]:
    """Tables and columns that no indicator of any year reads; what the pack below brought cannot be taken out above."""
    mend = "本级自己的请删去，上级的可以留着" if pack.layers else "请删去，或补上指标"
    leave = "本级自己的、不用来核对的请删去" if pack.layers else "不用来核对的请删去"
    for dataset in pack.datasets:
        uses = list_uses(pack, dataset, pack.indicators)
        idle = [column.title for column in dataset.columns if uses[column.name].purpose == "none"]
        if len(idle) == len(dataset.columns):
            yield Notice(f"《{dataset.title}》", f"没有指标用到这张台账，不会向任何单位要；{mend}")
        elif idle:
            columns = shorten_list([f"「{title}」" for title in idle], NAMED)
            text = f"{columns}不为任何指标所用，填了也不影响得分；{leave}"
            yield Notice(f"《{dataset.title}》", text)


def _list_proposed_formalities(pack: Pack) -> Iterator[Notice]:
    """Proposals that count meetings or documents: to confirm one a reason has to be written."""
    for found in list_unreasoned(pack):
        if found.indicator.draft:
            yield Notice(found.indicator.id, f"{found.describe()}；确认以前请改看做成了什么，或写 formality_reason")


def _look_into(pack: Pack, indicator: Indicator) -> Iterator[Notice]:
    texts = (text for part in indicator.parts for text in (*_tell_nothing(pack, indicator, part), *_tell_peers(part)))
    yield from (Notice(indicator.id, text) for text in dict.fromkeys(texts))


def _tell_nothing(pack: Pack, indicator: Indicator, part: Part) -> Iterator[str]:
    """What becomes of a unit in which there was nothing to assess (零案件)."""
    measure, rule = part.measure.chosen, indicator.not_applicable_when
    if "denominator" in measure.lacks and rule.denominator is None and rule.roster is None:
        yield "分母为零（一件也没有）的单位怎么算没有写，本项会定不了；请写 not_applicable_when: {denominator: zero}"
    earns = part.target is not None and part.target.at_least is not None
    if not ("rows" in measure.lacks and rule.rows is None and earns and "number" in measure.fits):
        return
    titles = [pack.dataset(name).title for name in measure.datasets()]
    if word := next((word for word in _CASES if any(word in title for title in titles)), None):
        yield (
            f"一件也没有的单位按没有达到扣分；「{word}」不是越多越好的，请写 "
            "not_applicable_when: {rows: none}，或改看办得怎样"
        )


def _tell_peers(part: Part) -> Iterator[str]:
    if part.marks.chosen.compares_units:
        yield "得分取决于同组其他单位：组里少一个单位，另外两个单位的先后也可能倒过来；名单定了再评分"
