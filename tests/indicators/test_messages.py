"""What is said about a mistake is plain Chinese and says how to mend it.

The sentences are those of every third change in this folder. That a sentence is understood can only be asked of people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from indicators.pack.model import PackFile
from indicators.pack.register import Register
from indicators.reader import DatasetsFile, IndicatorsFile, ObligationsFile, SourcesFile
from tests.indicators import (
    test_citations,
    test_columns,
    test_combinations,
    test_keys,
    test_members,
    test_names,
    test_numbers_and_texts,
    test_table,
    test_tables,
    test_yaml,
)
from tests.indicators.changes import Case, Refuse
from tests.indicators.small_pack import FILES

MODULES = (
    test_citations,
    test_columns,
    test_combinations,
    test_keys,
    test_members,
    test_names,
    test_numbers_and_texts,
    test_table,
    test_tables,
    test_yaml,
)
CASES = [case for module in MODULES for case in module.CASES]
FILE_MODELS = (PackFile, Register, DatasetsFile, IndicatorsFile, ObligationsFile, SourcesFile)

WORD = re.compile(r"[A-Za-z_]{2,}")
QUOTED = re.compile(r"「[^」]*」|\"[^\"]*\"|sha256: \w+|U\+\w{4}")
#: Abbreviations that a clerk meets every day, and the name of what the files are written in.
COMMON = {"YAML", "UTF", "MB", "Tab"}


def list_keys(annotation: Any, seen: set[Any]) -> Iterator[str]:
    """The keys and the words of choice that a model takes, at any depth."""
    if isinstance(annotation, str):
        yield from WORD.findall(annotation)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in seen:
            seen.add(annotation)
            for name, field in annotation.model_fields.items():
                yield from (name, field.alias or name)
                yield from list_keys(field.annotation, seen)
    else:
        for inner in get_args(annotation):
            yield from list_keys(inner, seen)


KEYS = {key for model in FILE_MODELS for key in list_keys(model, set())} | {"date_each", "yaml"}


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES[::3]])
def test_a_sentence_is_chinese_but_for_the_names_of_keys_and_says_how_to_mend(case: Case, refuse: Refuse) -> None:
    names = {word for text in (*FILES.values(), *FILES, case.new, case.named) for word in WORD.findall(text)}
    for mistake in refuse(case.file, case.old, case.new):
        foreign = set(WORD.findall(QUOTED.sub("", mistake.text))) - KEYS - COMMON - names
        assert not foreign, mistake.text
        assert re.search(r"请|是不是|只写|只能|不要|必须|应|写明", mistake.text), mistake.text
        assert not re.search(r"None|Scalar|Decimal|\['|\{'", mistake.text), mistake.text
        assert len(mistake.text) < 300, mistake.text


def test_no_two_changes_have_the_same_name() -> None:
    names = [(module.__name__, case.name) for module in MODULES for case in module.CASES]
    assert len(names) == len(set(names))
