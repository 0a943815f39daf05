"""Rules that are not the same in two runs: then a change of marks, places or grades may come from them.

Closed by default: every field of a pack counts but those that are known to be words alone. Two packs are compared,
never two texts, so that a remark or another order of keys in a file is no change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from indicators.entries.labels import label_field
from indicators.entries.shortlist import shorten_list
from indicators.entries.tables import Entry
from indicators.pack.model import Indicator, Pack

CHANGED = "规则有变"
#: So many indicators are named.
NAMED = 3

#: What of a pack, of its head and of an indicator can move no mark, place or grade.
_WORDS_OF_PACK = frozenset({"head", "indicators", "sha256", "sources", "texts", "obligations", "doubts", "layers"})
#: Each run holds the years that it looked at: only a year that both know is compared.
_CALENDAR = frozenset({"days", "calendar_years"})
_WORDS_OF_HEAD = frozenset({"id", "title", "issuer", "version", "fictional", "not_a_ranking", "sheets", "openings"})
_WORDS_OF_INDICATOR = frozenset({"name", "cites", "obligations", "checklist", "evidence", "note"})
#: What the rest is called that belongs to no indicator; a field without a name here is told by its own.
_COMMON = {
    "cohorts": "考核组和等次",
    "sections": "一级指标的分值和上限",
    "reviews": "考评方式的权重",
    "policy": "总分的算法",
    "precision": "保留的小数",
    "years": "适用年度",
    "exemptions": "豁免",
    "datasets": "台账的口径",
    "registry": "单位名册",
}


@dataclass(frozen=True)
class ChangedRules:
    """How the rules of a newer run differ from those of an older one.

    ``versions``: both packs', older first; ``indicators``: by id the names of those that changed, came or went;
    ``common``: in words what changed beside them, for all units at once.
    """

    versions: tuple[str, str]
    indicators: Mapping[str, str]
    common: tuple[str, ...]

    def describe(self, earlier: str) -> str:
        """The sentence beside a ranking that is compared with ``earlier`` (上次, 上年)."""
        one, other = self.versions
        versions = f"指标包从 {one} 版改为 {other} 版" if one != other else f"指标包 {one} 版的内容改过"
        names = [f"「{name}」" for name in self.indicators.values()]
        changed = [f"{shorten_list(names, NAMED, '项指标', mark='')}的规则"] if names else []
        return (
            f"{CHANGED}：比{earlier}，{versions}，改了{'、'.join((*changed, *self.common))}。"
            f"得分、名次和等次的变化可能来自规则，不都是工作的进退。"
        )


def describe_changes(rules: Mapping[str, ChangedRules | None]) -> list[str]:
    """The sentences beside a ranking that is compared with several earlier ones; what is the same is said once."""
    said: list[tuple[ChangedRules, list[str]]] = []
    for title, changed in rules.items():
        known = next((titles for other, titles in said if other == changed), None)
        if changed is not None and known is None:
            said.append((changed, [title]))
        elif known is not None:
            known.append(title)
    return [changed.describe("、".join(titles)) for changed, titles in said]


def compare_rules(older: Pack, newer: Pack) -> ChangedRules | None:
    """What can move marks, places or grades and is not the same in both packs; None where nothing is."""
    before, after = ({each.id: each for each in pack.indicators} for pack in (older, newer))
    names = {
        id: (after.get(id) or before[id]).name
        for id in dict.fromkeys((*after, *before))
        if id not in before or id not in after or _differs(before[id], after[id], _WORDS_OF_INDICATOR)
    }
    common = tuple(_COMMON.get(field, field) for field in list_common(older, newer))
    if years := older.calendar.list_other_years(newer.calendar):
        common += (f"{'、'.join(map(str, years))} 年的工作日历",)
    return ChangedRules((older.head.version, newer.head.version), names, common) if names or common else None


def list_common(older: Pack, newer: Pack) -> dict[str, tuple[object, object]]:
    """What belongs to no indicator, can move a mark, a place or a grade, and is not the same, by field: both values."""
    head = _list_differing(older.head, newer.head, _WORDS_OF_HEAD)
    found = {field: (getattr(older.head, field), getattr(newer.head, field)) for field in head}
    rest = _list_differing(older, newer, _WORDS_OF_PACK | _CALENDAR)
    return found | {field: (getattr(older, field), getattr(newer, field)) for field in rest}


def list_words(one: Entry, other: Entry) -> tuple[str, ...]:
    """What of two heads or two indicators is not the same and can move nothing, by the names that the forms have."""
    words = _WORDS_OF_INDICATOR if isinstance(one, Indicator) else _WORDS_OF_HEAD - {"id", "version"}
    fields = type(one).model_fields
    changed = [field for field in fields if field in words and getattr(one, field) != getattr(other, field)]
    return tuple(label_field(type(one), field, fields[field]) for field in changed)


def _differs(one: Indicator, other: Indicator, words: frozenset[str]) -> bool:
    return bool(_list_differing(one, other, words))


def _list_differing(one: Entry, other: Entry, words: frozenset[str]) -> list[str]:
    fields = [field for field in type(one).model_fields if field not in words]
    return [field for field in fields if getattr(one, field) != getattr(other, field)]
