"""Every role x every action x own unit / other unit, tried on the real thing; and what each role may read.

Not proven here: that a page or command asks ``reading`` and not the tables.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from data.ledger.machines import MACHINES
from data.ledger.page import name_right
from data.ledger.reading import list_findings, list_history, list_visible, read_visible
from data.ledger.rights.deeds import check_rights
from data.ledger.rights.roles import ROLES
from data.ledger.rights.sight import may_read
from data.ledger.rows import ROW_TYPES, UserRow
from data.ledger.users import add_user
from data.trail.refusals import FieldRefused, NotFound, RefusedAction, RoleRefused, UnitRefused
from tests.ledger.world import PATHS, World, example, finding_fields, reach, walk

#: One person for each role; none of them has written anything, so that only role and unit can stand in the way.
_ROLE_HOLDERS = {f"x-{role}": role for role in ROLES if role != "unit_contact"}


@pytest.fixture
def staffed(world: World) -> World:
    for id, role in _ROLE_HOLDERS.items():
        add_user(world.ledger, "adm", id, id, [role], now=world.tick())
    return world


#: Every action of every machine, whoever adds one, against every role, for the own unit and for another.
_TABLE = [
    (kind, row, role, own)
    for kind, machine in MACHINES.items()
    for row in machine.transitions
    for role in ROLES
    for own in (True, False)
]


def test_every_action_and_role_and_unit_is_decided_as_the_table_says() -> None:
    for kind, row, role, own in _TABLE:
        actor = UserRow.read({"id": "x", "roles": [role], "unit": "zezhou"})
        object = ROW_TYPES[kind].read({"id": "y", "unit": "zezhou" if own else "gaoping"})
        expected: type[RefusedAction] | None = None
        if role not in row.roles:
            expected = RoleRefused
        elif role == "unit_contact" and not own and kind != "user":
            expected = UnitRefused
        try:
            check_rights(MACHINES[kind], row, actor, object)
            refused = None
        except RefusedAction as error:
            refused = type(error)
        assert refused == expected, (kind, row.action, role, own)
        if not row.cascade:
            right = name_right(MACHINES[kind], row.action, role)
            assert (right == "") == (expected is RoleRefused), (kind, row.action, role)
            assert right != "yes" or role != "unit_contact"
    assert len(_TABLE) == sum(len(machine.transitions) for machine in MACHINES.values()) * len(ROLES) * 2


def test_some_rights_as_people_expect_them() -> None:
    # The table above says that program and table agree; this, that the table is the one that is meant.
    def may(role: str, kind: str) -> set[str]:
        return {row.action for row in MACHINES[kind].transitions if role in row.roles and not row.cascade}

    assert may("leader", "finding") == may("auditor", "finding") == may("admin", "finding") == set()
    assert (
        may("unit_contact", "finding") == may("unit_contact", "inspection") == may("unit_contact", "exemption") == set()
    )
    assert may("unit_contact", "appeal") == {"file", "supply", "take_back"}
    assert may("reviewer", "finding") == {"confirm", "return", "approve_correction", "reject_correction"}
    assert may("verifier", "rectification") == {"send_back", "verify_close", "relapse"}
    assert {role for role in ROLES if may(role, "user") - {"set_password"}} == {"admin"}


@pytest.mark.parametrize("kind", MACHINES)
def test_nobody_gets_past_the_table_on_the_real_thing(staffed: World, store_kind: str, kind: str) -> None:
    world = staffed
    for number, row in enumerate(MACHINES[kind].transitions):
        if row.cascade:
            continue
        id = None if row.source is None else reach(world, kind, row.source, row.action)
        if kind == "user" and id is None:
            id = "someone"
        _, given = example(world, kind, row.source, row.action)
        state = None if row.source is None else world.row(kind, str(id))
        wrong = [person for person, role in _ROLE_HOLDERS.items() if role not in row.roles]
        if store_kind == "postgresql":
            # Every role on one store, each action with some role on the other: the program is the same.
            wrong = wrong[number % len(wrong) :][:1] if wrong else []
        for person in wrong:
            head = world.head().seq
            with pytest.raises(RoleRefused, match=r"只有.*才能"):
                world.do(person, kind, id, row.action, given)
            assert world.head().seq == head + 1
        if "unit_contact" not in row.roles:
            with pytest.raises(RoleRefused):
                world.do("zz", kind, id, row.action, given)
        elif kind != "user":
            # The other county's contact is refused as if there were no such object.
            with pytest.raises((NotFound, UnitRefused, FieldRefused)):
                world.do("gp", kind, id, row.action, given)
        if state is not None:
            assert world.row(kind, str(id)) == state


def test_a_county_reads_its_own_and_from_the_notice_on_by_every_way_of_reading(world: World) -> None:
    told = {"notified", "final", "correcting"}
    for kind, machine in MACHINES.items():
        if kind in ("user", "inspection", "rules"):
            continue
        for state in machine.states:
            if (kind, state.id) not in PATHS:
                continue
            id = reach(world, kind, state.id)
            for person in ("zz", "gp"):
                expected = person == "zz" and (
                    state.id in told if kind == "finding"
                    else state.id in ("approved", "revoked") if kind == "exemption"
                    else kind in ("appeal", "rectification")
                )  # fmt: skip
                ways = [list_visible(world.ledger, person, kind), list_visible(world.ledger, person, kind, id=id)]
                ways += [list_visible(world.ledger, person, kind, unit="zezhou")]
                if kind == "finding":
                    ways += [list_findings(world.ledger, person), list_findings(world.ledger, person, state=state.id)]
                for rows in ways:
                    assert any(row["id"] == id for row in rows) == expected, (kind, state.id, person)
                    assert {row["unit"] for row in rows} <= {world.row("user", person)["unit"]}
                if not expected:
                    for read in (read_visible, list_history):
                        with pytest.raises(RefusedAction, match="或者您无权查看"):
                            read(world.ledger, person, kind, id)


def test_a_contact_acts_for_the_own_unit_only(world: World) -> None:
    finding = reach(world, "finding", "notified")
    with pytest.raises(FieldRefused, match="找不到问题「督问〔2024〕0001号」，或者它还没有反馈给您单位"):
        world.do("gp", "appeal", None, "file", {"finding": finding, "grounds": "不服", "requested": "撤销"})
    with pytest.raises(FieldRefused, match="找不到问题「督问〔2024〕0099号」，或者它还没有反馈给您单位"):
        world.do(
            "gp", "appeal", None, "file", {"finding": "督问〔2024〕0099号", "grounds": "不服", "requested": "撤销"}
        )
    appeal = world.do("zz", "appeal", None, "file", {"finding": finding, "grounds": "不服", "requested": "撤销"})
    with pytest.raises(NotFound, match="找不到复核申请「督复〔2024〕0001号」，或者您无权办理"):
        world.do("gp", "appeal", appeal["id"], "take_back")


#: Who sees a finding of 泽州县 in each state: author, team mate, reviewer, lead, appeal officer, verifier, the
#: county's contact, another county's, leader, auditor, administrator.
_WATCHERS = ("ins1", "ins2", "rev", "lead", "app", "ver", "zz", "gp", "ldr", "aud", "adm")
_SEES = {
    "draft": "ins1 ins2 lead aud",
    "submitted": "ins1 ins2 rev lead aud",
    "returned": "ins1 ins2 lead aud",
    "confirmed": "ins1 ins2 rev lead app ver ldr aud",
    "notified": "ins1 ins2 rev lead app ver zz ldr aud",
    "final": "ins1 ins2 rev lead app ver zz ldr aud",
    "correcting": "ins1 ins2 rev lead app ver zz ldr aud",
    "withdrawn": "ins1 ins2 rev lead app ver ldr aud",
}


def test_who_sees_a_finding_in_which_state(world: World) -> None:
    assert set(_SEES) == {state.id for state in MACHINES["finding"].states}
    for state, expected in _SEES.items():
        id = reach(world, "finding", state)
        seen = {person for person in _WATCHERS if any(row["id"] == id for row in list_findings(world.ledger, person))}
        assert seen == set(expected.split()), state


def test_a_county_sees_a_withdrawn_finding_only_if_it_had_been_told(world: World) -> None:
    id = reach(world, "finding", "notified")
    appeal = world.do("zz", "appeal", None, "file", {"finding": id, "grounds": "不服", "requested": "撤销"})
    for actor, action, given in (
        ("app", "accept", {}),
        ("app", "propose", {"outcome": "撤销", "decision": "认定有误"}),
        ("lead", "uphold", {}),
    ):
        world.do(actor, "appeal", appeal["id"], action, given)
    assert [row["state"] for row in list_findings(world.ledger, "zz")] == ["withdrawn"]


def test_a_county_sees_no_names_no_draft_decisions_and_no_unapproved_correction(world: World) -> None:
    id = reach(world, "finding", "correcting")
    shown = read_visible(world.ledger, "zz", "finding", id)
    assert (shown["state"], shown["proposed_marks"]) == ("final", "1.5")
    assert not {"authors", "created_by", "approved_by", "corrected_by", "approved", "updated_by"} & set(shown)
    assert read_visible(world.ledger, "lead", "finding", id)["proposed_marks"] == "1"
    appeal = reach(world, "appeal", "proposed")
    shown = read_visible(world.ledger, "zz", "appeal", appeal)
    assert (shown["state"], shown["outcome"], shown["decision"]) == ("reviewing", None, None)


def test_an_object_of_others_is_refused_in_the_words_of_one_that_is_not_there(world: World) -> None:
    hidden = reach(world, "finding", "draft")
    for id in (hidden, "督问〔2024〕9999号"):
        with pytest.raises(RefusedAction, match=f"找不到「{id}」，或者您无权查看"):
            read_visible(world.ledger, "zz", "finding", id)


def test_who_sees_the_other_objects(world: World) -> None:
    for kind, path in {
        "appeal": ["file"],
        "rectification": ["require"],
        "judgement": ["judge"],
        "exemption": ["propose", "approve"],
        "evidence": ["store"],
        "rules": ["submit", "approve"],
    }.items():
        id = walk(world, kind, list(path))
        seen = {
            person
            for person in ("ins2", "lead", "zz", "gp", "ldr", "aud", "adm")
            if any(row["id"] == id for row in list_visible(world.ledger, person, kind))
        }
        county = {"zz"} if kind in ("appeal", "rectification", "exemption") else set()
        assert seen == {"ins2", "lead", "ldr", "aud"} | county, kind
    assert [row["id"] for row in list_visible(world.ledger, "zz", "user")] == ["zz"]
    assert len(list_visible(world.ledger, "adm", "user")) == len(world.rows("user"))
    assert all("credential" not in row for row in list_visible(world.ledger, "adm", "user"))
    assert [row["team"] for row in list_visible(world.ledger, "zz", "inspection")] == [None]


def test_the_history_is_for_the_office(world: World) -> None:
    id = reach(world, "finding", "notified")
    assert [event["action"] for event in list_history(world.ledger, "aud", "finding", id)] == [
        "draft",
        "submit",
        "confirm",
        "notify",
    ]
    with pytest.raises(RoleRefused, match="留痕只供督察办和审计查看"):
        list_history(world.ledger, "zz", "finding", id)


def test_a_closed_account_sees_and_does_nothing(world: World) -> None:
    id = reach(world, "finding", "notified")
    world.do("adm", "user", "zz", "disable")
    with pytest.raises(RoleRefused, match="账号已停用"):
        list_findings(world.ledger, "zz")
    with pytest.raises(RoleRefused, match="泽州联络员的账号已停用"):
        world.do("zz", "appeal", None, "file", {"finding": id, "grounds": "不服", "requested": "撤销"})
    assert not may_read(world.row("user", "zz"), "finding", world.row("finding", id))


def test_nobody_who_is_not_a_user_does_anything(world: World) -> None:
    for name in ("nobody", "（建立台账）", "a\x00b", ""):
        with pytest.raises(RoleRefused, match="没有用户"):
            world.do(name, "finding", None, "draft", finding_fields(world))
    with pytest.raises(RoleRefused, match="没有用户"):
        add_user(world.ledger, "（建立台账）", "adm2", "又一位", ["admin"], now=world.tick())


def test_a_set_of_roles_stands_in_one_place() -> None:
    """Rights are given by the sets of ``rights/roles.py`` and the tables of transitions, and by no list of their own.

    Not proven here: that a right is asked of the fitting set.
    """
    root = Path(__file__).parents[2]
    rights = [root / "data/ledger/rights/roles.py", *(root / "data/ledger/machines").glob("*.py")]
    found = [
        f"{path.relative_to(root)}:{node.lineno}"
        for floor in ("indicators", "data", "scoring", "dashboard")
        for path in sorted((root / floor).rglob("*.py"))
        if path not in rights
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Set | ast.List | ast.Tuple)
        and sum(isinstance(each, ast.Constant) and each.value in ROLES for each in node.elts) > 1
    ]
    assert found == []
