"""A run that has all the awkward things in it, and its workbooks worked out by LibreOffice, once for all tests."""

from __future__ import annotations

import fcntl
import re
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from indicators.pack.model import Pack
from indicators.pack.sources import Cite
from indicators.reader import load_pack
from scoring.documents.export import DocumentKind, Exporter, Format, list_subjects
from scoring.documents.view import RunView
from tests.office import recalculate
from tests.sheets.views import view_inputs, view_world
from tests.worlds import store_tables

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-pack"
LONG_NAME = "=东阳市云山县" + "人民政府行政审批和综合行政执法监督管理服务" * 2 + "协调指挥中心办公室（试点）"
LONG_REASON = "方案未规定分值。" + "这一条的理由很长，一直要写到第三千个字。" * 160
NAMES = {"1.filing": "=1+1", "2.lectures": "+备案", "3.report": "-2", "4.training": "@SUM(A1)"}
WORLDS = (3, 8, 17, 21, 33, 40)


def change_pack(pack: Pack) -> Pack:
    """The example pack with names that look like formulas, a very long reason, and an indicator without evidence."""
    units = tuple(
        unit.model_copy(update={"name": LONG_NAME}) if unit.id == "yunshan" else unit for unit in pack.registry.units
    )
    indicators = tuple(
        indicator.model_copy(
            update={
                "name": NAMES.get(indicator.id, indicator.name),
                "evidence": (),
                "cites": (*indicator.cites, Cite(supports=("scope",), local_choice=LONG_REASON[:3000]))
                if indicator.id == "2.lectures"
                else indicator.cites,
            }
        )
        for indicator in pack.indicators
    )
    empty = pack.head.cohorts[0].model_copy(
        update={
            "id": "nobody",
            "title": "没有单位的组",
            "members": pack.head.cohorts[0].members.model_copy(update={"kinds": ("none",)}),
        }
    )
    head = pack.head.model_copy(update={"cohorts": (*pack.head.cohorts, empty)})
    registry = pack.registry.model_copy(update={"units": units})
    return pack.model_copy(update={"registry": registry, "indicators": indicators, "head": head})


def fill_example(pack: Pack, folder: Path) -> RunView:
    """Two counties and two departments of the example pack with some of everything."""
    year = 2024
    units = ("yunshan", "xikou", "shuju", "shuiwu")

    def rows(name: str, *entries: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"_unit": "yunshan", "_period": year, **entry} for entry in entries]

    tables = {
        "documents": rows(
            "documents",
            *({"year": year, "number": f"云政发〔2024〕{n}号", "filed": n > 1} for n in range(7)),
            {"_unit": "xikou", "year": year, "number": "=cmd|'/c calc'!A1", "filed": True},
        ),
        "lectures": rows("lectures", {"held_on": date(2024, 5, 1), "topic": "+SUM(1)"}),
        "reports": rows("reports", {"year": year, "published_on": date(2025, 3, 8)}),
        "people": [
            {"_unit": unit, "_period": 0, "person_id": f"{unit}{n}", "joined": None, "left": None}
            for unit in units
            for n in range(3)
        ],
        "training": rows("training", {"person_id": "yunshan0", "held_on": date(2024, 6, 1), "hours": 40}),
        "findings": rows(
            "findings",
            {"year": year, "number": "@W1", "indicator": pack.indicators[-1].id, "state": "已认定", "severity": "轻微"},
        ),
    }
    scopes = [
        (dataset.id, unit, 0 if dataset.period.standing else year)
        for dataset in pack.datasets
        for unit in units
        if (dataset.id, unit) != ("reports", "xikou")
    ]
    return view_inputs(pack, store_tables(pack, tables, scopes, folder), year, date(2025, 6, 30), folder, "示例运行")


@pytest.fixture(scope="session")
def view(tmp_path_factory: pytest.TempPathFactory) -> RunView:
    return fill_example(change_pack(load_pack(EXAMPLE)), tmp_path_factory.mktemp("example"))


@dataclass(frozen=True)
class Recalculated:
    """Workbooks as they were made, and as LibreOffice worked them out after every stored result had been spoilt."""

    made: dict[str, Path]
    worked_out: dict[str, Path]


@pytest.fixture(scope="session")
def office(view: RunView, tmp_path_factory: pytest.TempPathFactory) -> Recalculated:
    """One call of LibreOffice for all workbooks of the session, whichever worker comes first."""
    folder = tmp_path_factory.getbasetemp().parent / "office"
    folder.mkdir(exist_ok=True)
    made, spoilt, done = (folder / name for name in ("made", "spoilt", "done"))
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            for path in (made, spoilt):
                path.mkdir(exist_ok=True)
            _make_workbooks(view, made, folder)
            for path in made.iterdir():
                spoil(path, spoilt / path.name)
            recalculate(sorted(spoilt.iterdir()), done)
    return Recalculated({path.name: path for path in made.iterdir()}, {path.name: path for path in done.iterdir()})


def _make_workbooks(view: RunView, target: Path, folder: Path) -> None:
    views = [("example", view)]
    for seed in WORLDS:
        rows = folder / f"rows-{seed}"
        rows.mkdir()
        views.append((f"world{seed}", view_world(seed, rows)))
    for name, each in views:
        for kind in (DocumentKind.score, DocumentKind.notice):
            for number, subject in enumerate(list_subjects(each, [kind], None, None)[:4]):
                content = Exporter(each).make(subject, Format.xlsx)[1]
                (target / f"{name}-{kind.value}-{number}.xlsx").write_bytes(content)


def spoil(source: Path, target: Path) -> None:
    """A copy in which every formula's stored result is -999: what is right afterwards was worked out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1<v>-999</v>", content)
            new.writestr(entry, content)
