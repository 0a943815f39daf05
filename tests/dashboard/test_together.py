"""Two people at two browsers and the command line beside them, on one server at the same time.

Not proved here: how many more there may be (``benchmarks``), and that both see a save that came too late
(``test_entry_page.py``).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, expect

from data.clock import office_now
from data.ledger.ledger import Ledger, open_ledger
from data.ledger.reading import list_visible
from data.ledger.users import set_password
from data.ledger.verify import verify_trail
from data.store.tables import Record
from data.store.workspace import open_workspace
from indicators.reader import load_pack
from tests.browser import ARGUMENTS, ensure_browser
from tests.dashboard.browser import WAIT, Visitor

TEAM, PASSWORD = ("ducha-jia", "ducha-yi"), "liang-ren-tongshi"
INDICATOR = "10.unlawful-decisions"
#: So often each types at least, with so many milliseconds between the two, beside so many commands.
ROUNDS, PAUSE, COMMANDS = 4, 300, 2


def test_two_browsers_and_the_command_line_write_at_once_and_nothing_is_lost(
    browser: Browser, url: str, served: Path
) -> None:
    workspace = open_workspace(served)
    ledger = open_ledger(workspace, load_pack(workspace.pack_folder))
    for person in TEAM:
        set_password(ledger, person, person, PASSWORD, now=office_now())
    inspection = next(
        row["id"] for row in list_visible(ledger, TEAM[0], "inspection", state="active") if row["team"] == list(TEAM)
    )
    second = browser.browser_type.launch(executable_path=ensure_browser(), args=list(ARGUMENTS))
    try:
        people = [Visitor(each, url) for each in (browser, second)]
        begin(people[0], TEAM[0])
        # A command takes seconds to start: it writes while both are typing.
        commands = [start_draft(served, inspection, number) for number in range(COMMANDS)]
        begin(people[1], TEAM[1])
        turn = 0
        while turn < ROUNDS or any(command.poll() is None for command in commands):
            turn += 1
            # Nobody waits for the other, nor for the server.
            for person, name in zip(people, TEAM, strict=True):
                field = person.page.get_by_label("事实")
                field.fill(f"{name} 第 {turn} 次写的")
                field.press("Tab")
                person.page.wait_for_timeout(PAUSE)
        assert [command.returncode for command in commands] == [0] * COMMANDS
        wanted = [f"{name} 第 {turn} 次写的" for name in TEAM] + [say(number) for number in range(COMMANDS)]
        found = wait_for(lambda: find_statements(ledger), wanted)
        for person in people:
            person.settle()
            person.turn_to("问题")
            person.page.get_by_test_id("stButtonGroup").get_by_text("全部未办结").click()
            person.settle()
            for statement in wanted:
                expect(person.page.get_by_role("link", name=found[statement])).to_be_visible(timeout=WAIT)
            assert person.outside == []
            person.leave()
    finally:
        second.close()
    assert verify_trail(ledger.engine, ledger.root, office_now()) == []
    log = (served.parent / "server.log").read_text(errors="replace")
    assert "locked" not in log and "错误编号" not in log, log[-2000:]


def begin(person: Visitor, name: str) -> None:
    """A draft of a finding in 沁水县, which has its number and waits for the fact."""
    person.enter(name, PASSWORD, "entry")
    person.pick("单位", "沁水县")
    person.pick("指标", "违法决策")
    person.see("已存草稿")


def say(number: int) -> str:
    return f"命令行写的第 {number} 条"


def start_draft(root: Path, inspection: str, number: int) -> subprocess.Popen[bytes]:
    """``ducha finding draft`` in a process of its own."""
    given = {"inspection": inspection, "unit": "沁水县", "indicator": INDICATOR, "statement": say(number)}
    options = [word for name, value in given.items() for word in (f"--{name}", value)]
    command = [sys.executable, "-m", "scoring.cli.main", "-w", str(root), "finding", "draft", *options]
    return subprocess.Popen(command, env={**os.environ, "DUCHA_USER": TEAM[1]}, stdout=subprocess.DEVNULL)


def find_statements(ledger: Ledger) -> dict[str, str]:
    """The findings of 沁水县 by what is written in them."""
    rows: list[Record] = list_visible(ledger, TEAM[0], "finding", unit="qinshui")
    return {row["statement"]: row["id"] for row in rows}


def wait_for(read: Callable[[], dict[str, str]], wanted: list[str]) -> dict[str, str]:
    """What is read, once all that is wanted is in it."""
    until = time.monotonic() + WAIT / 1000
    while not set(wanted) <= set(found := read()):
        assert time.monotonic() < until, f"never stored: {set(wanted) - set(found)}"
        time.sleep(0.1)
    return found
