"""What people use for a password is refused, what another one set is changed, and guessing is slow for the guesser.

Not proven here: that no password of this office is guessed; how many guesses one withstands is an estimate.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2.exceptions import VerifyMismatchError

from data.ledger import users
from data.ledger.attempts import AT_ONCE, BEHIND, BURST, RECOVERY, Attempts, Turnstile, stand_back
from data.ledger.ledger import Ledger
from data.ledger.passwords import check_strength
from data.ledger.users import add_user, change_password, check_password, is_provisional, set_password
from data.store.database import open_store, reading
from data.trail.refusals import FieldRefused, LoginRefused
from indicators.pack.model import Pack
from tests.ledger.world import World, found_world

PERSON = {"id": "liming", "name": "李明", "person": "晋A10086", "unit": "zezhou"}
GOOD = "correct horse battery"
NOON = datetime(2024, 5, 6, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, pack: Pack) -> World:
    root: Path = tmp_path_factory.mktemp("passwords")
    return found_world(Ledger(open_store(str(root / "ducha.db")), root, pack))


@pytest.mark.parametrize(
    "password",
    [
        *(
            "Password123!",
            "P@ssw0rd2024",
            "qwerty123456",
            "1qaz2wsx3edc",
            "1qaz!QAZ2wsx",
            "asdfghjkl123",
            "0987654321a",
        ),
        *("zhangsan19800101", "Zhangsan@1980", "beijing2024", "Jincheng123456", "woaini1314", "Woaini5201314"),
        *("13812345678abc", "140502198001010011", "1980.01.01abc", "abcd1234abcd", "aaabbbcccddd", "李明20240506"),
        *("晋A10086-2024", "zezhou2024zezhou", "admin@123456", "ＰＡＳＳＷＯＲＤ２０２４"),
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(FieldRefused, match="太容易猜到"):
        check_strength(password, PERSON)


@pytest.mark.parametrize(
    "password", [GOOD, "Tq7#mLp2vX", "mogu-xiatian-chezhan", "春眠不觉晓处处闻啼鸟", "x" + "7kq!" * 40]
)
def test_what_nobody_would_try_is_taken(password: str) -> None:
    check_strength(password, PERSON)


def test_what_another_person_has_set_is_to_be_changed(world: World) -> None:
    def is_foreign() -> bool:
        with reading(world.ledger.engine) as connection:
            return is_provisional(connection, "rev")

    set_password(world.ledger, "adm", "rev", GOOD, now=world.tick())
    assert is_foreign()
    change_password(world.ledger, "rev", GOOD, "another good one", now=world.tick())
    assert not is_foreign()
    set_password(world.ledger, "adm", "rev", GOOD, now=world.tick())
    assert is_foreign()
    with pytest.raises(FieldRefused, match="新密码和现在的一样"):
        change_password(world.ledger, "rev", GOOD, GOOD, now=world.tick())
    set_password(world.ledger, "adm", "adm", GOOD, now=world.tick())
    # The demonstration's password is published, and the same for all of its accounts.
    add_user(world.ledger, "adm", "demo-x", "演示账号", ["leader"], now=world.tick())
    set_password(world.ledger, "adm", "demo-x", "yanshi-2024", now=world.tick())
    with reading(world.ledger.engine) as connection:
        assert not is_provisional(connection, "adm") and not is_provisional(connection, "demo-x")


def test_of_many_logins_at_once_two_are_reckoned(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    set_password(world.ledger, "adm", "lead", GOOD, now=world.tick())
    running, most, lock = 0, 0, threading.Lock()

    class Slow:
        def verify(self, secret: str, password: str) -> bool:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.02)
            with lock:
                running -= 1
            return True

    monkeypatch.setattr(users, "_HASHER", Slow())
    with ThreadPoolExecutor(30) as pool:
        logins = [pool.submit(check_password, world.ledger, "lead", GOOD, now=world.now) for _ in range(30)]
        assert {login.result()["id"] for login in logins} == {"lead"}
    assert most == AT_ONCE == 2
    monkeypatch.setattr(users, "_TURNSTILE", Turnstile(1, 0.01))
    with users._TURNSTILE.turn(), pytest.raises(LoginRefused, match="登录的人太多"):
        check_password(world.ledger, "lead", GOOD, now=world.now)


def test_a_password_is_reckoned_behind_the_pages() -> None:
    # Proven is who gives way, not by how much: that is measured (python -m benchmarks users).
    def look() -> tuple[int, int]:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id()), threading.get_native_id()

    own, (behind, other) = os.getpriority(os.PRIO_PROCESS, threading.get_native_id()), stand_back(look)
    assert other != threading.get_native_id()
    assert behind == min(own + BEHIND, 19) if sys.platform == "linux" else behind == own
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == own, "and nobody else does"

    def fail() -> None:
        raise VerifyMismatchError

    with pytest.raises(VerifyMismatchError):
        stand_back(fail)


def test_an_address_has_so_many_wrong_passwords_and_then_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "ATTEMPTS", Attempts())
    reckoned: list[Any] = []
    monkeypatch.setattr(users, "_verify", lambda *given: reckoned.append(given) or False)
    for n in range(BURST):
        with pytest.raises(LoginRefused, match="用户名或密码不对"):
            check_password(world.ledger, f"nobody-{n}", GOOD, now=NOON, address="10.0.0.9")
    with pytest.raises(LoginRefused, match="输错密码的次数太多，请在 6 秒以后再试"):
        check_password(world.ledger, "rev", GOOD, now=NOON, address="10.0.0.9")
    assert len(reckoned) == BURST, "what is refused for its address costs no reckoning"
    for address, later in (("10.0.0.8", timedelta()), ("10.0.0.9", RECOVERY)):
        with pytest.raises(LoginRefused, match="用户名或密码不对"):
            check_password(world.ledger, "nobody", GOOD, now=NOON + later, address=address)


def test_who_is_right_spends_nothing_and_a_net_of_ipv6_is_one_address() -> None:
    attempts = Attempts(burst=3)
    for _ in range(200):
        attempts.begin("10.0.0.9", NOON)
        attempts.forgive("10.0.0.9", NOON)
    for last in "123":
        attempts.begin(f"2001:db8::{last}", NOON)
    with pytest.raises(LoginRefused):
        attempts.begin("2001:db8::ffff", NOON)
    attempts.begin("2001:db8:0:1::1", NOON)
