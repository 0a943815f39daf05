"""Four eyes are those of two persons, rights are given by another, and a refusal betrays nothing.

Not proven here: that an administrator gives the same number to the accounts of one person; where there is none, the
name decides, so that forgetting it refuses more, never less.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from data.ledger.conditions import CONDITIONS
from data.ledger.machines import MACHINES
from data.ledger.persons import has_number, is_same_person
from data.ledger.possible import list_possible
from data.ledger.reading import list_visible
from data.ledger.rights.deeds import find_step
from data.ledger.rights.roles import ROLES
from data.ledger.rights.sight import may_read
from data.ledger.rows import UserRow
from data.ledger.transitions import FOUNDER, apply_transition
from data.ledger.users import add_user
from data.store.database import reading, writing
from data.store.held import holding
from data.store.tables import TABLES, Record, event_table
from data.trail.refusals import ConditionRefused, FieldRefused, NotFound, RefusedAction, RoleRefused, StaleSave
from tests.ledger.world import PATHS, PEOPLE, World, example, inspection_fields, reach, step_fields

#: The conditions that keep one and the same person from two sides of something, found by what they ask.
FOUR_EYES = {name for name, each in CONDITIONS.items() if "is_nobody_of" in inspect.getsource(each.question)}


@pytest.fixture
def store_kind() -> str:
    """What is asked here is asked of the rows alone, whichever store they come from."""
    return "sqlite"


def test_two_accounts_are_one_person_by_number_and_without_one_by_name() -> None:
    def account(id: str, name: str, person: str | None = None) -> UserRow:
        return UserRow.read({"id": id, "name": name, "person": person})

    liming = account("a", "李明")
    for other in ("李明", "李 明", "李明（复核）", "李明（督察组）", " 李明"):
        assert is_same_person(liming, account("b", other)), other
    assert not is_same_person(liming, account("b", "李鸣"))
    assert is_same_person(account("a", "李明", "Sf-0012"), account("b", "复核员", "ＳＦ0012"))
    assert not is_same_person(account("a", "李明", "SF0012"), account("b", "李明", "SF0013"))
    assert has_number(account("a", "李明", "SF-0012"), "sf0012")
    assert not has_number(account("a", "李明", "SF-0012"), "") and not has_number(account("a", "李明"), "")
    # As long as one of the two has no number, nobody has said that they are two.
    assert is_same_person(account("a", "李明", "SF0012"), account("b", "李明"))


def test_no_condition_asks_for_an_account_where_it_should_ask_for_a_person() -> None:
    assert {"not_author", "not_corrector", "not_participant", "not_proposer", "not_claimants_unit"} <= FOUR_EYES
    assert {"not_findings_author", "not_stop_proposer", "first_judgement"} <= FOUR_EYES
    own_accounts = {"not_self", "not_own_rights", "not_last_admin"}
    for name in CONDITIONS.keys() - FOUR_EYES - own_accounts:
        assert not name.startswith("not_"), f"{name} keeps somebody from something by the account"


_CHECKED = [
    (kind, row)
    for kind, machine in MACHINES.items()
    for row in machine.transitions
    if set(row.conditions) & FOUR_EYES and row.source is not None
]


@pytest.mark.parametrize(("kind", "row"), _CHECKED, ids=lambda each: each if isinstance(each, str) else each.action)
def test_a_second_account_of_who_took_part_is_the_same_pair_of_eyes(world: World, kind: str, row: Any) -> None:
    id = reach(world, kind, row.source, row.action)
    _, given = example(world, kind, row.source, row.action)
    with reading(world.ledger.engine) as connection:
        about = {id, (world.row(kind, id).get("finding") or id)}
        actors = sa.select(event_table.c.actor).where(event_table.c.object_id.in_(about), event_table.c.actor != "adm")
        took_part = sorted(set(connection.scalars(actors.where(event_table.c.outcome == "done"))))
    world.do("adm", "user", "twin", "add", {"name": "另一账号", "roles": [row.roles[0]], "person": "G-0"})
    refused = set()
    for person in took_part:
        if PEOPLE[person][1] == ["unit_contact"]:
            # Nobody is on both sides: the county's account has to go before the office's can come.
            with pytest.raises(ConditionRefused, match="联络员不能兼任督察一方的角色（账号「zz」和这个账号姓名相同"):
                world.do("adm", "user", "twin", "edit", {"name": PEOPLE[person][0], "person": ""})
            world.do("adm", "user", person, "disable")
        world.do("adm", "user", "twin", "edit", {"name": PEOPLE[person][0], "person": ""})
        possible = list_possible(world.ledger, "twin", kind, id, world.now)
        sentence = next(each.blocked for each in possible if each.transition is row)
        if sentence is not None:
            assert f"账号「{person}」和您的账号姓名相同，按同一个人算" in sentence
            with pytest.raises(ConditionRefused) as refusal:
                world.do("twin", kind, id, row.action, given)
            assert refusal.value.condition in set(row.conditions) & FOUR_EYES
            refused.add(person)
    assert refused
    world.do("adm", "user", "twin", "edit", {"name": "另一账号", "person": "G-0"})
    world.do("twin", kind, id, row.action, given)


def test_one_person_judges_once_by_whichever_account(world: World) -> None:
    _, given = example(world, "judgement", None, "judge")
    first = world.do("ins1", "judgement", None, "judge", given)["id"]
    world.do("adm", "user", "ins1b", "add", {"name": "李督（二）", "roles": ["inspector"]})
    world.do("lead", "inspection", world.inspection, "change", {"team": ["ins1", "ins2", "ins1b"]})
    with pytest.raises(ConditionRefused, match=f"您已经评定过.*{first}"):
        world.do("ins1b", "judgement", None, "judge", given)
    world.do("ins2", "judgement", None, "judge", given)


def test_who_changed_what_another_drafted_does_not_approve_it_alone(world: World) -> None:
    """Where the authors are not kept with an object, the trail says who wrote its content."""
    id = world.do("ins1", "inspection", None, "draft", inspection_fields(world))["id"]
    world.do("lead", "inspection", id, "edit", {"title": "另一次督察"})
    for step in ("decide", "plan"):
        # To note a step is no writing of content: whoever does it may approve.
        world.do("lead2", "inspection", id, "record_step", step_fields(world, step))
    for person in ("lead", "many"):
        if person == "many":
            world.do("adm", "user", "many", "edit", {"name": "钱主任"})
        with pytest.raises(ConditionRefused, match="您是该督察任务的起草人，不能自己批准"):
            world.do(person, "inspection", id, "approve", {})
    assert world.do("lead2", "inspection", id, "approve", {})["state"] == "active"


def test_nobody_gives_himself_a_right(world: World) -> None:
    words = "不能给自己增加角色"
    for given in ({"roles": ["admin", "reviewer"]}, {"name": "别人"}, {"person": "G-9"}, {"unit": "zezhou"}):
        with pytest.raises(ConditionRefused, match=words):
            world.do("adm", "user", "adm", "edit", given)
    with pytest.raises(ConditionRefused, match=f"{words}.*姓名相同"):
        world.do("adm", "user", "adm2", "add", {"name": "管理员", "roles": ["reviewer"]})
    world.do("adm", "user", "adm2", "add", {"name": "管理员乙", "roles": ["admin"], "person": "G-2"})
    world.do("adm2", "user", "adm", "edit", {"person": "G-1", "roles": ["admin", "leader"]})
    world.do("adm", "user", "old", "add", {"name": "旧账号", "roles": ["reviewer"], "person": "G-3"})
    world.do("adm", "user", "old", "disable")
    world.do("adm2", "user", "adm", "edit", {"person": "G-3"})
    with pytest.raises(ConditionRefused, match=f"{words}.*人员编号相同"):
        world.do("adm", "user", "old", "enable")
    # Giving up a right takes nobody else.
    world.do("adm", "user", "adm", "edit", {"roles": ["admin"]})


def test_the_last_administrator_stays(world: World) -> None:
    world.do("adm", "user", "adm2", "add", {"name": "管理员乙", "roles": ["admin", "leader"]})
    world.do("adm2", "user", "adm", "disable")
    with pytest.raises(ConditionRefused, match="最后一位启用的系统管理员"):
        world.do("adm2", "user", "adm2", "edit", {"roles": ["leader"]})
    with pytest.raises(ConditionRefused, match="不能停用自己的账号"):
        world.do("adm2", "user", "adm2", "disable")
    with pytest.raises(RoleRefused, match="没有用户"):
        add_user(world.ledger, FOUNDER, "adm3", "又一位", ["admin"], now=world.tick())


def _refuse_step(world: World, kind: str, action: str, user: Record, id: str) -> str | None:
    """The sentence that a person gets, without the number of the object; None where the step may be taken."""
    with reading(world.ledger.engine) as connection:
        try:
            find_step(connection, MACHINES[kind], action, user, id, tells_deed=True)
        except RefusedAction as refused:
            return refused.sentence.replace(id, "…")
    return None


@pytest.mark.parametrize("kind", MACHINES)
def test_without_the_right_the_sentence_is_the_same_in_every_state(world: World, kind: str) -> None:
    machine = MACHINES[kind]
    id = reach(world, kind, next(state for known, state in PATHS if known == kind) or "")
    people = {role: f"x-{role}" for role in ROLES if role != "unit_contact"} | {"unit_contact": "gp"}
    for role, person in people.items():
        if role != "unit_contact":
            add_user(world.ledger, "adm", person, person, [role], now=world.tick())
    sentences: dict[tuple[str, str], set[str | None]] = {}
    for state in machine.states:
        with writing(world.ledger.engine) as connection:
            table = TABLES[kind]
            connection.execute(table.update().where(table.c.id == id).values(state=state.id))
        with holding(world.ledger.engine):
            record, inspection = world.row(kind, id), world.row("inspection", world.inspection)
            for role, person in people.items():
                user = world.row("user", person)
                for action in dict.fromkeys(row.action for row in machine.transitions if row.source is not None):
                    rows = [row for row in machine.transitions if row.action == action and not row.cascade]
                    if any(role in row.roles for row in rows) and may_read(user, kind, record, inspection):
                        continue
                    told = _refuse_step(world, kind, action, user, id)
                    assert told == _refuse_step(world, kind, action, user, "没有这个"), (state.id, role, action)
                    sentences.setdefault((role, action), set()).add(told)
    assert sentences
    for (role, action), told_in_states in sentences.items():
        assert len(told_in_states) == 1 and None not in told_in_states, (role, action, told_in_states)


def test_a_refusal_does_not_tell_another_countys_draft_from_what_is_not_there(world: World) -> None:
    draft = reach(world, "finding", "draft")
    with pytest.raises(RoleRefused, match=r"^只有督察员才能修改问题$"):
        world.do("gp", "finding", draft, "edit", {"statement": "别县的草稿"})
    appeal = reach(world, "appeal", "filed")
    told = []
    for id in (appeal, "督复〔2024〕0099号"):
        with pytest.raises(NotFound) as refused:
            apply_transition(world.ledger, "gp", "appeal", id, "take_back", base_version=1, now=world.tick())
        told.append(refused.value.sentence.replace(id, "…"))
    assert set(told) == {"找不到复核申请「…」，或者您无权办理"}
    for id in (world.evidence["ins1-zezhou"], world.evidence["ins1-gaoping"], "督证〔2024〕0099号"):
        with pytest.raises(FieldRefused, match=rf"^没有证据「{id}」$"):
            claim = {"finding": reach(world, "finding", "notified"), "grounds": "不服", "requested": "撤销"}
            world.do("zz", "appeal", None, "file", {**claim, "evidence": [id]})


def _list_texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _list_texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _list_texts(each)
    elif isinstance(value, str):
        yield value


def test_a_county_is_told_no_name_of_the_offices_people(world: World) -> None:
    office = {id: name for id, (name, roles, _) in PEOPLE.items() if roles != ["unit_contact"]} | {"adm": "管理员"}
    for kind, state in PATHS:
        id = reach(world, kind, str(state))
        for row in list_visible(world.ledger, "zz", kind):
            named = [text for text in _list_texts(row) for name in office if text in (name, office[name])]
            assert not named, (kind, state, row)
        version = world.row(kind, id)["version"]
        for row in MACHINES[kind].transitions:
            if row.source is None or "unit_contact" not in row.roles:
                continue
            for seen in (version, version - 1):
                # Each way of being refused: too late for the state, and over what somebody else has saved.
                try:
                    apply_transition(
                        world.ledger, "zz", kind, id, row.action, {}, base_version=seen, reason="", now=world.tick()
                    )
                except RefusedAction as refused:
                    kept = (refused.base, refused.current) if isinstance(refused, StaleSave) else ()
                    told = json.dumps([refused.sentence, *kept], ensure_ascii=False, default=dict)
                    assert not [name for name in office.values() if name in told], told
                    assert not set(_list_texts(list(kept))) & set(office), told


def test_a_county_that_comes_second_reads_of_the_office_and_of_its_own_people_by_name(world: World) -> None:
    appeal = reach(world, "appeal", "reviewing")
    with pytest.raises(RefusedAction, match=r"现在是「复核中」，不能补正：督察办已于 .* 受理$"):
        world.do("zz", "appeal", appeal, "supply", {})
    world.do("app", "appeal", appeal, "propose", {"outcome": "维持", "decision": "证据充分"})
    # That a decision was proposed, and which, the county learns with the signature.
    with pytest.raises(RefusedAction, match=r"正在办理，现在不能撤回$"):
        world.do("zz", "appeal", appeal, "take_back", {})
    item = reach(world, "rectification", "required")
    world.do("adm", "user", "zz2", "add", {"name": "泽州二号", "roles": ["unit_contact"], "unit": "zezhou"})
    world.do(
        "zz", "rectification", item, "submit_plan", {"steps": [{"text": "改", "due_on": world.day(9), "person": "甲"}]}
    )
    with pytest.raises(RefusedAction, match=r"泽州联络员已于 .* 报送方案$"):
        world.do("zz2", "rectification", item, "submit_plan", {"steps": []})
