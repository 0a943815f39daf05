"""The matrix of obligations and indicators, read both ways: what assesses a task, and what an indicator stands for."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Literal

from indicators.entries.amounts import OPEN_TITLE, has_no_end, plain
from indicators.meaning.overlaid import KINDS, describe_chain, list_layer_differences
from indicators.pack.model import Indicator, Pack

Way = Literal["measured", "found", "judged", "waived", "open"]
WAYS: dict[Way, str] = {
    "measured": "数据计量",
    "found": "督察查实",
    "judged": "督察评定",
    "waived": "说明不考核",
    "open": "尚未考核",
}


@dataclass(frozen=True)
class Coverage:
    """One obligation: the indicators that assess it; ``waived`` says why it is not assessed.

    ``ways``: measured from data, by confirmed findings, judged by inspectors against a checklist, or several of
    these; else waived or open.
    ``cohorts``: the ids of the cohorts in which it is assessed.
    """

    obligation: str
    article: str
    quote: str
    kind: str
    indicators: tuple[str, ...]
    ways: tuple[Way, ...]
    cohorts: tuple[str, ...]
    waived: str | None

    @property
    def state(self) -> str:
        """covered, waived or open."""
        return "covered" if self.indicators else "waived" if self.waived else "open"

    @property
    def state_text(self) -> str:
        """The ways in Chinese."""
        return "、".join(WAYS[way] for way in self.ways)

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {**asdict(self), "state": self.state}


@dataclass(frozen=True)
class IndicatorCoverage:
    """One indicator and the obligations that it assesses; none for a qualitative task or a local rule."""

    indicator: str
    name: str
    articles: tuple[str, ...]
    way: Way
    marks: dict[str, str]
    obligations: tuple[str, ...]
    checklist: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def find_way(indicator: Indicator) -> Way:
    """judged where an inspector gives the marks of some part, found where findings are counted, else measured."""
    ways = {part.measure.chosen.way for part in indicator.parts}
    return "judged" if "judged" in ways else "found" if "found" in ways else "measured"


def list_coverage(pack: Pack) -> list[Coverage]:
    """One row per obligation, in the order of the pack's list."""
    found = []
    for obligation in pack.obligations:
        indicators = [indicator for indicator in pack.indicators if obligation.id in indicator.obligations]
        ways: list[Way] = [find_way(indicator) for indicator in indicators]
        found.append(
            Coverage(
                obligation.id,
                obligation.article,
                obligation.quote,
                obligation.kind,
                tuple(indicator.id for indicator in indicators),
                tuple(dict.fromkeys(ways)) or ("waived" if obligation.waived else "open",),
                tuple(c.id for c in pack.head.cohorts if any(c.id in indicator.marks for indicator in indicators)),
                obligation.waived,
            )
        )
    return found


def list_indicator_coverage(pack: Pack) -> list[IndicatorCoverage]:
    """One row per indicator, in the order of the pack."""
    return [
        IndicatorCoverage(
            indicator.id,
            indicator.name,
            tuple(dict.fromkeys(cite.article for cite in indicator.cites if cite.article is not None)),
            find_way(indicator),
            {cohort: OPEN_TITLE if has_no_end(marks) else plain(marks) for cohort, marks in indicator.marks.items()},
            indicator.obligations,
            indicator.checklist,
        )
        for indicator in pack.indicators
    ]


def count_ways(rows: list[Coverage]) -> str:
    """How many obligations there are and how they are assessed, in one sentence."""
    counts = Counter(row.state_text for row in rows)
    return f"共 {len(rows)} 项：" + "，".join(f"{state} {count} 项" for state, count in counts.items())


def write_page(pack: Pack) -> str:
    """The whole matrix as a Markdown page in Chinese, both ways."""
    titles = {cohort.id: cohort.title for cohort in pack.head.cohorts}
    rows = list_coverage(pack)
    lines = [
        f"# {pack.head.title}：任务与指标对照",
        "",
        f"本页由 `ducha pack coverage {pack.head.id} --format markdown` 生成。{count_ways(rows)}。",
        "",
        "## 任务由哪些指标考核",
        "",
        "| 任务 | 条 | 原文 | 怎么考核 | 考核组 | 指标（不考核的写理由）|",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        where = "、".join(titles[cohort] for cohort in row.cohorts)
        what = "、".join(row.indicators) or row.waived or ""
        lines.append(f"| {row.obligation} | {row.article} | {row.quote} | {row.state_text} | {where} | {what} |")
    lines += [
        "",
        "## 指标考核哪些任务",
        "",
        "没有对应任务编号的，是各条的定性任务（对照核查清单评定）或者本办自定的规则。",
        "",
        "| 指标 | 名称 | 条 | 怎么考核 | 分值 | 任务 |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for standing in list_indicator_coverage(pack):
        marks = "、".join(f"{titles[cohort]} {worth}" for cohort, worth in standing.marks.items())
        tasks = "、".join(standing.obligations) or "—"
        article = "、".join(standing.articles)
        way = WAYS[standing.way]
        lines.append(f"| {standing.indicator} | {standing.name} | {article} | {way} | {marks} | {tasks} |")
    return "\n".join((*lines, *_write_layers(pack))) + "\n"


def _write_layers(pack: Pack) -> list[str]:
    """What differs from the packs that it extends; nothing where it extends none."""
    if not pack.layers:
        return []
    return [
        "",
        "## 与上级指标包的差别",
        "",
        f"{describe_chain(pack)}。没有列出的与上级相同。",
        "",
        "| 指标 | 名称 | 怎么变 | 内容 |",
        "| --- | --- | --- | --- |",
        *(
            f"| {each.indicator} | {each.name} | {KINDS[each.kind]} | {each.text} |"
            for each in list_layer_differences(pack)
        ),
    ]
