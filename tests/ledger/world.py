"""A small office: its people, one inspection, and for every action an example of doing it rightly."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from data.clock import office_day, office_time
from data.ledger.evidence import add_evidence
from data.ledger.ledger import Ledger, find_record, list_records
from data.ledger.second_marks import is_drawn
from data.ledger.transitions import FOUNDER, apply_transition
from data.ledger.users import add_user
from data.store.database import reading
from data.store.tables import Record
from data.trail.events import Head, read_head

PEOPLE: dict[str, tuple[str, list[str], str | None]] = {
    "ins1": ("李督", ["inspector"], None),
    "ins2": ("王督", ["inspector"], None),
    "outer": ("冯督", ["inspector"], None),
    "rev": ("赵复", ["reviewer"], None),
    "lead": ("钱主任", ["lead"], None),
    "lead2": ("孙主任", ["lead"], None),
    "app": ("周办", ["appeal_officer"], None),
    "ver": ("吴核", ["verifier"], None),
    "zz": ("泽州联络员", ["unit_contact"], "zezhou"),
    "gp": ("高平联络员", ["unit_contact"], "gaoping"),
    "ldr": ("市领导", ["leader"], None),
    "aud": ("审计", ["auditor"], None),
    "many": ("郑全", ["inspector", "reviewer", "lead", "appeal_officer", "verifier"], None),
}
PDF = b"%PDF-1.7\n"


@dataclass
class World:
    """A ledger and a clock that goes on by a minute with every action."""

    ledger: Ledger
    now: datetime = field(default_factory=lambda: office_time(datetime(2024, 5, 6, 9, tzinfo=UTC)))
    inspection: str = ""
    evidence: dict[str, str] = field(default_factory=dict)

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def pass_days(self, days: int) -> None:
        self.now += timedelta(days=days)

    def day(self, after: int = 0) -> str:
        """The office's day, as the product counts days: from midnight to eight it is not the day of UTC."""
        return (office_day(self.now) + timedelta(days=after)).isoformat()

    def row(self, kind: str, id: str) -> Record:
        with reading(self.ledger.engine) as connection:
            found = find_record(connection, kind, id)
        assert found is not None
        return found

    def rows(self, kind: str) -> list[Record]:
        with reading(self.ledger.engine) as connection:
            return list_records(connection, kind)

    def head(self) -> Head:
        with reading(self.ledger.engine) as connection:
            return read_head(connection)

    def do(
        self,
        actor: str,
        kind: str,
        id: str | None,
        action: str,
        given: Mapping[str, Any] | None = None,
        reason: str | None = "事由如此",
    ) -> Record:
        """An action by somebody who has just looked."""
        version = self.row(kind, id)["version"] if id is not None and not (kind == "user" and action == "add") else None
        return apply_transition(
            self.ledger, actor, kind, id, action, given, base_version=version, reason=reason, now=self.tick()
        )


def found_world(ledger: Ledger, hours: int = 0) -> World:
    """People, evidence and an active inspection; ``hours``: so much later than other worlds."""
    world = World(ledger)
    world.now += timedelta(hours=hours)
    add_user(ledger, FOUNDER, "adm", "管理员", ["admin"], now=world.tick())
    for id, (name, roles, unit) in PEOPLE.items():
        add_user(ledger, "adm", id, name, roles, unit, now=world.tick())
    world.inspection = world.do("ins1", "inspection", None, "draft", inspection_fields(world))["id"]
    for step in ("decide", "plan"):
        world.do("ins1", "inspection", world.inspection, "record_step", step_fields(world, step))
    world.do("lead", "inspection", world.inspection, "approve", {})
    for unit, person in (("zezhou", "zz"), ("gaoping", "gp")):
        for owner in ("ins1", person):
            row = add_evidence(
                ledger, owner, io.BytesIO(PDF + unit.encode()), "会议纪要.pdf", {"unit": unit}, now=world.tick()
            )
            world.evidence[f"{owner}-{unit}"] = row["id"]
    return world


def inspection_fields(world: World) -> dict[str, Any]:
    return {
        "year": 2024,
        "title": "2024年度法治政府建设督察",
        "scope": "重大行政决策",
        "begins_on": "2024-05-01",
        "units": ["zezhou", "高平市"],
        "team": ["ins1", "ins2", "many"],
    }


def rules_fields(world: World) -> dict[str, Any]:
    """A version that nobody has handed in yet."""
    number = len(world.rows("rules"))
    return {
        "pack": world.ledger.pack.head.id,
        "release": f"2.{number}",
        "title": world.ledger.pack.head.title,
        "sha256": f"{number:064x}",
        "in_force_from": world.day(30),
        "grounds": "第三次常务会议",
        "checks": "写法没有错误；没有用例",
    }


def step_fields(world: World, step: str) -> dict[str, Any]:
    return {"steps": {"step": step, "number": f"晋市督〔2024〕{step}号", "on": world.day()}}


def finding_fields(world: World, unit: str = "zezhou") -> dict[str, Any]:
    return {
        "inspection": world.inspection,
        "unit": unit,
        "indicator": "10.unlawful-decisions",
        "kind": "扣分",
        "statement": "2024年3月的供水定价没有公开征求意见",
        "method": "查阅",
        "seen_on": "2024-05-03",
        "place": "县政府办公室",
        "proposed_marks": "1.5",
        "legal_basis": ["重大行政决策程序暂行条例 第十四条"],
        "evidence": [world.evidence[f"ins1-{unit}"]],
    }


def seen(world: World, unit: str = "zezhou") -> dict[str, Any]:
    return {"on": world.day(), "text": "已到现场看过", "evidence": [world.evidence[f"ins1-{unit}"]]}


Given = Callable[[World], dict[str, Any]]


def _nothing(world: World) -> dict[str, Any]:
    return {}


def _notice(world: World) -> dict[str, Any]:
    return {"notice_number": "晋市督反馈〔2024〕1号", "notified_on": world.day()}


def _demand(world: World) -> dict[str, Any]:
    return {
        "required_action": "补正征求意见程序",
        "owner": "张县长",
        "due_on": world.day(60),
        "due_source": "督察反馈意见",
    }


def _decision(outcome: str) -> Given:
    changes = {"proposed_marks": "0.5"} if outcome == "变更" else None
    return lambda world: {"outcome": outcome, "decision": "经查证据如此", "changes": changes}


def _file_pdf(world: World) -> dict[str, Any]:
    row = world.row("evidence", world.evidence["ins1-zezhou"])
    return {name: row[name] for name in ("sha256", "size", "media_type", "original_name", "unit")}


def _judged(world: World) -> dict[str, Any]:
    return {
        "inspection": world.inspection,
        "unit": "zezhou",
        "indicator": "20.standard",
        "level": "良",
        "grounds": "场所分设，录音录像不全",
    }


def draw_judgement(world: World) -> str:
    """A judgement that is drawn to be marked a second time: one is given and withdrawn until it is."""
    while True:
        given = [row for row in world.rows("judgement") if row["state"] == "given" and row["inspector"] == "ins1"]
        if given and is_drawn(given[0]):
            return str(given[0]["id"])
        for row in given:
            world.do("ins1", "judgement", row["id"], "withdraw")
        world.do("ins1", "judgement", None, "judge", _judged(world))


def _judged_again(world: World) -> dict[str, Any]:
    draw_judgement(world)
    return {**_judged(world), "level": "中"}


#: Who does an action, and what is entered, when everything is as it should be.
EXAMPLES: dict[tuple[str, str], tuple[str, Given]] = {
    ("inspection", "draft"): ("ins1", inspection_fields),
    ("inspection", "edit"): ("ins1", lambda world: {"scope": "行政执法"}),
    ("inspection", "discard"): ("ins1", _nothing),
    ("inspection", "approve"): ("lead", _nothing),
    ("inspection", "change"): ("lead", lambda world: {"ends_on": world.day(30)}),
    ("inspection", "import_forms"): ("ins1", _nothing),
    ("inspection", "conclude"): ("lead", _nothing),
    ("inspection", "stop"): ("lead", _nothing),
    ("inspection", "close"): ("lead", _nothing),
    **{
        ("inspection", f"record_step:{step}"): ("ins1", lambda world, step=step: step_fields(world, step))
        for step in ("decide", "plan", "conclude", "check", "apply")
    },
    ("finding", "draft"): ("ins1", finding_fields),
    ("finding", "edit"): ("ins1", lambda world: {"statement": f"改后的事实（{world.now:%M%S}）"}),
    ("finding", "submit"): ("ins1", _nothing),
    ("finding", "discard"): ("ins1", _nothing),
    ("finding", "cancel"): ("lead", _nothing),
    ("finding", "return"): ("rev", _nothing),
    ("finding", "confirm"): ("rev", _nothing),
    ("finding", "recall"): ("ins1", _nothing),
    ("finding", "resubmit"): ("ins1", _nothing),
    ("finding", "drop"): ("ins1", _nothing),
    ("finding", "revise"): ("ins1", lambda world: {"statement": "认定后发现写错了"}),
    ("finding", "notify"): ("lead", _notice),
    ("finding", "reopen_review"): ("lead", _nothing),
    ("finding", "finalise"): ("lead", _nothing),
    ("finding", "correct"): ("lead", lambda world: {"proposed_marks": "1"}),
    ("finding", "approve_correction"): ("lead2", _notice),
    ("finding", "reject_correction"): ("lead2", _nothing),
    ("appeal", "file"): (
        "zz",
        lambda world: {"finding": reach(world, "finding", "notified"), "grounds": "已征求过意见", "requested": "撤销"},
    ),
    ("appeal", "ask_more"): ("app", lambda world: {"missing": "公示截图", "more_by": world.day(5)}),
    ("appeal", "accept"): ("app", _nothing),
    ("appeal", "refuse"): ("app", lambda world: {"refused_for": "申请人不适格"}),
    ("appeal", "take_back"): ("zz", _nothing),
    ("appeal", "supply"): ("zz", lambda world: {"evidence": [world.evidence["zz-zezhou"]]}),
    ("appeal", "lapse"): ("app", _nothing),
    ("appeal", "propose"): ("app", _decision("维持")),
    ("appeal", "propose:uphold"): ("app", _decision("撤销")),
    ("appeal", "propose:vary"): ("app", _decision("变更")),
    ("appeal", "return"): ("lead", _nothing),
    ("appeal", "uphold"): ("lead", _nothing),
    ("appeal", "vary"): ("lead", _nothing),
    ("appeal", "dismiss"): ("lead", _nothing),
    ("appeal", "attach_run"): (
        "lead",
        lambda world: {
            "comparison": {"before": "甲", "after": "乙", "unit": "zezhou", "items": [], "totals": [], "moved": []}
        },
    ),
    ("rectification", "require"): (
        "lead",
        lambda world: {"finding": reach(world, "finding", "notified"), **_demand(world)},
    ),
    ("rectification", "submit_plan"): (
        "zz",
        lambda world: {"steps": [{"text": "补开听证会", "due_on": world.day(20), "person": "张局长"}]},
    ),
    ("rectification", "return_plan"): ("ins1", _nothing),
    ("rectification", "approve_plan"): ("lead", _nothing),
    ("rectification", "report"): (
        "zz",
        lambda world: {"reports": {"on": world.day(), "text": "已发公告", "evidence": []}},
    ),
    ("rectification", "ask_extension"): ("zz", lambda world: {"asked_due_on": world.day(200)}),
    ("rectification", "extend"): ("lead", _nothing),
    ("rectification", "refuse_extension"): ("lead", _nothing),
    ("rectification", "pause"): ("lead", _nothing),
    ("rectification", "resume"): ("lead", _nothing),
    ("rectification", "claim"): (
        "zz",
        lambda world: {"claim": [{"step": 1, "evidence": [world.evidence["zz-zezhou"]]}]},
    ),
    ("rectification", "send_back"): ("ver", _nothing),
    ("rectification", "verify_close"): ("ver", lambda world: {"verification": seen(world)}),
    ("rectification", "propose_stop"): ("ins1", lambda world: {"stopped_for": "依据废止"}),
    ("rectification", "approve_stop"): ("lead", _nothing),
    ("rectification", "refuse_stop"): ("lead", _nothing),
    ("rectification", "relapse"): (
        "ver",
        lambda world: {"verification": seen(world), "due_on": world.day(30), "due_source": "回头看"},
    ),
    ("judgement", "judge"): ("ins1", _judged),
    ("judgement", "judge_again"): ("outer", _judged_again),
    ("judgement", "revise"): ("ins1", lambda world: {"level": "中"}),
    ("judgement", "withdraw"): ("lead", _nothing),
    ("exemption", "propose"): (
        "ins1",
        lambda world: {
            "unit": "zezhou",
            "indicator": "20.standard",
            "year": 2024,
            "grounds": "全年没有复议案件",
            "expires_on": "2025-12-31",
        },
    ),
    ("exemption", "approve"): ("lead", _nothing),
    ("exemption", "refuse"): ("lead", _nothing),
    ("exemption", "revoke"): ("lead", _nothing),
    ("rules", "submit"): ("rev", lambda world: rules_fields(world)),
    ("rules", "approve"): ("lead", _nothing),
    ("rules", "return"): ("lead", _nothing),
    ("rules", "withdraw"): ("rev", _nothing),
    ("rules", "revoke"): ("lead", _nothing),
    ("evidence", "store"): ("ins1", _file_pdf),
    ("evidence", "describe"): ("ins1", lambda world: {"part": "第3页"}),
    ("evidence", "exclude"): ("lead", _nothing),
    ("evidence", "restore"): ("lead", _nothing),
    ("evidence", "redact"): ("lead", lambda world: {"order_number": "销〔2024〕1号"}),
    ("user", "add"): ("adm", lambda world: {"name": "新人", "roles": ["inspector"]}),
    ("user", "edit"): ("adm", lambda world: {"name": "改名"}),
    ("user", "disable"): ("adm", _nothing),
    ("user", "enable"): ("adm", _nothing),
    ("user", "end_logins"): ("adm", _nothing),
    ("user", "set_password"): ("adm", lambda world: {"credential": "0" * 64}),
}

_SUBMITTED = ["draft", "submit"]
_NOTIFIED = [*_SUBMITTED, "confirm", "notify"]
_PLANNED = ["require", "submit_plan"]
_STEPS = ["record_step:decide", "record_step:plan"]

#: How to come to a state, as actions after each other; a number lets days pass.
PATHS: dict[tuple[str, str | None], list[str | int]] = {
    ("inspection", "draft"): ["draft"],
    ("inspection", "active"): ["draft", *_STEPS, "approve"],
    ("inspection", "concluded"): ["draft", *_STEPS, "approve", "record_step:conclude", "conclude"],
    ("finding", "draft"): ["draft"],
    ("finding", "submitted"): [*_SUBMITTED],
    ("finding", "returned"): [*_SUBMITTED, "return"],
    ("finding", "confirmed"): [*_SUBMITTED, "confirm"],
    ("finding", "notified"): [*_NOTIFIED],
    ("finding", "final"): [*_NOTIFIED, 31, "finalise"],
    ("finding", "correcting"): [*_NOTIFIED, 31, "finalise", "correct"],
    ("finding", "withdrawn"): ["draft", "discard"],
    ("appeal", "filed"): ["file"],
    ("appeal", "incomplete"): ["file", "ask_more"],
    ("appeal", "reviewing"): ["file", "accept"],
    ("appeal", "proposed"): ["file", "accept", "propose"],
    ("appeal", "upheld"): ["file", "accept", "propose:uphold", "uphold"],
    ("appeal", "varied"): ["file", "accept", "propose:vary", "vary"],
    ("rectification", "required"): ["require"],
    ("rectification", "plan_submitted"): [*_PLANNED],
    ("rectification", "in_progress"): [*_PLANNED, "approve_plan"],
    ("rectification", "paused"): [*_PLANNED, "approve_plan", "pause"],
    ("rectification", "claimed"): [*_PLANNED, "approve_plan", "claim"],
    ("rectification", "stopping"): ["require", "propose_stop"],
    ("rectification", "closed_done"): [*_PLANNED, "approve_plan", "claim", "verify_close"],
    ("judgement", "given"): ["judge"],
    ("judgement", "second"): ["judge_again"],
    ("exemption", "proposed"): ["propose"],
    ("exemption", "approved"): ["propose", "approve"],
    ("rules", "submitted"): ["submit"],
    ("rules", "approved"): ["submit", "approve"],
    ("evidence", "kept"): ["store"],
    ("evidence", "excluded"): ["store", "exclude"],
    ("user", "active"): ["add"],
    ("user", "inactive"): ["add", "disable"],
}

#: Where an action needs more than its state.
PREPARED: dict[tuple[str, str | None, str], list[str | int]] = {
    ("inspection", "draft", "approve"): ["draft", *_STEPS],
    ("inspection", "active", "conclude"): ["draft", *_STEPS, "approve", "record_step:conclude"],
    ("inspection", "concluded", "close"): [
        *PATHS[("inspection", "concluded")],
        "record_step:check",
        "record_step:apply",
    ],
    ("finding", "draft", "cancel"): [*_SUBMITTED, "confirm", "revise"],
    ("finding", "returned", "cancel"): [*_SUBMITTED, "confirm", "reopen_review"],
    ("finding", "returned", "resubmit"): [*_SUBMITTED, "return", "edit"],
    ("finding", "notified", "finalise"): [*_NOTIFIED, 31],
    ("appeal", "incomplete", "lapse"): ["file", "ask_more", 6],
    ("appeal", "proposed", "uphold"): ["file", "accept", "propose:uphold"],
    ("appeal", "proposed", "vary"): ["file", "accept", "propose:vary"],
    ("rectification", "in_progress", "extend"): [*_PLANNED, "approve_plan", "ask_extension"],
    ("rectification", "in_progress", "refuse_extension"): [*_PLANNED, "approve_plan", "ask_extension"],
}
#: The step that is recorded next, by the inspection's state.
NEXT_STEP = {"draft": "decide", "active": "conclude", "concluded": "check"}


def example(world: World, kind: str, source: str | None, action: str) -> tuple[str, dict[str, Any]]:
    """Who does the action, and with what."""
    name = f"{action}:{NEXT_STEP[source or '']}" if action == "record_step" else action
    actor, given = EXAMPLES[(kind, name)]
    return actor, given(world)


def walk(world: World, kind: str, path: list[str | int]) -> str:
    """A new object taken along a path; returns its id."""
    id = None
    for step in path:
        if isinstance(step, int):
            world.pass_days(step)
            continue
        actor, given = EXAMPLES[(kind, step)]
        if kind == "user" and id is None:
            id = f"p{len(world.rows('user'))}"
        id = str(world.do(actor, kind, id, step.partition(":")[0], given(world))["id"])
    assert id is not None
    return id


def reach(world: World, kind: str, state: str, action: str = "") -> str:
    """A new object in a state, ready for an action if one is named."""
    if kind == "judgement":
        for row in world.rows("judgement"):
            if row["state"] in ("given", "second"):
                world.do(row["inspector"], "judgement", row["id"], "withdraw")
    if kind == "exemption":
        for row in world.rows("exemption"):
            if row["state"] == "approved":
                world.do("lead", "exemption", row["id"], "revoke")
    return walk(world, kind, PREPARED.get((kind, state, action)) or PATHS[(kind, state)])
