"""An entry of a pack as lines to fill in and back: nothing is lost, and what is wrong is told at its field."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from data.rulebook.canonical import read_folder
from data.rulebook.entry_forms import (
    HEAD_FILE,
    NOT_ASSESSED,
    EntryPlace,
    FormLine,
    add_entry,
    drop_entry,
    drop_rule,
    list_places,
    open_entry,
    put_entry,
)
from data.rulebook.filled_sheets import Trees
from data.rulebook.layout import HEAD_SHEET, PLANS
from data.rulebook.rule_drafts import (
    RulesDraft,
    drop_draft,
    examine_draft,
    find_draft,
    keep_draft,
    read_draft,
    write_draft,
)
from data.store.database import open_store
from indicators.entries.mistakes import PackRefused
from indicators.pack.plain_values import write_tree
from indicators.reader import PACKS, hash_pack
from scoring.office.rule_drafts import fit_draft

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = [DOCS / "example-pack", DOCS / "combined-pack", DOCS / "composed-pack", PACKS / "jincheng-2021-2025"]
SHEETS = [plan.title for plan in PLANS if plan.parent is None]


def read_files(folder: Path) -> Trees:
    return {name: write_tree(tree) for name, tree in read_folder(folder).items()}


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_every_entry_comes_back_as_it_was(folder: Path) -> None:
    files, seen = read_files(folder), 0
    places = [place for sheet in SHEETS for place, _ in list_places(files, sheet)]
    # Of a large pack not all, which are much alike.
    places = places[:: max(len(places) // 60, 1)]
    for place in [EntryPlace(HEAD_SHEET, HEAD_FILE), *places]:
        filled = put_entry(files, place, open_entry(files, place))
        assert filled.wrong == () and filled.files[place.file] == files[place.file], place
        seen += 1
    assert seen > 10


def change(line: FormLine, key: str, text: str) -> None:
    [column] = [column for column in line.columns if column.key == key]
    line.cells[column] = text


def find_indicator(files: Trees) -> EntryPlace:
    return list_places(files, "指标")[0][0]


def test_what_cannot_be_read_and_what_is_missing_is_told_at_its_field() -> None:
    files = read_files(EXAMPLES[0])
    lines = open_entry(files, find_indicator(files))
    change(lines[0], "name", "")
    change(lines[1], "marks~", "没有这种说法")
    wrong = {
        (each.line, each.column.key if each.column else None): each.text
        for each in put_entry(files, find_indicator(files), lines).wrong
    }
    assert wrong[0, "name"] == "缺少「名称」" and "没有「没有这种说法」这种说法" in wrong[1, "marks~"]


def test_what_the_reader_finds_is_told_at_the_field_that_it_stands_in() -> None:
    draft = read_draft(EXAMPLES[0], "")
    place = find_indicator(draft.files)
    lines = open_entry(draft.files, place)
    change(lines[0], "section", "nowhere")
    filled = put_entry(draft.files, place, lines)
    assert filled.wrong == ()
    [mistake, *_] = examine_draft(RulesDraft(filled.files, draft.texts, "")).mistakes
    number, column = filled.find_field(mistake.place) or (None, None)
    assert number == 0 and column is not None and column.key == "section"


def test_entries_are_added_and_dropped() -> None:
    files = read_files(EXAMPLES[0])
    more, place = add_entry(files, find_indicator(files), "new.one")
    assert [id for _, id in list_places(more, "指标")].count("new.one") == 1
    assert drop_entry(more, place) == files


def test_with_a_rule_go_its_cases_and_its_tasks_say_that_nobody_asks_for_them() -> None:
    draft = read_draft(EXAMPLES[-1], "")
    (place, id), *_ = list_places(draft.files, "指标")
    files = drop_rule(draft.files, place)
    assert id not in [name for _, name in list_places(files, "指标")] and f"'indicator': '{id}'" not in str(files)
    assert str(files["obligations.yaml"]).count(NOT_ASSESSED) > 0
    # Only the sums of its section and cohort are left to be set right.
    assert all("obligations" not in each.file for each in examine_draft(RulesDraft(files, draft.texts, "")).mistakes)


def test_a_draft_is_kept_with_its_mistakes_and_written_without_any(tmp_path: Path) -> None:
    engine, now = open_store(tmp_path / "ducha.db"), datetime.fromisoformat("2026-01-05T09:00:00+08:00")
    draft = read_draft(EXAMPLES[0], "改自现在施行的 1.0 版", ("说明",))
    keep_draft(engine, "rev", draft, now)
    kept = find_draft(engine, "rev")
    assert kept is not None and kept.draft == draft and kept.draft.key == draft.key
    assert find_draft(engine, "lead") is None
    write_draft(kept.draft, tmp_path / "one")
    write_draft(read_draft(tmp_path / "one", ""), tmp_path / "two")
    assert hash_pack(tmp_path / "one") == hash_pack(tmp_path / "two"), "the canonical writing is one"
    broken = RulesDraft({**draft.files, HEAD_FILE: {**draft.files[HEAD_FILE], "version": []}}, draft.texts, "")
    keep_draft(engine, "rev", broken, now)
    found = find_draft(engine, "rev")
    assert found is not None and examine_draft(found.draft).pack is None
    with pytest.raises(PackRefused):
        write_draft(found.draft, tmp_path / "three")
    drop_draft(engine, "rev")
    assert find_draft(engine, "rev") is None


def test_a_new_document_is_fitted_to_the_units_in_force_and_takes_none_of_their_tables() -> None:
    current = read_draft(EXAMPLES[0], "")
    made = RulesDraft(
        {
            HEAD_FILE: {
                "id": "x",
                "cohorts": [{"id": "units", "full": "1", "members": {"kinds": ["unit"]}}],
                "sections": [{"id": "s1", "marks": {"units": "1"}}],
            },
            "datasets.yaml": {"datasets": [{"id": "documents", "title": "台账"}]},
            "indicators/draft.yaml": {
                "indicators": [{"id": "t1", "marks": {"units": "1"}, "duties": {"lead": ["u1"]}, "x": "documents"}]
            },
        },
        {},
        "",
    )
    fitted = fit_draft(made, current).files
    cohorts = [id for _, id in list_places(current.files, "考核组")]
    assert [id for _, id in list_places(fitted, "考核组")] == cohorts
    assert fitted["units.yaml"] == current.files["units.yaml"]
    [indicator] = fitted["indicators/draft.yaml"]["indicators"]  # type: ignore[misc, union-attr]
    # What lies in the workspace under the name of the old table must not be taken for the new one.
    assert indicator == {"id": "t1", "marks": dict.fromkeys(cohorts, "1"), "x": "documents-2"}
    assert fitted[HEAD_FILE]["version"] == "2.0" and "grades" not in str(fitted[HEAD_FILE])
