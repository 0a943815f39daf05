"""Evidence is what its bytes are, whatever its name says; a password is never in the trail."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from data.ledger import evidence, users
from data.ledger.evidence import EXTENSIONS, add_evidence, fit_name, open_evidence, place_of, redact_evidence
from data.ledger.users import FAILURES, LOCKED_FOR, add_user, change_password, check_password, set_password
from data.ledger.verify import verify_trail
from data.trail.events import export_trail
from data.trail.refusals import FieldRefused, LoginRefused, RefusedAction, RoleRefused
from tests.ledger.world import PDF, World


def zip_of(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


def add(world: World, content: bytes, name: str = "材料.pdf") -> dict[str, object]:
    return add_evidence(world.ledger, "ins1", io.BytesIO(content), name, {"unit": "zezhou"}, now=world.tick())


TAKEN = [
    (PDF, "application/pdf"),
    (b"\x89PNG\r\n\x1a\n....", "image/png"),
    ("谈话记录：\n某年某月".encode(), "text/plain"),
    ("谈话记录：\n某年某月".encode("gb18030"), "text/plain"),
    (zip_of("OFD.xml"), "application/ofd"),
    (
        zip_of("xl/workbook.xml"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
]


@pytest.mark.parametrize(("content", "media_type"), TAKEN)
def test_the_type_is_told_by_the_content(world: World, content: bytes, media_type: str) -> None:
    assert add(world, content, "anything.exe")["media_type"] == media_type


@pytest.mark.parametrize("name", ["../../x", "/etc/passwd", "C:\\x", "..", "a" * 5000, "没有"])
def test_a_name_is_text_and_opens_nothing(world: World, name: str) -> None:
    row = add(world, PDF + b"1", name)
    assert row["original_name"] == name
    root = world.ledger.root
    made = {path for path in root.rglob("*") if path.is_file() and path.name.startswith(str(row["sha256"]))}
    assert made == {place_of(root / "evidence", str(row["sha256"]))}
    with open_evidence(world.ledger, row) as file:
        assert file.read() == PDF + b"1"


def test_excluded_evidence_is_not_cited_and_redacted_bytes_are_gone(world: World) -> None:
    row = add(world, PDF + b"secret")
    id = str(row["id"])
    world.do("lead", "evidence", id, "exclude")
    given = {"inspection": world.inspection, "unit": "zezhou", "evidence": [id]}
    with pytest.raises(FieldRefused, match=f"证据 {id} 已排除，不能引用"):
        world.do("ins1", "finding", None, "draft", given)
    version = world.row("evidence", id)["version"]
    redacted = redact_evidence(
        world.ledger, "lead", id, "销〔2024〕1号", "涉密", base_version=version, now=world.tick()
    )
    assert not place_of(world.ledger.evidence_folder, redacted["sha256"]).exists()
    assert redacted["sha256"] == row["sha256"]
    with pytest.raises(RefusedAction, match="文件已销毁"):
        open_evidence(world.ledger, redacted)
    assert verify_trail(world.ledger.engine, world.ledger.root, world.now) == []


GOOD = "correct horse battery"


def test_a_password_costs_an_attacker_what_is_advised() -> None:
    # The other tests hash with less; these are the figures of RFC 9106 for machines of little memory.
    shipped = PasswordHasher()
    assert (shipped.time_cost, shipped.memory_cost) == (3, 65536)
    source = Path(users.__file__).read_text(encoding="utf-8")
    # One thread each: what a login costs, nobody may take four times of at once.
    assert "_HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1)\n" in source


def test_a_password_lets_in_and_is_in_no_event(world: World) -> None:
    set_password(world.ledger, "adm", "rev", GOOD, now=world.tick())
    assert check_password(world.ledger, "rev", GOOD, now=world.tick())["name"] == "赵复"
    file = io.StringIO()
    export_trail(world.ledger.engine, file)
    assert "argon2" not in file.getvalue() and GOOD not in file.getvalue()
    assert verify_trail(world.ledger.engine, world.ledger.root, world.now) == []


@pytest.mark.parametrize(
    ("id", "password"), [("rev", "wrong password"), ("nobody", GOOD), ("lead", GOOD), ("a\x00", GOOD)]
)
def test_a_wrong_name_and_a_wrong_password_are_refused_alike(world: World, id: str, password: str) -> None:
    set_password(world.ledger, "adm", "rev", GOOD, now=world.tick())
    with pytest.raises(LoginRefused, match=r"^用户名或密码不对$"):
        check_password(world.ledger, id, password, now=world.tick())


def test_repeated_failures_lock_for_a_while_and_a_new_password_unlocks(world: World) -> None:
    set_password(world.ledger, "adm", "rev", GOOD, now=world.tick())
    head = world.head().seq
    for _ in range(FAILURES):
        with pytest.raises(LoginRefused, match="用户名或密码不对"):
            check_password(world.ledger, "rev", "wrong password", now=world.now)
    assert world.head().seq == head + 1
    with pytest.raises(LoginRefused, match="账号暂时锁定"):
        check_password(world.ledger, "rev", GOOD, now=world.now)
    assert check_password(world.ledger, "rev", GOOD, now=world.now + LOCKED_FOR + timedelta(seconds=1))
    for _ in range(FAILURES):
        with pytest.raises(LoginRefused):
            check_password(world.ledger, "rev", "wrong password", now=world.now)
    set_password(world.ledger, "adm", "rev", GOOD + "!", now=world.tick())
    assert check_password(world.ledger, "rev", GOOD + "!", now=world.now)
    assert verify_trail(world.ledger.engine, world.ledger.root, world.now) == []


def test_a_person_changes_the_own_password_only(world: World) -> None:
    set_password(world.ledger, "adm", "rev", GOOD, now=world.tick())
    change_password(world.ledger, "rev", GOOD, "another good one", now=world.tick())
    with pytest.raises(LoginRefused):
        change_password(world.ledger, "rev", GOOD, "a third good one", now=world.tick())
    with pytest.raises(RefusedAction, match="找不到用户「lead」，或者您无权办理"):
        set_password(world.ledger, "rev", "lead", GOOD, now=world.tick())


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "my-name-is-rev"])
def test_a_weak_password_is_refused(world: World, password: str) -> None:
    with pytest.raises(FieldRefused, match="密码至少 10 位"):
        set_password(world.ledger, "adm", "rev", password, now=world.tick())


def test_users_are_added_by_administrators_with_roles_that_fit(world: World) -> None:
    with pytest.raises(RoleRefused, match="只有系统管理才能添加用户"):
        add_user(world.ledger, "lead", "new", "新人", ["inspector"], now=world.tick())
    for roles, unit, words in (
        (["unit_contact"], None, "联络员必须写明单位"),
        (["unit_contact", "reviewer"], "zezhou", "联络员不能兼任督察一方的角色"),
        (["king"], None, "没有角色「king」"),
        (["inspector"], "某县", "单位名册里没有「某县」"),
    ):
        with pytest.raises(RefusedAction, match=words):
            add_user(world.ledger, "adm", "new", "新人", roles, unit, now=world.tick())
    with pytest.raises(FieldRefused, match="用户名「rev」已经有人用了"):
        add_user(world.ledger, "adm", "rev", "又一位", ["reviewer"], now=world.tick())
    with pytest.raises(RefusedAction, match="不能停用自己的账号"):
        world.do("adm", "user", "adm", "disable")


@pytest.mark.parametrize(
    ("name", "media_type", "saved"),
    [
        ("run.bat", "text/plain", "run.bat.txt"),
        ("说明.txt.js", "text/plain", "说明.txt.js.txt"),
        ("清单.CSV", "text/plain", "清单.CSV"),
        ("现场.jpg", "image/jpeg", "现场.jpg"),
        ("现场.jpg", "image/png", "现场.jpg.png"),
        ("照片\u202egnp.exe", "image/png", "照片gnp.exe.png"),
        ("../../etc/cron.d/x", "application/pdf", "x.pdf"),
        ("C:\\x\\安装.msi", "application/x-ole-storage", "安装.msi.doc"),
        ("a.pdf ", "application/pdf", "a.pdf"),
        ("a.pdf::$DATA", "application/pdf", "a.pdf$DATA.pdf"),
        ("..", "text/plain", "证据.txt"),
        (".pdf", "application/pdf", "pdf.pdf"),
        ("长" * 5000, "video/mp4", "长" * 120 + ".mp4"),
        ("a.lnk\n", "no/such", "a.lnk.bin"),
    ],
)
def test_no_file_is_given_out_under_a_name_that_runs(name: str, media_type: str, saved: str) -> None:
    assert fit_name(name, media_type) == saved


def test_every_type_that_can_be_evidence_has_the_ends_of_its_names() -> None:
    types = {kind for _, _, kind in evidence._MAGIC} | set(evidence._ZIPPED.values()) | {"text/plain"}
    assert set(EXTENSIONS) == types
    harmless = "pdf png jpg jpeg gif bmp tif tiff webp wav mp3 amr mp4 m4v m4a mov 3gp heic heif doc xls ppt wps et dps"
    harmless += " docx xlsx pptx ofd txt csv log"
    assert {end for ends in EXTENSIONS.values() for end in ends} <= set(harmless.split())
