"""What is newer than a ranking: every input that a run of the same year and day, made now, would have otherwise.

Nothing is listed by hand. The inputs of the stored run and those of a run made now are two manifests; each field in
which they differ is said in words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from data.batches.records import Inputs, current_inputs, ledger_batch
from data.ledger.ledger import Ledger
from data.runs.folder import RunBatch, RunChanged, RunManifest, read_moment
from data.store.drafts import draft_folder
from data.store.workspace import Workspace
from indicators.entries.shortlist import shorten_list
from indicators.pack.model import Pack
from scoring.results.version import read_results_version
from scoring.runs.manifests import read_scopes, write_manifest
from scoring.runs.store import list_runs
from scoring.runs.uncounted import Uncounted, list_uncounted

#: So many files and units are named.
NAMED = 3
_PROGRAMS = {"ducha": "本程序", "duckdb": "计算引擎"}


@dataclass(frozen=True)
class Newer:
    """An input that is another one now: the manifest's ``field``, its name in a word, and all that there is to say.

    ``words`` may name units and files; ``kind`` names nobody, and may stand where a unit reads it.
    """

    field: str
    kind: str
    words: str


@dataclass(frozen=True)
class _Sides:
    """The manifest of the run, that of a run made now, and what their hashes stand for."""

    workspace: Workspace
    pack: Pack
    inputs: Inputs
    before: RunManifest
    now: RunManifest

    def list_batches(self, manifest: RunManifest) -> dict[str, RunBatch]:
        return {entry["batch"]: entry for entry in manifest["batches"]}

    def find_changed_batches(self) -> list[str]:
        """The batches that are not the same on both sides, in the order of their names."""
        before, now = self.list_batches(self.before), self.list_batches(self.now)

        def is_same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
            # What a run of before did not keep of a batch cannot have changed: a batch never does.
            return all(one[name] == other[name] for name in one.keys() & other.keys())

        names = sorted(before.keys() | now.keys())
        return [name for name in names if not (name in before and name in now and is_same(before[name], now[name]))]


@dataclass(frozen=True)
class Since:
    """What has come since a run: ``run`` is the id that one of the same year and day would have now."""

    run: str
    newer: list[Newer]


Describe = Callable[[_Sides], list[tuple[str, str]]]


def list_newer(
    workspace: Workspace, ledger: Ledger, manifest: RunManifest, reported: Inputs | None = None
) -> list[Newer]:
    """What a run of the same year and day would see now and the run of this ``manifest`` did not."""
    return look_since(workspace, ledger, manifest, reported).newer


def look_since(workspace: Workspace, ledger: Ledger, manifest: RunManifest, reported: Inputs | None = None) -> Since:
    """What has come since the run of this ``manifest``.

    ``reported`` are the inputs without the ledger, where they have been read already.
    """
    year, as_of = read_moment(manifest)
    with draft_folder() as folder:
        inputs = current_inputs(workspace, ledger.pack, reported=reported, ledger_files=folder)
        now = write_manifest(ledger.pack, inputs, year, as_of)
        return Since(now["id"], compare_inputs(_Sides(workspace, ledger.pack, inputs, manifest, now)))


def compare_inputs(sides: _Sides) -> list[Newer]:
    """Every field in which the manifests differ, in words."""
    found = []
    for field in dict.fromkeys((*sides.before, *sides.now)):
        before, now = sides.before.get(field), sides.now.get(field)
        # The id follows from the others; what an older program did not keep was nothing, where it is nothing now.
        if field == "id" or before == now or not (before or now):
            continue
        describe = WORDS.get(field, lambda _, field=field: [(f"其他输入（{field}）", "")])
        found += [Newer(field, kind, f"{kind}{f'（{more}）' if more else ''}") for kind, more in describe(sides)]
    return found


def _describe_pack(sides: _Sides) -> list[tuple[str, str]]:
    one, other = sides.before["pack"], sides.now["pack"]
    if one["id"] != other["id"]:
        return [("指标包", f"{one['title']} → {other['title']}")]
    versions = one["version"], other["version"]
    return [("指标包", f"版本 {versions[0]} → {versions[1]}" if versions[0] != versions[1] else "内容有改动")]


def _describe_members(sides: _Sides) -> list[tuple[str, str]]:
    one, other = (side.get("members_sha256") or {} for side in (sides.before, sides.now))
    titles = [cohort.title for cohort in sides.pack.head.cohorts if one.get(cohort.id) != other.get(cohort.id)]
    return [("考核组的单位", "、".join(titles))]


def _describe_scopes(sides: _Sides) -> list[tuple[str, str]]:
    """The tables of which more or less is reported, where no file tells it already."""
    run = str(sides.before["id"])
    content = (sides.workspace.runs_folder / run / "scopes.tsv").read_bytes()
    if hashlib.sha256(content).hexdigest() != sides.before["scopes_sha256"]:
        raise RunChanged(run, "scopes.tsv 的内容被改动过")
    text = content.decode()
    batches = sides.list_batches(sides.before) | sides.list_batches(sides.now)
    told = {batches[name]["dataset"] for name in sides.find_changed_batches()}
    differing = {dataset for dataset, _, _ in read_scopes(text) ^ sides.inputs.scopes} - told
    titles = [dataset.title for dataset in sides.pack.datasets if dataset.id in differing]
    return [("已报的范围", "、".join(titles))] if titles else []


def _describe_declared(sides: _Sides) -> list[tuple[str, str]]:
    """The registers of which another day, or another period, is declared complete."""
    before, now = ({tuple(each) for each in side.get("declared") or ()} for side in (sides.before, sides.now))
    differing = {each[0] for each in before ^ now}
    return [("台账齐全声明", "、".join(each.title for each in sides.pack.datasets if each.id in differing))]


def _describe_calendar(sides: _Sides) -> list[tuple[str, str]]:
    """The years of which other days are worked now, or of which the calendar has come to be known.

    A run of before its years were kept does not say which days it went by.
    """
    if sides.before.get("calendar") is None:
        return []
    before, now = (side.get("calendar") or {} for side in (sides.before, sides.now))
    years = sorted(year for year in {*before, *now} if before.get(year) != now.get(year))
    return [("工作日历", "、".join(f"{year} 年" for year in years))]


def _describe_batches(sides: _Sides) -> list[tuple[str, str]]:
    before, now = sides.list_batches(sides.before), sides.list_batches(sides.now)
    own = {ledger_batch(dataset.id) for dataset in sides.pack.datasets if dataset.ledger is not None}
    changed = [name for name in sides.find_changed_batches() if name not in own]
    found = []
    if new := [now[name] for name in changed if name not in before]:
        found.append(("报送文件", _name_files(new)))
    elif changed:
        found.append(("不再计入的报送文件", _name_files([before[name] for name in changed if name in before])))
    names = {unit.id: unit.name for unit in sides.pack.registry.units}
    rows = list_uncounted(sides.workspace, sides.pack, sides.inputs, sides.before)
    for title in dict.fromkeys(each.title for each in rows):
        found.append((title, _name_units(names, [each for each in rows if each.title == title])))
    return found


def _name_files(entries: Sequence[Mapping[str, object]]) -> str:
    files = list(dict.fromkeys(str(entry["file"]) for entry in entries))
    return shorten_list([f"《{name}》" for name in files], NAMED, "个")


def _name_units(names: Mapping[str, str], rows: Sequence[Uncounted]) -> str:
    units = [names.get(row.unit, row.unit) for row in rows]
    return f"{sum(row.number for row in rows)} 条：{shorten_list(units, NAMED, '个单位')}"


def _describe_engine(sides: _Sides) -> list[tuple[str, str]]:
    one, other = sides.before["engine"], sides.now["engine"]
    # What an older version needed and this one does not is no news.
    names = [name for name in other if one.get(name) != other[name]]
    return [(_PROGRAMS.get(name, name), f"版本 {one.get(name, '—')} → {other[name]}") for name in names]


def _describe_results(sides: _Sides) -> list[tuple[str, str]]:
    one, other = (read_results_version(side) for side in (sides.before, sides.now))
    return [("本程序的计算方法", f"结果版本 {one} → {other}")] if one != other else []


def _describe_scalar(kind: str, field: str) -> Describe:
    return lambda sides: [(kind, f"{sides.before.get(field, '—')} → {sides.now.get(field, '—')}")]


#: By field of a manifest what to say where it differs; a test demands one for each field that there is.
WORDS: dict[str, Describe] = {
    "schema": _describe_scalar("结果的格式", "schema"),
    "results": _describe_results,
    "pack": _describe_pack,
    "fictional": lambda sides: [("是不是演示数据", "是" if sides.now["fictional"] else "不是")],
    "year": _describe_scalar("年度", "year"),
    "as_of": _describe_scalar("截止日", "as_of"),
    "members_sha256": _describe_members,
    "scopes_sha256": _describe_scopes,
    "batches": _describe_batches,
    "declared": _describe_declared,
    "calendar": _describe_calendar,
    "engine": _describe_engine,
}


def list_other_days(runs: Sequence[str], run: str) -> tuple[list[str], bool]:
    """Other days by which the run's year was scored too, as ISO days, and whether the year was scored again since.

    ``runs`` are ids, oldest first.
    """
    year, day, _ = run.split("-")
    same = [name.split("-") for name in runs if name.startswith(f"{year}-")]
    days = sorted({other for _, other, _ in same if other != day})
    later = runs[runs.index(run) + 1 :] if run in runs else []
    again = any(name.startswith(f"{year}-") for name in later)
    return [f"{each[:4]}-{each[4:6]}-{each[6:]}" for each in days], again


def describe_newer(newer: Sequence[Newer], *, in_full: bool = True) -> str:
    """The sentence that stands beside a ranking; empty where nothing is newer. Not ``in_full``: it names nobody."""
    if not newer:
        return ""
    said = dict.fromkeys(each.words if in_full else each.kind for each in newer)
    return f"这次评分以后有变动，还没有计入排名：{'、'.join(said)}。"


def describe_other_days(runs: Sequence[str], run: str) -> str:
    """The sentence about the year's rankings by other days; empty where there are none."""
    days, again = list_other_days(runs, run)
    year = run.split("-")[0]
    named = f"{year} 年度另有截至 {'、'.join(days)} 的排名。" if days else ""
    return named + (f"这次以后，{year} 年度又评过分，请看最近一次。" if again else "")


def write_newer(workspace: Workspace, ledger: Ledger, manifest: RunManifest) -> str:
    """What a paper of the run of this ``manifest`` has to say on every page.

    Kinds alone, as units of which nobody may read get it too.
    That the year was scored again since is one of them; an earlier day is none.
    """
    said = describe_newer(list_newer(workspace, ledger, manifest), in_full=False)
    _, again = list_other_days(list_runs(workspace), str(manifest["id"]))
    return said + (f"这次以后，{manifest['year']} 年度又评过分。" if again else "")
