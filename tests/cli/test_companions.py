"""Two packs in one workspace: a table that both ask for is reported once, and everything else is each pack's own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from data.batches.current import read_rows
from data.batches.records import current_inputs, list_batches
from data.batches.registers import list_declarations
from data.store.workspace import Workspace, list_companions, open_workspace_store
from indicators.meaning.shared import list_disagreements
from indicators.reader import load_pack
from tests.cli.conftest import run_ducha

HOST = Path("docs/example-pack")
SCORE = ("score", "--year", 2024, "--as-of", "2025-04-10")


def write_guest(folder: Path, *changes: tuple[str, str, str]) -> Path:
    """A pack of the province: without 溪口县, with a table of its own for reports, and what ``changes`` say else."""
    shutil.copytree(HOST, folder, ignore=shutil.ignore_patterns("cases"))
    own = (
        ("pack.yaml", "id: dongyang-example", "id: province"),
        ("pack.yaml", "title: 东阳市依法行政督察（示例，虚构）", "title: 全省法治政府考核（虚构）"),
        (
            "units.yaml",
            "  - {id: xikou, name: 溪口县, kind: county, parent: dongyang, aliases: [溪口, 溪口县人民政府]}\n",
            "",
        ),
        ("datasets.yaml", "id: reports", "id: yearly"),
        ("indicators/rules.yaml", "dataset: reports", "dataset: yearly"),
        ("indicators/rules.yaml", 'each: "50%"', 'each: "25%"'),
    )
    for name, old, new in (*own, *changes):
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def write_table(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with one pack, and one lecture reported before the second comes."""
    root = tmp_path / "workspace"
    done = run_ducha("-w", root, "init", "--pack", HOST, "--no-key")
    assert done.returncode == 0, done.stderr
    take(
        root,
        write_table(tmp_path, "公开讲座", "单位,举办日期,主题\n云山县,2024-03-01,民法典\n溪口县,2024-03-02,宪法\n"),
    )
    return root


def take(root: Path, file: Path, *words: str) -> str:
    done = run_ducha(
        "-w", root, *words, "import", file, *(["--complete-to", "2024-12-31"] if "表彰" in file.name else [])
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def put_beside(root: Path, pack: Path) -> str:
    done = run_ducha("-w", root, "init", "--beside", "--pack", pack, "--no-key")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def score(root: Path, *words: str) -> dict[str, str]:
    """Unit -> marks for lectures, of a run that is stored."""
    done = run_ducha("-w", root, *words, *SCORE, "--format", "json")
    assert done.returncode == 0, done.stderr
    items = json.loads(done.stdout)["items"]
    return {each["unit"]: each["marks"] for each in items if each["indicator"] == "2.lectures"}


def test_one_import_feeds_both_and_runs_ranks_and_sheets_are_each_packs_own(root: Path, tmp_path: Path) -> None:
    said = put_beside(root, write_guest(tmp_path / "province"))
    assert "「公开讲座」已有的 1 批" in said
    assert "台账「年度工作报告」两边的编号不同（主指标包是 reports，这一份是 yearly），要报两次" in said
    # One file, and both have it.
    assert "《全省法治政府考核（虚构）》同时使用：「表彰」1 批" in take(
        root, write_table(tmp_path, "表彰", "单位,年度,表彰名称,级别\n云山县,2024,先进,省级\n溪口县,2024,先进,国家级\n")
    )
    beside = ("--pack", "province")
    # By the host one of two lectures is half of 2, by the other three quarters; 溪口县 is not scored there.
    assert score(root) == {"yunshan": "1.00", "xikou": "1.00"}
    assert score(root, *beside) == {"yunshan": "1.50"}
    (companion,) = list_companions(Workspace(root))
    assert not {each.name for each in companion.runs_folder.iterdir()} & {
        each.name for each in (root / "runs").iterdir()
    }
    for words, there, title in (((), True, "东阳市"), (beside, False, "全省")):
        rank = run_ducha("-w", root, *words, "rank")
        assert rank.returncode == 0 and ("溪口县" in rank.stdout) == there
        sheet = tmp_path / f"{title}.docx"
        done = run_ducha("-w", root, *words, "sheet", "云山县", "-o", sheet)
        assert done.returncode == 0, done.stderr
        assert sheet.stat().st_size
        assert run_ducha("-w", root, *words, "verify").returncode == 0
    # The rows are one file; who took them in, when and from where stands in both.
    host = Workspace(root)
    mine, theirs = list_batches(companion), list_batches(host)
    assert [(each.file_name, each.file_sha256, each.accepted_at, each.accepted_by) for each in mine] == [
        (each.file_name, each.file_sha256, each.accepted_at, each.accepted_by) for each in theirs
    ]
    lectures = [Path(each.batches_folder, "lectures") for each in (host, companion)]
    assert len({path.stat().st_ino for place in lectures for path in place.iterdir()}) == 1
    declared = [list_declarations(open_workspace_store(each)) for each in (host, companion)]
    assert declared[0] == declared[1] != []


def test_rows_of_units_that_only_the_host_knows_are_no_rows_of_the_companion(root: Path, tmp_path: Path) -> None:
    """A pack of all units and one of some come to the same for these, total, range and rank."""
    alone = tmp_path / "alone"
    guest = write_guest(tmp_path / "province")
    put_beside(root, guest)
    assert run_ducha("-w", alone, "init", "--pack", guest, "--no-key").returncode == 0
    take(alone, write_table(tmp_path, "公开讲座", "单位,举办日期,主题\n云山县,2024-03-01,民法典\n"))
    found = [
        json.loads(run_ducha("-w", place, *words, *SCORE, "--format", "json").stdout)
        for place, words in ((alone, ()), (root, ("--pack", "province")))
    ]
    assert found[0]["totals"] == found[1]["totals"] and found[0]["items"] == found[1]["items"]


def test_a_correction_takes_the_place_of_the_former_in_both(root: Path, tmp_path: Path) -> None:
    put_beside(root, write_guest(tmp_path / "province"))
    take(
        root,
        write_table(tmp_path, "公开讲座", "单位,举办日期,主题\n云山县,2024-03-01,民法典\n云山县,2024-04-01,宪法\n"),
    )
    assert score(root, "--pack", "province") == {"yunshan": "2.00"}
    (companion,) = list_companions(Workspace(root))
    pack = load_pack(companion.pack_folder)
    rows = read_rows(current_inputs(companion, pack), "lectures")
    assert sorted(str(row["topic"]) for row in rows if row["_unit"] == "yunshan") == ["宪法", "民法典"]


def test_what_the_host_takes_in_is_not_taken_twice(root: Path, tmp_path: Path) -> None:
    put_beside(root, write_guest(tmp_path / "province"))
    file = write_table(tmp_path, "公开讲座", "单位,举办日期,主题\n云山县,2024-05-01,民法典\n")
    done = run_ducha("-w", root, "--pack", "province", "import", file)
    assert done.returncode == 1
    assert "台账「公开讲座」报给主指标包《东阳市依法行政督察（示例，虚构）》，那边收下以后这里同时使用" in done.stderr
    # Of what it has already it says when, and which file; of what it lacks, what is to be reported there.
    part = said(root, tmp_path, "云山县,2024-05-01,民法典\n云山县,2023-05-01,民法典\n")
    assert "云山县 2024 年那边已经收到（" in part and "不用再报；云山县 2023 年还没有收到，请到那边报送" in part
    both = said(root, tmp_path, "云山县,2024-05-01,民法典\n")
    assert "这里的内容那边已经收到（" in both and "，在几个单位合报的文件里），不用再报；有改动的，请到那边重报" in both
    take(root, write_table(tmp_path, "讲座", "单位,举办日期,主题\n云山县,2024-05-01,民法典\n"))
    assert "，「讲座.csv」，1 行），不用再报" in said(root, tmp_path, "云山县,2024-05-01,民法典\n")
    assert "云山县 2023 年那边还没有收到，请到那边报送" in said(root, tmp_path, "云山县,2023-05-01,民法典\n")
    done = run_ducha("-w", root, "--pack", "province", "declare", "表彰", "--complete-to", "2024-12-31", "--nil-report")
    assert done.returncode == 1 and "报给主指标包" in done.stderr
    # Its own table it takes itself, and forms ask for nothing else.
    take(
        root,
        write_table(tmp_path, "年度工作报告", "单位,报告年度,公布日期\n云山县,2024,2025-02-01\n"),
        "--pack",
        "province",
    )
    forms = tmp_path / "forms"
    done = run_ducha("-w", root, "--pack", "province", "template", "-o", forms, "--unit", "云山县", "--year", 2024)
    assert done.returncode == 0 and "云山县-2024年填报表.xlsx" in done.stdout, done.stderr
    import openpyxl

    names = openpyxl.load_workbook(forms / "云山县-2024年填报表.xlsx").sheetnames
    assert "年度工作报告" in names and "公开讲座" not in names


def said(root: Path, folder: Path, rows: str) -> str:
    """What the companion says of lectures that are only checked."""
    file = write_table(folder, "公开讲座", f"单位,举办日期,主题\n{rows}")
    done = run_ducha("-w", root, "--pack", "province", "import", "--check", file)
    assert done.returncode == 1
    return "".join(done.stderr.split("\n"))


def test_a_check_says_which_packs_would_count_the_rows(root: Path, tmp_path: Path) -> None:
    file = write_table(tmp_path, "公开讲座", "单位,举办日期,主题\n云山县,2024-05-01,宪法\n溪口县,2024-05-02,宪法\n")
    alone = run_ducha("-w", root, "import", "--check", file)
    assert alone.returncode == 0 and "同时用于" not in alone.stdout
    put_beside(root, write_guest(tmp_path / "province"))
    checked = run_ducha("-w", root, "import", "--check", file).stdout
    assert "「公开讲座」收下以后，同时用于《全省法治政府考核（虚构）》，那边不用再报。" in checked
    assert "那边不考核溪口县，这些单位的行在那边不计。" in checked
    own = write_table(tmp_path, "年度工作报告", "单位,报告年度,公布日期\n云山县,2024,2025-02-01\n")
    assert "同时用于" not in run_ducha("-w", root, "import", "--check", own).stdout
    # A table of one id and other columns is not counted, and one that cannot be read is said: it stops nothing.
    tables = root / "companions" / "province" / "pack" / "datasets.yaml"
    text = tables.read_text(encoding="utf-8")
    tables.write_text(text.replace("{name: topic, title: 主题,", "{name: topic, title: 题目,"), encoding="utf-8")
    told = run_ducha("-w", root, "import", "--check", file)
    assert "也要「公开讲座」，但两份指标包的写法不同，改成一样以前那边接不到" in told.stdout
    tables.write_text("datasets: [", encoding="utf-8")
    told = run_ducha("-w", root, "import", "--check", file)
    assert told.returncode == 0 and "并列的指标包 province 现在读不出来" in told.stdout


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("datasets.yaml", "at_least: 0, ", "at_least: 1, "),
            "台账「业务培训记录」（training）：列「学时」的 at_least 主指标包写的是 0，这一份是 1",
        ),
        (
            ("datasets.yaml", "unit_of_measure: 学时", "unit_of_measure: 分钟"),
            "unit_of_measure 主指标包写的是 学时，这一份是 分钟",
        ),
        (("datasets.yaml", "at_most: 12", "at_most: 10"), "checks 主指标包写的是"),
        (
            ("datasets.yaml", "      - {name: topic, title: 主题, type: text}\n", ""),
            "主指标包有列「主题」（topic），这一份没有",
        ),
        (("datasets.yaml", "{name: topic, title: 主题,", "{name: topic, title: 题目,"), "列「主题」的 title"),
        (("units.yaml", "name: 云山县, ", "name: 云岭县, "), "单位「云岭县」（yunshan）的名称、别名或起止日期"),
        (("units.yaml", "id: shuju", "id: data-office"), "单位「市数据局」（data-office）主指标包里没有"),
    ],
)
def test_packs_that_mean_something_else_by_a_table_disagree(
    tmp_path: Path, change: tuple[str, str, str], said: str
) -> None:
    changes = [change]
    if "topic" in change[1] and not change[2]:
        changes.append(("datasets.yaml", "key: [unit, held_on, topic]", "key: [unit, held_on]"))
    found = list_disagreements(load_pack(HOST), load_pack(write_guest(tmp_path / "p", *changes)))
    assert said in found[0]


def test_a_host_that_changes_a_table_stops_its_companion_until_that_follows(root: Path, tmp_path: Path) -> None:
    put_beside(root, write_guest(tmp_path / "province"))
    changed = tmp_path / "next"
    shutil.copytree(HOST, changed)
    for name, old, new in (("pack.yaml", '"1.0"', '"1.1"'), ("datasets.yaml", "at_most: 12", "at_most: 10")):
        text = (changed / name).read_text(encoding="utf-8")
        (changed / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    done = run_ducha("-w", root, "pack", "adopt", changed, "--reason", "改检查")
    assert done.returncode == 0, done.stderr
    refused = run_ducha("-w", root, "--pack", "province", *SCORE)
    assert refused.returncode == 1 and "两份指标包对同一张台账的写法不同" in refused.stderr
    follows = write_guest(
        tmp_path / "follows", ("pack.yaml", '"1.0"', '"1.1"'), ("datasets.yaml", "at_most: 12", "at_most: 10")
    )
    done = run_ducha("-w", root, "--pack", "province", "pack", "adopt", follows, "--reason", "跟着改")
    assert done.returncode == 0, done.stderr
    assert score(root, "--pack", "province") == {"yunshan": "1.50"}
    # Back alone it cannot go.
    back = write_guest(tmp_path / "back", ("pack.yaml", '"1.0"', '"1.2"'))
    done = run_ducha("-w", root, "--pack", "province", "pack", "adopt", back, "--reason", "改回")
    assert done.returncode == 1 and "checks 主指标包写的是" in done.stderr


def test_a_companion_is_backed_up_by_itself_and_stands_without_its_host(root: Path, tmp_path: Path) -> None:
    put_beside(root, write_guest(tmp_path / "province"))
    assert score(root, "--pack", "province") == {"yunshan": "1.50"}
    done = run_ducha("-w", root, "backup", "-o", tmp_path / "host.zip")
    assert "并列的指标包 province 另有一套，不在其内；请再写 ducha --pack province backup" in done.stderr
    assert "ducha --pack province verify" in run_ducha("-w", root, "verify").stderr
    assert run_ducha("-w", root, "--pack", "province", "backup", "-o", tmp_path / "guest.zip").returncode == 0
    back = tmp_path / "back"
    done = run_ducha("-w", back, "restore", tmp_path / "guest.zip", "--unsigned")
    assert done.returncode == 0, done.stderr
    assert score(back) == {"yunshan": "1.50"}
    # By itself it takes in everything.
    take(back, write_table(tmp_path, "公开讲座", "单位,举办日期,主题\n云山县,2024-05-01,宪法\n"))


def test_lint_tells_what_would_be_shared_and_what_cannot(root: Path, tmp_path: Path) -> None:
    done = run_ducha("pack", "lint", write_guest(tmp_path / "province"), "--beside", root)
    assert done.returncode == 0
    assert "与《东阳市依法行政督察（示例，虚构）》共用的台账：「规范性文件」、「公开讲座」、" in done.stdout
    other = write_guest(tmp_path / "other", ("datasets.yaml", "at_most: 12", "at_most: 10"))
    done = run_ducha("pack", "lint", other, "--beside", root)
    assert done.returncode == 1 and "checks 主指标包写的是" in done.stderr
    done = run_ducha("-w", root, "init", "--beside", "--no-key", "--pack", other)
    assert done.returncode == 1 and "checks 主指标包写的是" in done.stderr and not list_companions(Workspace(root))


def test_a_pack_that_is_not_there_is_named_with_those_that_are(root: Path, tmp_path: Path) -> None:
    done = run_ducha("-w", root, "--pack", "province", "rank")
    assert done.returncode == 1 and "还没有并列的指标包" in done.stderr
    put_beside(root, write_guest(tmp_path / "province"))
    done = run_ducha("-w", root, "--pack", "nation", "rank")
    assert done.returncode == 1 and "没有并列的指标包 nation（已有：province）" in done.stderr
    assert score(root, "--pack", "dongyang-example") == {"yunshan": "1.00", "xikou": "1.00"}
    again = run_ducha("-w", root, "init", "--beside", "--no-key", "--pack", HOST)
    assert again.returncode == 1 and "工作区用的就是指标包 dongyang-example" in again.stderr


@pytest.mark.parametrize(
    "link", ["province", "province=10.0.0.5:8502", "province=javascript:x", "=http://x", "a=http://x y"]
)
def test_a_way_to_another_pack_that_is_no_address_is_refused(root: Path, link: str) -> None:
    done = run_ducha("-w", root, "serve", "--link", link)
    assert done.returncode == 1 and "请写成 province=http://10.0.0.5:8502 这样" in "".join(done.stderr.split("\n"))
