"""The demo's ledger: two inspections of five units with findings in every stage, made up and marked as such.

Every action is one that a person takes, at a fixed time, so that the same ledger comes out every time.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from data.clock import office_day, office_time
from data.ledger.evidence import add_evidence
from data.ledger.ledger import Ledger, find_record, list_records
from data.ledger.rows import UserRow
from data.ledger.transitions import FOUNDER, apply_transition
from data.ledger.users import add_user
from data.store.database import reading

#: (user name, name, roles, unit): a person for every role.
PEOPLE: Final = (
    ("ducha-jia", "演示督察员甲", ("inspector",), None),
    ("ducha-yi", "演示督察员乙", ("inspector",), None),
    ("fuhe", "演示复核员", ("reviewer",), None),
    ("fuzeren", "演示负责人", ("lead",), None),
    ("banli", "演示复核办理人", ("appeal_officer",), None),
    ("hecha", "演示核查员", ("verifier",), None),
    ("zezhou", "演示联络员（泽州）", ("unit_contact",), "zezhou"),
    ("gaoping", "演示联络员（高平）", ("unit_contact",), "gaoping"),
    ("lingchuan", "演示联络员（陵川）", ("unit_contact",), "lingchuan"),
    ("qinshui", "演示联络员（沁水）", ("unit_contact",), "qinshui"),
    ("kaifaqu", "演示联络员（开发区）", ("unit_contact",), "kaifaqu"),
    ("lingdao", "演示领导", ("leader",), None),
    ("shenji", "演示审计", ("auditor",), None),
)
ADMIN: Final = "guanli"
UNITS: Final = ("zezhou", "gaoping", "lingchuan", "qinshui", "kaifaqu")

JIA, YI, REVIEWER, LEAD, OFFICER, VERIFIER = (person[0] for person in PEOPLE[:6])
_BEGIN = datetime(2024, 9, 2, 1, tzinfo=UTC)
_FICTIONAL = "（演示，虚构）"


@dataclass
class _Story:
    """A ledger and a clock that goes on by ten minutes with every action."""

    ledger: Ledger
    now: datetime = field(default_factory=lambda: office_time(_BEGIN))
    inspection: str = ""

    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    def day(self, after: int = 0) -> str:
        return (office_day(self.now) + timedelta(days=after)).isoformat()

    def tick(self) -> datetime:
        self.now += timedelta(minutes=10)
        return self.now

    def do(
        self,
        actor: str,
        kind: str,
        id: str | None,
        action: str,
        given: Mapping[str, object] | None = None,
        reason: str | None = None,
    ) -> str:
        """An action of somebody who has just looked; returns the object's number."""
        version = None
        if id is not None:
            with reading(self.ledger.engine) as connection:
                found = find_record(connection, kind, id)
            version = found.version if found is not None else None
        row = apply_transition(
            self.ledger, actor, kind, id, action, given, base_version=version, reason=reason, now=self.tick()
        )
        return str(row.id)

    def store(self, actor: str, unit: str, text: str) -> str:
        """A piece of evidence; returns its number."""
        source = io.BytesIO(f"{text}{_FICTIONAL}\n".encode())
        given = {"unit": unit, "secrecy": "内部", "description": f"{text}{_FICTIONAL}"}
        row = add_evidence(self.ledger, actor, source, f"{text}（演示）.txt", given, now=self.tick())
        return str(row.id)

    def find(self, actor: str, unit: str, indicator: str, statement: str, **given: object) -> str:
        """A draft of a finding with its evidence."""
        paper = self.store(actor, unit, f"现场记录：{statement}")
        found = {
            "inspection": self.inspection,
            "unit": unit,
            "indicator": indicator,
            "kind": "扣分",
            "proposed_marks": "1",
            "statement": f"{statement}{_FICTIONAL}",
            "method": "查阅",
            "seen_on": self.day(),
            "place": "现场（演示）",
            "legal_basis": ["法治政府建设实施方案（演示引用）"],
            "evidence": [paper],
        }
        return self.do(actor, "finding", None, "draft", found | given)

    def tell(self, finding: str, actor: str, number: int) -> None:
        """Take a draft to where the unit is told of it."""
        self.do(actor, "finding", finding, "submit")
        self.do(REVIEWER, "finding", finding, "confirm")
        notice = {"notice_number": f"虚督反馈〔2024〕{number}号", "notified_on": self.day()}
        self.do(LEAD, "finding", finding, "notify", notice)

    def rectify(self, finding: str, unit: str, action: str) -> str:
        """A rectification that is running."""
        demand = {
            "required_action": f"{action}{_FICTIONAL}",
            "owner": "演示责任人",
            "due_on": self.day(90),
            "due_source": "督察反馈意见（演示）",
        }
        id = self.do(LEAD, "rectification", None, "require", {"finding": finding, **demand})
        steps = [{"text": f"{action}（演示措施）", "due_on": self.day(60), "person": "演示责任人"}]
        self.do(unit, "rectification", id, "submit_plan", {"steps": steps})
        self.do(LEAD, "rectification", id, "approve_plan")
        return id

    def close(self, rectification: str, unit: str) -> None:
        """Claimed by the unit and verified on the spot."""
        proof = self.store(unit, unit, "整改佐证材料")
        self.do(unit, "rectification", rectification, "claim", {"claim": [{"step": 1, "evidence": [proof]}]})
        self.wait(3)
        seen = self.store(VERIFIER, unit, "现场核查照片说明")
        verified = {"on": self.day(), "text": f"现场核查，已整改到位{_FICTIONAL}", "evidence": [seen]}
        self.do(VERIFIER, "rectification", rectification, "verify_close", {"verification": verified})


def fill_ledger(ledger: Ledger) -> None:
    """Put the demo's people and papers into an empty ledger; one that has users is left as it is."""
    with reading(ledger.engine) as connection:
        if list_records(connection, UserRow):
            return
    story = _Story(ledger)
    _add_people(story)
    yearly = _open_inspection(story, "2024年度法治政府建设实地督察", 1)
    story.wait(7)
    fined, appealed, shut, again, running = _find(story)
    _judge(story)
    _open_inspection(story, "行政执法突出问题专项督察", 11)
    _write_drafts(story)
    _appeal(story, fined, appealed)
    _rectify(story, shut, again, running)
    _conclude(story, yearly)


def _add_people(story: _Story) -> None:
    add_user(story.ledger, FOUNDER, ADMIN, "演示管理员", ["admin"], now=story.tick())
    for id, name, roles, unit in PEOPLE:
        add_user(story.ledger, ADMIN, id, name, roles, unit, now=story.tick())


def _open_inspection(story: _Story, title: str, number: int) -> str:
    """An inspection that is under way; its papers are numbered from ``number`` on."""
    given = {
        "year": 2024,
        "title": f"{title}{_FICTIONAL}",
        "scope": "重大行政决策、规范性文件、行政执法",
        "begins_on": story.day(),
        "ends_on": story.day(60),
        "units": list(UNITS),
        "team": [JIA, YI],
    }
    story.inspection = story.do(JIA, "inspection", None, "draft", given)
    _record(story, "decide", number)
    _record(story, "plan", number + 1)
    story.do(LEAD, "inspection", story.inspection, "approve")
    return story.inspection


def _record(story: _Story, step: str, number: int) -> None:
    given = {"steps": {"step": step, "number": f"虚督〔2024〕{number}号", "on": story.day()}}
    story.do(JIA, "inspection", story.inspection, "record_step", given)


def _find(story: _Story) -> tuple[str, str, str, str, str]:
    """The five findings of the yearly inspection that the units were told of."""
    fined = story.find(JIA, "zezhou", "26.fine-quota", "向执法大队下达罚款任务", severity="一般")
    appealed = story.find(JIA, "qinshui", "5.new-proofs", "要求企业开具没有依据的证明")
    shut = story.find(YI, "gaoping", "10.unlawful-decisions", "两项定价没有公开征求意见", proposed_marks="0.5")
    again = story.find(YI, "gaoping", "9.forbidden", "以会签代替合法性审核")
    running = story.find(JIA, "lingchuan", "4.negative-list", "在负面清单之外另设准入条件")
    story.wait(3)
    for number, finding in enumerate((fined, appealed, running), 1):
        story.tell(finding, JIA, number)
    for number, finding in enumerate((shut, again), 4):
        story.tell(finding, YI, number)
    return fined, appealed, shut, again, running


def _write_drafts(story: _Story) -> None:
    """What the inspection that is under way has found so far: confirmed, submitted, returned and a draft."""
    confirmed = story.find(JIA, "kaifaqu", "26.fine-quota", "罚没收入与考核挂钩的通知未清理", severity="一般")
    story.do(JIA, "finding", confirmed, "submit")
    story.do(REVIEWER, "finding", confirmed, "confirm")
    submitted = story.find(YI, "lingchuan", "10.unlawful-decisions", "一项决策没有合法性审查记录", proposed_marks="1")
    story.do(YI, "finding", submitted, "submit")
    returned = story.find(YI, "zezhou", "15.bans", "以会议纪要作为停产依据")
    story.do(YI, "finding", returned, "submit")
    story.do(REVIEWER, "finding", returned, "return", reason="会议纪要没有附上，请补证据")
    story.find(JIA, "qinshui", "15.bans", "一次普遍停产的通知待核实")


def _appeal(story: _Story, fined: str, appealed: str) -> None:
    """One appeal that was upheld, and one that is being looked into."""
    story.wait(5)
    for unit, finding, grounds in (
        ("zezhou", fined, "文件是工作量统计口径，不是罚款任务"),
        ("qinshui", appealed, "该证明依据上级文件"),
    ):
        paper = story.store(unit, unit, f"复核申请材料：{grounds}")
        given = {"finding": finding, "grounds": f"{grounds}{_FICTIONAL}", "requested": "撤销", "evidence": [paper]}
        id = story.do(unit, "appeal", None, "file", given)
        story.do(OFFICER, "appeal", id, "accept")
        if unit == "zezhou":
            story.wait(6)
            decision = {"outcome": "撤销", "decision": f"经查为统计口径，不构成下达罚没指标{_FICTIONAL}"}
            story.do(OFFICER, "appeal", id, "propose", decision)
            # A person who has taken no part in the finding: the lead who told the unit may sign.
            story.do(LEAD, "appeal", id, "uphold")


def _rectify(story: _Story, shut: str, again: str, running: str) -> None:
    closed = story.rectify(shut, "gaoping", "补开听证会并公开结果")
    relapsed = story.rectify(again, "gaoping", "重新进行合法性审核")
    story.rectify(running, "lingchuan", "废止另设的准入条件")
    story.wait(30)
    story.close(closed, "gaoping")
    story.close(relapsed, "gaoping")
    story.wait(20)
    seen = story.store(VERIFIER, "gaoping", "回头看记录")
    found = {"on": story.day(), "text": f"回头看发现又有文件以会签代替审核{_FICTIONAL}", "evidence": [seen]}
    given = {"verification": found, "due_on": story.day(60), "due_source": "回头看通知（演示）"}
    story.do(VERIFIER, "rectification", relapsed, "relapse", given, reason="问题反弹")


def _judge(story: _Story) -> None:
    paper = story.store(JIA, "kaifaqu", "行政复议场所查看记录")
    place = {"inspection": story.inspection, "unit": "kaifaqu"}
    given = {"indicator": "20.standard", "level": "良", "grounds": f"场所分设，录音录像不全{_FICTIONAL}"}
    story.do(JIA, "judgement", None, "judge", {**place, **given, "evidence": [paper]})
    given = {"indicator": "17.practice", "level": "中", "grounds": f"抽查案卷裁量说理不足{_FICTIONAL}"}
    story.do(YI, "judgement", None, "judge", {**place, **given})
    asked = {
        "unit": "kaifaqu",
        "indicator": "18.drills",
        "year": 2024,
        "grounds": f"园区封闭改造期间不具备演练条件{_FICTIONAL}",
        "expires_on": "2025-12-31",
    }
    exemption = story.do(JIA, "exemption", None, "propose", asked)
    story.do(LEAD, "exemption", exemption, "approve")


def _conclude(story: _Story, inspection: str) -> None:
    """All five steps of an inspection are on paper; it is not closed while matters are open."""
    story.inspection = inspection
    _record(story, "conclude", 3)
    story.do(LEAD, "inspection", inspection, "conclude")
    _record(story, "check", 4)
    _record(story, "apply", 5)
