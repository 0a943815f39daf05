"""The keys that the models take, as the tables of docs/pack-format.md must show them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

import indicators
from indicators import reader
from indicators.entries import tables, targets
from indicators.entries.amounts import Quantity, plain
from indicators.entries.intervals import Range
from indicators.measures import (
    change,
    count,
    date,
    findings,
    imported,
    judgement,
    latest,
    mean,
    of_marks,
    quotient,
    ratio,
    registry,
    rounds,
    rows,
    share_of_people,
    sum,
)
from indicators.pack import (
    calendar,
    cases,
    combining,
    dated,
    decisions,
    doubts,
    duties,
    grades,
    layers,
    model,
    overlay,
    register,
    sheets,
    sources,
)
from indicators.rules.registry import RULES, MarksRule

#: What a parser takes -> the word for it on the page.
WORDS = {
    "_parse_id": "id",
    "_parse_name": "name",
    "_parse_text": "text",
    "_parse_article": "text",
    "parse_number": "number",
    "_parse_marks": "marks",
    "_parse_limit": "marks / `open`",
    "_parse_worth": "worth",
    "parse_quantity": "amount",
    "_parse_part_of_all": "`a/b` / percentage",
    "_parse_out_of": "number",
    "_parse_integer": "integer",
    "_parse_flag": "flag",
    "parse_day": "day",
    "parse_month_day": "month-day",
    "_parse_bound": "number / day / month-day / `{column: name}`",
    "_parse_condition": "condition",
    "_parse_combine": "`sum` / `all` / `{at_least: k}` / `{pot: …}` / `{table: …}`",
    "_parse_cell": "cell",
}


def list_nested(prefix: str, entry: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """A model and those that stand in it, each with what stands before its keys."""
    yield prefix, entry
    for name, field in entry.model_fields.items():
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                many = "[]" if get_origin(field.annotation) is tuple else ""
                yield from list_nested(f"{prefix}{name}{many}.", inner)


#: Heading of a table -> what stands before its keys, and the model that takes them.
TABLES: dict[str, tuple[tuple[str, type[BaseModel]], ...]] = {
    "pack.yaml": (("", model.PackFile), ("years.", model.Years)),
    "cohorts": (
        ("", model.Cohort),
        ("members.", model.Members),
        ("grades[].", grades.Grade),
        ("grades[].quota.", grades.Quota),
    ),
    "sections": (("", model.Section),),
    "reviews": (("", model.Review),),
    "policy": (
        ("", model.Policy),
        ("completeness.", model.Completeness),
        ("total.", model.Limits),
    ),
    "sheets": (("", sheets.Sheets),),
    "openings": (("", layers.Openings), ("numbers[].", layers.Opening)),
    "pack.yaml over another pack": (("", overlay.OverlayHead), ("extends.", overlay.Extends)),
    "overlay.yaml": (
        ("", overlay.OverlayFile),
        ("changes[].", layers.OverlayChange),
        ("removed[].", layers.Removal),
        ("cases[].", overlay.ReplacedCase),
    ),
    "sources/sources.yaml": (("", sources.Source),),
    "datasets.yaml": (
        ("", tables.Dataset),
        ("period.", tables.Period),
        ("people.", tables.People),
        ("checks.", tables.Checks),
        ("checks.rows[].", tables.RowCheck),
        ("checks.sums[].", tables.SumCheck),
    ),
    "columns": (("", tables.Column),),
    "units.yaml": (
        ("", register.Register),
        ("kinds[].", register.UnitKind),
        ("units[].", register.UnitEntry),
        ("units[].former[].", register.Former),
    ),
    "calendar.yaml": (("", calendar.CalendarYear), ("holidays[].", calendar.DaysOff)),
    "obligations.yaml": (("", sources.Obligation),),
    "indicators/*.yaml": (
        ("", model.Indicator),
        ("combine.", combining.Reached),
        ("combine.", combining.Pooled),
        ("combine.pot.", combining.Pot),
        ("combine.pot.groups[].", combining.PotGroup),
        ("combine.", combining.Tabled),
        ("combine.table.", decisions.DecisionTable),
        ("combine.table.rows[].", decisions.DecisionRow),
        ("not_applicable_when.", model.NotApplicableWhen),
        ("assessed_by.", duties.Assessors),
        ("duties.", duties.Duties),
        ("duties.transfers[].", duties.Transfer),
    ),
    "changes": (("", dated.NumberChange),),
    "cites": (("", sources.Cite),),
    "parts": (("", model.Part), ("due.", model.Due)),
    "measure": (
        ("", registry.Measure),
        ("count.", count.Count),
        ("sum.", sum.Sum),
        ("ratio.", ratio.Ratio),
        ("share_of_people.", share_of_people.ShareOfPeople),
        ("share_of_people.roster.", share_of_people.Roster),
        ("share_of_people.records.", share_of_people.Records),
        ("share_of_people.reaching.", share_of_people.Reaching),
        ("date.", date.EventDate),
        ("latest.", latest.Latest),
        ("change.", change.Change),
        ("judgement.", judgement.Judgement),
        ("findings.", findings.Findings),
        ("imported.", imported.Imported),
        ("of_marks.", of_marks.OfMarks),
        ("of_marks.below.", of_marks.Below),
        ("quotient.", quotient.Quotient),
        ("quotient.numerator.", quotient.Operand),
        ("mean.", mean.MeanValue),
        ("mean.shares.", mean.AssessorShares),
        ("mean.moderation.", mean.Moderation),
        ("rounds.", rounds.Rounds),
        ("rounds.out_of.", rounds.OutOf),
    ),
    "a tally": (("", rows.Tally),),
    "a condition": (("", rows.Condition), ("at_least.", rows.OtherColumn)),
    "target": (
        ("", targets.Target),
        ("by.", targets.By),
        ("rising.", targets.Trend),
        ("falling.", targets.Trend),
        ("none.", targets.Nothing),
    ),
    "marks": (
        ("", MarksRule),
        *(found for name, rule in RULES.items() for found in list_nested(f"{name}.", rule)),
    ),
    "doubts.yaml": (("", doubts.DoubtRule), ("check.", doubts.Check)),
    "check": (
        ("exceeds.", doubts.Exceeds),
        ("duplicate_people.", doubts.DuplicatePeople),
        ("alike.", doubts.Alike),
        ("outside_year.", doubts.OutsideYear),
        ("jump.", doubts.Jump),
        ("at_target.", doubts.AtTarget),
        ("heaping.", doubts.Heaping),
        ("small_number.", doubts.SmallNumber),
    ),
    "a figure": (("", doubts.ComparedFigure),),
    "cases/*.yaml": (("", cases.PackCase), ("expect.", cases.Expected)),
    "unnoticed changes in cases/*.yaml": (("", cases.UnnoticedChange),),
    "whole tables in cases/*.yaml": (("", cases.TableCase), ("expect.*.", cases.ExpectedTotal)),
}
#: Models that are no entry of their own though they have fields: what is made of the files, what only holds a list.
UNWRITTEN = {
    Range,
    decisions.Interval,
    model.Pack,
    calendar.CalendarFile,
    dated.HeldValue,
    dated.Valid,
    layers.ChangedNumber,
    layers.PackLayer,
    layers.RemovedIndicator,
    overlay.OverlayUnits,
    calendar.WorkCalendar,
    cases.CasesFile,
    doubts.DoubtsFile,
    reader.IndicatorsFile,
    reader.DatasetsFile,
    reader.SourcesFile,
    reader.ObligationsFile,
}


def list_models() -> set[type[tables.Entry]]:
    """Every model of the floor that an author writes, in whatever module it stands: not what only others build on."""
    found = set()
    for module in pkgutil.walk_packages(indicators.__path__, "indicators."):
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and issubclass(thing, tables.Entry) and thing.__module__ == module.name:
                found.add(thing)
    bases = {model for model in found if model.__subclasses__() and not model.model_fields}
    return found - bases - UNWRITTEN


def list_rows(heading: str) -> list[tuple[str, str, str, str]]:
    """Key, value, required and default, in the order of the models, for the table under ``heading``."""
    return [
        (
            f"`{prefix}{field.alias or name}`",
            name_value(field),
            "yes" if field.is_required() else "",
            show_default(field),
        )
        for prefix, entry in TABLES[heading]
        for name, field in entry.model_fields.items()
    ]


def name_value(field: FieldInfo) -> str:
    """What the key takes, in a word or as the list of its values."""
    for extra in field.metadata:
        if (word := WORDS.get(getattr(getattr(extra, "func", None), "__name__", ""))) is not None:
            return word
    return _name_type(field.annotation)


def _name_type(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return next(WORDS[extra.func.__name__] for extra in inner[1:] if hasattr(extra, "func"))
    if origin is Literal:
        return " / ".join(f"`{value}`" for value in inner)
    if origin in (Union, UnionType):
        return " / ".join(_name_type(member) for member in inner if member is not NoneType)
    if origin in (tuple, list):
        return f"list of {_name_type(inner[0])}"
    if origin is dict:
        return f"{_name_type(inner[0])} → {_name_type(inner[1])}"
    return "mapping" if isinstance(annotation, type) and issubclass(annotation, BaseModel) else "text"


def show_default(field: FieldInfo) -> str:
    """What holds when the key is left out; nothing for none, for an empty list and for defaults of its own."""
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    if default is None or default in ((), {}) or isinstance(default, BaseModel):
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, tuple):
        return "、".join(default)
    return f"`{plain(default) if isinstance(default, Decimal) else default}`" + (
        " (= F)" if isinstance(default, Quantity) and str(default) == "100%" else ""
    )
