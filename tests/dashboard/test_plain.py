"""What people wrote, or what an address says, comes out as these characters: no link, no picture, no formula."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from hypothesis import example, given
from hypothesis import strategies as some
from markdown_it import MarkdownIt
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard.pieces.plain import MARKDOWN, PLAIN, Words, escape_markdown, guard_texts, say
from scoring.results.result import guard_cell
from tests.dashboard.conftest import OpenPage

FOLDER = Path(dashboard.__file__).parent
SOURCES = sorted(FOLDER.rglob("*.py"))
#: What is not in any text of ours comes from the person who wrote it.
HOSTILE = (
    "[请点此重新登录](https://evil.example/a) ![图](https://evil.example/b.png) <img src=https://evil.example/c> "
    "<https://evil.example/d> www.evil.example https://evil.example/e boss@evil.example `code` **粗** __粗__ ~~删~~ "
    ":red[红] :red-background[底] :material/home: :smile: :streamlit: :small[小] $x^2$ $$y$$ &lt;b&gt; [^1] \\"
)
LINES = "# 标题\n## 标题\n- 条\n1. 条\n> 引\n---\n===\n    代码\n```\n代码\n```\n| a | b |\n| - | - |\n:--\n[x]: https://evil.example"
_SHOWN = ("text", "softbreak", "inline", "paragraph_open", "paragraph_close")


def show(markdown: str) -> tuple[set[str], str]:
    """The kinds of pieces that Markdown makes, and the text of it."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    kinds, text = set(), []
    for block in parser.parse(markdown):
        kinds.add(block.type)
        for piece in block.children or ():
            kinds.add(piece.type)
            text.append("\n" if piece.type == "softbreak" else piece.content)
        if block.type == "inline":
            text.append("\n")
    return kinds, "".join(text)


@given(some.text(alphabet=[*r"\`*_[]()<>&~$|{}:#+-=.!@/^\"' ", "\n", "\r", "\t", *"a1甲wx"], max_size=40))
@example(HOSTILE)
@example(LINES)
def test_an_escaped_text_is_shown_character_by_character(text: str) -> None:
    kinds, shown = show(escape_markdown(text))
    assert kinds <= set(_SHOWN)
    assert "".join(shown.replace("\u2060", "").split()) == "".join(text.split())


@pytest.mark.parametrize(
    "text",
    ["www.evil.example", "http://evil.example", "HTTPS://evil.example", "a@evil.example", ":material/home:", ":+1:"],
)
def test_what_the_browser_looks_for_without_escapes_is_broken_by_a_character_of_no_width(text: str) -> None:
    assert "\u2060" in escape_markdown(text)
    assert "\u2060" not in escape_markdown("10:30 至 11:30，3.5 分：甲县；a.b，2024-03-01")


def test_a_template_keeps_its_markdown_and_its_texts_do_not() -> None:
    words = say("**{}** · {}", "[a](b)", say("`x`"))
    assert (words, type(words)) == ("**\\[a\\](b)** · `x`", Words)
    with pytest.raises(ValueError):
        say("{}")


def list_calls() -> list[tuple[Path, ast.Call]]:
    return [
        (path, node)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_every_function_that_takes_markdown_is_given_it_escaped() -> None:
    guard_texts()
    #: What else is written into such a call: none of it is a text that is shown as Markdown.
    plain = {
        *("key", "value", "placeholder", "type", "width", "on_click", "on_change", "args", "horizontal", "index"),
        *("max_chars", "autocomplete", "default", "required", "disabled", "height", "step", "format", "min_value"),
        *(
            "max_value",
            "max_selections",
            "accept_multiple_files",
            "expanded",
            "icon",
            "label_visibility",
            "duration",
            "accept_new_options",
        ),
    }
    called = set()
    for path, call in list_calls():
        name = name_of(call)
        if not isinstance(call.func, ast.Attribute) or not hasattr(DeltaGenerator, name) or name.startswith("_"):
            continue
        if ast.unparse(call.func.value) in ("_LOG", "text", "due", "person", "kit", "fresh"):
            continue
        called.add(name)
        assert name in MARKDOWN or name in PLAIN, f"{path.name}:{call.lineno} {name}"
        if name in MARKDOWN:
            allowed = plain | {None} | ({"format_func"} if name in ("selectbox", "multiselect") else set())
            others = {each.arg for each in call.keywords} - allowed - set(MARKDOWN[name])
            assert not others, f"{path.name}:{call.lineno} {others}"
            assert all(ast.unparse(each.value) == "None" for each in call.keywords if each.arg == "icon")
    assert set(MARKDOWN) <= called, "a function that no page uses needs no line"
    for name in MARKDOWN:
        assert getattr(getattr(DeltaGenerator, name), "guarded", False)
        assert getattr(getattr(st, name), "guarded", False), "also where it was bound before"


def test_markdown_is_made_of_templates_that_stand_in_the_program() -> None:
    for path, call in list_calls():
        name, where = name_of(call), f"{path.name}:{call.lineno}"
        if name == "say" and path.name != "plain.py":
            shapes = (ast.Constant, ast.IfExp)
            assert isinstance(call.args[0], shapes), f"{where}: a template, not a text"
            assert not any(isinstance(node, ast.JoinedStr) for node in ast.walk(call.args[0])), where
        if name == "Words":
            assert path.name == "plain.py", where
        assert not any(each.arg == "unsafe_allow_html" for each in call.keywords), where


def _show_everything(text: str) -> None:
    import streamlit as st

    from dashboard.pieces.plain import guard_texts

    guard_texts()
    for name in ("markdown", "caption", "title", "header", "subheader", "error", "warning", "info", "success", "write"):
        getattr(st, name)(text)
    left, _ = st.columns(2)
    left.selectbox(text, ["a"], help=text, key="a")
    st.multiselect(text, ["a"], help=text, key="b")
    for number, name in enumerate(("text_input", "text_area", "number_input", "date_input", "checkbox", "toggle")):
        getattr(st, name)(text, help=text, key=f"c{number}")
    st.slider(text, 0, 9, help=text, key="d")
    st.button(text, help=text, key="e")
    st.file_uploader(text, help=text, key="f")
    st.radio(text, [text, "b"], help=text, key="g")
    st.segmented_control(text, ["a"], format_func=lambda option: text, help=text, key="h")
    with st.expander(text), st.form("form"):
        st.form_submit_button(text, help=text, key="i")


def test_every_piece_of_a_page_shows_hostile_text_as_it_is() -> None:
    app = AppTest.from_function(_show_everything, args=(HOSTILE,)).run()
    assert not app.exception
    shown = [text for element in app.main for text in list_texts(element)]
    assert len([text for text in shown if "evil" in text]) > 30
    for text in shown:
        assert show(text)[0] <= set(_SHOWN), text


def list_texts(element: Any) -> list[str]:
    """The texts of an element that a browser reads as Markdown."""
    proto = element.proto
    names = ("body", "label", "help")
    found = [str(getattr(proto, name)) for name in names if isinstance(getattr(proto, name, None), str)]
    if element.type in ("radio",):
        found += list(proto.options)
    if element.type in ("button_group",):
        found += [option.content for option in proto.options]
    return found


def test_an_address_puts_no_link_on_a_page(open_page: OpenPage) -> None:
    app = open_page("demo-lead", "unit", unit="[请点此重新登录](https://evil.example)")
    assert show(app.error[0].proto.body)[0] <= set(_SHOWN)
    assert "请点此重新登录" in app.error[0].proto.body


@pytest.mark.parametrize(
    ("cell", "written"), [("=1+1", "'=1+1"), ("-甲", "'-甲"), ("@x", "'@x"), ("-2.50", "-2.50"), ("甲", "甲")]
)
def test_no_text_of_a_csv_becomes_a_formula(cell: str, written: str) -> None:
    assert guard_cell(cell) == written
