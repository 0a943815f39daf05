"""``ducha template`` and ``ducha burden`` as users run them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import run_ducha


def test_a_workbook_for_one_unit(demo: Path, tmp_path: Path) -> None:
    done = run_ducha("-w", demo, "template", "--unit", "泽州", "--year", "2025", "-o", tmp_path / "forms")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "forms").iterdir()] == ["泽州县-2025年填报表.xlsx"]


def test_a_workbook_per_dataset_and_the_same_bytes_again(demo: Path, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        done = run_ducha("-w", demo, "template", "lectures", "人员花名册", "--year", "2025", "-o", tmp_path / folder)
        assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == ["人员花名册.xlsx", "法治专题讲座-2025年.xlsx"]
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)


def test_an_untouched_form_is_refused_by_import(demo: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    shutil.copytree(demo, workspace)
    run_ducha("-w", workspace, "template", "--unit", "泽州", "--year", "2025", "-o", tmp_path / "forms")
    done = run_ducha("-w", workspace, "import", tmp_path / "forms")
    assert done.returncode == 1
    assert "泽州县-2025年填报表.xlsx：这份表还是发出时的样子，什么也没有填" in done.stderr


def test_a_form_for_self_assessment_is_handed_out_and_an_untouched_one_refused(demo: Path, tmp_path: Path) -> None:
    words = ("--self-assessment", "--unit", "泽州", "--year", "2025")
    done = run_ducha("-w", demo, "template", *words, "-o", tmp_path / "forms")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "forms").iterdir()] == ["泽州县-2025年自评表.xlsx"]
    done = run_ducha("-w", demo, "import", "--check", tmp_path / "forms")
    assert done.returncode == 1 and "还是发出时的样子" in done.stderr


def test_the_inspectors_workbook(demo: Path, tmp_path: Path) -> None:
    words = ("--judgements", "--team", "第一组", "--inspector", "张三", "--year", "2025")
    done = run_ducha("-w", demo, "template", *words, "-o", tmp_path / "forms")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "forms").iterdir()] == ["督察评定-2025年-第一组-张三.xlsx"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "请写明一种"),
        (("lectures", "--all-units"), 2, "请写明一种"),
        (("--unit", "城区", "--judgements"), 2, "请写明一种"),
        (("lectures", "--team", "甲"), 2, "--team 和 --inspector 只和 --judgements 一起写"),
        (("lectures", "--self-assessment"), 2, "--self-assessment 只和 --unit 或 --all-units 一起写"),
        (("--unit", "市妇联", "--self-assessment"), 1, "没有指标考核「市妇联」，不用自评表"),
        (("nothing",), 1, "没有台账「nothing」；本指标包的台账："),
        (("--unit", "泽洲县"), 1, "名录里没有单位「泽洲县」；是不是：泽州县"),
        (("--unit", "市妇联"), 1, "没有要「市妇联」填的台账"),
        (("lectures", "--year", "2031"), 1, "指标包不管 2031 年"),
    ],
)
def test_what_cannot_be_written_is_said(
    words: tuple[str, ...], code: int, said: str, demo: Path, tmp_path: Path
) -> None:
    done = run_ducha("-w", demo, "template", *words, "-o", tmp_path / "forms")
    assert done.returncode == code
    assert said in done.stderr.replace("\n", "").replace("│", "").replace("  ", "")
    assert not (tmp_path / "forms").exists()


def test_the_burden_of_a_pack_as_json() -> None:
    done = run_ducha("burden", "jincheng-2021-2025", "--year", "2025", "--unit", "城区", "--format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert list(found) == ["pack", "year", "burdens", "sums", "columns", "unasked", "doubled", "formalities"]
    assert {each["who"] for each in found["burdens"]} == {"城区"}
    assert all(each["cells"] == each["rows"] * each["columns"] for each in found["burdens"])
    (total,) = found["sums"]
    assert total["to_fill"] == sum(each["to_fill"] for each in found["burdens"]) and total["before"] is not None
    assert all(each["reason"] for each in found["formalities"] if each["counts"])


def test_the_burden_of_a_workspace_as_text(demo: Path) -> None:
    done = run_ducha("-w", demo, "burden", "--year", "2025")
    assert done.returncode == 0, done.stderr
    for words in (
        "各单位要填的格数",
        "白填的列",
        "可能重复要的数据",
        "靠会议、发文、信息、批示、留痕得分的指标",
        "城区",
        "上年要填",
        "每格按 30 秒算约",
    ):
        assert words in done.stdout
