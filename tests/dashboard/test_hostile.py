"""Every text that the ledger keeps is hostile, and every page shows it as the characters that it is."""

from __future__ import annotations

import shutil
import sqlite3
from html.parser import HTMLParser
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.sitemap import PLACES
from data.ledger import fields
from data.ledger.fields import FIELDS
from data.store.tables import TABLES
from tests.dashboard.conftest import log_in
from tests.dashboard.test_plain import HOSTILE, list_texts, show

#: What names something else, or is written by the program: another word there is another object, or none.
POINTS = {"unit", "indicator", "inspection", "finding", "level", "credential", "media_type", "data_sha256"}
PEOPLE = ("demo-lead", "demo-inspector", "demo-auditor", "demo-admin", "demo-zezhou")


def make_hostile(root: Path) -> int:
    """Put the hostile text into every field that holds a text; returns how many fields there are."""
    changed = 0
    store = sqlite3.connect(root / "ducha.db")
    with store:
        store.execute("DROP TRIGGER ledger_event_update")
        store.execute("UPDATE ledger_event SET reason = ? WHERE reason IS NOT NULL", [HOSTILE])
        store.execute("UPDATE batch SET file_name = ?, sheet = ?, accepted_by = ?", [HOSTILE] * 3)
        for kind, known in FIELDS.items():
            for name, field in known.items():
                if field.check is fields._text and name not in POINTS:
                    column = f'"{name}" = ? WHERE "{name}" IS NOT NULL'
                    store.execute(f"UPDATE {TABLES[kind].name} SET {column}", [HOSTILE])
                    changed += 1
    store.close()
    return changed


class Reader(HTMLParser):
    """The text of a piece of HTML, and what it is made of."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.text, self.made = "", []  # type: ignore[var-annotated]
        self.feed(code)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.made += [tag, *(f"{name}={value}" for name, value in attrs if name != "data-title")]

    def handle_data(self, data: str) -> None:
        self.text += data


def check(app: AppTest) -> int:
    """Everything on the page; returns how often the hostile text stands there."""
    assert not app.exception
    found = 0
    for element in [*app.main, *app.sidebar]:
        if element.type == "html":
            reader = Reader(element.proto.body)
            assert not [made for made in reader.made if "evil.example" in made and "title=" not in made]
            assert not {"img", "iframe", "object", "form"} & set(reader.made)
            texts = [reader.text]
        else:
            texts = list_texts(element)
            for text in texts:
                kinds, _ = show(text)
                assert not kinds & {"link_open", "image", "html_inline", "html_block", "code_block", "fence"}, text
            texts = [show(text)[1].replace("\u2060", "") for text in texts]
        for text in texts:
            found += text.count(HOSTILE)
            assert text.count("https://evil.example/a") == text.count(HOSTILE), "whole, or not at all"
    return found


@pytest.fixture(scope="module")
def hostile(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = shutil.copytree(demo, tmp_path_factory.mktemp("hostile") / "workspace")
    assert make_hostile(root) > 15
    return root


@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_shows_hostile_texts_as_they_are(
    hostile: Path, monkeypatch: pytest.MonkeyPatch, person: str
) -> None:
    monkeypatch.setenv("DUCHA_WORKSPACE", str(hostile))
    app = log_in(person)
    found = 0
    own = {"demo-inspector": {"entry", "findings"}, "demo-auditor": {"trail"}, "demo-admin": {"administration"}}
    for place in PLACES:
        if place.address in own.get(person, {place.address}):
            found += check(app.switch_page(f"views/{place.file}").run())
    assert found > 3
