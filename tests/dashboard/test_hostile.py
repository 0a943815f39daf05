"""Every text of the ledger and of the pack is hostile, and every page shows it as the characters that it is."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import sqlalchemy as sa
from pydantic import BaseModel
from streamlit.testing.v1 import AppTest

from dashboard.sitemap import PLACES
from dashboard.visits import session
from dashboard.visits.shelf import forget_all
from data.ledger import fields
from data.ledger.fields import FIELDS
from data.runs.folder import RunFolder
from data.store.tables import TABLES
from data.store.workspace import Workspace
from indicators.entries.amounts import Text
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack
from scoring.runs import store
from tests.dashboard.conftest import log_in
from tests.dashboard.test_plain import HOSTILE, list_texts, show

#: What names something else, or is written by the program: another word there is another object, or none.
POINTS = {"unit", "indicator", "inspection", "finding", "level", "credential", "media_type", "data_sha256"}
#: Lists that name objects and people, and what the program worked out.
LISTED = {"units", "team", "evidence", "roles", "authors", "comparison"}
#: What stands within a list or a record and is chosen or a day, not written.
CHOSEN = {"on", "due_on", "step", "kind", "severity", "method", "seen_on", "proposed_marks"}
#: Texts of a pack that name a file, or are an id.
PACK_POINTS = {"id", "file", "sha256"}
PEOPLE = ("demo-lead", "demo-inspector", "demo-auditor", "demo-admin", "demo-zezhou")


def make_hostile(root: Path) -> int:
    """Put the hostile text into every field that holds a text, or texts; returns how many fields there are."""
    changed = 0
    database = sqlite3.connect(root / "ducha.db")
    with database:
        database.execute("DROP TRIGGER ledger_event_update")
        database.execute("UPDATE ledger_event SET reason = ? WHERE reason IS NOT NULL", [HOSTILE])
        database.execute("UPDATE batch SET file_name = ?, sheet = ?, accepted_by = ?", [HOSTILE] * 3)
        for kind, known in FIELDS.items():
            table = TABLES[kind]
            for name, field in known.items():
                if field.check is fields._text and name not in POINTS:
                    column = f'"{name}" = ? WHERE "{name}" IS NOT NULL'
                    database.execute(f"UPDATE {table.name} SET {column}", [HOSTILE])
                    changed += 1
            for column in table.columns:
                if isinstance(column.type, sa.JSON) and column.name not in LISTED:
                    changed += make_lists_hostile(database, table.name, column.name)
    database.close()
    return changed


def make_lists_hostile(database: sqlite3.Connection, table: str, column: str) -> bool:
    """The same in a column of lists and of records; False if there is nothing in it."""
    rows = database.execute(f'SELECT id, "{column}" FROM {table} WHERE "{column}" IS NOT NULL').fetchall()
    for id, written in rows:
        kept = json.dumps(make_leaves_hostile(column, json.loads(written)), ensure_ascii=False)
        database.execute(f'UPDATE {table} SET "{column}" = ? WHERE id = ?', [kept, id])
    return bool(rows)


def make_leaves_hostile(name: str, value: Any) -> Any:
    """Every text in a value but those that name something else, by the name that they stand under."""
    if isinstance(value, dict):
        return {key: make_leaves_hostile(key, each) for key, each in value.items()}
    if isinstance(value, list):
        return [make_leaves_hostile(name, each) for each in value]
    return HOSTILE if isinstance(value, str) and name not in POINTS | LISTED | CHOSEN else value


def make_pack_hostile(value: Any) -> Any:
    """A pack with the hostile text behind every text of every entry: what whoever wrote a pack could have put there.

    Which fields are texts is read from the model, so that a new one is hostile too.
    """
    if isinstance(value, tuple | list):
        return type(value)(make_pack_hostile(each) for each in value)
    if isinstance(value, dict):
        return {key: make_pack_hostile(each) for key, each in value.items()}
    if not isinstance(value, BaseModel):
        return value
    hints = get_type_hints(type(value), include_extras=True)
    made = {
        name: make_text_hostile(each)
        if holds_texts(hints[name]) and name not in PACK_POINTS
        else make_pack_hostile(each)
        for name, each in ((name, getattr(value, name)) for name in type(value).model_fields)
    }
    return value.model_copy(update=made)


def make_text_hostile(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return type(value)(make_text_hostile(each) for each in value)
    if isinstance(value, dict):
        return {key: make_text_hostile(each) for key, each in value.items()}
    return f"{value} {HOSTILE}" if isinstance(value, str) else make_pack_hostile(value)


def holds_texts(hint: Any) -> bool:
    """Whether a field may hold free text."""
    return hint == Text or any(map(holds_texts, get_args(hint)))


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


@pytest.fixture
def hostile_pack(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever is read of a pack, now or as it was at a run, is hostile; what a run kept of it is worked out anew."""
    read = cache(lambda folder: make_pack_hostile(load_pack(folder)))

    def read_frozen(workspace: Workspace, run: RunFolder) -> Pack:
        return read(workspace.packs_folder / run.manifest["pack"]["sha256"][:16])

    monkeypatch.setattr(session, "load_pack", read)
    monkeypatch.setattr(session, "read_frozen_pack", read_frozen)
    monkeypatch.setattr(store, "read_frozen_pack", read_frozen)
    monkeypatch.setattr(session, "open_explanations", lambda *_: None)
    forget_all()
    yield
    # Nobody else is to find what was kept of it.
    forget_all()


@pytest.fixture(scope="module")
def hostile(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = shutil.copytree(demo, tmp_path_factory.mktemp("hostile") / "workspace")
    assert make_hostile(root) > 15
    return root


@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_shows_hostile_texts_as_they_are(
    hostile: Path, hostile_pack: None, monkeypatch: pytest.MonkeyPatch, person: str
) -> None:
    monkeypatch.setenv("DUCHA_WORKSPACE", str(hostile))
    app = log_in(person)
    found = 0
    own = {"demo-inspector": {"entry", "findings"}, "demo-auditor": {"trail"}, "demo-admin": {"administration"}}
    for place in PLACES:
        if place.address in own.get(person, {place.address}):
            found += check(app.switch_page(f"views/{place.file}").run())
    assert found > 3


def test_of_a_pack_titles_names_statements_and_notes_are_hostile() -> None:
    pack = make_pack_hostile(load_pack(find_pack("jincheng-2021-2025")))
    texts = [pack.head.title, *(each.name for each in (*pack.indicators, *pack.registry.units))]
    texts += [each.title for each in (*pack.head.sections, *pack.head.cohorts, *pack.datasets, *pack.sources)]
    texts += [each.quote for each in pack.obligations]
    texts += [text for each in pack.indicators for text in (each.note, each.cites[0].quote) if text]
    assert len(texts) > 200 and all(text.endswith(HOSTILE) for text in texts)
