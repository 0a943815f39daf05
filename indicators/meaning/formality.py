"""减负体检: indicators that earn marks by meetings, papers and photographs instead of by what was done.

A word is a hint: a person looks at what is listed and decides. Where a plain one stands in what is counted, the pack
says why (``formality_reason``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indicators.meaning.uses import list_reads
from indicators.pack.model import Indicator, Pack

#: What is looked for, under the heading that it is listed by.
WORDS: dict[str, tuple[str, ...]] = {
    "会议": ("会议", "座谈", "推进会", "部署会", "例会", "开会", "讲座"),
    "发文": ("发文", "印发", "通知", "文件数", "方案数", "制定方案"),
    "信息篇数": ("信息篇数", "篇", "稿件", "宣传报道", "简报", "刊发", "采用"),
    "批示": ("批示", "肯定性"),
    "留痕": ("照片", "拍照", "图片", "截图", "签到", "台账资料", "会议记录", "活动记录", "打卡"),
}
#: 印发之日起15日内, 会议后5日内: a day from which is counted, and nothing that earns marks.
_NO_START = "(?!之日|之?后|以后)"
#: Those of them that stand in rules of other kinds too: 采用新技术, 通知当事人.
DOUBTFUL = frozenset(("通知", "采用", "篇", "图片", "台账资料", "方案数", "制定方案", "肯定性"))


@dataclass(frozen=True)
class Formality:
    """A word found in an indicator: under which heading, where (Chinese), and in which text.

    ``counts``: the word stands in what is measured, not only in the evidence that is asked for.
    """

    indicator: Indicator
    heading: str
    word: str
    where: str
    text: str
    counts: bool

    @property
    def is_plain(self) -> bool:
        """Whether it is counted, and the word is none that stands in rules of other kinds too."""
        return self.counts and self.word not in DOUBTFUL

    def describe(self) -> str:
        """What it shows, in Chinese, without a full stop."""
        return f"{self.where}里的「{self.word}」说明计分看的是{self.heading}"


def list_formalities(pack: Pack, year: int | None = None) -> list[Formality]:
    """Every word of ``WORDS`` found, indicators in the order of the pack, each word once per text.

    Only indicators that can earn marks: a prohibition that names meetings asks for none.
    """
    found = []
    for indicator in pack.indicators:
        earns = pack.section(indicator.section).kind in ("base", "bonus")
        if not earns or (year is not None and not indicator.years.holds(year)):
            continue
        for where, text, counts in dict.fromkeys(_list_texts(pack, indicator)):
            for heading, words in WORDS.items():
                # Left to right, the longest first: 印发文件 holds 印发 and not 发文.
                pattern = f"(?:{'|'.join(sorted(words, key=len, reverse=True))}){_NO_START}"
                for word in dict.fromkeys(re.findall(pattern, text)):
                    found.append(Formality(indicator, heading, word, where, text, counts))
    return found


def list_unreasoned(pack: Pack) -> list[Formality]:
    """The first plain word of each indicator that counts meetings or documents and does not say why."""
    found: dict[str, Formality] = {}
    for each in list_formalities(pack):
        if each.is_plain and not each.indicator.formality_reason:
            found.setdefault(each.indicator.id, each)
    return list(found.values())


def _list_texts(pack: Pack, indicator: Indicator) -> Iterator[tuple[str, str, bool]]:
    yield "指标名称", indicator.name, True
    for part in indicator.parts:
        if part.title is not None:
            yield "部分名称", part.title, True
        for name in part.measure.datasets():
            yield "台账", pack.dataset(name).title, True
        for name, column in list_reads(pack, part):
            found = pack.dataset(name).column(column)
            if found is not None:
                yield "取数的列", found.title, True
        for _, where in part.measure.chosen.list_conditions():
            # What a condition leaves out earns nothing.
            yield from (("取数的条件", value, True) for asked in where.values() for value in asked.any_of)
    yield from (("佐证材料", text, False) for text in indicator.evidence)
    yield from (("核查要点", text, False) for text in indicator.checklist)
