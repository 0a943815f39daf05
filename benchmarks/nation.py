"""A made-up nation: a workspace of thousands of units with a hundred indicators in ten sections, reported and scored.

The pack is written as YAML and read as every pack is, the rows come in as CSV through the checks, and the runs are
stored as always, but with the explanations of the first few units alone, whose pages its people open: those of all
take minutes. Pages work out others that are opened, and what needs all of them recomputes the run.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb

from benchmarks.province import COHORT, DATASETS, RULES, YEAR, name_unit
from benchmarks.province_rows import write_query
from benchmarks.rule_kinds import INDICATORS, ROWS
from data.batches.records import current_inputs
from data.clock import office_now
from data.demo.accounts import DEMO_PASSWORD
from data.demo.files import FICTIONAL
from data.intake.imports import Fiction, import_files
from data.ledger.evidence import add_evidence
from data.ledger.ledger import Ledger, open_ledger
from data.ledger.transitions import FOUNDER, apply_transition
from data.ledger.users import add_user, set_password
from data.store.tables import Record
from data.store.workspace import Workspace, create_workspace, open_workspace
from indicators.pack.model import Pack
from indicators.reader import load_pack
from scoring.explain.record import UnitRecords
from scoring.explain.stored import write_explanations
from scoring.runs.store import store_run

SECTIONS = 10
#: The year before, the same year some months earlier, and the newest run.
RUNS = ((YEAR - 1, date(YEAR, 6, 30)), (YEAR, date(YEAR + 1, 3, 31)), (YEAR, date(YEAR + 1, 6, 30)))
#: One unit in so many has not reported its filings and lawsuits.
SILENT = 25
FINDINGS = 130
#: Of so many units explanations are stored.
EXPLAINED = 10
_GRADES = (("优秀", "70", None), ("良好", "60", "70"), ("合格", "50", "60"), ("不合格", None, "50"))
_CITE = {"supports": ["target", "marks"], "local_choice": "只用于测速"}
#: Who is there: the demo's way to log in, and the same password.
INSPECTOR = "demo-inspector"
PEOPLE = (
    ("demo-lead", "负责人", "lead", None),
    (INSPECTOR, "督察员", "inspector", None),
    ("demo-reviewer", "复核员", "reviewer", None),
    ("demo-contact", "联络员", "unit_contact", name_unit(7)),
)


def build_nation(root: Path, units: int, findings: int = FINDINGS) -> Workspace:
    """The workspace in ``root``; one that is there already is taken as it is."""
    if (root / "pack").exists():
        return open_workspace(root)
    source = root.parent / f"{root.name}-pack"
    write_pack(source, units)
    workspace = create_workspace(root, source)
    pack = load_pack(workspace.pack_folder)
    paths = list(write_reports(root.parent / f"{root.name}-reports", pack, units))
    fiction = Fiction(declared=True)
    import_files(workspace, pack, paths, now=office_now(), user="benchmark", fiction=fiction)
    ledger = open_ledger(workspace, pack)
    fill_ledger(ledger, findings)
    inputs = current_inputs(workspace, pack)
    with patch("scoring.runs.store.write_explanations", lambda folder, found: _write_first(folder, found)):
        for year, as_of in RUNS:
            store_run(workspace, pack, inputs, year, as_of, now=office_now(), user="benchmark")
    return workspace


def _write_first(folder: Path, found: Iterable[UnitRecords]) -> None:
    write_explanations(folder, islice(found, EXPLAINED))


def write_pack(folder: Path, units: int) -> None:
    """A pack folder; JSON is YAML."""
    rules = [rule for rule in RULES if not rule[0].startswith(("people", "training"))]
    indicators = [
        {
            "id": f"{number % SECTIONS + 1}.{rule[0]}-{number}",
            "name": f"{_NAMES[rule[0]]}({number + 1})",
            "section": f"s{number % SECTIONS}",
            "marks": {COHORT: rule[1]},
            "cites": [_CITE],
            "parts": [{"measure": rule[2], "marks": rule[4]} | ({"target": rule[3]} if rule[3] else {})],
        }
        for number, rule in enumerate(islice(cycle(rules), INDICATORS - SECTIONS))
    ]
    indicators += [
        {
            "id": f"{number + 1}.findings",
            "name": f"督察发现的问题（{number + 1}）",
            "section": f"s{number}",
            "marks": {COHORT: "2"},
            "cites": [_CITE],
            "parts": [
                {
                    "measure": {"findings": {"dataset": "findings"}},
                    "target": {"none": {}},
                    "marks": {"per_occurrence": {"each": ["0.5"]}},
                }
            ],
        }
        for number in range(SECTIONS)
    ]
    worth = [Decimal(0)] * SECTIONS
    for number, indicator in enumerate(indicators):
        worth[number % SECTIONS] += Decimal(str(indicator["marks"][COHORT]))  # type: ignore[index]
    full = sum(worth, Decimal(0))
    grades: list[dict[str, str]] = []
    for name, low, high in _GRADES:
        bounds = {"at_least": low, "below": high}
        grades.append({"name": name} | {key: f"{full * int(per) / 100:f}" for key, per in bounds.items() if per})
    write = {
        "pack.yaml": {
            "id": "nation",
            "title": "全国测速评分（虚构）",
            "issuer": "测速",
            "version": "1",
            "years": {"first": str(YEAR - 1), "last": str(YEAR + 1)},
            "fictional": "true",
            "cohorts": [
                {"id": COHORT, "title": "县", "members": {"kinds": ["county"]}, "full": f"{full}", "grades": grades}
            ],
            "sections": [
                {"id": f"s{n}", "title": f"第{'一二三四五六七八九十'[n]}方面", "marks": {COHORT: f"{worth[n]}"}}
                for n in range(SECTIONS)
            ],
            "policy": {"completeness": {"at_least": "80%"}},
        },
        "sources/sources.yaml": {"sources": [{"id": "plan", "title": "测速方案", "issuer": "测速"}]},
        "datasets.yaml": {"datasets": [*(each for each in DATASETS if each["id"] in ROWS), _FINDINGS]},
        "units.yaml": {
            "kinds": [{"id": "county", "title": "县"}],
            "units": [{"id": name_unit(n), "name": f"第{n:04d}县", "kind": "county"} for n in range(units)],
        },
        "indicators/all.yaml": {"indicators": indicators},
    }
    for name, content in write.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


_FINDINGS = {
    "id": "findings",
    "ledger": "findings",
    "title": "督察认定的问题",
    "reported_by": "督察组",
    "covers": "all_units",
    "columns": [
        {"name": "unit", "title": "单位", "type": "unit"},
        {"name": "year", "title": "年度", "type": "year"},
        {"name": "number", "title": "问题编号", "type": "text"},
        {"name": "indicator", "title": "指标", "type": "indicator"},
        {"name": "state", "title": "状态", "type": "text"},
        {"name": "severity", "title": "严重程度", "type": "text", "required": "false"},
        {"name": "proposed_marks", "title": "建议扣分", "type": "decimal", "required": "false", "at_least": "0"},
        {"name": "found_on", "title": "发现日期", "type": "date"},
        {"name": "statement", "title": "事实", "type": "text", "required": "false"},
    ],
    "key": ["number"],
    "period": {"year": "year"},
    "event_date": "found_on",
}

_NAMES = {
    "lectures": "法治讲座场次",
    "topics": "讲座主题数",
    "levels": "各级表彰",
    "audience": "宣传受众",
    "attendance-growth": "旁听庭审增长",
    "annual-report": "年度报告按时公布",
    "replies": "按期答复",
    "rectification": "按期整改",
    "half-year-report": "半年报按时报送",
    "suits-lost": "行政诉讼败诉率",
    "heads-appearing": "负责人出庭率",
    "suits-lost-change": "败诉率下降",
    "grave-cases": "重大案件",
    "reviews-lost": "行政复议纠错率",
    "documents-filed": "规范性文件报备率",
    "costs": "诉讼费用",
    "satisfaction": "群众满意度",
}


def write_reports(folder: Path, pack: Pack, units: int) -> Iterator[Path]:
    """A CSV for each dataset and year, as a ministry would hand it over for all of its units."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    for dataset in (dataset for dataset in pack.datasets if dataset.id in ROWS):
        columns = ", ".join(
            f"CASE WHEN {_quote(c.name)} THEN '是' ELSE '否' END AS {_quote(c.name)}"
            if c.type == "flag"
            else _quote(c.name)
            for c in dataset.columns
        )
        silent = f"WHERE u % {SILENT} > 0" if dataset.id in ("filings", "lawsuits") else ""
        for year in (YEAR - 1, YEAR):
            path = folder / f"{dataset.title}-{year}-{FICTIONAL}.csv"
            query = write_query(dataset.id, year, range(units), ROWS[dataset.id], units)
            numbered = f"SELECT *, substr(unit, 2)::INTEGER AS u FROM ({query})"
            connection.execute(f"COPY (SELECT {columns} FROM ({numbered}) {silent}) TO '{path}' (HEADER)")
            yield path
    connection.close()


def _quote(name: str) -> str:
    return f'"{name}"'


def fill_ledger(ledger: Ledger, findings: int) -> None:
    """People, an inspection of the first units, and findings, a few of them waiting for confirmation."""
    moment = office_now()
    add_user(ledger, FOUNDER, "demo-admin", "管理员", ["admin"], now=moment)
    for id, name, role, unit in PEOPLE:
        add_user(ledger, "demo-admin", id, name, [role], unit, now=moment)
        set_password(ledger, "demo-admin", id, DEMO_PASSWORD, now=moment)
    units = [unit.id for unit in ledger.pack.registry.units[: max(findings, 10)]]
    day = date(YEAR, 5, 6).isoformat()
    fields = {"year": YEAR, "title": "年度督察", "scope": "全面", "begins_on": day, "units": units}
    inspection = act(ledger, INSPECTOR, "inspection", None, "draft", {**fields, "team": [INSPECTOR]})
    for step in ("decide", "plan"):
        given = {"steps": {"step": step, "number": f"〔{YEAR}〕{step}号", "on": day}}
        inspection = act(ledger, INSPECTOR, "inspection", inspection, "record_step", given)
    act(ledger, "demo-lead", "inspection", inspection, "approve", {})
    for number, unit in enumerate(units[:findings]):
        row = submit_finding(ledger, INSPECTOR, inspection, unit, f"{number % SECTIONS + 1}.findings", number)
        if number % 3:
            act(ledger, "demo-reviewer", "finding", row, "confirm", {})


def act(ledger: Ledger, actor: str, kind: str, row: Record | None, action: str, given: Mapping[str, Any]) -> Record:
    """An action of somebody who has just looked."""
    id, version = (row["id"], row["version"]) if row else (None, None)
    return apply_transition(ledger, actor, kind, id, action, given, base_version=version, now=office_now())


def submit_finding(ledger: Ledger, person: str, inspection: Record, unit: str, indicator: str, number: int) -> Record:
    """A finding with a piece of evidence that waits for its confirmation."""
    paper = io.BytesIO(f"%PDF-1.7\n{unit} {number}\n".encode())
    proof = add_evidence(ledger, person, paper, "现场.pdf", {"unit": unit}, now=office_now())
    fields = {
        "inspection": inspection["id"],
        "unit": unit,
        "indicator": indicator,
        "kind": "扣分",
        "statement": f"第 {number} 个虚构的问题",
        "method": "查阅",
        "seen_on": inspection["begins_on"],
        "place": "县政府办公室",
        "proposed_marks": "0.5",
        "legal_basis": ["测速方案"],
        "evidence": [proof["id"]],
    }
    return act(ledger, person, "finding", act(ledger, person, "finding", None, "draft", fields), "submit", {})
