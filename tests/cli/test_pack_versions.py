"""Rules are an input like any other: one version is one content, a new one has an author, and papers say so.

The attack that this answers: a target lowered after a run, the version left as it was, and a notice that only said
who rose and fell. Not proved here: how a rule's change moves a mark (tests/scoring).
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from data.ledger.ledger import open_ledger
from data.ledger.transitions import FOUNDER
from data.ledger.users import add_user
from data.runs.adoption import begin_pack
from data.store.workspace import create_workspace
from indicators.reader import PACKS, load_pack
from scoring.cli import console
from tests.cli.conftest import run_ducha
from tests.cli.ledger_office import Office
from tests.ledger.world import World as LedgerWorld

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-pack"
DOCUMENTS = "单位,年度,文号,已备案\n市数据局,2024,数一号,是\n市数据局,2024,数二号,否\n"


class World:
    """A workspace with the example pack, one county's documents and a run of 2024."""

    def __init__(self, root: Path, *how: str) -> None:
        self.root = root
        shutil.copytree(EXAMPLE, root / "pack")
        (root / "documents.csv").write_text(DOCUMENTS, encoding="utf-8")
        self.done("init", "--pack", root / "pack", "--no-key")
        self.done("import", root / "documents.csv", *how)
        self.score()

    def run(self, *words: Any) -> CompletedProcess[str]:
        return run_ducha("-w", self.root / "w", *words, DUCHA_USER="张三")

    def done(self, *words: Any) -> str:
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *words: Any) -> str:
        done = self.run(*words)
        assert done.returncode == 1, done.stdout
        return done.stderr

    def score(self, day: str = "2025-04-10") -> None:
        self.done("score", "--year", "2024", "--as-of", day)

    def list_events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.done("trail", "export").splitlines()]


def edit(pack: Path, old: str, new: str, name: str = "indicators/rules.yaml") -> None:
    text = (pack / name).read_text(encoding="utf-8")
    assert old in text
    (pack / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def lower_target(pack: Path) -> None:
    edit(pack, "quote: 备案率不低于90%, supports: [target]", "quote: 备案率, supports: [measure]")
    edit(pack, "{supports: [marks], local_choice: 方案未规定", "{supports: [target, marks], local_choice: 方案未规定")
    edit(pack, 'at_least: "90%"', 'at_least: "50%"')


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_rules_that_changed_under_their_version_are_refused_wherever_a_pack_is_taken(world: World) -> None:
    own = world.root / "w" / "pack"
    lower_target(own)
    named = world.run("verify")
    assert named.returncode == 1 and "pack/ 与留痕登记的 dongyang-example 1.0 版内容不同" in named.stdout
    assert "规则一改，就要换版本号" in world.refused("score", "--year", "2024", "--as-of", "2025-04-11")
    assert "规则一改，就要换版本号" in world.refused("pack", "adopt", own, "--reason", "降低目标")
    # An init that was broken off before the pack was copied: the store is there, and knows the version.
    shutil.copytree(own, world.root / "lowered")
    shutil.rmtree(own)
    assert "规则一改，就要换版本号" in world.refused("init", "--pack", world.root / "lowered", "--no-key")
    assert not own.exists()
    world.done("init", "--pack", world.root / "pack", "--no-key")
    assert world.run("verify").returncode == 0


def test_the_shipped_packs_name_and_version_belong_to_its_content(tmp_path: Path) -> None:
    shutil.copytree(PACKS / "jincheng-2021-2025", tmp_path / "own")
    with (tmp_path / "own" / "doubts.yaml").open("a", encoding="utf-8") as file:
        file.write("# 改\n")
    done = run_ducha("-w", tmp_path / "w", "init", "--pack", tmp_path / "own", "--no-key")
    assert done.returncode == 1 and "版是本程序自带的，现在内容却不同" in done.stderr
    assert not (tmp_path / "w" / "pack").exists()


def test_a_new_version_is_taken_by_somebody_for_a_reason_and_papers_say_that_rules_changed(world: World) -> None:
    new = world.root / "new"
    shutil.copytree(EXAMPLE, new)
    lower_target(new)
    edit(new, 'version: "1.0"', 'version: "1.1"', "pack.yaml")
    first = world.list_events()[0]
    assert (first["object_id"], first["actor"], first["action"]) == ("dongyang-example 1.0", "张三", "adopt")
    assert "请写明为什么" in world.refused("pack", "adopt", new, "--reason", " ")
    assert "1.1 版；下一次评分起" in world.done("pack", "adopt", new, "--reason", "市政府第三次常务会议")
    last = world.list_events()[-1]
    assert (last["object_id"], last["actor"]) == ("dongyang-example 1.1", "张三")
    assert last["reason"] == "市政府第三次常务会议"
    assert "没有改动" in world.done("pack", "adopt", new, "--reason", "再来一次")
    assert world.run("verify").returncode == 0
    edit(new, 'at_least: "2"', 'at_least: "1"')
    assert "规则一改，就要换版本号" in world.refused("pack", "adopt", new, "--reason", "再降")
    assert "另一项督察" in world.refused("pack", "adopt", PACKS / "published-dates", "--reason", "换")
    # The run of before is still what it was, by the rules of then.
    world.score("2025-04-11")
    world.done("rerun", "--check", *[path.name for path in sorted((world.root / "w" / "runs").iterdir())][:1])
    paper = world.root / "papers"
    world.done(
        "sheet", "--all", "--format", "html", "--kind", "notice", "--kind", "feedback", "--kind", "leader", "-o", paper
    )
    said = "规则有变：比上次，指标包从 1.0 版改为 1.1 版，改了「规范性文件备案率」的规则。"
    papers = [path.read_text(encoding="utf-8") for path in paper.rglob("*.html")]
    assert len(papers) > 3 and all(said in text for text in papers)


def test_the_same_rules_in_two_runs_are_not_said_to_have_changed(world: World) -> None:
    world.score("2025-04-11")
    world.done("sheet", "--all", "--format", "html", "--kind", "notice", "-o", world.root / "papers")
    assert all("规则有变" not in path.read_text(encoding="utf-8") for path in (world.root / "papers").rglob("*.html"))


def test_two_people_change_the_rules_by_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = create_workspace(tmp_path / "w", EXAMPLE)
    pack = load_pack(workspace.pack_folder)
    office = Office(workspace, LedgerWorld(open_ledger(workspace, pack)))
    tick, day = office.world.tick, office.world.day
    monkeypatch.setattr(console, "now", tick)
    begin_pack(workspace, pack, now=tick(), actor="张三")
    add_user(office.world.ledger, FOUNDER, "adm", "管理员", ["admin"], now=tick())
    for id, name, role in (("rev", "赵复", "reviewer"), ("lead", "钱主任", "lead"), ("ins", "李督", "inspector")):
        add_user(office.world.ledger, "adm", id, name, [role], now=tick())
    new = tmp_path / "new"
    shutil.copytree(EXAMPLE, new)
    edit(new, 'version: "1.0"', 'version: "1.1"', "pack.yaml")
    edit(new, 'at_least: "2"', 'at_least: "1"')
    words = ("pack", "submit", new, "--reason", "第三次常务会议", "--from", day(3))
    # Its cases still say what two lectures give.
    assert "处与自己的用例不符，没有提交" in office.refused(*words, by="rev")
    edit(new, 'at_least: "1"', 'at_least: "2"')
    assert "只有复核员、督察办负责人才能提交规则版本" in office.refused(*words, by="ins")
    row = office.data(*words, by="rev")
    assert (row["state"], row["release"], row["in_force_from"]) == ("submitted", "1.1", day(3))
    assert row["checks"] == "写法没有错误；28 个用例全部相符"
    assert "还没有批准，没有换用" in office.refused("pack", "adopt", new, "--reason", "急")
    assert "只有督察办负责人才能批准" in office.refused("pack", "approve", row["id"], "--latest", by="rev")
    said = office.done("pack", "approve", row["id"], "--latest", by="lead")
    assert f"1.1 版自 {day(3)} 起施行" in said
    assert "1.1" in office.done("pack", "versions", by="ins") and office.data("pack", "history", row["id"], by="lead")
    office.world.pass_days(3)
    # Whoever comes first on the day, whatever for, finds the new rules in force.
    assert "从现在起按已批准的规则办理：dongyang-example 1.1 版" in office.run("units").stderr
    assert load_pack(workspace.pack_folder).head.version == "1.1"
    assert "已批准的规则" not in office.run("units").stderr
