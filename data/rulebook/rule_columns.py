"""The columns of a sheet, as they follow from the model of its rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pydantic import BaseModel

from indicators.entries.one_of import OneOf
from indicators.entries.shapes import FieldShape, Shape, list_fields
from indicators.rules.rule import Rule

#: Stands in a path for the member of a closed set that is chosen in the same row.
CHOSEN = "*"
#: So many numbers fit into a phrase.
SLOTS = 5

Path = tuple[str, ...]


@dataclass(frozen=True)
class RuleColumn:
    """A column: ``path`` leads to what it holds, from the row's entry on.

    ``choice`` is the path of the closed set, if it belongs to one, and ``members`` who of it use the column. What
    ``role`` says: an ordinary ``value``; which ``kind`` is chosen; a ``phrase`` that stands for a whole rule, and its
    numbers (``slot``).
    """

    label: str
    path: Path
    shape: Shape
    role: str = "value"
    choice: Path = ()
    members: tuple[str, ...] = ()
    required: bool = False
    slot: int = 0
    #: Whose marks it holds, where there is a column for each cohort.
    cohort: str = ""
    #: So many steps of its path lead to entries that must be there.
    opened: tuple[int, ...] = ()
    #: One of its members, where others have something else at the same path.
    apart: str = ""

    @property
    def key(self) -> str:
        """How the sheet names it below its label."""
        ends = {"kind": "?", "phrase": "~", "slot": f"~{self.slot}"}
        if self.cohort:
            return ".".join(self.path[:-1]) + f"[{self.cohort}]"
        return ".".join(self.path) + (f"@{self.apart}" if self.apart else ends.get(self.role, ""))

    @property
    def name(self) -> str:
        """The last step of its path."""
        return self.path[-1]


Titles = Mapping[str, str]


def list_columns(model: type[BaseModel], without: tuple[str, ...], keyed: Titles) -> list[RuleColumn]:
    """The columns for entries of a model; what has sheets of its own is left ``without``.

    ``keyed``: marks by cohort have a column for each of these cohorts, which have their titles there.
    """
    found: list[RuleColumn] = []
    for field in list_fields(model):
        if field.key not in without:
            found += _list_field(field, (), "", keyed, (model,))
    return found


def _list_field(
    field: FieldShape,
    before: Path,
    label: str,
    keyed: Titles,
    inside: tuple[type[BaseModel], ...],
    opened: tuple[int, ...] = (),
) -> Iterator[RuleColumn]:
    path = (*before, field.key)
    title = f"{label}·{field.label}" if label else field.label
    model = field.shape.model if field.shape.forms == 1 else None
    # Whether all around it must be there: then it is there as well, if it must.
    must = before[-1:] in ((), (CHOSEN,)) or opened[-1:] == (len(before),)
    if model is not None and issubclass(model, OneOf) and not before:
        yield from _list_choice(model, path, title, field)
    elif model is not None and model not in inside and _opens(model, field):
        for inner in list_fields(model):
            below = (*opened, len(path)) if field.required and must else opened
            yield from _list_field(inner, path, title, {}, (*inside, model), below)
    elif keyed and field.shape.values is not None and field.shape.values.scalar and not field.shape.values.words:
        for cohort, called in keyed.items():
            yield RuleColumn(f"{title}·{called}", (*path, cohort), field.shape.values, cohort=cohort)
    else:
        yield RuleColumn(title, path, field.shape, required=field.required and must, opened=opened)


def _opens(model: type[BaseModel], field: FieldShape) -> bool:
    """Whether an entry can have columns of its own: empty ones must say the same as no entry at all."""
    if issubclass(model, OneOf):
        return False
    return field.required or not field.optional or any(inner.required for inner in list_fields(model))


def _list_choice(model: type[OneOf], path: Path, title: str, field: FieldShape) -> Iterator[RuleColumn]:
    members = list_fields(model)
    kind = Shape(scalar=True, words=tuple(each.key for each in members), labels=tuple(each.label for each in members))
    phrases = _list_phrases(members)
    if phrases:
        yield RuleColumn("常用说法", path, Shape(scalar=True, words=phrases, labels=phrases), "phrase", path)
        for slot in range(1, SLOTS + 1):
            yield RuleColumn(f"数{slot}", path, Shape(scalar=True), "slot", path, slot=slot)
    yield RuleColumn(title, path, kind, "kind", path, required=field.required and not phrases)
    found: dict[RuleColumn, list[str]] = defaultdict(list)
    for member in members:
        for column in _list_member(member, path, title):
            found[column].append(member.key)
    taken = [column.path for column in found]
    labels = [column.label for column in found]
    names = {member.key: member.label for member in members}
    for column, users in found.items():
        # One key may take different forms in different kinds: then each form has a column of its own.
        apart = users[0] if taken.count(column.path) > 1 else ""
        doubled = f"（{'、'.join(names[user] for user in users)}）" if labels.count(column.label) > 1 else ""
        label = f"{column.label}{doubled}"
        yield replace(column, label=label, choice=path, members=tuple(users), apart=apart)


def _list_member(member: FieldShape, path: Path, title: str) -> Iterator[RuleColumn]:
    shared = (*path, CHOSEN)
    if member.shape.model is None or member.shape.forms != 1:
        yield RuleColumn(f"{title}·数", shared, member.shape)
        return
    if member.shape.model is not None and issubclass(member.shape.model, OneOf):
        yield RuleColumn(f"{title}·{member.label}", (*path, member.key), member.shape)
        return
    for field in list_fields(member.shape.model):
        yield from _list_field(field, shared, title, {}, (member.shape.model,))


def _list_phrases(members: tuple[FieldShape, ...]) -> tuple[str, ...]:
    models = [member.shape.model for member in members]
    rules = [model for model in models if model is not None and issubclass(model, Rule)]
    return tuple(phrase.words for rule in rules for phrase in rule.phrases)
