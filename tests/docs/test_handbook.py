"""The handbook is carried out step by step: its files, its commands, its cells, and what it says will be seen."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import run_ducha
from tests.docs.pages import HANDBOOK, write_said

_BLOCK = re.compile(r"^```(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CELL = re.compile(r"^\| (\S+) \| ([A-Z]+\d+) \|([^|]*)\|[^|]*\|$", re.MULTILINE)


def list_steps(text: str) -> Iterator[tuple[str, str]]:
    """What stands in the order of the page: a file, commands, output; and the cells to change."""
    found = [(match.start(), match[1], match[2]) for match in _BLOCK.finditer(text)]
    found += [(match.start(), "cell", "\n".join(match.groups())) for match in _CELL.finditer(text)]
    yield from ((kind, body) for _, kind, body in sorted(found))


def test_each_step_does_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said, done = "", []
    for kind, body in list_steps(HANDBOOK.read_text(encoding="utf-8")):
        done.append(kind)
        if kind.startswith("file="):
            Path(kind.removeprefix("file=")).write_text(body, encoding="utf-8")
        elif kind == "cell":
            sheet, cell, value = body.split("\n")
            change("规则.xlsx", sheet, cell, value.strip().replace("↵", "\n"))
        elif kind == "sh":
            said = "".join(run(line) for line in body.splitlines())
        else:
            assert kind == "output"
            for line in body.splitlines():
                assert line in said, f"{line}\n不在\n{said}"
    assert done.count("sh") == 4 and done.count("output") == 4 and done.count("cell") == 30
    assert list((tmp_path / "评分表").iterdir())


def run(line: str) -> str:
    command, *words = shlex.split(line)
    assert command == "ducha"
    found = run_ducha(*words)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout + found.stderr


def change(book: str, sheet: str, cell: str, value: str) -> None:
    """As somebody does in Excel; openpyxl keeps what the program needs of the rest."""
    opened = openpyxl.load_workbook(book)
    opened[sheet][cell] = value or None
    opened.save(book)


def test_the_table_of_phrases_is_what_the_program_prints() -> None:
    text = HANDBOOK.read_text(encoding="utf-8")
    told = text[text.index("<!-- said -->") : text.index("<!-- /said -->")].removeprefix("<!-- said -->").strip()
    assert told == write_said().strip(), "写入：python -m tests.docs.pages"
