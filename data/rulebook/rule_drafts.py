"""Rules that somebody is writing: the files of a pack with whatever is still wrong in them, kept until handed in.

They stand among what a person has not sent yet (``data/ledger/unsent.py``): they are on no trail, and nothing is
scored by them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from pydantic import BaseModel, JsonValue
from sqlalchemy.engine import Engine

from data.ledger.unsent import drop_unsent, keep_unsent, read_unsent
from data.rulebook.canonical import Checked, list_texts, read_folder, write_canonical
from data.rulebook.filled_sheets import Trees
from data.rulebook.sheet_lines import Place
from data.store.drafts import draft_folder
from indicators.entries.mistakes import PackRefused
from indicators.entries.named_keys import name_keys
from indicators.pack.model import Pack
from indicators.pack.plain_values import write_tree
from indicators.reader import lint_folder, load_pack

#: The one draft of rules that a person has in a workspace.
PLACE = "rules"


@dataclass(frozen=True)
class RulesDraft:
    """The files of a pack and the texts of its sources, as they stand; ``origin`` says in Chinese where from."""

    files: Trees
    texts: Mapping[str, str]
    origin: str
    remarks: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same for the same content."""
        held = json.dumps([self.files, self.texts], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(held.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True)
class KeptDraft:
    """A draft, and when it was kept."""

    draft: RulesDraft
    kept_at: datetime


@dataclass(frozen=True)
class PlacedMistake:
    """What the reader of packs finds wrong, and where."""

    file: str
    place: Place
    text: str


@dataclass(frozen=True)
class ExaminedDraft:
    """What is wrong with a draft, all of it; the pack where nothing is."""

    pack: Pack | None
    mistakes: tuple[PlacedMistake, ...]


class _Content(BaseModel):
    """A draft as it is stored; its values are texts, lists and tables of them, which the reader of packs looks at."""

    files: dict[str, dict[str, JsonValue]]
    texts: dict[str, str]
    origin: str
    remarks: tuple[str, ...]


def read_draft(folder: Path, origin: str, remarks: tuple[str, ...] = ()) -> RulesDraft:
    """The pack in a folder as a draft. Raises UnknownFile, PackRefused."""
    files = read_folder(folder)
    texts = {name: content.decode() for name, content in list_texts(folder, files).items()}
    return RulesDraft({name: write_tree(tree) for name, tree in files.items()}, texts, origin, remarks)


def keep_draft(engine: Engine, person: str, draft: RulesDraft, now: datetime) -> None:
    """Keep a person's draft in place of the one before."""
    content = {"files": draft.files, "texts": dict(draft.texts), "origin": draft.origin, "remarks": list(draft.remarks)}
    keep_unsent(engine, person, PLACE, content, now)


def find_draft(engine: Engine, person: str) -> KeptDraft | None:
    """A person's draft; None where there is none."""
    kept = read_unsent(engine, person, PLACE)
    if kept is None:
        return None
    held = _Content.model_validate(kept.content)
    return KeptDraft(RulesDraft(cast(Trees, held.files), held.texts, held.origin, held.remarks), kept.kept_at)


def drop_draft(engine: Engine, person: str) -> None:
    """Forget a person's draft."""
    drop_unsent(engine, person, PLACE)


def examine_draft(draft: RulesDraft) -> ExaminedDraft:
    """All that is wrong with a draft, each mistake at its place."""
    with draft_folder() as folder:
        checked = Checked(folder, draft.files, _encode(draft))
        found = (PlacedMistake(each.file, checked.find_place(each), name_keys(each.text)) for each in checked.mistakes)
        mistakes = tuple(dict.fromkeys(found))
        return ExaminedDraft(None if mistakes else load_pack(folder), mistakes)


def write_draft(draft: RulesDraft, folder: Path) -> None:
    """The pack of a draft in the canonical writing, into a new folder. Raises PackRefused where something is wrong."""
    with draft_folder() as place:
        checked = Checked(place, draft.files, _encode(draft))
        if checked.mistakes:
            raise PackRefused("", checked.mistakes)
        write_canonical(folder, read_folder(place), _encode(draft))
    lint_folder(folder)


def _encode(draft: RulesDraft) -> dict[str, bytes]:
    return {name: text.encode() for name, text in draft.texts.items()}
