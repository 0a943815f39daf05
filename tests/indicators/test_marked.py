"""A source's text with its obligations marked: nothing is lost, and every obligation of the shipped pack is found."""

from __future__ import annotations

from indicators.meaning.marked import mark_obligations
from indicators.reader import find_pack, load_pack


def test_every_obligation_of_the_plan_is_marked_in_its_article_and_no_word_is_lost() -> None:
    pack = load_pack(find_pack("jincheng-2021-2025"))
    paragraphs = mark_obligations(pack, "plan")
    assert "".join(paragraph.text for paragraph in paragraphs) == "".join(
        line.strip() for line in pack.texts["plan"].splitlines()
    )
    pieces = [(paragraph.article, piece) for paragraph in paragraphs for piece in paragraph.pieces]
    marked = {(name, article) for article, piece in pieces for name in piece.obligations}
    assert {name for name, _ in marked} == {obligation.id for obligation in pack.obligations}
    articles = {obligation.id: obligation.article for obligation in pack.obligations}
    assert all(articles[name] == article for name, article in marked)
