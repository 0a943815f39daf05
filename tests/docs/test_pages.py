"""What of the docs is made from the program is what the program says now.

Where this fails: ``python -m tests.docs.pages``, and look at what it changed.
"""

from __future__ import annotations

from indicators.pack import overlay
from scoring.cli.commands import COMMANDS
from tests.docs.keys import TABLES
from tests.docs.pages import (
    COMMANDS_PAGE,
    DESIGN_PAGE,
    EXPLAIN_SCHEMA,
    KEYS_PAGE,
    list_rooms,
    put_rooms,
    write_commands,
    write_explain_schema,
)
from tests.docs.reference import write_reference


def test_the_page_of_commands_is_what_the_commands_say_of_themselves() -> None:
    page = COMMANDS_PAGE.read_text(encoding="utf-8")
    assert page == write_commands()
    assert all(f"\n## ducha {name}\n" in page for name in COMMANDS)


def test_the_design_lists_every_room_with_what_it_says_of_itself() -> None:
    page = DESIGN_PAGE.read_text(encoding="utf-8")
    assert page == put_rooms(page)
    assert all(f"| `{room.parent.name}/{room.name}/` | " in page for room in list_rooms())


def test_the_chinese_reference_is_what_the_models_take_and_has_every_key_of_the_english_one() -> None:
    page = KEYS_PAGE.read_text(encoding="utf-8")
    assert page == write_reference()
    models = [model for tables in TABLES.values() for _, model in tables if model.__module__ != overlay.__name__]
    keys = [field.alias or name for model in models for name, field in model.model_fields.items()]
    assert [key for key in keys if f"\n| `{key}` | " not in page] == []


def test_the_schema_of_explanations_is_that_of_the_model() -> None:
    assert EXPLAIN_SCHEMA.read_text(encoding="utf-8") == write_explain_schema()
