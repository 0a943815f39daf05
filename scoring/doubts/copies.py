"""Doubts about who is who: the same figures or words in two places, one person under two names."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction

from indicators.entries.tables import Dataset
from indicators.pack.doubts import Alike, DoubtRule
from scoring.base.sql import join_and, quote_name, write_where
from scoring.doubts.doubt import Found, NamedNumber, SearchedData, Sighting, Trace
from scoring.measures.feeds import name_row

#: So many fingerprints, people or names of a unit are shown.
_EXAMPLES = 3


def find_alike(scene: SearchedData, rule: DoubtRule) -> list[Found]:
    """Units whose rows or whole reports are the same as another's, or as their own of the year before."""
    check = rule.check.alike
    assert check is not None
    dataset = scene.pack.dataset(check.dataset)
    prints = _write_prints(scene, check, dataset, scene.moment.year)
    if check.against == "units":
        query = (
            f"SELECT print, list(DISTINCT unit ORDER BY unit) FROM ({prints})\n"
            "GROUP BY print HAVING count(DISTINCT unit) > 1 ORDER BY print"
        )
        shared = dict(scene.connection.execute(query).fetchall())
        return [_compare_units(scene, check, dataset, shared)]
    before = _write_prints(scene, check, dataset, scene.moment.year - 1)
    query = (
        f"SELECT DISTINCT unit, print FROM ({prints}) SEMI JOIN ({before}) b USING (unit, print)\nORDER BY unit, print"
    )
    repeated: dict[str, list[str]] = defaultdict(list)
    for unit, fingerprint in scene.connection.execute(query).fetchall():
        repeated[unit].append(fingerprint)
    return [_compare_years(scene, check, dataset, repeated)]


def _compare_units(scene: SearchedData, check: Alike, dataset: Dataset, shared: dict[str, list[str]]) -> Found:
    mine: dict[str, list[str]] = defaultdict(list)
    others: dict[str, Counter[str]] = defaultdict(Counter)
    for fingerprint, units in shared.items():
        for unit in units:
            mine[unit].append(fingerprint)
            others[unit].update(units)
    sightings = []
    for unit, prints in mine.items():
        peers = [name for name, _ in sorted(others[unit].items(), key=lambda peer: (-peer[1], peer[0])) if name != unit]
        what = f"《{dataset.title}》" + _name_copies(check, dataset, len(prints))
        seen = f"{what}与{scene.name_units(peers)}完全相同（不说明是谁照抄谁）"
        shown = (NamedNumber("雷同处数", len(prints)), NamedNumber("涉及其他单位数", len(peers)))
        points = tuple((place, value) for value in prints[:_EXAMPLES] for place in (unit, *peers[:1]))
        weight = Fraction(len(prints) * 1000) - len(peers)
        sightings.append(Sighting(unit, seen, shown, weight, _point(check, points)))
    return Found((_trace_prints(scene, check, dataset, scene.moment.year),), tuple(sightings))


def _compare_years(scene: SearchedData, check: Alike, dataset: Dataset, repeated: dict[str, list[str]]) -> Found:
    sightings = []
    for unit, prints in repeated.items():
        seen = f"《{dataset.title}》{_name_copies(check, dataset, len(prints))}与本单位上年完全相同"
        points = tuple((unit, value) for value in prints[:_EXAMPLES])
        shown = (NamedNumber("雷同处数", len(prints)),)
        sightings.append(Sighting(unit, seen, shown, Fraction(len(prints)), _point(check, points)))
    years = (scene.moment.year, scene.moment.year - 1)
    return Found(tuple(_trace_prints(scene, check, dataset, year) for year in years), tuple(sightings))


def _point(check: Alike, points: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    if check.by == "row":
        return points
    return tuple(dict.fromkeys((unit, "") for unit, _ in points))


def _name_copies(check: Alike, dataset: Dataset, number: int) -> str:
    if check.by == "report":
        return "全年填报的数字"
    if check.text is not None:
        column = dataset.column(check.text)
        return f"有 {number} 段「{column.title if column else check.text}」"
    return f"有 {number} 行数字"


def _write_print(check: Alike) -> str:
    """The SQL fingerprint of a row: its figures, or its text without spaces, punctuation and the unit's name."""
    if check.text is not None:
        bare = f"replace(nfc_normalize(r.{quote_name(check.text)}), u.name, '')"
        return rf"regexp_replace({bare}, '[\s\p{{P}}]+', '', 'g')"
    return f"concat_ws('|', {', '.join(f'coalesce(r.{quote_name(n)}::VARCHAR, {chr(39) * 2})' for n in check.columns)})"


def _write_prints(scene: SearchedData, check: Alike, dataset: Dataset, year: int) -> str:
    """The fingerprints that say enough to be compared: unit and print."""
    where = scene.condition(dataset, write_where(check.where, dataset), year)
    source = f"FROM {scene.source(dataset, where)}"
    if check.text is not None:
        inner = f"SELECT u.unit, {_write_print(check)} AS print {source}"
        return f"SELECT unit, print FROM ({inner}) WHERE length(print) >= {check.characters}"
    cells = ", ".join(f"CASE WHEN r.{n} <> 0 THEN r.{n}::VARCHAR END" for n in map(quote_name, check.columns))
    inner = f"SELECT u.unit, {_write_print(check)} AS print, [{cells}] AS cells {source}"
    if check.by == "report":
        inner = (
            "SELECT unit, string_agg(print, ';' ORDER BY print) AS print, flatten(list(cells)) AS cells\n"
            f"FROM ({inner}) GROUP BY unit"
        )
    # list_distinct leaves out empty cells, so that 0,0,0 and 1,1,1 never count as the same report.
    return f"SELECT unit, print FROM ({inner}) WHERE len(list_distinct(cells)) >= {check.least}"


def _trace_prints(scene: SearchedData, check: Alike, dataset: Dataset, year: int) -> Trace:
    columns = (dataset.unit, *(check.columns or (check.text or "",)))
    where = scene.condition(dataset, write_where(check.where, dataset), year)
    return Trace(dataset.id, where, columns, _write_print(check) if check.by == "row" else "''")


def find_duplicate_people(scene: SearchedData, rule: DoubtRule) -> list[Found]:
    """Units with a person under two names anywhere, and units with two people who may be one."""
    check = rule.check.duplicate_people
    assert check is not None
    dataset = scene.pack.dataset(check.dataset)
    assert dataset.people is not None
    person = f"r.{quote_name(dataset.people.person)}"
    bare = f"replace(replace(r.{quote_name(check.name)}, ' ', ''), '\u3000', '')"
    where = join_and([scene.condition(dataset, write_where(check.where, dataset)), f"{person} IS NOT NULL"])
    named = join_and([where, f"{bare} <> ''"])
    columns = (dataset.people.person, check.name, *check.also_same)
    query = (
        f"SELECT {person} AS person, list(DISTINCT {bare} ORDER BY {bare}), list(DISTINCT u.unit ORDER BY u.unit)\n"
        f"FROM {scene.source(dataset, named)}\n"
        f"GROUP BY person HAVING count(DISTINCT {bare}) > 1 ORDER BY person"
    )
    two_names: dict[str, list[tuple[str, list[str], list[str]]]] = defaultdict(list)
    for name, names, units in scene.connection.execute(query).fetchall():
        for unit in units:
            two_names[unit].append((name, names, units))
    same = "".join(f", r.{quote_name(name)}" for name in check.also_same)
    query = (
        f"SELECT u.unit, {bare}, list(DISTINCT {person} ORDER BY {person})\n"
        f"FROM {scene.source(dataset, named)}\n"
        f"GROUP BY u.unit, {bare}{same} HAVING count(DISTINCT {person}) > 1 ORDER BY ALL"
    )
    two_ids: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
    for unit, name, people in scene.connection.execute(query).fetchall():
        two_ids[unit].append((name, people))
    shown = tuple(dict.fromkeys((*columns, *name_row(dataset)[:1])))
    return [
        Found((Trace(dataset.id, named, shown, person),), _say_two_names(two_names, dataset)),
        Found((Trace(dataset.id, named, shown, person),), _say_two_ids(two_ids, scene, dataset, check.also_same)),
    ]


def _say_two_names(found: dict[str, list[tuple[str, list[str], list[str]]]], dataset: Dataset) -> tuple[Sighting, ...]:
    sightings = []
    for unit, people in found.items():
        examples = "；".join(f"{name} 对应{'、'.join(names[:4])}" for name, names, _ in people[:_EXAMPLES])
        seen = f"《{dataset.title}》有 {len(people)} 个人员编号对应不止一个姓名：{examples}"
        points = tuple((place, name) for name, _, units in people[:_EXAMPLES] for place in units[:_EXAMPLES])
        weight = Fraction(1000 + len(people))
        sightings.append(Sighting(unit, seen, (NamedNumber("编号数", len(people)),), weight, points))
    return tuple(sightings)


def _say_two_ids(
    found: dict[str, list[tuple[str, list[str]]]], scene: SearchedData, dataset: Dataset, also_same: tuple[str, ...]
) -> tuple[Sighting, ...]:
    titles = [column.title for name in also_same if (column := dataset.column(name)) is not None]
    alike = f"（「{'」「'.join(titles)}」也相同）" if titles else ""
    sightings = []
    for unit, names in found.items():
        examples = "；".join(f"{name} 有 {'、'.join(ids[:4])}" for name, ids in names[:_EXAMPLES])
        seen = f"《{dataset.title}》有 {len(names)} 个姓名在{scene.name(unit)}用了不止一个人员编号{alike}：{examples}"
        points = tuple((unit, number) for _, ids in names[:_EXAMPLES] for number in ids[:4])
        sightings.append(Sighting(unit, seen, (NamedNumber("姓名数", len(names)),), Fraction(len(names)), points))
    return tuple(sightings)
