"""Logins end by themselves and by what happens to the account; every server of a workspace knows the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.ledger.ledger import find_record
from data.ledger.logins import (
    IDLE,
    LONGEST,
    TOUCH,
    end_login,
    end_logins,
    find_login,
    issue_ticket,
    list_logins,
    open_by_proof,
    open_login,
    redeem_ticket,
)
from data.store.database import open_store, reading, writing
from data.store.tables import Record, login_table
from data.trail.refusals import RefusedAction
from tests.ledger.world import World

MOMENT = timedelta(seconds=1)


def find_user(world: World, person: str = "lead") -> Record:
    with reading(world.ledger.engine) as connection:
        user = find_record(connection, "user", person)
    assert user is not None
    return user


def test_a_login_goes_on_with_every_click_and_ends_without(world: World) -> None:
    engine, now = world.ledger.engine, world.tick()
    id = open_login(engine, find_user(world), now)
    assert find_login(engine, now + IDLE - MOMENT, id=id) is not None
    assert find_login(engine, now + 2 * IDLE - 2 * MOMENT, id=id) is not None
    assert find_login(engine, now + 4 * IDLE, id=id) is None
    assert find_login(engine, now, id=id) is None, "what ended does not begin again"


def test_a_look_that_is_no_click_does_not_prolong_it_and_clicks_at_once_are_one(world: World) -> None:
    engine, now = world.ledger.engine, world.tick()
    id = open_login(engine, find_user(world), now)
    assert find_login(engine, now + IDLE - MOMENT, id=id, touch=False) is not None
    assert find_login(engine, now + TOUCH - MOMENT, id=id) is not None
    assert list_logins(engine, "lead", now)[0].seen == now
    assert find_login(engine, now + IDLE, id=id) is None


def test_no_login_outlives_a_working_day(world: World) -> None:
    engine, now = world.ledger.engine, world.tick()
    id, at = open_login(engine, find_user(world), now), now
    while at < now + LONGEST - IDLE:
        at += IDLE - MOMENT
        assert find_login(engine, at, id=id) is not None
    assert find_login(engine, now + LONGEST, id=id) is None


def test_a_ticket_is_good_once_and_not_for_long_and_neither_it_nor_the_cookie_stands_in_the_store(world: World) -> None:
    engine, now = world.ledger.engine, world.tick()
    id = open_login(engine, find_user(world), now)
    ticket = issue_ticket(engine, id, now)
    token = redeem_ticket(engine, ticket, now)
    assert token is not None and redeem_ticket(engine, ticket, now) is None
    found = find_login(engine, now, token=token)
    assert found is not None and found.id == id and found.user["id"] == "lead"
    late = issue_ticket(engine, id, now)
    assert redeem_ticket(engine, late, now + timedelta(minutes=1)) is None
    assert redeem_ticket(engine, "made up", now) is None and redeem_ticket(engine, "", now) is None
    with reading(engine) as connection:
        stored = repr(connection.execute(login_table.select()).all())
    assert token not in stored and ticket not in stored


def test_an_ended_login_and_a_made_up_token_are_nobodys(world: World) -> None:
    engine, now = world.ledger.engine, world.tick()
    id = open_login(engine, find_user(world), now)
    ticket = issue_ticket(engine, id, now)
    with pytest.raises(RefusedAction, match="不是您的"):
        end_login(engine, "rev", id, now)
    end_login(engine, "lead", id, now)
    assert find_login(engine, now, id=id) is None and redeem_ticket(engine, ticket, now) is None
    assert find_login(engine, now, token="made up") is None and find_login(engine, now) is None


def test_a_proof_opens_logins_until_the_first_has_ended_and_prolongs_no_working_day(world: World) -> None:
    engine, now, user = world.ledger.engine, world.tick(), find_user(world)
    assert open_by_proof(engine, user, "proof", now) is not None
    assert open_by_proof(engine, user, "proof", now + IDLE / 2) is not None, "a second tab"
    assert open_by_proof(engine, user, "proof", now + 2 * IDLE) is None, "a cookie of a month is no login"
    at, id = now, open_by_proof(engine, user, "another", now)
    while at < now + LONGEST - IDLE:
        at += IDLE - MOMENT
        id = open_by_proof(engine, user, "another", at)
        assert id is not None
    assert id is not None and find_login(engine, now + LONGEST, id=id) is None


def test_leaving_ends_every_login_of_a_proof(world: World) -> None:
    engine, now, user = world.ledger.engine, world.tick(), find_user(world)
    first, second = (open_by_proof(engine, user, "proof", now) for _ in range(2))
    assert first is not None and second is not None
    end_login(engine, "lead", first, now)
    assert find_login(engine, now, id=second) is None
    assert open_by_proof(engine, user, "proof", now) is None


@pytest.mark.parametrize(
    ("action", "given", "ends"),
    [
        ("edit", {"roles": ["reviewer"]}, True),
        ("edit", {"name": "新名字"}, False),
        ("disable", {}, True),
        ("set_password", {"credential": "1" * 64}, True),
        ("end_logins", {}, True),
    ],
)
def test_what_changes_an_accounts_rights_ends_its_logins(
    world: World, action: str, given: dict[str, object], ends: bool
) -> None:
    engine, now = world.ledger.engine, world.tick()
    id = open_login(engine, find_user(world, "ins2"), now)
    world.do("adm", "user", "ins2", action, given)
    if action == "disable":
        # Nobody looked in between: it does not come back with the account.
        world.do("adm", "user", "ins2", "enable")
    assert (find_login(engine, now, id=id) is None) is ends
    assert (list_logins(engine, "ins2", now) == []) is ends


def test_another_unit_ends_a_contacts_login(world: World) -> None:
    engine, now = world.ledger.engine, world.tick()
    id = open_login(engine, find_user(world, "zz"), now)
    world.do("adm", "user", "zz", "edit", {"unit": "gaoping"})
    assert find_login(engine, now, id=id) is None


def test_all_but_this_one_are_ended_and_two_servers_of_one_store_agree(world: World) -> None:
    engine, now = world.ledger.engine, world.tick()
    other = open_store(engine.url.render_as_string(hide_password=False))
    kept, *rest = (open_login(engine, find_user(world), now) for _ in range(3))
    assert find_login(other, now, id=rest[0]) is not None
    with writing(other) as connection:
        end_logins(connection, "lead", now, but=kept)
    assert [login.id for login in list_logins(engine, "lead", now)] == [kept]
