"""What stands in an address is read in one place, and whatever it is, no page and no file breaks on it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import dashboard
from dashboard.sitemap import PLACES
from dashboard.visits.work_keys import EntryKey, Queue
from indicators.entries.numbers import read_whole
from tests.dashboard.conftest import OpenPage, read_text
from tests.dashboard.test_files import Visit, visit  # noqa: F401 - a fixture

FOLDER = Path(dashboard.__file__).parent
ODD = ("²", "9" * 5000, "1E999999", "-1", "\x00\ud7ff", "[x](https://evil.example)", "٣", "2024 ")


def list_names() -> list[str]:
    """What pages look for in their addresses."""
    found = {str(Queue.CHOSEN), str(EntryKey.PART)}
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            asks = isinstance(node, ast.Call) and re.search("query_params|choose|recall|keep", ast.unparse(node.func))
            if asks or (isinstance(node, ast.Subscript) and "query_params" in ast.unparse(node.value)):
                words = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant)]
                found |= {word for word in words if isinstance(word, str) and re.fullmatch("[a-z]{2,12}", word)}
    return sorted(found)


def test_whole_numbers_are_plain_digits_within_bounds() -> None:
    assert [read_whole(text) for text in ("0", "2024", "007")] == [0, 2024, 7]
    wrong = ("0", "10000", *ODD, "", "+1", "1_0", "1.0", "２０２４", "1\n")
    assert {read_whole(text, 1, 9999) for text in wrong} == {None}
    for floor in ("indicators", "data", "scoring", "dashboard"):
        for path in (FOLDER.parent / floor).rglob("*.py"):
            # Of bytes it is true of plain digits alone.
            assert ".isdigit()" not in path.read_text(encoding="utf-8") or path.name == "limits.py", path


def test_no_address_breaks_a_page(open_page: OpenPage) -> None:
    names = list_names()
    assert {"unit", "run", "year", "page", "marks", "weight", "indicator", "draft", "id"} <= set(names)
    app = open_page("demo-lead", "account")
    for number, place in enumerate(PLACES):
        for at, name in enumerate(names):
            app.query_params[name] = ODD[(number + at) % len(ODD)]
        app.switch_page(f"views/{place.file}").run()
        assert "错误编号" not in read_text(app), place.title
        assert not any("错误编号" in error.value for error in app.error), place.title


@pytest.mark.parametrize("year", ["²", "9" * 5000, "0", "-1", "10000", "%EF%BC%92024"])
def test_no_address_breaks_a_file(visit: Visit, year: str) -> None:  # noqa: F811
    for path in (f"form/zezhou/{year}", f"self/zezhou/{year}", f"judgements/{year}"):
        got = visit("demo-lead").get(f"/file/{path}")
        assert got.status_code == 404 and "地址里的年度看不懂" in got.text
