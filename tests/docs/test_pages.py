"""What of the docs is made from the program is what the program says now.

Where this fails: ``python -m tests.docs.pages``, and look at what it changed.
"""

from __future__ import annotations

from scoring.cli.commands import COMMANDS
from tests.docs.pages import (
    COMMANDS_PAGE,
    DESIGN_PAGE,
    EXPLAIN_SCHEMA,
    list_rooms,
    put_rooms,
    write_commands,
    write_explain_schema,
)


def test_the_page_of_commands_is_what_the_commands_say_of_themselves() -> None:
    page = COMMANDS_PAGE.read_text(encoding="utf-8")
    assert page == write_commands()
    assert all(f"\n## ducha {name}\n" in page for name in COMMANDS)


def test_the_design_lists_every_room_with_what_it_says_of_itself() -> None:
    page = DESIGN_PAGE.read_text(encoding="utf-8")
    assert page == put_rooms(page)
    assert all(f"| `{room.parent.name}/{room.name}/` | " in page for room in list_rooms())


def test_the_schema_of_explanations_is_that_of_the_model() -> None:
    assert EXPLAIN_SCHEMA.read_text(encoding="utf-8") == write_explain_schema()
