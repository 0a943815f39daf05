"""What the numbers of a column count: its own measure, and what a title or a line above the table says of it.

A number in another measure looks like any other number, so nothing but the column's own measure passes. Its
multiples (千件, 万元, Gbps) are known, and are not converted: nobody could tell from the stored number that it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from data.cells.values import half_width
from data.files.names import fold_name
from indicators.entries.shortlist import shorten_list
from indicators.entries.tables import Column

#: Words for one and the same measure. Small letters: titles are compared without regard to case.
_SAME = (
    frozenset(("%", "百分比", "百分数", "百分率")),
    frozenset(("人", "名", "位")),
    frozenset(("小时", "时", "h")),
    frozenset(("学时", "课时")),
    frozenset(("分钟", "分")),
    frozenset(("元", "人民币元", "人民币")),
    frozenset(("天", "日")),
    frozenset(("平方米", "m2", "m²", "㎡")),
    frozenset(("兆", "m", "mbps", "mbit/s", "兆bps", "兆/秒", "兆比特", "兆比特/秒", "兆比特每秒")),
)
#: Words that count one by one: over a column that counts and names no measure, each leaves the number as it is.
_COUNTING = frozenset(
    ("人次", "人数", "件次", "次数", "场次", "批次",
     *"人名位件起宗次项个条款户家份篇部期处所台辆套册本页场轮批例案支座间张幅块段笔只组类种级站网点县乡村队门班")
)  # fmt: skip
#: Words that measure, other than those that count.
_MEASURING = re.compile(
    "[%‰]|百分[点比数率]|[年月周天日时分秒]|季度|小时|分钟|[学课工]时|工?作日|[元角分]|人民币元?|美元|"
    "[平立]?方?[公千毫厘分]?[里米尺]|公顷|亩|[公千毫]?[吨斤克升]|千瓦时?|度|兆|吉|太|"
    "[kmgtp]?(?:b|bit|byte|bps|bit/s|b/s|hz|w|wh)|[kmgtp]|[km]?m[²2³3]?|k?g|h|min|s|km|㎡|rmb|usd|cny|[¥$€]"
)
_TIMES = re.compile("[十百千万亿兆]+(.*)", re.DOTALL)
#: Notes in brackets that say which numbers are meant, and not in what they are counted.
_REMARK = re.compile(
    "(?:必填|选填|可不填|可空|没有.*|整数|数字|原数|实数|示例.*|含.*|不含.*|包括.*|不包括.*|包含.*|其中.*|不计.*|只计.*|仅.*|剔除.*|"
    "扣除.*|截[至止].*|截止.*|至.*[日月年底末]|.*[年月]底|.*期末|全年|当年|本年度?|上年度?|去年|今年|年度|累计|合计|本级|本单位|"
    "全市|全县|全区|市级|县级|乡级|按.*|由.*|见.*|注.*|同.*|如.*|请.*|填.*|系统.*|自动.*|[0-9一二三四五六七八九十]{1,2}|[=＝].*)",
    re.DOTALL,
)
_MANY = re.compile("[千万亿](?:[^一-鿿]|$|[元人名件次起宗个项户家份条例吨米亩]|公[里斤顷]|平方|千瓦)")
#: A line that gives a measure is short.
_LONGEST = 200
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】|〔([^〔〕]*)〕|<([^<>]*)>")
_COUNTED = re.compile("(人次|件次|场次|小时|学时|课时|[人件场次项户家份篇条个起例宗册台辆套天])数(?:量)?")
_CAPTION = re.compile(r"(.?.?)单位\s*([:为是])?\s*([^\s()\[\]【】,;。:]+)")
_OFFICES = re.compile(".*[局委办院府县区市乡镇厅处科队所站校部会司社团企厂店馆中心公司]")


@lru_cache(maxsize=4096)
def own_measures(column: Column) -> tuple[str, ...]:
    """The folded words for the measure of a column's numbers, declared or named in its title (人数); longest first."""
    own = {fold_measure(column.unit_of_measure)} if column.unit_of_measure else set()
    title = fold_measure(column.title)
    if not own:
        own = {note for note in list_notes(title) if is_measure(note)}
        bare = _BRACKETS.sub("", title)
        if not own and (counted := _COUNTED.search(bare)) and bare.endswith(counted[0]):
            own = {counted[1]}
    own |= {word for same in _SAME for word in same if own & same}
    return tuple(sorted(own, key=lambda word: (-len(word), word)))


def fold_measure(text: str) -> str:
    """A text as titles are compared: without white space, case and full-width forms."""
    return fold_name(text).casefold()


def list_notes(title: str) -> list[str]:
    """What stands in the brackets of a folded title."""
    return [next((part for part in found if part), "") for found in _BRACKETS.findall(title)]


def is_measure(word: str) -> bool:
    """Whether a folded word measures or counts, by itself or as a multiple (千件, 万)."""
    word = word.removeprefix("人民币").removesuffix("人民币") or word
    if word in _COUNTING or _MEASURING.fullmatch(word) or any(word in same for same in _SAME):
        return True
    times = _TIMES.fullmatch(word)
    return times is not None and (not times[1] or is_measure(times[1]))


def read_note(note: str) -> str:
    """The measure that a note names (单位:千件 names 千件): what is left of it."""
    return re.sub("^(?:计量|数量|金额|统计)?单位[:为是]?", "", note)


def fits_column(word: str, column: Column) -> bool:
    """Whether numbers in this measure can be taken into the column as they are."""
    own = own_measures(column)
    if own:
        return word in own
    return word in _COUNTING


def is_remark(note: str) -> bool:
    """Whether a note says which numbers are meant and nothing of their measure."""
    return not note or (_REMARK.fullmatch(note) is not None and _MANY.search(note) is None)


def find_caption(text: str) -> list[str]:
    """The measures that a line above or below a table gives its numbers; empty if it gives none.

    单位 is also an office: 填报单位:市司法局 measures nothing.
    """
    line = half_width(text[:_LONGEST]).casefold()
    words: list[str] = []
    for before, colon, said in _CAPTION.findall(line):
        parts = [said] if is_measure(said) else [fold_measure(part) for part in re.split("[、,/和及]", said) if part]
        alone = not before.strip() or before[-1].isspace() or before[-1] in "([【,;:、计量额币"
        unknown = colon and alone and len(said) <= 2 and not _OFFICES.fullmatch(said)
        if all(is_measure(part) for part in parts) or unknown:
            words += parts
    notes = [note for note in list_notes(fold_measure(text[:_LONGEST])) if _TIMES.fullmatch(note) and is_measure(note)]
    # (十) numbers a table.
    return [*words, *(note for note in notes if note not in words and note not in ("十", "百"))]


def judge_caption(text: str, columns: Sequence[Column]) -> str | None:
    """What is wrong with a line by the table that measures its numbers: a measure that none of the columns has."""
    strange = [word for word in find_caption(text) if not any(fits_column(word, column) for column in columns)]
    if not columns or not strange:
        return None
    named = shorten_list([f"「{column.title}」" for column in columns], 3)
    return (
        f"这里写着单位是「{strange[0]}」，台账的{named}不按这个单位填；请按台账的单位换算各数，并删去或改正这里的单位"
    )
