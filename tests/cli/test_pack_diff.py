"""``ducha pack diff``: what moves marks, what is only words, and whom a change of rules moves on the same data."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from indicators.reader import load_pack
from scoring.trials.changed_pack import compare_packs
from tests.cli.conftest import run_ducha

OLDER = Path(__file__).parents[2] / "docs" / "combined-pack"


def change(folder: Path, **texts: tuple[str, str]) -> Path:
    """A copy of the pack with texts of its files replaced, each in the file of its name."""
    newer = folder / "newer"
    shutil.copytree(OLDER, newer)
    for name, (before, after) in texts.items():
        path = newer / (f"indicators/{name}.yaml" if (newer / f"indicators/{name}.yaml").exists() else f"{name}.yaml")
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return newer


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two late notices of 山阴县; nothing has been scored yet."""
    folder = tmp_path_factory.mktemp("office")
    notices = folder / "notices.csv"
    notices.write_text("单位,年度,序号,公开情况\n山阴县,2024,1,迟公开\n山阴县,2024,2,迟公开\n河东县,2024,3,按时\n")
    visits = folder / "visits.csv"
    visits.write_text(
        "单位,年度,指标,评分,理由\n" + "".join(f"{unit},2024,1.disclosure,10,齐全\n" for unit in ("山阴县", "河东县"))
    )
    for words in (
        ("init", "--no-key", "--pack", OLDER),
        ("import", "--dataset", "notices", notices),
        ("import", "--dataset", "visits", "--complete-to", "2024-12-31", visits),
        ("declare", "frauds", "--complete-to", "2024-12-31", "--year", 2024, "--nil-report"),
    ):
        done = run_ducha("-w", folder / "w", *words)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "w"


def test_two_copies_of_a_pack_are_the_same() -> None:
    pack = load_pack(OLDER)
    found = compare_packs(pack, pack)
    assert (found.rules, found.common, found.values, found.words, found.moves) == ((), (), (), (), False)
    assert run_ducha("pack", "diff", OLDER, OLDER).stdout.splitlines()[1] == "两份指标包的内容完全相同。"


def test_text_goes_into_a_file_as_text(tmp_path: Path) -> None:
    newer = change(tmp_path, pots=('each: ["2"]', 'each: ["3"]'))
    printed = run_ducha("pack", "diff", OLDER, newer).stdout
    assert run_ducha("pack", "diff", OLDER, newer, "-o", tmp_path / "对照.txt").returncode == 0
    assert (tmp_path / "对照.txt").read_text(encoding="utf-8") == printed


def test_words_alone_move_nothing(tmp_path: Path) -> None:
    newer = change(tmp_path, pots=("查看公开栏和网站", "查看公开栏、网站"))
    done = run_ducha("pack", "diff", OLDER, newer)
    assert "只改了文字，得分、名次和等次都不会变。" in done.stdout
    assert re.search(r"公开工作（1.disclosure） · 只改文字：\S+", done.stdout)
    assert not compare_packs(load_pack(OLDER), load_pack(newer)).moves


def test_a_rule_is_told_by_its_sentence_before_and_after(tmp_path: Path) -> None:
    newer = change(tmp_path, pots=('each: ["2"]', 'each: ["3"]'), pack=('cap: {counties: "4"}', 'cap: {counties: "5"}'))
    found = compare_packs(load_pack(OLDER), load_pack(newer))
    (rule,) = found.rules
    assert found.moves and rule.moves and rule.indicator == "1.disclosure"
    assert "每有1条扣2分" in rule.before[0] and "每有1条扣3分" in rule.after[0]
    assert found.values == ("一级指标 加减分 至多 县：4 → 5",)


def test_an_indicator_that_came_or_went_is_told_whole(tmp_path: Path) -> None:
    newer = change(tmp_path)
    (newer / "indicators" / "tables.yaml").unlink()
    (newer / "cases" / "tables.yaml").unlink()
    text = (newer / "pack.yaml").read_text(encoding="utf-8")
    (newer / "pack.yaml").write_text(text.replace('"26"', '"16"'), encoding="utf-8")
    found = compare_packs(load_pack(OLDER), load_pack(newer))
    gone = {rule.indicator: rule for rule in found.rules}["3.organisation"]
    assert gone.moves and gone.after == () and "满分：县 10分" in gone.before


def test_the_same_data_say_who_loses(office: Path, tmp_path: Path) -> None:
    newer = change(tmp_path, pots=('each: ["2"]', 'each: ["3"]'))
    words = ("pack", "diff", OLDER, newer, "--data", office)
    done = run_ducha(*words)
    assert done.returncode == 1 and "请用 --year 和 --as-of" in done.stderr
    at = ("--year", 2024, "--as-of", "2025-04-01")
    content = json.loads(run_ducha(*words, *at, "--format", "json").stdout)
    (cohort,) = content["cohorts"]
    units = {unit["unit"]: unit for unit in cohort["units"]}
    assert (units["shanyin"]["change"], units["hedong"]["change"]) == (-200, 0)
    assert cohort["items"] == [
        {"unit": "shanyin", "indicator": "1.disclosure", "before": "12.00 / 16.00", "after": "10.00 / 16.00"}
    ]
    assert run_ducha("-w", office, "runs").stdout.count("2024-") == 0

    paper = tmp_path / "对照.xlsx"
    assert run_ducha(*words, *at, "--format", "xlsx", "-o", paper).returncode == 0
    cells = {str(cell) for row in openpyxl.load_workbook(paper).active.iter_rows(values_only=True) for cell in row}
    assert {"公开工作（1.disclosure）", "山阴县", "12.00 / 16.00", "10.00 / 16.00"} <= cells
    assert run_ducha(*words, *at, "--format", "html", "-o", tmp_path / "对照.html").returncode == 0
    assert "原来" in (tmp_path / "对照.html").read_text(encoding="utf-8")


GRADES = 'full: "26", grades: [{name: 合格, at_least: "11"}, {name: 一般, below: "11"}]'


def test_who_changes_grade_is_told_grade_by_grade_in_every_form(office: Path, tmp_path: Path) -> None:
    older = change(tmp_path / "one", pack=('full: "26"', GRADES))
    newer = change(tmp_path / "two", pack=('full: "26"', GRADES), pots=('each: ["2"]', 'each: ["3"]'))
    words = ("pack", "diff", older, newer, "--data", office, "--year", 2024, "--as-of", "2025-04-01")
    (cohort,) = json.loads(run_ducha(*words, "--format", "json").stdout)["cohorts"]
    told = [(each["grade"], each["before"], each["after"]) for each in cohort["grades"]]
    # Not all of their items are settled: nobody has a grade yet, and nobody is given one.
    assert told == [("合格", 0, 0), ("一般", 0, 0), ("—", 2, 2)]
    assert "县：逐个等次" in run_ducha(*words).stdout


def test_moments_belong_to_data(tmp_path: Path) -> None:
    done = run_ducha("pack", "diff", OLDER, OLDER, "--year", 2024)
    assert done.returncode == 1 and "只与 --data 一起用" in done.stderr
