"""The command line as other programs rely on it: fields, exit codes, decimal strings, the same bytes again."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from indicators.reader import PACKS
from scoring.base.item import ITEM_FIELDS
from scoring.cli.main import app
from scoring.results.result import TOTAL_FIELDS
from tests.cli.conftest import run_ducha, start_ducha
from tests.punctuation import find_half

SCORE = ("score", "--year", 2024, "--as-of", "2025-04-10")


@pytest.fixture(scope="session")
def scored(demo: Path) -> dict[str, Any]:
    done = start_ducha("-w", demo, *SCORE, "--format", "json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_json_holds_the_run_its_items_and_its_totals(scored: dict[str, Any]) -> None:
    assert list(scored) == ["run", "items", "totals"]
    assert all(tuple(item) == ITEM_FIELDS for item in scored["items"])
    assert all(tuple(total) == TOTAL_FIELDS for total in scored["totals"])
    assert scored["run"]["year"] == 2024 and scored["run"]["as_of"] == "2025-04-10"
    assert re.fullmatch(r"2024-20250410-[0-9a-f]{12}", scored["run"]["id"])


def test_marks_are_decimal_strings_with_the_packs_decimals(scored: dict[str, Any]) -> None:
    for item in scored["items"]:
        assert (item["marks"] is None) == (item["outcome"] != "scored")
        for field in ("marks", "full_marks", "applicable_marks", "counted"):
            assert item[field] is None or re.fullmatch(r"-?\d+\.\d\d", item[field])


def test_what_is_printed_adds_up_to_what_is_printed(scored: dict[str, Any]) -> None:
    for total in scored["totals"]:
        own = [item for item in scored["items"] if (item["cohort"], item["unit"]) == (total["cohort"], total["unit"])]
        earned = sum(Decimal(item["counted"]) for item in own if item["section_kind"] == "base")
        assert earned == Decimal(total["earned"])
        lines = Decimal(total["base"]) + Decimal(total["bonus"]) + Decimal(total["deduction"])
        assert Decimal(total["total"]) == (0 if total["zeroed"] else max(lines, Decimal(0)))
        assert Decimal(total["low"]) <= Decimal(total["total"]) <= Decimal(total["high"])


def test_ranks_follow_the_printed_totals_with_shared_places(scored: dict[str, Any]) -> None:
    for cohort in {total["cohort"] for total in scored["totals"]}:
        ranked = [total for total in scored["totals"] if total["cohort"] == cohort and total["rank"] is not None]
        for total in ranked:
            better = [other for other in ranked if Decimal(other["total"]) > Decimal(total["total"])]
            assert total["rank"] == len(better) + 1


def test_every_outcome_occurs_in_the_demo(scored: dict[str, Any]) -> None:
    outcomes = {item["outcome"] for item in scored["items"]}
    assert outcomes == {"scored", "pending", "not_applicable", "conflict", "exempt", "error"}


def test_csv_and_parquet_say_the_same(demo: Path, scored: dict[str, Any], tmp_path: Path) -> None:
    assert run_ducha("-w", demo, *SCORE, "--format", "csv", "-o", tmp_path / "items.csv").returncode == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "items.csv").read_bytes().decode("utf-8-sig"))))
    assert [row["marks"] for row in rows] == [item["marks"] or "" for item in scored["items"]]
    assert run_ducha("-w", demo, *SCORE, "--format", "parquet", "-o", tmp_path / "items.parquet").returncode == 0
    frame = pl.read_parquet(tmp_path / "items.parquet")
    assert frame["marks"].to_list() == [
        None if m is None else Decimal(m) for m in (i["marks"] for i in scored["items"])
    ]


def test_the_table_names_the_run_and_every_county(demo: Path) -> None:
    done = start_ducha(*SCORE, DUCHA_WORKSPACE=str(demo))
    assert done.returncode == 0
    assert (
        "阳城县" in done.stdout
        and "暂不排名" in done.stdout
        and "失分最多的指标" in done.stdout
        and "演示数据（虚构）" in done.stdout
    )
    assert "\x1b" not in done.stdout + done.stderr


def test_a_stored_run_is_recomputed_byte_for_byte(demo: Path, scored: dict[str, Any]) -> None:
    done = run_ducha("-w", demo, "rerun", scored["run"]["id"], "--check")
    assert done.returncode == 0 and "复算一致" in done.stdout


def test_a_changed_result_or_batch_is_noticed(demo: Path, scored: dict[str, Any], tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(demo, copy)
    run = scored["run"]["id"]
    result = copy / "runs" / run / "result.json"
    stored = result.read_bytes()
    result.write_bytes(stored.replace(b'"rank": 1,', b'"rank": 2,', 1))
    commands = ("rerun", run, "--check"), ("rank",), ("explain", "城区", "35.lectures"), ("sheet", "城区", "-o", copy)
    for command in commands:
        done = run_ducha("-w", copy, *command)
        assert done.returncode == 1 and "result.json 的内容被改动过" in done.stderr, command
    result.write_bytes(stored)
    batch = next((copy / "batches").glob("*/*.parquet"))
    batch.write_bytes(batch.read_bytes()[:-1] + b"X")
    done = run_ducha("-w", copy, "rerun", run, "--check")
    assert done.returncode == 1 and "缺失或被改动过" in done.stderr


def test_explain_leads_from_the_clause_to_the_marks(demo: Path, scored: dict[str, Any]) -> None:
    done = run_ducha("-w", demo, "explain", "城区", "35.lectures")
    assert done.returncode == 0
    assert "每年应当举办两期以上法治专题讲座" in done.stdout
    record = json.loads(run_ducha("-w", demo, "explain", "晋城市城区", "35.lectures", "--format", "json").stdout)
    item = next(i for i in scored["items"] if i["unit"] == record["unit"] and i["indicator"] == "35.lectures")
    assert record["schema"] == "explain.v1" and record["marks"] == item["marks"]


def test_sql_of_one_indicator_is_part_of_what_was_run(demo: Path) -> None:
    one, whole = run_ducha("-w", demo, "sql", "35.lectures").stdout, run_ducha("-w", demo, "sql").stdout
    assert 'reported."lectures"' in one and 'reported."training"' not in one
    assert 'reported."training"' in whole


REFUSALS = [
    (("score", "--year", 2030, "--as-of", "2030-01-01"), "不能给 2030 年评分"),
    (("explain", "城去", "35.lectures"), "没有单位「城去」；是不是："),
    (("explain", "城区", "35.lecture"), "相近的有：35.lectures"),
    (("explain", "城区", "29.cloud"), "评分表里没有指标 29.cloud"),
    (("rerun", "2024-nothing", "--check"), "找不到评分运行 2024-nothing"),
    (("rank", "--cohort", "towns"), "没有考核组 towns"),
    ((*SCORE, "--format", "parquet"), "请用 -o"),
    (("import", "没有这个文件.csv"), "没有这个文件.csv"),
]


@pytest.mark.parametrize(("words", "said"), REFUSALS, ids=lambda value: str(value)[:40])
def test_a_refusal_is_a_sentence_and_exit_code_1(demo: Path, words: tuple[Any, ...], said: str) -> None:
    done = run_ducha("-w", demo, *words)
    assert done.returncode == 1 and said in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [("score",), ("score", "--year", "x", "--as-of", "2025-04-10"), ("nothing",), ("score", "--year", 2024), ()],
    ids=str,
)
def test_wrong_usage_is_exit_code_2(demo: Path, words: tuple[Any, ...]) -> None:
    assert run_ducha("-w", demo, *words).returncode == 2


def test_a_day_that_does_not_exist_is_wrong_usage(demo: Path) -> None:
    done = run_ducha("-w", demo, "score", "--year", 2024, "--as-of", "2025-02-30")
    assert done.returncode == 2 and "不是一个存在的日期" in done.stderr.replace("\n", "").replace("│", "").replace(
        " ", ""
    )


def test_commands_outside_a_workspace_say_how_to_make_one(tmp_path: Path) -> None:
    done = run_ducha("-w", tmp_path, "rank")
    assert done.returncode == 1 and "ducha init" in done.stderr


def test_init_never_overwrites(demo: Path) -> None:
    done = run_ducha("-w", demo, "init", "--pack", "jincheng-2021-2025")
    assert done.returncode == 1 and "不会覆盖" in done.stderr


def test_a_broken_pack_is_refused_with_file_and_line(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(PACKS / "published-dates", pack)
    path = next((pack / "indicators").glob("*.yaml"))
    path.write_text(path.read_text(encoding="utf-8").replace("section:", "sektion:", 1), encoding="utf-8")
    done = start_ducha("pack", "lint", pack)
    assert done.returncode == 1 and f"indicators/{path.name}:" in done.stderr and "sektion" in done.stderr
    assert run_ducha("-w", tmp_path / "new", "init", "--pack", pack).returncode == 1
    assert not (tmp_path / "new" / "pack").exists()


def test_lint_tells_on_data_which_indicators_tell_nobody_apart(demo: Path) -> None:
    done = run_ducha("pack", "lint", "jincheng-2021-2025", "--data", demo)
    assert done.returncode == 0, done.stderr
    told = done.stdout[done.stdout.index("的数据试算：") :]
    assert "提示 县（市、区）和开发区：人人满分：「" in told
    assert "提示 市直部门：排出的先后几乎一样，等于考了两遍：「" in told
    assert "提示 市本级：排得出名次的单位不到两个" in told
    refused = run_ducha("pack", "lint", "jincheng-2021-2025", "--year", "2024")
    assert refused.returncode == 1 and "只与 --data 一起用" in refused.stderr


def test_every_command_has_a_help_text() -> None:
    from typer.main import get_command

    command = get_command(app)
    for name, entry in command.commands.items():  # type: ignore[attr-defined]
        assert entry.help, f"{name} is missing its help"


@pytest.mark.parametrize(
    "words",
    [
        ("rank",),
        ("explain", "沁水县", "11.catalogue"),
        ("explain", "泽州县", "10.unlawful-decisions"),
        ("units", "--year", 2024),
        ("batches",),
        ("burden",),
        ("doubts",),
        ("finding", "list"),
        ("pack", "coverage", "jincheng-2021-2025"),
        ("verify",),
    ],
    ids=lambda words: "-".join(map(str, words[:2])),
)
def test_chinese_is_printed_with_full_width_marks(demo: Path, words: tuple[Any, ...]) -> None:
    """On a wide screen; what is quoted stands as in its source."""
    sources = "".join(path.read_text(encoding="utf-8") for path in (demo / "pack" / "sources").glob("*.txt"))
    said = run_ducha("-w", demo, *words, COLUMNS="500")
    lines = (said.stdout + said.stderr).splitlines()
    assert lines
    assert [half for line in lines for half in find_half(line) if half[9:16].strip("「」│ ") not in sources] == []
