"""Drafts of rules as pages and commands make them: from those in force, from a workbook, from a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import cast

from data.apart.process import Child, ChildLimits
from data.rulebook.entry_forms import HEAD_FILE, begin_line
from data.rulebook.filled_sheets import Trees
from data.rulebook.rows import write_row
from data.rulebook.rule_drafts import RulesDraft, read_draft, write_draft
from data.store.drafts import draft_folder
from indicators.pack.cases import load_cases
from indicators.pack.documents import YamlFile
from indicators.pack.model import Pack
from indicators.pack.plain_values import Texts
from indicators.reader import load_pack
from indicators.texts.draft import COHORT
from scoring.cases.run import check_cases
from scoring.cases.survivors import MutantReport, find_survivors
from scoring.office.books_apart import read_book_apart
from scoring.office.drafting import describe_findings
from scoring.office.drafting import write_draft as write_document_draft

LIMITS = ChildLimits(seconds=120, memory=2 * 1024**3)
#: Where cases are put that were found here.
NEW_CASES = "cases/new.yaml"
#: What a new document leaves as it is.
_KEPT = ("issuer", "fictional", "precision")


def begin_from_rules(pack: Pack, folder: Path) -> RulesDraft:
    """The rules in force, to be changed; their version is still the same. Raises UnknownFile, PackRefused."""
    return read_draft(folder, f"改自现在施行的 {pack.head.version} 版")


def begin_from_book(name: str, content: bytes) -> RulesDraft:
    """The rules of a workbook. Raises FileRefused, RulebookRefused, Stopped."""
    with draft_folder() as folder:
        place = folder / Path(name.replace("\\", "/")).name
        place.write_bytes(content)
        read_book_apart(place, folder / "pack")
        return read_draft(folder / "pack", f"来自工作簿「{place.name}」")


def begin_from_document(name: str, content: bytes, year: int, current: RulesDraft) -> RulesDraft:
    """Rules proposed from a plan or a marking sheet, for the units and under the id of the ``current`` ones.

    Raises what ``drafting.write_draft`` raises, and Stopped.
    """
    with draft_folder() as folder:
        place = folder / Path(name.replace("\\", "/")).name
        place.write_bytes(content)
        id = str(current.files[HEAD_FILE].get("id"))
        with Child(LIMITS, begin_work) as child:
            told = child.ask(draft_one, place.absolute(), (folder / "pack").absolute(), id, year)
        made = read_draft(folder / "pack", f"从「{place.name}」起草", tuple(told))
    return fit_draft(made, current)


def begin_work() -> str:
    """What a child holds that needs nothing but what it is sent."""
    return "ready"


def draft_one(held: str, source: Path, folder: Path, id: str, year: int) -> list[str]:
    """In the child: write the draft, and say what was found."""
    return list(describe_findings(write_document_draft(source, folder, id=id, title=None, year=year)))


def make_ready() -> None:
    """All that it takes is loaded with this module."""


def fit_draft(draft: RulesDraft, current: RulesDraft) -> RulesDraft:
    """The draft for the units of the rules in force: its one cohort becomes theirs, its tables get names of their own.

    A sheet with columns for single units keeps the units that it names itself.
    """
    known = _list_ids(current.files.get("datasets.yaml", {}), "datasets")
    named = _list_ids(draft.files.get("datasets.yaml", {}), "datasets")
    renamed = dict(_find_names(named, known))
    files: dict[str, Mapping[str, Texts]] = {name: _rename_in(tree, renamed) for name, tree in draft.files.items()}
    remarks = draft.remarks
    if _list_ids(files[HEAD_FILE], "cohorts") == [COHORT]:
        files |= _exchange_units(files, current.files)
        if any("grades" in each for each in _list_entries(current.files[HEAD_FILE], "cohorts")):
            remarks = (*remarks, "等次没有带过来：满分变了，请在「考核组」里重新写")
    head = current.files[HEAD_FILE]
    kept = {key: head[key] for key in _KEPT if key in head}
    files[HEAD_FILE] = {**files[HEAD_FILE], **kept, "version": _raise_version(str(head.get("version")))}
    return RulesDraft(files, draft.texts, draft.origin, remarks)


def _list_entries(tree: Mapping[str, Texts], key: str) -> list[Mapping[str, Texts]]:
    entries = tree.get(key)
    if entries is None or isinstance(entries, str | Mapping):
        return []
    return [each for each in entries if isinstance(each, Mapping)]


def _list_ids(tree: Mapping[str, Texts], key: str) -> list[str]:
    return [str(each.get("id")) for each in _list_entries(tree, key) if "ledger" not in each]


def _find_names(named: list[str], known: list[str]) -> Iterator[tuple[str, str]]:
    """Names that nobody has for those that the rules in force have for tables of theirs."""
    taken = {*named, *known}
    for name in named:
        if name in known:
            yield name, next(each for each in _list_names(name) if each not in taken)


def _rename_in(tree: Mapping[str, Texts], names: Mapping[str, str]) -> dict[str, Texts]:
    return {names.get(key, str(key)): _rename(each, names) for key, each in tree.items()}


def _rename(value: Texts, names: Mapping[str, str]) -> Texts:
    """Values and keys that are one of the names become the other one."""
    if isinstance(value, Mapping):
        return _rename_in(value, names)
    if isinstance(value, str) or value is None:
        return value if value is None else names.get(value, str(value))
    return [_rename(each, names) for each in value]


def _exchange_units(files: Trees, current: Trees) -> dict[str, Mapping[str, Texts]]:
    """Units and cohorts as they are in force: each cohort has the marks that the one of the draft has."""
    head, known = files[HEAD_FILE], _list_entries(current[HEAD_FILE], "cohorts")
    ids = _list_ids(current[HEAD_FILE], "cohorts")
    full = _list_entries(head, "cohorts")[0]["full"]
    changed: dict[str, Mapping[str, Texts]] = {
        name: current[name] for name in ("units.yaml", "calendar.yaml") if name in current
    }
    changed[HEAD_FILE] = {
        **head,
        "cohorts": [{**_leave_out(cohort, "grades"), "full": full} for cohort in known],
        "sections": [_share_marks(each, ids) for each in _list_entries(head, "sections")],
    }
    for name, tree in files.items():
        if name.startswith("indicators/"):
            entries = _list_entries(tree, "indicators")
            changed[name] = {"indicators": [_leave_out(_share_marks(each, ids), "duties") for each in entries]}
        elif name.startswith("cases/"):
            cases = _list_entries(tree, "cases")
            changed[name] = {"cases": [{**_leave_out(each, "unit"), "cohort": ids[0]} for each in cases]}
    return changed


def _leave_out(entry: Mapping[str, Texts], name: str) -> Mapping[str, Texts]:
    return {key: each for key, each in entry.items() if key != name}


def _share_marks(entry: Mapping[str, Texts], cohorts: list[str]) -> dict[str, Texts]:
    """Whatever is written for the one cohort of the draft, for each of these."""

    def share(value: Texts) -> Texts:
        if isinstance(value, Mapping):
            if value.keys() == {COHORT}:
                return dict.fromkeys(cohorts, share(value[COHORT]))
            return {key: share(each) for key, each in value.items()}
        return value if value is None or isinstance(value, str) else [share(each) for each in value]

    return {key: share(each) for key, each in entry.items()}


def _raise_version(version: str) -> str:
    number = re.match("[0-9]+", version)
    return f"{int(number[0]) + 1}.0" if number else f"{version}-2"


@dataclass(frozen=True)
class TriedIndicator:
    """The cases of an indicator that do not hold, in words, of how many; and the changes that none of them notices."""

    cases: int
    failures: tuple[str, ...]
    report: MutantReport | None


def add_case(draft: RulesDraft, witness: str) -> RulesDraft:
    """The draft with the case of a change that no other one notices, as :func:`try_indicator` found it."""
    taken = {id for name in draft.files if name.startswith("cases/") for id in _list_ids(draft.files[name], "cases")}
    entries: list[Texts] = list(_list_entries(draft.files.get(NEW_CASES, {}), "cases"))
    for case in _read_cases(witness):
        id = next(name for name in _list_names(str(case["id"])) if name not in taken)
        entries.append({**case, "id": id})
    files = {**draft.files, NEW_CASES: {**draft.files.get(NEW_CASES, {}), "cases": entries}}
    return RulesDraft(files, draft.texts, draft.origin, draft.remarks)


def tell_case(draft: RulesDraft, witness: str) -> list[tuple[str, str]]:
    """The same case as the sheet of cases has it: what each cell is called, and what stands in it."""
    columns = begin_line(draft.files, "用例").columns
    told = (write_row(case, columns) for case in _read_cases(witness))
    return [(column.label, cells[column]) for cells in told for column in columns if column in cells]


def _read_cases(witness: str) -> list[dict[str, Texts]]:
    tree = YamlFile(NEW_CASES, witness).tree
    found = _list_entries(cast(Mapping[str, Texts], tree), "cases") if isinstance(tree, dict) else []
    return [_rename_in(case, {}) for case in found]


def _list_names(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}-{number}" for number in count(2))


def try_indicator(draft: RulesDraft, indicator: str) -> TriedIndicator:
    """Run the cases of an indicator and, where they hold, look for changes of it that none of them notices.

    Raises PackRefused.
    """
    with draft_folder() as folder:
        write_draft(draft, folder / "pack")
        pack = load_pack(folder / "pack")
        cases = [case for _, _, case in load_cases(folder / "pack") if case.indicator == indicator]
        failures = tuple(f"{id}：{text}" for id, text in check_cases(pack, cases).items())
        report = find_survivors(pack, cases, only=[indicator]) if cases and not failures else None
    return TriedIndicator(len(cases), failures, report)
