"""The trail as an auditor reads it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from data.backup.audit import audit_ledger, describe_event, list_trail, read_names, read_trail_head
from data.ledger.evidence import place_of
from data.store.database import writing
from data.trail.noted import NOTED, note_event, noting
from data.trail.refusals import RefusedAction, RoleRefused
from tests.ledger.world import PEOPLE, World, reach


def test_only_an_auditor_reads_the_whole_trail(world: World) -> None:
    for person in {*PEOPLE, "adm", "nobody"} - {"aud"}:
        with pytest.raises(RoleRefused, match="全部留痕只供审计查看和核验"):
            list_trail(world.ledger, person)
        with pytest.raises(RoleRefused):
            audit_ledger(world.ledger, person, world.now)
        with pytest.raises(RoleRefused):
            read_trail_head(world.ledger, person)


def test_the_newest_events_come_first_page_by_page(world: World) -> None:
    finding = reach(world, "finding", "notified")
    events = list_trail(world.ledger, "aud", limit=3)
    assert [event["seq"] for event in events] == [world.head().seq - n for n in range(3)]
    older = list_trail(world.ledger, "aud", before=events[-1]["seq"], limit=2)
    assert [event["seq"] for event in older] == [events[-1]["seq"] - 1, events[-1]["seq"] - 2]
    own = list_trail(world.ledger, "aud", kind="finding", object_id=finding)
    assert [event["action"] for event in own] == ["notify", "confirm", "submit", "draft"]


def _read_change(world: World, kind: str, action: str) -> str:
    """What the newest event of that action is told to have changed."""
    events = list_trail(world.ledger, "aud", kind=kind)
    event = next(event for event in events if event["action"] == action)
    return describe_event(event, read_names(world.ledger))["改动"]


def test_an_event_is_told_in_words(world: World) -> None:
    finding = reach(world, "finding", "returned")
    world.do("ins1", "finding", finding, "edit", {"proposed_marks": "0.5"}, reason="核减")
    row = describe_event(list_trail(world.ledger, "aud")[0], read_names(world.ledger))
    assert row["谁"] == "李督" and row["做了什么"] == "修改" and row["理由"] == "核减"
    assert row["对象"] == f"问题 {finding}" and row["改动"] == "建议扣分：1.5→0.5" and row["结果"] == "已办"
    assert _read_change(world, "finding", "draft").startswith(
        "单位：泽州县；指标：违法决策、擅自变更决策、减损群众权益；"
    )
    assert "确定督查事项" in _read_change(world, "inspection", "record_step")
    assert " 字节；" in _read_change(world, "evidence", "store")
    assert _read_change(world, "user", "add").endswith("角色：督察员、复核员、督察办负责人、复核办理人、核查员")
    with pytest.raises(RefusedAction):
        world.do("zz", "finding", finding, "edit", {})
    assert describe_event(list_trail(world.ledger, "aud", outcome="refused")[0], {})["结果"] == "被拒绝"


def test_what_is_only_noted_is_told_in_words_too(world: World) -> None:
    with noting(world.ledger.engine, world.ledger.root) as connection:
        for kind, (_, actions) in NOTED.items():
            for action in actions:
                told = {"complete_to": "2025-03-31", "manifest_sha256": "a" * 64}
                note_event(connection, kind, "1", action, told, now=world.now, actor="lead")
    rows = {event["object"]: event for event in list_trail(world.ledger, "aud") if event["object"] in NOTED}
    assert set(rows) == set(NOTED)
    for kind, event in rows.items():
        row = describe_event(event, read_names(world.ledger))
        assert row["对象"] == f"{NOTED[kind][0]} 1" and not row["做了什么"].isascii()
    assert _read_change(world, "run", "store") == "校验码：aaaaaaaaaaaa…"


def test_verification_ends_in_a_sentence(world: World) -> None:
    audit = audit_ledger(world.ledger, "aud", world.now)
    assert audit.problems == () and audit.head == world.head()
    everything = "数据、密码、证据文件、报送批次和评分运行都与留痕相符"
    assert audit.sentence == f"留痕完整：共 {audit.head.seq} 条，逐条相接，{everything}"
    # Both pieces of evidence about 泽州县 are the same file.
    evidence = world.row("evidence", world.evidence["ins1-zezhou"])
    place_of(world.ledger.evidence_folder, evidence["sha256"]).write_bytes(b"%PDF-1.7 other")
    with writing(world.ledger.engine) as connection:
        connection.execute(sa.text("UPDATE inspection SET scope = '改过'"))
    audit = audit_ledger(world.ledger, "aud", world.now)
    assert {problem.fault for problem in audit.problems} == {"evidence_changed", "row_changed"}
    assert audit.sentence == "发现 3 处不符：请保留现场，不要再改动，并报告负责人"
