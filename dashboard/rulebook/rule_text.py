"""The document's own words beside a rule: the quotation set apart within what stands around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from dashboard.pieces.plain import say
from data.rulebook.entry_forms import EntryPlace
from data.rulebook.rule_drafts import RulesDraft
from indicators.pack.plain_values import Texts

#: So many signs are shown before and behind a quotation.
AROUND = 160
_STYLE = (
    "border-left:3px solid #1f4e79; background:#f5f8fb; padding:.4rem .7rem; margin:.2rem 0 .6rem; "
    "font-size:.92rem; line-height:1.7; overflow-wrap:anywhere"
)


def show_text(draft: RulesDraft, place: EntryPlace) -> None:
    """What the sources say that the entry cites, and what it says is the office's own choice."""
    st.markdown(say("**{}**", "原文"))
    sources = {str(each.get("id")): each for each in _list(draft.files.get("sources/sources.yaml", {}).get("sources"))}
    entry = _list(draft.files[place.file].get("indicators"))[place.at]
    shown: set[str] = set()
    for cite in _list(entry.get("cites")):
        quote, source = cite.get("quote"), sources.get(str(cite.get("source")), {})
        if not isinstance(quote, str) or quote in shown:
            continue
        shown.add(quote)
        text = draft.texts.get(str(source.get("file")), "")
        st.caption(f"《{source.get('title', '')}》{_name_article(cite)}")
        st.html(f'<div style="{_STYLE}">{_write(text, quote)}</div>')
    chosen = [str(cite.get("local_choice")) for cite in _list(entry.get("cites")) if cite.get("local_choice")]
    if chosen:
        st.markdown(say("**{}**", "原文没有写、由本办定的"))
        for choice in chosen:
            st.write(say("- {}", choice))
    if not shown and not chosen:
        st.caption("这一条还没有写依据。")


def _name_article(cite: Mapping[str, Texts]) -> str:
    article = cite.get("article")
    return f"（{article}）" if isinstance(article, str) and article else ""


def _list(value: Texts) -> list[Mapping[str, Texts]]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [each for each in value if isinstance(each, Mapping)]


def _write(text: str, quote: str) -> str:
    at = text.find(quote)
    if at < 0:
        return f"<mark>{escape(quote)}</mark><br>（原文里找不到这一句，请核对）"
    start, end = max(at - AROUND, 0), min(at + len(quote) + AROUND, len(text))
    before, after = text[start:at], text[at + len(quote) : end]
    words = f"{'…' if start else ''}{escape(before)}<mark>{escape(quote)}</mark>{escape(after)}"
    return (words + ("…" if end < len(text) else "")).replace("\n", "<br>")
