"""Rules changed by one step, to see which change no case would notice.

What is changed follows from the models: every number by one step of its last digit, every word of a closed set to each
other one, every comparison turned, everything that may be left out left out. The marks of items are not changed: lint
holds their sums. What decides over totals (grades, quotas, caps, policies) is changed in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from pydantic import BaseModel, ValidationError

from indicators.entries.intervals import Range
from indicators.entries.shapes import FieldShape, Shape, list_fields
from indicators.entries.targets import Target
from indicators.lint import CHANGES, LOOKUPS, MEANINGS, REFERENCES, Rule
from indicators.pack.dated import NumberChange
from indicators.pack.model import Cohort, Indicator, Pack, PackFile, Section
from indicators.pack.plain_values import Texts, write_plain, write_texts

#: Of an indicator this much decides its marks.
_DECIDING = ("parts", "combine", "not_applicable_when", "changes")
#: What decides nothing, and what lint holds by its sums.
_LEFT = frozenset({"title", "reason", "worth", "source", "article", "quote", "local_choice"})
#: Without these it would be another rule.
_KEPT = frozenset({*_DECIDING, "target"})
_TURNED = {"at_least": "above", "above": "at_least", "at_most": "below", "below": "at_most"}
_TURNED_TARGETS = {"at_least": "at_most", "at_most": "at_least", "rising": "falling", "falling": "rising"}
_NUMBER = re.compile(r"-?[0-9]+(?:\.([0-9]+))?(%?)")

Entries = Mapping[str, Texts]


@dataclass(frozen=True)
class Mutant:
    """An indicator that differs in one thing; ``text`` says in what, in Chinese."""

    text: str
    changed: Indicator


class Variation(NamedTuple):
    """A value that differs in one thing: where below it, and what."""

    where: tuple[str, ...]
    what: str
    value: Texts

    def within(self, label: str, value: Texts) -> Variation:
        """The same, seen from one level further out."""
        return Variation((label, *self.where), self.what, value)


def list_mutants(pack: Pack, indicator: Indicator) -> Iterator[Mutant]:
    """All that can be changed by one step, as far as it is a rule then."""
    dangling = _list_faults(pack, indicator, REFERENCES)
    rules = (*MEANINGS, *CHANGES, *(() if dangling else LOOKUPS))
    tree, known = write_texts(write_plain(indicator)), _list_faults(pack, indicator, rules)
    assert isinstance(tree, Mapping)
    rest = {key: each for key, each in tree.items() if key not in _DECIDING}
    deciding = {key: each for key, each in tree.items() if key in _DECIDING}
    for variation in _vary_entry(deciding, Indicator, pack, ""):
        assert isinstance(variation.value, Mapping)
        try:
            changed = Indicator.model_validate({**rest, **variation.value})
        except ValidationError:
            continue
        if changed != indicator and _list_faults(pack, changed, rules) <= known:
            yield Mutant(f"{'·'.join(variation.where)}：{variation.what}", changed)


def list_head_mutants(pack: Pack) -> Iterator[tuple[str, Pack]]:
    """What decides over totals, changed by one step: grades and their quotas, caps of sections, policies."""
    head = write_texts(write_plain(pack.head))
    assert isinstance(head, Mapping)
    known = _list_head_faults(pack)
    for variation in (
        *_vary_inner(head, "cohorts", PackFile, Cohort, "grades", pack),
        *_vary_inner(head, "sections", PackFile, Section, "cap", pack),
        *_vary_key(head, PackFile, "policy", pack),
    ):
        try:
            changed = pack.model_copy(update={"head": PackFile.model_validate(variation.value)})
        except ValidationError:
            continue
        if changed.head != pack.head and _list_head_faults(changed) <= known:
            yield f"{'·'.join(variation.where)}：{variation.what}", changed


def _list_head_faults(pack: Pack) -> set[str]:
    return {problem.text for rule in (*REFERENCES, *MEANINGS, *LOOKUPS) for problem in rule(pack)}


def _vary_inner(
    entry: Entries, name: str, outer: type[BaseModel], model: type[BaseModel], key: str, pack: Pack
) -> Iterator[Variation]:
    """One key of each entry of a list, as the variations of what holds the list."""
    entries = entry.get(name, ())
    label = {field.key: field.label for field in list_fields(outer)}[name]
    assert isinstance(entries, Sequence) and not isinstance(entries, str)
    for at, each in enumerate(entries):
        assert isinstance(each, Mapping)
        for inner in _vary_key(each, model, key, pack):
            value = {**entry, name: [*entries[:at], inner.value, *entries[at + 1 :]]}
            yield inner.within(f"第{at + 1}项", value).within(label, value)


def _vary_key(entry: Entries, model: type[BaseModel], key: str, pack: Pack) -> Iterator[Variation]:
    field = {field.key: field for field in list_fields(model)}[key]
    if key in entry:
        for inner in _vary_field(field, entry[key], pack, ""):
            yield inner.within(field.label, {**entry, key: inner.value})


def _list_faults(pack: Pack, indicator: Indicator, rules: Sequence[Rule]) -> set[str]:
    """What lint says of an indicator alone: a change that it refuses needs no case."""
    # What is never changed says the same before and after, whatever it says.
    aside: dict[str, object] = {"obligations": (), "doubts": (), "sources": (), "texts": {}}
    alone = pack.model_copy(update={"indicators": (indicator,), **aside})
    return {problem.text for rule in rules for problem in rule(alone) if problem.indicator is not None}


def _vary_entry(value: Entries, model: type[BaseModel], pack: Pack, dataset: str) -> Iterator[Variation]:
    """An entry with one field changed, turned, or left out. ``dataset`` is the table that is read around it."""
    fields = {field.key: field for field in list_fields(model)}
    dataset = str(value.get("dataset", dataset))
    for key, each in value.items():
        if key in _LEFT or key not in fields:
            continue
        field = fields[key]
        if model is NumberChange and key in ("from", "value"):
            for other in _step_change(key, str(each)):
                yield Variation((field.label,), f"{each} → {other}", {**value, key: other})
            continue
        for inner in _vary_field(field, each, pack, dataset):
            yield inner.within(field.label, {**value, key: inner.value})
        turned = (_TURNED_TARGETS if model is Target else _TURNED).get(key)
        if turned in fields and turned not in value:
            swapped = {turned if name == key else name: held for name, held in value.items()}
            yield Variation((), f"{field.label} → {fields[turned].label}", swapped)
        if not field.required and key not in _KEPT and model is not Target:
            yield Variation((field.label,), "删去", {name: held for name, held in value.items() if name != key})


def _vary_field(field: FieldShape, value: Texts, pack: Pack, dataset: str) -> Iterator[Variation]:
    if field.key == "states" and isinstance(value, Sequence) and dataset:
        column = pack.dataset(dataset).column("state")
        for state in column.choices if column is not None else ():
            if state not in value:
                yield Variation((), f"增加「{state}」", [*value, state])
    yield from _vary(value, field.shape, pack, dataset)


def _vary(value: Texts, shape: Shape, pack: Pack, dataset: str) -> Iterator[Variation]:
    if isinstance(value, Mapping):
        model = shape.model or next((each for each in shape.several if value.keys() <= _list_keys(each)), None)
        if model is not None:
            yield from _vary_entry(value, model, pack, dataset)
        elif shape.values is not None:
            yield from _vary_table(value, shape.values, pack, dataset)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield from _vary_list(value, shape.items or Shape(), pack, dataset)
    elif isinstance(value, str):
        for word in shape.words:
            if word != value:
                yield Variation((), f"{shape.name_word(value)} → {shape.name_word(word)}", word)
        if shape.number:
            yield from (Variation((), f"{value} → {other}", other) for other in _step(value))


def _step_change(key: str, text: str) -> Iterator[str]:
    """A new value one step further or nearer, or its first day a day earlier or later."""
    if key == "value":
        yield from _step(text)
        return
    for shift in (-1, 1):
        yield str(date.fromisoformat(text) + timedelta(days=shift))


def _list_keys(model: type[BaseModel]) -> set[str]:
    return {field.key for field in list_fields(model)}


def _vary_table(value: Entries, values: Shape, pack: Pack, dataset: str) -> Iterator[Variation]:
    """Marks by level change one by one; conditions are turned and left out as well."""
    for key, each in value.items():
        for inner in _vary(each, values, pack, dataset):
            yield inner.within(key, {**value, key: inner.value})
        if values.model is None:
            continue
        yield Variation((key,), "删去", {name: held for name, held in value.items() if name != key})
        if not isinstance(each, Mapping):
            yield Variation((key,), "改为不是", {**value, key: {"not": each}})


def _vary_list(value: Sequence[Texts], items: Shape, pack: Pack, dataset: str) -> Iterator[Variation]:
    intervals = items.model is not None and issubclass(items.model, Range)
    if intervals:
        yield from _move_ends(value)
    for at, each in enumerate(value):
        for inner in _vary(each, items, pack, dataset):
            # An end belongs to two intervals: both move.
            if not (
                intervals and isinstance(inner.value, Mapping) and isinstance(each, Mapping) and _ends(each, inner)
            ):
                yield inner.within(f"第{at + 1}项", [*value[:at], inner.value, *value[at + 1 :]])
        if len(value) > 1 and not intervals:
            yield Variation((f"第{at + 1}项",), "删去", [*value[:at], *value[at + 1 :]])


def _ends(before: Entries, variation: Variation) -> bool:
    """Whether a variation of an interval is one of its ends."""
    after = variation.value
    assert isinstance(after, Mapping)
    return any(before.get(key) != after.get(key) for key in _TURNED)


def _move_ends(value: Sequence[Texts]) -> Iterator[Variation]:
    """Intervals with one of their borders moved, or given to the other side."""
    entries = [each for each in value if isinstance(each, Mapping)]
    for border in dict.fromkeys(each[key] for each in entries for key in _TURNED if isinstance(each.get(key), str)):
        assert isinstance(border, str)
        for other in _step(border):
            yield Variation(("分界",), f"{border} → {other}", [_move_end(each, border, other) for each in entries])
        yield Variation(("分界",), f"{border} 归另一档", [_turn_end(each, border) for each in entries])


def _move_end(entry: Entries, border: str, other: str) -> Entries:
    return {key: other if key in _TURNED and held == border else held for key, held in entry.items()}


def _turn_end(entry: Entries, border: str) -> Entries:
    return {_TURNED.get(key, key) if held == border else key: held for key, held in entry.items()}


def _step(text: str) -> Iterator[str]:
    """A number one step of its last digit up, and down where it stays above nothing."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return
    number, step = Decimal(text.rstrip("%")), Decimal(1).scaleb(-len(found[1] or ""))
    for other in (number + step, number - step):
        if other >= 0 or number < 0:
            yield f"{other:f}{found[2]}"
