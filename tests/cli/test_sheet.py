"""``ducha sheet`` as users run it, and explanations that are read from the run instead of computed again."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from data.store.workspace import open_workspace
from scoring.cli.main import app
from scoring.explain.stored import INDEX, RECORDS
from scoring.runs.store import read_explanations, read_run


def run_sheet(root: Path, *words: object) -> Result:
    return CliRunner().invoke(app, ["-w", str(root), *map(str, words)])


def test_a_unit_by_its_name_gives_one_file(demo: Path, tmp_path: Path) -> None:
    done = run_sheet(demo, "sheet", "陵川", "-o", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["陵川县-评分表.xlsx"]
    assert "已做 1 份评分表（xlsx）" in done.output


def test_a_cohort_gives_a_file_for_each_unit_in_one_archive(demo: Path, tmp_path: Path) -> None:
    options = ("--cohort", "counties", "--format", "html", "--kind", "feedback", "--zip", "-o", tmp_path)
    done = run_sheet(demo, "sheet", *options)
    assert done.exit_code == 0, done.output
    (archive,) = tmp_path.glob("*.zip")
    units = [row for row in read_run(open_workspace(demo)).content["totals"] if row["cohort"] == "counties"]
    assert len(zipfile.ZipFile(archive).namelist()) == len(units)
    first = archive.read_bytes()
    assert run_sheet(demo, "sheet", *options).exit_code == 0
    assert archive.read_bytes() == first


def test_everything_about_a_unit_is_made_in_one_go(demo: Path, tmp_path: Path) -> None:
    done = run_sheet(demo, "sheet", "陵川县", "--everything", "-o", tmp_path)
    assert done.exit_code == 0, done.output
    assert "已做 25 份文件（xlsx、docx、pdf、html、json）" in done.output
    names = {path.stem for path in tmp_path.iterdir()}
    assert names == {
        *(f"陵川县-{name}" for name in ("评分表", "反馈意见", "整改台账")),
        *(f"县（市、区）和开发区-{name}" for name in ("排名通报", "领导一页纸")),
    }


def test_kinds_and_formats_can_be_named_together(demo: Path, tmp_path: Path) -> None:
    words = ("--kind", "feedback", "--kind", "rectification", "--format", "json", "--format", "html")
    done = run_sheet(demo, "sheet", "陵川县", *words, "-o", tmp_path)
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "陵川县-反馈意见.html", "陵川县-反馈意见.json", "陵川县-整改台账.html", "陵川县-整改台账.json"
    ]  # fmt: skip


def test_what_a_unit_gave_itself_stands_in_its_own_column(demo: Path, tmp_path: Path) -> None:
    for unit, marks in (("泽州县", "1.50"), ("阳城县", "")):
        done = run_sheet(demo, "sheet", unit, "--format", "json", "-o", tmp_path)
        assert done.exit_code == 0, done.output
        (file,) = tmp_path.glob(f"{unit}*.json")
        tables = [block for block in json.loads(file.read_text())["blocks"] if block["type"] == "table"]
        titles, table = next(
            (titles, table) for table in tables if "自评" in (titles := [each["title"] for each in table["columns"]])
        )
        cells = next(row["cells"] for row in table["rows"] if "4.lists" in " ".join(row["cells"]))
        assert cells[titles.index("自评")] == marks


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "请写一个单位，或者用 --all"),
        (("陵川县", "--all"), "二者取一"),
        (("陵传县",), "没有单位「陵传县」；是不是："),
        (("--cohort", "nobody"), "没有考核组 nobody；已有：counties"),
        (("--all", "--run", "2024-x"), "找不到评分运行 2024-x"),
        (("--all", "--compare", "2023-x"), "找不到评分运行 2023-x"),
    ],
)
def test_a_refusal_says_what_to_do(demo: Path, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = run_sheet(demo, "sheet", *words, "-o", tmp_path)
    assert done.exit_code == 1
    assert said in done.output
    assert not list(tmp_path.iterdir())


def test_an_explanation_is_read_from_the_run(demo: Path) -> None:
    run = read_run(open_workspace(demo))
    done = run_sheet(demo, "explain", "陵川县", "11.catalogue", "--format", "json")
    shown = json.loads(done.stdout)
    with read_explanations(open_workspace(demo), run) as stored:
        (record,) = [
            entry for entry in stored.read_unit("counties", shown["unit"]) if entry.indicator == "11.catalogue"
        ]
    assert shown == {**record.write(), "fictional": True, "disputed": False}


def test_a_run_that_was_stored_without_explanations_is_explained_all_the_same(demo: Path, tmp_path: Path) -> None:
    root = tmp_path / "workspace"
    shutil.copytree(demo, root)
    run = read_run(open_workspace(root))
    # A run of an older version: nothing tells which files it must have.
    run = replace(run, files=replace(run.files, hashes=None))
    folder = run.files.path
    stored = (folder / RECORDS).read_bytes()
    for name in (RECORDS, INDEX):
        (folder / name).unlink()
    before = sorted(path.name for path in folder.iterdir())
    with read_explanations(open_workspace(root), run) as again:
        # The same records, in the same bytes; and a run's folder is never changed.
        assert (again.folder / RECORDS).read_bytes() == stored
    assert sorted(path.name for path in folder.iterdir()) == before
