"""Rules under the ledger: handed in, approved by a second person, in force from their day, and every step on the trail.

Not proved here: that the cases are run, and what papers say of a change (tests/cli/test_pack_versions.py), what it
does to marks (tests/scoring), and the page (tests/dashboard).
"""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from data.backup.backup import make_backup, restore_backup
from data.backup.verification import verify_workspace
from data.batches.records import current_inputs
from data.clock import office_time
from data.ledger.ledger import open_ledger
from data.ledger.machines import RULES
from data.ledger.reading import list_visible
from data.ledger.transitions import FOUNDER
from data.ledger.users import add_user
from data.runs.adoption import APPROVER, ApprovalNeeded, OtherPack, PackChanged, adopt_pack, begin_pack
from data.runs.force import OtherRulesInForce, RulesLost, bring_into_force
from data.store.database import reading, writing
from data.store.tables import Record, rules_table
from data.store.workspace import Workspace, create_workspace, open_workspace, open_workspace_store
from data.trail.events import decode_event, list_events
from data.trail.refusals import ConditionRefused, FieldRefused, RoleRefused
from indicators.entries.mistakes import PackRefused
from indicators.reader import PACKS, hash_pack, load_pack
from scoring.cases.run import CaseReport
from scoring.office import rule_versions
from scoring.office.rule_versions import NothingNew, approve_rules, submit_rules
from scoring.runs.store import store_run
from tests.cli.test_pack_versions import EXAMPLE, edit
from tests.ledger.world import World

PEOPLE = {
    "rev": ("赵复", ["reviewer"], None),
    "lead": ("钱主任", ["lead"], None),
    "lead2": ("孙主任", ["lead"], None),
    "twin": ("钱主任（二）", ["lead"], None),
    "ins": ("李督", ["inspector"], None),
    "county": ("云山联络员", ["unit_contact"], "yunshan"),
    "leader": ("市领导", ["leader"], None),
    "aud": ("审计", ["auditor"], None),
}


@dataclass
class Office:
    """The example pack in a workspace, and versions of it beside."""

    workspace: Workspace
    world: World
    beside: Path

    def write_version(self, version: str, *edits: tuple[str, str]) -> Path:
        folder = self.beside / f"{version}-{len(list(self.beside.iterdir()))}"
        shutil.copytree(EXAMPLE, folder)
        edit(folder, 'version: "1.0"', f'version: "{version}"', "pack.yaml")
        for old, new in edits:
            edit(folder, old, new, "pack.yaml")
        return folder

    def submit(self, actor: str, folder: Path, day: str | None = None) -> Record:
        ledger, now = self.world.ledger, self.world.tick()
        return submit_rules(ledger, self.workspace, actor, folder, "第三次常务会议", day or self.world.day(), now=now)

    def approve(self, actor: str, id: str) -> Record:
        version = self.world.row("rules", id)["version"]
        ledger, now = self.world.ledger, self.world.tick()
        return approve_rules(ledger, self.workspace, actor, id, base_version=version, now=now)

    def score(self) -> str:
        """Score by what lies in the workspace, as ``ducha score`` does; the version that it was scored by."""
        pack = load_pack(self.workspace.pack_folder)
        inputs = current_inputs(self.workspace, pack)
        store_run(self.workspace, pack, inputs, 2024, date(2025, 4, 10), now=self.world.tick(), user="张三")
        return pack.head.version

    def find_problems(self) -> list[str]:
        engine = open_workspace_store(self.workspace)
        return [str(each) for each in verify_workspace(engine, self.workspace.root, self.world.tick()).problems]

    def list_events(self, kind: str, outcome: str = "done") -> list[dict[str, object]]:
        with reading(self.world.ledger.engine) as connection:
            found = [decode_event(event) for event in list_events(connection, kind)]
        return [event for event in found if event["outcome"] == outcome]


@pytest.fixture
def office(tmp_path: Path, store_kind: str, store_url: str) -> Office:
    if store_kind == "postgresql":
        (tmp_path / "w").mkdir(mode=0o700)
        (tmp_path / "w" / "store.url").write_text(store_url, encoding="utf-8")
    workspace = create_workspace(tmp_path / "w", EXAMPLE)
    pack = load_pack(workspace.pack_folder)
    world = World(open_ledger(workspace, pack), office_time(datetime(2026, 5, 6, 9, tzinfo=UTC)))
    begin_pack(workspace, pack, now=world.tick(), actor="张三")
    add_user(world.ledger, FOUNDER, "adm", "管理员", ["admin"], now=world.tick())
    for id, (name, roles, unit) in PEOPLE.items():
        add_user(world.ledger, "adm", id, name, roles, unit, now=world.tick())
    (tmp_path / "beside").mkdir()
    return Office(workspace, world, tmp_path / "beside")


@pytest.fixture
def without_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what asks about something else: the cases of the pack take longer than all the rest."""
    monkeypatch.setattr(rule_versions, "run_cases", lambda *given: CaseReport(0, [], []))
    monkeypatch.setattr(rule_versions, "run_tables", lambda *given: (0, []))


@pytest.mark.usefixtures("without_cases")
def test_rules_are_handed_in_approved_by_another_and_in_force_from_their_day(office: Office) -> None:
    world, own = office.world, office.workspace.pack_folder
    old, new = hash_pack(own), office.write_version("1.1")
    row = office.submit("rev", new, world.day(10))
    kept = office.workspace.packs_folder / hash_pack(new)[:16]
    assert (row["state"], row["sha256"], hash_pack(kept)) == ("submitted", hash_pack(new), hash_pack(new))
    with pytest.raises(RoleRefused, match="只有督察办负责人才能批准规则版本"):
        office.approve("rev", row["id"])
    assert office.approve("lead", row["id"])["state"] == "approved"
    # Before its day nothing is another one.
    assert bring_into_force(office.workspace, now=world.tick()) == () and hash_pack(own) == old
    assert office.score() == "1.0" and office.find_problems() == []
    world.pass_days(10)
    # Whoever scores in the meantime by the old ones is too late.
    with pytest.raises(OtherRulesInForce):
        office.score()
    assert bring_into_force(office.workspace, now=world.tick()) == ("dongyang-example 1.1",)
    assert bring_into_force(office.workspace, now=world.tick()) == () and hash_pack(own) == hash_pack(new)
    assert office.score() == "1.1" and office.find_problems() == []
    # Every step is an event that names the hash, and who stands behind it.
    steps = office.list_events("rules")
    assert [(each["action"], each["actor"]) for each in steps] == [("submit", "rev"), ("approve", "lead")]
    assert all(json.dumps(each["after"]).count(hash_pack(new)) == 1 for each in steps)
    taken = office.list_events("pack", "noted")[-1]
    assert (taken["object_id"], taken["action"], taken["actor"]) == ("dongyang-example 1.1", "enforce", "lead")
    assert taken["reason"] == f"{row['id']}：第三次常务会议"
    assert taken["after"] == {"rules": row["id"], "sha256": hash_pack(new), "title": row["title"], "version": 1}


@pytest.mark.usefixtures("without_cases")
def test_of_many_that_come_on_the_day_one_brings_them_into_force(office: Office) -> None:
    row = office.submit("rev", office.write_version("1.1"), office.world.day(1))
    office.approve("lead", row["id"])
    office.world.pass_days(1)
    now = office.world.tick()
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: bring_into_force(office.workspace, now=now), range(8)))
    assert [each for each in done if each] == [("dongyang-example 1.1",)]
    assert office.score() == "1.1" and office.find_problems() == []


@pytest.mark.usefixtures("without_cases")
class OnSqlite:
    @pytest.fixture
    def store_kind(self) -> str:
        """What is asked here is asked of the rows alone, whichever store they come from."""
        return "sqlite"


class TestRights(OnSqlite):
    def test_nobody_hands_in_without_the_right_and_the_refusal_is_on_the_trail(self, office: Office) -> None:
        new = office.write_version("1.1")
        for person in ("ins", "county", "leader", "aud", "adm"):
            with pytest.raises(RoleRefused, match="只有复核员、督察办负责人才能提交规则版本"):
                office.submit(person, new)
        assert [each["actor"] for each in office.list_events("rules", "refused")] == [
            "ins",
            "county",
            "leader",
            "aud",
            "adm",
        ]
        assert not office.world.rows("rules") and not office.workspace.packs_folder.exists()

    def test_four_eyes_are_those_of_two_persons(self, office: Office) -> None:
        id = office.submit("lead", office.write_version("1.1"))["id"]
        with pytest.raises(ConditionRefused, match="您是该规则版本的起草人，不能自己批准"):
            office.approve("lead", id)
        with pytest.raises(ConditionRefused, match="姓名相同，按同一个人算"):
            office.approve("twin", id)
        with pytest.raises(ConditionRefused, match="不能自己退回"):
            office.world.do("twin", "rules", id, "return")
        for person in ("ins", "adm", "county"):
            with pytest.raises(RoleRefused):
                office.world.do(person, "rules", id, "approve")
        office.approve("lead2", id)
        assert hash_pack(office.workspace.pack_folder) == office.world.row("rules", id)["sha256"]

    def test_who_sees_what_is_handed_in(self, office: Office) -> None:
        id = office.submit("rev", office.write_version("1.1"), office.world.day(5))["id"]

        def see() -> str:
            return " ".join(person for person in PEOPLE if list_visible(office.world.ledger, person, "rules"))

        assert see() == "rev lead lead2 twin ins aud"
        office.approve("lead", id)
        assert see() == "rev lead lead2 twin ins leader aud"

    def test_one_person_alone_takes_no_rules_where_another_may_approve_them(self, office: Office) -> None:
        assert next(row.roles for row in RULES.transitions if row.action == "approve") == (APPROVER,)
        new, world = office.write_version("1.1"), office.world
        with pytest.raises(ApprovalNeeded):
            adopt_pack(office.workspace, new, "降低目标", now=world.tick(), actor="张三")
        # Nor by putting them where they are read, under another version.
        edit(office.workspace.pack_folder, 'version: "1.0"', 'version: "1.1"', "pack.yaml")
        with pytest.raises(ApprovalNeeded):
            office.score()
        for lead in ("lead", "lead2", "twin"):
            world.do("adm", "user", lead, "disable")
        edit(office.workspace.pack_folder, 'version: "1.1"', 'version: "1.0"', "pack.yaml")
        taken = adopt_pack(office.workspace, new, "没有负责人账号", now=world.tick(), actor="张三")
        assert taken is not None and taken.head.version == "1.1"


class TestContent(OnSqlite):
    def test_approved_on_its_day_or_after_it_is_in_force_at_once(self, office: Office) -> None:
        row = office.submit("rev", office.write_version("1.1"))
        office.world.pass_days(3)
        approved = office.approve("lead", row["id"])
        # The day on the record is the one from which it holds: nothing is in force before it was approved.
        assert approved["in_force_from"] == approved["approved_on"] == office.world.day()
        assert load_pack(office.workspace.pack_folder).head.version == "1.1"

    def test_one_version_is_one_content(self, office: Office) -> None:
        first, other = office.write_version("1.1"), office.write_version("1.1", ("东阳市", "东阳市（改）"))
        row = office.submit("rev", first, office.world.day(9))
        for folder in (first, other):
            with pytest.raises(ConditionRefused, match=r"1\.1 版已经提交（督规〔2026〕0001号），还没有批准"):
                office.submit("lead2", folder)
        office.world.do("lead", "rules", row["id"], "return", reason="目标定低了")
        # What was sent back was nobody's rules: the same version comes again, mended.
        again = office.submit("rev", other, office.world.day(9))
        office.approve("lead", again["id"])
        with pytest.raises(ConditionRefused, match=r"1\.1 版已经批准.*规则一改，就要换版本号"):
            office.submit("rev", first)
        with pytest.raises(PackChanged, match="规则一改，就要换版本号"):
            office.submit("rev", office.write_version("1.0", ("东阳市", "东阳市（改）")))
        with pytest.raises(NothingNew):
            office.submit("rev", EXAMPLE)
        with pytest.raises(OtherPack):
            office.submit("rev", PACKS / "published-dates")
        assert len(office.world.rows("rules")) == 2

    def test_what_has_mistakes_is_not_taken(self, office: Office) -> None:
        wrong = office.write_version("1.1")
        edit(wrong, "precision: 2", "precision: two", "pack.yaml")
        with pytest.raises(PackRefused):
            office.submit("rev", wrong)
        for day in ("2026-05-05", "明天"):
            with pytest.raises(FieldRefused, match="施行日期"):
                office.submit("rev", office.write_version("1.3"), day)
        assert not office.world.rows("rules") and not office.workspace.packs_folder.exists()

    def test_an_approval_is_taken_back_before_its_day_and_not_after(self, office: Office) -> None:
        row = office.submit("rev", office.write_version("1.1"), office.world.day(9))
        office.approve("lead", row["id"])
        office.world.do("lead2", "rules", row["id"], "revoke", reason="会议改期")
        office.world.pass_days(10)
        assert bring_into_force(office.workspace, now=office.world.tick()) == ()
        row = office.submit("rev", office.write_version("1.2"), office.world.day())
        office.approve("lead", row["id"])
        with pytest.raises(ConditionRefused, match="日子已经到了，不能撤销"):
            office.world.do("lead2", "rules", row["id"], "revoke", reason="改主意")

    def test_of_several_that_of_the_latest_day_is_in_force(self, office: Office) -> None:
        later = office.submit("rev", office.write_version("1.2"), office.world.day(20))
        sooner = office.submit("rev", office.write_version("1.1"), office.world.day(10))
        for row in (later, sooner):
            office.approve("lead", row["id"])
        office.world.pass_days(30)
        # Nobody opened the workspace for a month: both days have come.
        assert bring_into_force(office.workspace, now=office.world.tick()) == (
            "dongyang-example 1.1",
            "dongyang-example 1.2",
        )
        assert load_pack(office.workspace.pack_folder).head.version == "1.2"
        # And back, as another decision.
        ledger = replace(office.world.ledger, pack=load_pack(office.workspace.pack_folder))
        office.world.ledger = ledger
        back = office.submit("rev", EXAMPLE)
        office.approve("lead2", back["id"])
        assert load_pack(office.workspace.pack_folder).head.version == "1.0" and office.find_problems() == []


class TestKept(OnSqlite):
    def test_what_is_handed_in_is_backed_up_and_verified(self, office: Office, tmp_path: Path) -> None:
        row = office.submit("rev", office.write_version("1.1"), office.world.day(9))
        backup = tmp_path / "backup"
        make_backup(office.workspace, backup, now=office.world.tick())
        restore_backup(backup, tmp_path / "again", None)
        again = open_workspace(tmp_path / "again")
        assert hash_pack(again.packs_folder / row["sha256"][:16]) == row["sha256"]
        with (office.workspace.packs_folder / row["sha256"][:16] / "pack.yaml").open("a", encoding="utf-8") as file:
            file.write("# 改\n")
        assert any("被改动过" in each for each in office.find_problems())
        with pytest.raises(RulesLost, match="不能批准，也不能施行"):
            office.approve("lead", row["id"])
        shutil.rmtree(office.workspace.packs_folder)
        assert any("不见了" in each for each in office.find_problems())

    def test_rules_put_back_behind_the_trail_are_named_and_not_scored_by(self, office: Office) -> None:
        row = office.submit("rev", office.write_version("1.1"))
        office.approve("lead", row["id"])
        shutil.rmtree(office.workspace.pack_folder)
        shutil.copytree(EXAMPLE, office.workspace.pack_folder)
        assert any("pack/ 不是最近施行的那一版" in each for each in office.find_problems())
        with pytest.raises(OtherRulesInForce):
            office.score()

    def test_a_row_that_only_says_it_was_approved_brings_nothing_into_force(self, office: Office) -> None:
        row = office.submit("rev", office.write_version("1.1"))
        with writing(office.world.ledger.engine) as connection:
            connection.execute(rules_table.update().values(state="approved", approved_by="lead"))
        assert bring_into_force(office.workspace, now=office.world.tick()) == ()
        assert any(row["id"] in each for each in office.find_problems())
        assert office.score() == "1.0"

    def test_whoever_comes_next_ends_an_exchange_that_was_killed_between(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row, old = office.submit("rev", office.write_version("1.1")), hash_pack(office.workspace.pack_folder)
        with monkeypatch.context() as broken:
            broken.setattr("data.runs.adoption.end_exchange", lambda workspace: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                office.approve("lead", row["id"])
        assert not office.workspace.pack_folder.exists()
        assert hash_pack(open_workspace(office.workspace.root).pack_folder) == row["sha256"]
        assert bring_into_force(office.workspace, now=office.world.tick()) == ("dongyang-example 1.1",)
        assert hash_pack(office.workspace.packs_folder / old[:16]) == old and office.find_problems() == []

    def test_an_exchange_that_was_broken_off_is_done_again(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = office.submit("rev", office.write_version("1.1"), office.world.day(1))
        office.approve("lead", row["id"])
        office.world.pass_days(1)
        with monkeypatch.context() as broken:
            broken.setattr("data.runs.force.note_event", lambda *given, **named: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                bring_into_force(office.workspace, now=office.world.tick())
        assert bring_into_force(office.workspace, now=office.world.tick()) == ("dongyang-example 1.1",)
        assert office.find_problems() == []
