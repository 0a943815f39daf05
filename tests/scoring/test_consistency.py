"""From the ledger's judgements to who marks severely: pairs, teams and rights. The statistics: ``test_severity``."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from data.ledger.ledger import Ledger
from data.ledger.rows import JudgementRow
from data.store.database import open_store
from data.trail.refusals import RoleRefused
from indicators.meaning.judging import find_judging
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack
from scoring.office.consistency import compare_judges, describe_agreement, find_share
from tests.ledger.world import World, example, found_world


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(find_pack("jincheng-2021-2025"))


@pytest.fixture
def world(tmp_path: Path, pack: Pack) -> World:
    return found_world(Ledger(open_store(str(tmp_path / "ducha.db")), tmp_path, pack))


def test_a_first_and_a_second_mark_make_a_pair_of_two_teams(world: World) -> None:
    actor, given = example(world, "judgement", None, "judge_again")
    world.do(actor, "judgement", None, "judge_again", given)
    found = compare_judges(world.ledger, "lead", 2024)
    (twice,) = found.pairs
    assert twice.blind and (twice.pair.first_team, twice.pair.second_team) == ("李督", "冯督")
    assert twice.pair.first > twice.pair.second, "良 is more than 中"
    assert found.teams == () and "太少" in describe_agreement(found)


def test_two_marks_of_one_team_that_count_both_are_a_pair_too(world: World) -> None:
    for person, level in (("ins1", "良"), ("ins2", "良")):
        _, given = example(world, "judgement", None, "judge")
        world.do(person, "judgement", None, "judge", {**given, "level": level})
    (twice,) = compare_judges(world.ledger, "aud", 2024).pairs
    assert not twice.blind and twice.pair.first == twice.pair.second


def test_only_who_compares_is_told(world: World) -> None:
    for person in ("ins1", "rev", "ldr", "zz", "adm"):
        with pytest.raises(RoleRefused, match="只供督察办负责人和审计"):
            compare_judges(world.ledger, person, 2024)


def test_a_share_is_of_what_may_be_given(pack: Pack) -> None:
    judging = find_judging(pack, "zezhou", "20.standard")
    assert judging is not None
    about = {"unit": "zezhou", "indicator": "20.standard", "inspector": "ins1"}
    mark = JudgementRow.read({"id": "1", "year": 2024, "state": "given", **about})
    shares = [find_share(judging, replace(mark, level=level)) for level in judging.levels]
    assert max(share for share in shares if share is not None) == 1 and Decimal(0) in shares
    assert find_share(judging, mark) is None
