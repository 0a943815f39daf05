"""``ducha score --engine spark`` finds the run that DuckDB has stored again, byte for byte, or stores nothing."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from data.store.workspace import open_workspace
from scoring.cli.demo import FACTS_AS_OF, FACTS_YEARS, build_published
from scoring.runs.store import list_runs
from scoring.spark.driver import SparkMissing, check_installed
from tests.cli.conftest import run_ducha, start_ducha


def test_a_stored_run_is_found_again(tmp_path: Path) -> None:
    """On all processors of this machine. A stored run to which other bytes came would have been refused."""
    office = tmp_path / "督察 公开"
    build_published(office)
    before = list_runs(open_workspace(office))
    words = ("score", "--year", FACTS_YEARS[-1], "--as-of", FACTS_AS_OF, "--engine", "spark")
    done = start_ducha("-w", office, *words, "-o", tmp_path / "ranking.txt")
    assert done.returncode == 0, done.stderr
    assert list_runs(open_workspace(office)) == before
    assert any(f"评分运行 {name} 已保存" in done.stderr for name in before)
    assert [path.name for path in (office / "staging").iterdir()] == [".gate"]


def test_where_it_is_not_installed_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without:
        without.setattr(importlib.util, "find_spec", lambda name: None)
        with pytest.raises(SparkMissing, match=r"要装 PySpark：.*去掉 --engine spark"):
            check_installed()
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SparkMissing, match="openjdk-17"):
        check_installed()


def test_a_cluster_is_named_for_spark_only(demo: Path) -> None:
    words = ("score", "--year", 2024, "--as-of", "2025-04-10", "--master", "spark://127.0.0.1:7077")
    done = run_ducha("-w", demo, *words)
    assert done.returncode == 1
    assert "只与 --engine spark 一起用" in done.stderr
