"""What a pack cites, and the tasks that its sources set."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import model_validator

from indicators.entries.amounts import ArticleNumber, Id, Text
from indicators.entries.tables import Entry
from indicators.entries.targets import Day

_NUMBERED = re.compile("[0-9零〇一二两三四五六七八九十百千]+(?:之[一二三四五六七八九十]+)?")


def name_article(article: str | None) -> str:
    """Where in a document: 第三十五条; （前言） for what has a name and no number; empty where nothing is said."""
    if article is None or _NUMBERED.fullmatch(article):
        return "" if article is None else f"第{article}条"
    return article if article.startswith("（") else f"（{article}）"


class Source(Entry):
    """A document that the pack cites (依据): its text lies in ``sources/`` and is checked by hash."""

    id: Id
    title: Text
    issuer: Text
    number: Text | None = None
    issued_on: Day | None = None
    file: Text | None = None
    sha256: Text | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _agree(self) -> Source:
        if self.sha256 is not None and self.file is None:
            raise ValueError("写了 sha256 却没有 file；请写明原文存在 sources/ 的哪个文件，或删去 sha256")
        return self


Support = Literal["target", "marks", "deadline", "scope", "measure", "weight"]


class Cite(Entry):
    """Where a part of a rule comes from: a quotation of a source, or a choice of the office, said to be one."""

    source: Id | None = None
    article: ArticleNumber | None = None
    quote: Text | None = None
    supports: tuple[Support, ...]
    local_choice: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> Cite:
        quoted = self.source is not None and self.quote is not None
        if quoted == (self.local_choice is not None) or (self.source is None) != (self.quote is None):
            raise ValueError(
                "一条依据请写 source、article 和 quote（原文），或写 local_choice（本办选择的理由），二者取一"
            )
        if not self.supports:
            raise ValueError("supports 不能为空：写明这条依据支持什么（target、marks、deadline……）")
        return self


class Obligation(Entry):
    """A task that a source sets, verbatim. ``waived`` says why it is not assessed."""

    id: Text
    source: Id
    article: ArticleNumber
    quote: Text
    kind: Text
    waived: Text | None = None
