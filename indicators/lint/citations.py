"""Every rule says where it comes from, and every quotation stands in its source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indicators.entries.nearest import suggest
from indicators.lint.problem import Problem
from indicators.pack.model import Pack

_NUMBER = "[一二三四五六七八九十百零〇0-9]+"
#: How texts number their articles. The first form that occurs counts: a law's articles (第一条) have items (一),
#: a plan's articles (一) stand under headings 一、.
_FORMS = tuple(
    re.compile(rf"^\s*{form}", re.MULTILINE)
    for form in (f"第({_NUMBER})条", rf"[(（]({_NUMBER})[)）]", f"({_NUMBER})、")
)


#: What stands before the first article: the words that introduce a notice or a plan.
PREAMBLE = "前言"


def locate_articles(text: str) -> list[tuple[str, int, int]]:
    """Number, start and end of each article of a text, and of what stands before the first; empty without articles."""
    starts = next((found for form in _FORMS if (found := list(form.finditer(text)))), [])
    ends = [match.start() for match in starts[1:]] + [len(text)]
    head = [(PREAMBLE, 0, starts[0].start())] if starts and text[: starts[0].start()].strip() else []
    return head + [(match[1], match.start(), end) for match, end in zip(starts, ends, strict=False)]


def split_articles(text: str) -> dict[str, str]:
    """The articles of a text by their number, each up to the next one; empty where none is numbered.

    A number that occurs twice, as in a text with several chapters, stands for all its paragraphs.
    """
    articles: dict[str, str] = {}
    for number, start, end in locate_articles(text):
        articles[number] = articles.get(number, "") + text[start:end]
    return articles


def _describe_quote(pack: Pack, source: str, article: str | None, quote: str) -> str | None:
    known = [entry.id for entry in pack.sources]
    if source not in known:
        return f"依据 {source} 没有登记{suggest(source, known)}"
    if source not in pack.texts:
        return f"依据 {source} 没有存原文，引文无从核对；请存入原文（file），或改写为 local_choice"
    text = pack.texts[source]
    if quote not in text:
        return f"引文「{quote}」在 {source} 的原文中找不到；引文必须逐字照抄（含标点）"
    articles = split_articles(text)
    if article is not None and articles:
        if article not in articles:
            return f"{source} 没有第{article}条；请按原文写条号，如 article: {next(iter(articles))}"
        if quote not in articles[article]:
            holders = [name for name, words in articles.items() if quote in words]
            found = f"它在第{holders[0]}条，请改 article" if holders else "请核对原文后改 article"
            return f"引文「{quote}」不在第{article}条；{found}"
    return None


def check_quotes(pack: Pack) -> Iterator[Problem]:
    """A quotation occurs, to the letter, in the article of the source that it names."""
    for position, indicator in enumerate(pack.indicators):
        for number, cite in enumerate(indicator.cites):
            if cite.source is not None and cite.quote is not None:
                text = _describe_quote(pack, cite.source, cite.article, cite.quote)
                if text is not None:
                    yield Problem(text, position, ("cites", number))
        for number, change in enumerate(indicator.changes):
            if change.source is not None and change.quote is not None:
                text = _describe_quote(pack, change.source, change.article, change.quote)
                if text is not None:
                    yield Problem(text, position, ("changes", number))


def check_support(pack: Pack) -> Iterator[Problem]:
    """Every indicator says where its target and its marks come from; one quotation at least.

    An indicator of a pack without any stored text (a purely local inspection) needs no quotation.
    """
    for position, indicator in enumerate(pack.indicators):
        supported = {name for cite in indicator.cites for name in cite.supports}
        for name, words in (("target", "目标"), ("marks", "分值")):
            if name not in supported:
                text = f"没有写{words}从何而来；请加一条 supports: [{name}] 的依据，文件没有规定就写 local_choice"
                yield Problem(text, position, ("cites",))
        if pack.texts and not any(cite.quote for cite in indicator.cites):
            yield Problem("没有一条引文；请至少引一句原文说明为什么考核这一项", position, ("cites",))


def check_obligations(pack: Pack) -> Iterator[Problem]:
    """Obligations quote their source to the letter; indicators name obligations that are listed."""
    for index, obligation in enumerate(pack.obligations):
        text = _describe_quote(pack, obligation.source, obligation.article, obligation.quote)
        if text is not None:
            place = ("obligations", index, "quote")
            yield Problem(f"任务 {obligation.id}：{text}", file="obligations.yaml", place=place)
    known = [obligation.id for obligation in pack.obligations]
    for position, indicator in enumerate(pack.indicators):
        for name in indicator.obligations:
            if name not in known:
                text = f"任务 {name} 没有登记在 obligations.yaml{suggest(name, known)}"
                yield Problem(text, position, ("obligations",))
