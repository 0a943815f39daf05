"""Units are found by every name they go by, and by no other."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from data.files.names import drop_invisible
from data.register.units import Registry
from tests.data.conftest import UNITS, make_pack

REGISTRY = Registry.from_register(make_pack().registry)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("a", "a"),
        ("甲县", "a"),
        (" 甲\u3000县 ", "a"),
        ("甲县人民政府", "a"),
        ("市大数据局", "sj"),
        ("\uff41", "a"),
        ("甲\u200b县", "a"),
        ("\u202a甲县\u202c\u200f", "a"),
        ("甲\ufe0f县\u2066", "a"),
        ("甲", None),
        ("", None),
        ("丁县", None),
    ],
)
def test_a_unit_is_found_by_id_name_or_alias(name: str, unit: str | None) -> None:
    assert REGISTRY.resolve(name) == unit


def test_every_format_character_of_unicode_is_dropped_and_nothing_that_shows() -> None:
    characters = [chr(code) for code in range(sys.maxunicode + 1)]
    assert [each for each in characters if unicodedata.category(each) == "Cf" and drop_invisible(each)] == []
    dropped = {unicodedata.category(each) for each in characters if not drop_invisible(each)}
    assert dropped == {"Cf", "Cn", "Lo", "Mn"}
    assert drop_invisible(" 張三\u3000A\n") == " 張三\u3000A\n"


def test_the_closest_names_are_suggested() -> None:
    assert REGISTRY.suggest("市大数据管理局")[0] == "市大数据应用局"
    assert REGISTRY.suggest("省财政厅") == ()


def test_a_name_that_two_units_claim_stands_for_neither() -> None:
    pack = make_pack(units=[*UNITS, {"id": "d", "name": "丁县", "kind": "county", "aliases": ["甲县"]}])
    registry = Registry.from_register(pack.registry)
    assert registry.resolve("甲县") is None
    assert registry.resolve("a") == "a"
