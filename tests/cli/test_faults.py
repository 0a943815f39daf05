"""What ends a command that nobody foresaw, and what the machine refuses, in sentences that advise the right thing."""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa

import scoring.cli.main
from scoring.cli.console import describe_trouble
from tests.cli.conftest import start_ducha


def test_a_fault_has_a_number_and_its_traceback_in_a_log_of_the_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down(prog_name: str) -> None:
        raise ZeroDivisionError("沁水县 7/0")

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(scoring.cli.main, "app", break_down)
    with pytest.raises(SystemExit) as ended:
        scoring.cli.main.main()
    assert ended.value.code == 3
    said, log = capsys.readouterr().err, tmp_path / "ducha" / "faults.log"
    assert "程序出错了" in said and str(log) in said.replace("\n", "") and "Traceback" not in said
    number = said.partition("错误编号 ")[2][:6]
    assert f"错误编号 {number}\nTraceback" in log.read_text(encoding="utf-8")
    assert "沁水县 7/0" in log.read_text(encoding="utf-8") and stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_fault_is_shown_whole_where_no_log_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down(prog_name: str) -> None:
        raise ZeroDivisionError("沁水县 7/0")

    (tmp_path / "no folder").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "no folder"))
    monkeypatch.setattr(scoring.cli.main, "app", break_down)
    with pytest.raises(SystemExit):
        scoring.cli.main.main()
    said = capsys.readouterr().err
    assert "Traceback" in said and "沁水县 7/0" in said and "详细情况印在上面" in said


def test_a_time_zone_that_is_none_is_said_in_one_sentence_by_every_command(demo: Path) -> None:
    for words in (("trail", "verify"), ("finding", "list", "--as", "demo-lead")):
        done = start_ducha("-w", demo, *words, DUCHA_TIMEZONE="Mars/Base")
        assert done.returncode == 1 and "「Mars/Base」不是时区名" in done.stderr and "Traceback" not in done.stderr


def test_a_damaged_database_is_named_and_not_written_to(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "pack").symlink_to(demo / "pack")
    (tmp_path / "ducha.db").write_bytes(b"no database at all" * 1000)
    done = start_ducha("-w", tmp_path, "trail", "verify")
    assert done.returncode == 1 and "数据库文件损坏了，不要再写入" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "advice"),
    [("SQLITE_FULL", "磁盘满了"), ("SQLITE_CORRUPT_INDEX", "损坏"), ("SQLITE_READONLY_DIRECTORY", "写权限")],
)
def test_sqlites_own_name_of_an_error_decides_the_advice(name: str, advice: str) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = name
    said = describe_trouble(sa.exc.OperationalError("SELECT 1", {}, error))
    assert advice in said and ("权限" in said) == ("READONLY" in name)


def test_a_server_that_does_not_answer_is_no_matter_of_disks() -> None:
    said = describe_trouble(sa.exc.OperationalError("SELECT 1", {}, Exception("connection refused\nIs the server up?")))
    assert said == "工作区的数据库用不了（connection refused）；请确认数据库服务已启动、地址和账号无误"


@pytest.mark.parametrize(("number", "advice"), [(errno.ENOSPC, "磁盘满了"), (errno.EACCES, "没有权限")])
def test_the_systems_own_number_of_an_error_decides_the_advice(number: int, advice: str) -> None:
    said = describe_trouble(OSError(number, os.strerror(number), "甲.csv"))
    assert "甲.csv" in said and advice in said


def test_what_the_network_refuses_is_no_matter_of_files() -> None:
    said = describe_trouble(socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
    assert said == "网络连接失败（Name or service not known）；请检查地址有没有写错、对方的服务有没有启动"
    refused = ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
    assert describe_trouble(refused).startswith("网络连接失败（")
