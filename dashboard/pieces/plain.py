"""Texts are texts: what people wrote, or what an address says, is never Markdown.

Streamlit takes nearly every text for Markdown: a name could bring a link, a picture, a formula, an icon or a colour.
Here each of its functions that does so is given its texts escaped, whoever calls it and wherever the text comes from.
Only ``Words`` go through as they are, and these are made by ``say`` of a template that stands in the program.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterable
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

#: Chinese by what the reader's machine has; nothing is fetched.
FONT = '"Microsoft YaHei", "PingFang SC", "Source Han Sans SC", "Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif'

_LABEL = ("label", "help")
#: What of each function is Markdown to the browser; ``format_func`` gives such texts.
MARKDOWN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("markdown", "caption", "title", "header", "subheader"), ("body", "help")),
    **dict.fromkeys(("error", "warning", "info", "success", "toast"), ("body",)),
    **dict.fromkeys(("text_input", "text_area", "number_input", "date_input", "file_uploader", "slider"), _LABEL),
    **dict.fromkeys(("selectbox", "multiselect", "checkbox", "toggle", "button", "form_submit_button"), _LABEL),
    **dict.fromkeys(("radio", "segmented_control"), (*_LABEL, "format_func")),
    "link_button": _LABEL,
    "expander": ("label",),
    "spinner": ("text",),
}
#: What takes no text, or takes it as it is (``html`` takes what was escaped as HTML).
PLAIN = frozenset(("write", "html", "columns", "container", "form", "vega_lite_chart", "code"))

#: A character of no width, where no line is broken. The browser looks for addresses and icons once more when the
#: escapes are gone, and does not find them with it inside.
_JOINER = "\u2060"
_SIGNS = re.compile(r"[\\`*_\[\]<&~$|{}]|:(?=[A-Za-z_:/+-])|(?<=:):")
_LINE_START = re.compile(r"^[ \t]*(?:([#>+=-])|([0-9]+)(?=[.)]))", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_ICON = re.compile(r":(?=[\w+/-]+:)", re.ASCII)
_ADDRESS = re.compile(r"(?<=[a-z]://)|(?<=www)(?=[.])|(?<=@)(?=[\w-])", re.IGNORECASE)


#: Names and titles come again and again, thousands of them in one list.
_SHORT = 200


class Words(str):
    """Markdown that was made here, of a template and escaped texts: the only text that is not escaped again."""

    __slots__ = ()


def escape_markdown(text: str) -> str:
    """``text`` so that the browser shows just these characters, in paragraphs and lines as they are."""
    return _escape_short(text) if len(text) < _SHORT else _escape(text)


@functools.lru_cache(maxsize=20_000)
def _escape_short(text: str) -> str:
    return _escape(text)


def _escape(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _ADDRESS.sub(_JOINER, _ICON.sub(":" + _JOINER, text))
    text = _SIGNS.sub(lambda sign: "\\" + sign[0], text)
    text = _LINE_START.sub(lambda start: "\\" + start[1] if start[1] else start[2] + "\\", text)
    return _INDENT.sub("", text)


def say(template: str, *texts: object) -> Words:
    """Markdown of a template, which stands in the program, with a text in place of each ``{}``."""
    first, *others = template.split("{}")
    filled = [_take(text) + other for text, other in zip(texts, others, strict=True)]
    return Words(first + "".join(filled))


def join_words(texts: Iterable[str], joint: Literal["", "\n"] = "") -> Words:
    """Several texts as one; those that are no Words are escaped."""
    return Words(joint.join(_take(text) for text in texts))


def _take(text: object) -> str:
    return str(text) if isinstance(text, Words) else escape_markdown(str(text))


def guard_texts() -> None:
    """Have Streamlit escape what it is given, from now on; once for a process, however often it is called."""
    if hasattr(DeltaGenerator.markdown, "guarded"):
        return
    for name, texts in MARKDOWN.items():
        setattr(DeltaGenerator, name, _guard(getattr(DeltaGenerator, name), texts))
    # Of itself it would take a Words for any other text, and a list or a table for something to be drawn.
    setattr(DeltaGenerator, "write", lambda self, body: self.markdown(body))  # noqa: B010
    for name in (*MARKDOWN, "write"):
        setattr(st, name, getattr(getattr(st, name).__self__, name))


def _guard(function: Callable[..., object], texts: tuple[str, ...]) -> Callable[..., object]:
    # Where each of them stands if it is given by its place: to ask the signature at every call takes longer than all
    # that is done here.
    order = list(inspect.signature(function).parameters)
    if missing := set(texts) - set(order):
        raise TypeError(f"{function.__name__} has no {missing}")
    places = [(name, order.index(name)) for name in texts]

    @functools.wraps(function)
    def guarded(*args: object, **kwargs: object) -> object:
        given = list(args)
        for name, place in places:
            if place < len(given):
                given[place] = _guard_text(name, given[place])
            elif name in kwargs or name == "format_func":
                kwargs[name] = _guard_text(name, kwargs.get(name))
        return function(*given, **kwargs)

    guarded.guarded = True  # type: ignore[attr-defined]
    return guarded


def _guard_text(name: str, found: Any) -> object:
    if name == "format_func":
        return functools.partial(_format, found or str)
    return None if found is None else _take(found)


def _format(format_func: Callable[[object], object], option: object) -> str:
    return _take(format_func(option))
