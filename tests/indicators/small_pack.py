"""A small pack that is valid, as the texts of its files; every test of the reader starts from it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from indicators.entries.mistakes import Mistake, PackRefused
from indicators.pack.model import Pack
from indicators.reader import load_pack

PLAN = """《小小方案》

（一）规范性文件备案率不低于90%，每年公开讲座不少于两次。
（二）每年4月底前公布年度报告。严禁弄虚作假。
"""

HEAD = """id: small
title: 小小指标包
issuer: 督察办
version: "1"
years: {first: 2024, last: 2025}
precision: 2
cohorts:
- id: counties
  title: 县组
  members: {kinds: [county]}
  full: "10"
  grades:
  - {name: 优, at_least: "8"}
  - {name: 良, at_least: "6", below: "8"}
  - {name: 差, below: "6"}
- id: city
  title: 市组
  members: {units: [shi]}
  full: "4"
  grades: [{name: 差}]
sections:
- {id: work, title: 文件与讲座, marks: {counties: "6", city: "4"}, review: inside}
- {id: openness, title: 公开与评价, marks: {counties: "4"}, review: outside}
- {id: extra, title: 加分, kind: bonus, cap: {counties: "2"}}
- {id: banned, title: 一票否决, kind: veto}
reviews:
- {id: inside, title: 内部评审, weight: {counties: "60%", city: "100%"}}
- {id: outside, title: 外部评审, weight: {counties: "40%"}}
exemptions: exempted
"""

SOURCES = """sources:
- id: plan
  title: 小小方案
  issuer: 市政府
  issued_on: "2023-12-01"
  file: plan.txt
  sha256: {digest}
- id: rules
  title: 上级规定
  issuer: 省政府
"""

UNITS = """kinds:
- {id: county, title: 县}
- {id: organ, title: 机关}
units:
- {id: jia, name: 甲县, kind: county, aliases: [甲县人民政府]}
- {id: yi, name: 乙县, kind: county, parent: shi}
- {id: shi, name: 市政府, kind: organ}
"""

DATASETS = """datasets:
- id: documents
  title: 文件台账
  columns:
  - {name: unit, title: 单位, type: unit}
  - {name: year, title: 年度, type: year}
  - {name: number, title: 文号, type: text}
  - {name: kind, title: 类别, type: choice, choices: [规范性文件, 讲座]}
  - {name: filed, title: 是否备案, type: flag}
  - {name: pages, title: 页数, type: integer, required: false, at_least: 0}
  - {name: issued_on, title: 成文日期, type: date, required: false}
  - {name: shown_on, title: 公布日期, type: date, required: false}
  key: [unit, year, number]
  period: {year: year}
  checks:
    rows: [{left: issued_on, at_most: shown_on, say: 公布不早于成文}]
    sums: [{column: pages, per: [unit], at_most: 1000}]
- id: people
  title: 名册
  columns:
  - {name: unit, title: 单位, type: unit}
  - {name: person_id, title: 工号, type: text}
  - {name: joined, title: 到岗, type: date, required: false}
  - {name: left, title: 离岗, type: date, required: false}
  key: [unit, person_id]
  period: {standing: true}
  people: {person: person_id, joined: joined, left: left}
- id: training
  title: 培训
  columns:
  - {name: unit, title: 单位, type: unit}
  - {name: person_id, title: 工号, type: text}
  - {name: held_on, title: 日期, type: date}
  - {name: hours, title: 学时, type: decimal}
  key: [unit, person_id, held_on]
  period: {date: held_on}
- id: findings
  title: 问题
  columns:
  - {name: unit, title: 单位, type: unit}
  - {name: year, title: 年度, type: year}
  - {name: indicator, title: 指标, type: indicator}
  - {name: state, title: 状态, type: choice, choices: [已认定, 已撤销]}
  - {name: severity, title: 程度, type: choice, choices: [轻微, 严重]}
  key: [unit, year, indicator]
  period: {year: year}
- id: opinions
  title: 评判
  columns:
  - {name: unit, title: 单位, type: unit}
  - {name: year, title: 年度, type: year}
  - {name: indicator, title: 指标, type: indicator}
  - {name: level, title: 等级, type: choice, choices: [好, 差]}
  - {name: reason, title: 理由, type: text}
  key: [unit, year, indicator]
  period: {year: year}
- id: exempted
  title: 豁免
  columns:
  - {name: unit, title: 单位, type: unit}
  - {name: year, title: 年度, type: year}
  - {name: indicator, title: 指标, type: indicator}
  - {name: reason, title: 理由, type: text}
  - {name: approver, title: 批准人, type: text}
  - {name: expires_on, title: 到期日, type: date}
  key: [unit, year, indicator]
  period: {year: year}
"""

OBLIGATIONS = """obligations:
- {id: T1, source: plan, article: 二, kind: deadline, quote: 每年4月底前公布年度报告}
"""

FIRST = """indicators:
- id: 1.filing
  name: 文件备案率
  section: work
  marks: {counties: "4", city: "4"}
  cites:
  - {source: plan, article: 一, quote: 规范性文件备案率不低于90%, supports: [target]}
  - {supports: [marks], local_choice: 方案未规定分值}
  parts:
  - measure:
      ratio:
        numerator: {dataset: documents, where: {kind: 规范性文件, filed: 是}}
        denominator: {dataset: documents, where: {kind: 规范性文件}}
    target: {at_least: "90%"}
    marks: {proportional: {}}
- id: 1.lectures
  name: 公开讲座
  section: work
  marks: {counties: "2"}
  cites:
  - {source: plan, article: 一, quote: 每年公开讲座不少于两次, supports: [target, marks]}
  parts:
  - worth: {counties: "1.5"}
    measure: {count: {dataset: documents, where: {kind: 讲座}}}
    marks:
      ladder:
        steps:
        - {below: "1", marks: "0"}
        - {at_least: "1", below: "2", marks: "50%"}
        - {at_least: "2", marks: "100%"}
  - worth: {counties: "0.5"}
    measure: {sum: {dataset: documents, column: pages}}
    target: {at_least: "10"}
    marks: {all_or_nothing: {}}
"""

SECOND = """indicators:
- id: 2.report
  name: 年度报告
  section: openness
  marks: {counties: "3"}
  obligations: [T1]
  cites:
  - {source: plan, article: 二, quote: 每年4月底前公布年度报告, supports: [target, deadline]}
  - {supports: [marks], local_choice: 方案未规定分值}
  parts:
  - measure: {date: {dataset: documents, column: shown_on, not_before: issued_on}}
    target: {by: {every: "04-end", day_itself: in_time}}
    marks: {late: {per_day: "0.1"}}
- id: 2.opinion
  name: 群众评价
  section: openness
  marks: {counties: "1"}
  cites:
  - {source: plan, article: 二, quote: 公布年度报告, supports: [target, marks]}
  parts:
  - measure: {judgement: {dataset: opinions}}
    marks: {judged: {levels: {好: "100%", 差: "0"}}}
  checklist: [抽查意见箱]
- id: 2.more
  name: 多办讲座
  section: extra
  marks: {counties: "2"}
  cites:
  - {source: plan, article: 一, quote: 公开讲座, supports: [target, marks]}
  parts:
  - measure: {count: {dataset: documents}}
    marks: {award: {each: "0.5"}}
- id: 2.fraud
  name: 弄虚作假
  section: banned
  marks: {counties: "0"}
  cites:
  - {source: plan, article: 二, quote: 严禁弄虚作假, supports: [target, marks]}
  parts:
  - measure: {findings: {dataset: findings}}
    target: {none: {}}
    marks: {veto: {grade_at_most: 差}}
"""

HEAD_FILE, UNITS_FILE, DATASETS_FILE = "pack.yaml", "units.yaml", "datasets.yaml"
SOURCES_FILE, PLAN_FILE, OBLIGATIONS_FILE = "sources/sources.yaml", "sources/plan.txt", "obligations.yaml"
FIRST_FILE, SECOND_FILE = "indicators/article-1.yaml", "indicators/article-2.yaml"

FILES = {
    HEAD_FILE: HEAD,
    UNITS_FILE: UNITS,
    DATASETS_FILE: DATASETS,
    SOURCES_FILE: SOURCES.format(digest=hashlib.sha256(PLAN.encode()).hexdigest()),
    PLAN_FILE: PLAN,
    OBLIGATIONS_FILE: OBLIGATIONS,
    FIRST_FILE: FIRST,
    SECOND_FILE: SECOND,
}


def write_pack(folder: Path, files: dict[str, str | bytes]) -> Path:
    """``files`` as a pack folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def load_or_refuse(folder: Path) -> Pack | list[Mistake]:
    """The pack, or its mistakes; any other error passes through and fails the test."""
    try:
        return load_pack(folder)
    except PackRefused as refusal:
        return refusal.mistakes


def replace_once(text: str, old: str, new: str) -> str:
    """``text`` with its only ``old`` replaced, so that a changed pack cannot make a test say nothing."""
    assert text.count(old) == 1, f"{text.count(old)} x {old!r}"
    return text.replace(old, new)
