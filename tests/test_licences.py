"""Whoever hands ``ducha`` on can say under which licence each part of it stands.

What this does not prove: that a distribution tells the truth of itself, or what its compiled modules have in them.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from scoring.cli.licences import list_licences, list_shipped

ROOT = Path(__file__).parents[1]


def list_locked() -> set[str]:
    """What ``requirements.lock`` installs here; what it names for other systems is left out."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    found = set()
    for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE):
        try:
            distribution(name)
        except PackageNotFoundError:
            continue
        found.add(re.sub(r"[-_.]+", "-", name).lower())
    return found


def test_all_that_is_locked_is_listed_with_the_name_of_its_licence() -> None:
    found = {each.thing: each for each in list_licences()}
    assert list_locked() <= found.keys()
    assert [each.thing for each in found.values() if not each.name] == []


def test_data_of_others_have_their_licence_beside_them_and_are_shipped_with_it() -> None:
    shipped = list_shipped()
    assert [each.thing for each in shipped] == ["common-passwords"]
    assert all((ROOT / path).is_file() for each in shipped for path in each.texts)


def test_the_docs_leave_the_projects_own_licence_to_its_owner() -> None:
    assert "is its owner's to choose" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert not list(ROOT.glob("LICENSE*")), "a licence was chosen: say so in CONTRIBUTING.md"
