"""By when: 2023年底前, 每年4月底前, 自受理之日起15个工作日内. Days where the text gives them."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from indicators.entries.numbers import read_whole
from indicators.entries.numerals import read_digits, read_numeral
from indicators.texts.figures import NUMERAL

Kind = Literal["fixed", "recurring", "relative", "external"]
Span = Literal["working_days", "days", "hours", "minutes", "weeks", "months", "years"]

_YEAR = r"(?P<year>\d{4}|[零〇一二三四五六七八九]{4})年"
_MONTH = r"(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})月"
_DAY = r"(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})[日号]|(?P<part>底|末|初|上旬|中旬|下旬)"
_REMARK = r"(?:\((?:含(?:当日|本日)?|(?:星期|周)[一二三四五六日天])\))?(?:下班|上午|中午)?"
_BEFORE = rf"(?P<before>{_REMARK}(?:之前|以前|前|以内|内|为止|止))"
_TO = r"(?P<to>到|至|截至|截止到?|不晚于|不迟于|最迟(?:于|在)?)"
_EVERY = r"(?P<every>每年度?的?|每个?年度|逐年|(?<!\d)年年(?![底末终初]))"
_NEXT = r"(?P<next>次年|翌年|下一?年度?|第二年)"
_THIS = r"(?P<this>今年|本年度?|当年|明年)"
#: 2021-2025年, 2021年版: no day by which something is due.
_FREE = r"(?<![\d\-~])(?<!至)"
_NO_START = r"(?!版|度|初步|来|的|以来|[^,。;]{0,3}起(?:施行|实施|执行|试行))"

_VERB = (
    "(?:再|计划|力争|全面|初步|基本|率先|全部|累计)*(?:形成|建成|完成|实现|达到|启动|出台|建立|新建|新增|改造"
    "|开展|组织|实施|培育|打造|建设|创建|发布|印发|公布|报送|提交|召开|举办|配备|投入|上线|投用|通车|开工|竣工|验收|办结)"
)

#: 6月底不低于40%: a bound follows the day at once.
_BOUND = "(?:累计)?(?:不低于|不少于|不高于|不超过|至少|达到?|超过|控制在)"

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:{_EVERY})[^,。;\d]{{0,4}}?(?:{_NEXT})?{_MONTH}(?:{_DAY})?{_BEFORE}?",
        rf"(?:{_EVERY}|{_NEXT})(?P<ypart>年底|年末|年终|底){_BEFORE}?",
        rf"(?:{_NEXT})的?{_MONTH}(?:{_DAY})?{_BEFORE}?",
        rf"{_FREE}(?:{_TO}){_YEAR}{_MONTH}(?:{_DAY})?{_BEFORE}?(?!起|\d)",
        rf"{_FREE}{_YEAR}{_MONTH}(?:{_DAY})?{_BEFORE}",
        rf"{_FREE}{_YEAR}{_MONTH}(?:{_DAY})?(?={_VERB})",
        rf"{_FREE}(?:{_TO})?{_YEAR}(?P<ypart>年?底|年?末|年终|上半年|下半年|第?[一二三四]季度末?){_BEFORE}?",
        rf"{_FREE}(?:{_TO}){_YEAR}{_NO_START}{_BEFORE}?",
        rf"{_FREE}{_YEAR}{_BEFORE}",
        rf"(?:{_TO}|{_THIS}|(?<![\d年])){_MONTH}(?:{_DAY}){_BEFORE}",
        rf"(?:{_TO}|{_THIS}|(?<![\d年])){_MONTH}{_BEFORE}",
        rf"(?<![\d年每])(?:{_THIS})?(?P<ypart>年底|年末){_BEFORE}",
        rf"(?<![\d年每.])(?:{_MONTH}(?P<part>底|末)|(?P<ypart>上半年|年底|年末))(?={_VERB}|{_BOUND})",
        rf"每(?:个)?(?P<quarter>季度?)[^,。;\d]{{0,8}}?(?P<day>\d{{1,2}}"
        rf"|[一二三四五六七八九十]{{1,3}})个?(?:工作)?[日号]{_BEFORE}",
        rf"每(?:个)?(?P<quarter>季度?)的?(?P<part>底|末){_BEFORE}",
        rf"(?P<monthly>次月|下月|当月|下一?个月)的?(?P<day>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号]{_BEFORE}",
        rf"每(?:个)?(?P<monthly>月)的?(?:(?P<day>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号]|(?P<part>底"
        rf"|末|初)){_BEFORE}",
    )
)
#: A bare year that a verb follows: 2023年初步形成 is due in 2023, 2023年工作总结 is not.
_IN_YEAR = re.compile(rf"(?:^|(?<=[,。;]))\s*{_YEAR}(?={_VERB})")
#: A whole number: half a day (0.5个工作日内) is a figure.
_COUNT = rf"(?<![\d.])(?P<count>\d+|{NUMERAL}+)"
_UNIT = r"个?(?P<unit>工作日|自然日|日|天|小时|分钟|周|月|年)"
_RELATIVE = (
    re.compile(
        rf"(?:自|从|在|于)?(?P<event>[^,。;、自从在于]{{1,24}}?)(?:之日起?|起|之?后|以后"
        rf"|当日起)的?{_COUNT}{_UNIT}(?:之内|以内|内|前)?(?!以上)"
    ),
    re.compile(rf"(?P<ahead>提前)(?:至少|不少于)?{_COUNT}{_UNIT}(?:以上)?"),
    re.compile(
        rf"(?P<event>[^,。;、]{{2,24}}?(?:召开|开展|实施|施行|届满|到期|举行))(?:的)?(?:至少"
        rf"|不少于)?{_COUNT}{_UNIT}(?P<ahead>前)"
    ),
    re.compile(rf"(?<![第每])(?P<limit>在|于|限|应当|应)?{_COUNT}{_UNIT}(?:之内|以内|内)(?!以上|至少|不少于|累计)"),
)
#: 压缩至3个工作日以内 is a figure that is to be reached, no day by which something is due.
_SHORTENED = re.compile(
    rf"(?:压缩|压减|缩短|减少|降低|控制)(?:到|至|在|为)?(?:(?:\d+|{NUMERAL}+)(?:个|个?工作日|日|天)[、和])*$"
)
_SPANS: dict[str, Span] = {
    "工作日": "working_days", "自然日": "days", "日": "days", "天": "days", "小时": "hours", "分钟": "minutes",
    "周": "weeks", "月": "months", "年": "years",
}  # fmt: skip
_SPAN_WORDS: dict[Span, str] = {
    "working_days": "工作日", "days": "日", "hours": "小时", "minutes": "分钟", "weeks": "周",
    "months": "个月", "years": "年",
}  # fmt: skip
#: 未按期完成的 says of whom something is said, not that it is due.
_EXTERNAL = re.compile(
    "(?<!未)(?<!未能)(?<!没有)(?<!不)(?:按时|按期|如期|按规定(?:时间|时限)|规定(?:的)?(?:时间|时限|期限)内)"
)
_ENDS = {"年底": 12, "年末": 12, "年终": 12, "底": 12, "末": 12, "上半年": 6, "下半年": 12}


@dataclass(frozen=True)
class StatedDeadline:
    """When something is due.

    ``fixed``: ``on``, or ``month`` and ``day`` where the text leaves the year out. ``recurring``: each ``every``,
    ``years_later`` after the one reported. ``relative``: ``count`` of ``span`` after (``ahead``: before) ``event``.
    ``external``: 按时 without a day, which another document gives. ``day`` is None for the end of the month.
    ``exact``: the text gives the day; otherwise the last day of what it gives is taken.
    """

    kind: Kind
    start: int
    end: int
    on: date | None = None
    every: Literal["year", "quarter", "month"] | None = None
    month: int | None = None
    day: int | None = None
    years_later: int = 0
    count: int | None = None
    span: Span | None = None
    event: str = ""
    ahead: bool = False
    exact: bool = True
    reached: bool = False

    @property
    def text(self) -> str:
        """As people write it: 2024年12月31日, 6月30日, 每年4月底, 次年3月1日, 受理后15工作日."""
        if self.kind == "external":
            return "另有规定"
        if self.kind == "relative":
            return f"{self.event}{'前' if self.ahead else '后'}{self.count}{_SPAN_WORDS[self.span or 'days']}"
        if self.on is not None:
            return f"{self.on.year}年{self.on.month}月{self.on.day}日"
        if self.every == "year":
            every = "次年" if self.years_later else "每年"
        else:
            every = {"quarter": "每季", "month": "每月", None: ""}[self.every]
        month = "" if self.month is None else f"{self.month}月"
        return f"{every}{month}{'底' if self.day is None else f'{self.day}日'}"

    @property
    def month_day(self) -> str:
        """Its day of any year as a pack has it: 03-31, or 02-end; for one that has a month."""
        assert self.month is not None
        ending = "end" if self.day is None or (self.month, self.day) == (2, 29) else f"{self.day:02d}"
        return f"{self.month:02d}-{ending}"

    def shift(self, offset: int) -> StatedDeadline:
        """The same in a text in which it stands so much further back."""
        return replace(self, start=self.start + offset, end=self.end + offset)


def find_deadlines(words: str) -> list[StatedDeadline]:
    """The deadlines of a folded text, in order and without overlap; 按时 and 按期 only where there is no other."""
    found: list[StatedDeadline] = []
    for pattern in (*_PATTERNS, _IN_YEAR):
        for match in pattern.finditer(words):
            if all(match.end() <= other.start or match.start() >= other.end for other in found):
                deadline = _read_day(words, match)
                found += [deadline] if deadline else []
    for pattern in _RELATIVE:
        for match in pattern.finditer(words):
            if all(match.end() <= other.start or match.start() >= other.end for other in found):
                deadline = _read_relative(match)
                found += [deadline] if deadline else []
    if not found and (external := _EXTERNAL.search(words)):
        found.append(StatedDeadline("external", *external.span(), exact=False))
    return sorted(found, key=lambda deadline: deadline.start)


def _read_day(words: str, match: re.Match[str]) -> StatedDeadline | None:
    groups = match.groupdict()
    if re.match("起|以来|至今", words[match.end() : match.end() + 2]) or "《" in match[0]:
        return None
    if groups.get("quarter") or groups.get("monthly"):
        day = _number(groups.get("day"))
        every: Literal["quarter", "month"] = "quarter" if groups.get("quarter") else "month"
        return StatedDeadline("recurring", match.start(), match.end(), every=every, day=day, exact=day is not None)
    month, day = _read_month(groups)
    exact = day is not None and groups.get("part") is None
    if month is None and groups.get("year") is None:
        return None
    if groups.get("every") or groups.get("next"):
        later = 1 if groups.get("next") else 0
        return StatedDeadline(
            "recurring", *match.span(), every="year", month=month, day=day, years_later=later, exact=exact
        )
    year = _number_of_year(groups.get("year"))
    if year is None:
        return StatedDeadline("fixed", *match.span(), month=month, day=day, exact=False)
    month = month or 12
    last = monthrange(year, month)[1]
    if not 1 <= (day or last) <= last:
        return None
    reached = bool(groups.get("to")) and groups.get("month") is None
    return StatedDeadline("fixed", *match.span(), on=date(year, month, day or last), exact=exact, reached=reached)


def _read_month(groups: dict[str, str | None]) -> tuple[int | None, int | None]:
    """Month and day; no day is the end of the month."""
    if part := groups.get("ypart"):
        quarter = re.search("[一二三四](?=季度)", part)
        return (3 * (1 + "一二三四".index(quarter[0])) if quarter else _ENDS[part]), None
    month = _number(groups.get("month"))
    if month is None or not 1 <= month <= 12:
        return None, None
    part_days = {"上旬": 10, "中旬": 20, "初": 10}
    return month, _number(groups.get("day")) or part_days.get(groups.get("part") or "")


def _read_relative(match: re.Match[str]) -> StatedDeadline | None:
    groups = match.groupdict()
    count = _number(groups["count"])
    if not count or _SHORTENED.search(match.string[: match.start()]):
        return None
    if groups["unit"] == "年" and count > 10:
        return None
    return StatedDeadline(
        "relative",
        *match.span(),
        count=count,
        span=_SPANS[groups["unit"]],
        event=(groups.get("event") or "").strip(),
        ahead=bool(groups.get("ahead")),
    )


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if (number := read_whole(text)) is not None:
        return number
    numeral = read_numeral(text)
    return None if numeral is None else int(numeral)


def _number_of_year(text: str | None) -> int | None:
    if not text:
        return None
    return read_whole(read_digits(text) or text, 1949, 2100)
