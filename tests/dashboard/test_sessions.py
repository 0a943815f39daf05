"""Sessions end by themselves, and a ticket is good once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dashboard.sessions import IDLE, LONGEST, Sessions

NOW = datetime(2025, 4, 10, 9, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


def test_a_session_goes_on_with_every_click_and_ends_without() -> None:
    sessions = Sessions()
    token = sessions.open("lead", "x", NOW)
    assert sessions.find(token, NOW + IDLE - MOMENT) is not None
    assert sessions.find(token, NOW + 2 * IDLE - 2 * MOMENT) is not None
    assert sessions.find(token, NOW + 4 * IDLE) is None
    assert sessions.find(token, NOW) is None


def test_a_look_that_is_no_click_does_not_prolong_it() -> None:
    sessions = Sessions()
    token = sessions.open("lead", "x", NOW)
    assert sessions.find(token, NOW + IDLE - MOMENT, touch=False) is not None
    assert sessions.find(token, NOW + IDLE) is None


def test_no_session_outlives_a_working_day() -> None:
    sessions = Sessions()
    token = sessions.open("lead", "x", NOW)
    at = NOW
    while at < NOW + LONGEST - IDLE:
        at += IDLE - MOMENT
        assert sessions.find(token, at) is not None
    assert sessions.find(token, NOW + LONGEST) is None


def test_a_ticket_is_good_once_and_not_for_long() -> None:
    sessions = Sessions()
    token = sessions.open("lead", "x", NOW)
    ticket = sessions.issue_ticket(token, NOW)
    assert sessions.redeem_ticket(ticket, NOW) == token
    assert sessions.redeem_ticket(ticket, NOW) is None
    late = sessions.issue_ticket(token, NOW)
    assert sessions.redeem_ticket(late, NOW + timedelta(minutes=1)) is None
    assert sessions.redeem_ticket("made up", NOW) is None


def test_a_closed_session_and_a_made_up_token_are_nobodys() -> None:
    sessions = Sessions()
    token = sessions.open("lead", "x", NOW)
    sessions.close(token)
    assert sessions.find(token, NOW) is None
    assert sessions.find("made up", NOW) is None


def test_what_another_service_vouches_for_opens_sessions_until_the_first_has_ended() -> None:
    sessions = Sessions()
    token = sessions.open_by_proof("proof", "lead", "x", NOW)
    assert token is not None
    second = sessions.open_by_proof("proof", "lead", "x", NOW + IDLE / 2)
    assert second is not None and second != token, "a second tab"
    assert sessions.open_by_proof("proof", "lead", "x", NOW + 2 * IDLE) is None, "a cookie of a month is no session"
    assert sessions.open_by_proof("another", "lead", "x", NOW + 2 * IDLE) is not None


def test_a_proof_does_not_prolong_a_working_day() -> None:
    sessions = Sessions()
    at = NOW
    token = sessions.open_by_proof("proof", "lead", "x", at)
    while at < NOW + LONGEST - IDLE:
        at += IDLE - MOMENT
        token = sessions.open_by_proof("proof", "lead", "x", at)
        assert token is not None
    assert sessions.find(token, NOW + LONGEST) is None


def test_leaving_ends_every_session_of_a_proof() -> None:
    sessions = Sessions()
    first, second = (sessions.open_by_proof("proof", "lead", "x", NOW) for _ in range(2))
    assert first is not None and second is not None
    sessions.close(first)
    assert sessions.find(second, NOW) is None
    assert sessions.open_by_proof("proof", "lead", "x", NOW) is None
