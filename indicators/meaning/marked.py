"""A source's text with its obligations marked: which words set which task."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from indicators.pack.model import Pack

_ARTICLE = re.compile(r"^[((]([一二三四五六七八九十百]+)[))]")


@dataclass(frozen=True)
class MarkedWords:
    """Words that are under the same obligations (by id; none for words that set no task)."""

    text: str
    obligations: tuple[str, ...]


@dataclass(frozen=True)
class MarkedParagraph:
    """A paragraph of a source. ``article`` is the number of the article that it belongs to; "" before the first."""

    article: str
    pieces: tuple[MarkedWords, ...]

    @property
    def text(self) -> str:
        """The words without the marks."""
        return "".join(piece.text for piece in self.pieces)


def mark_obligations(pack: Pack, source: str) -> list[MarkedParagraph]:
    """The paragraphs of a source in order; every obligation is marked wherever its quotation stands in its article.

    A quotation that is not found in its article is not marked: the pack's lint says so. KeyError for no such text.
    """
    article = ""
    paragraphs = []
    for line in pack.texts[source].splitlines():
        if not line.strip():
            continue
        if found := _ARTICLE.match(line.strip()):
            article = found.group(1)
        elif re.match(r"^[一二三四五六七八九十]+、", line.strip()):
            # A chapter's heading belongs to no article.
            article = ""
        quotes = [(o.id, o.quote) for o in pack.obligations if o.source == source and o.article == article]
        paragraphs.append(MarkedParagraph(article, _cut(line.strip(), quotes)))
    return paragraphs


def _cut(text: str, quotes: list[tuple[str, str]]) -> tuple[MarkedWords, ...]:
    spans = [
        (found.start(), found.end(), name) for name, quote in quotes for found in re.finditer(re.escape(quote), text)
    ]
    ends = sorted({0, len(text), *(start for start, _, _ in spans), *(end for _, end, _ in spans)})
    return tuple(
        MarkedWords(text[low:high], tuple(name for start, end, name in spans if start <= low and high <= end))
        for low, high in pairwise(ends)
    )
