"""The columns of the tables that other programs read: name, type, unit of measure and meaning.

docs/interchange.md holds the same, written by :func:`describe_tables`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

SCHEMA = "ducha.interchange.v1"
#: What a type is called in the contract.
_TEXT, _WHOLE, _FLAG, _DATE, _MARKS, _BIG, _FLOAT = "text", "int32", "bool", "date", "marks", "whole", "float"
_KINDS = {
    _TEXT: pa.string(),
    _WHOLE: pa.int32(),
    _FLAG: pa.bool_(),
    _DATE: pa.date32(),
    _BIG: pa.decimal128(38, 0),
    _FLOAT: pa.float64(),
}


@dataclass(frozen=True)
class ExportColumn:
    """``kind`` is one of text, int32, bool, date, marks, whole, float; ``unit`` is the unit of measure, if any."""

    name: str
    kind: str
    title: str
    unit: str = ""

    def make_field(self, precision: int) -> pa.Field:
        """The column as Parquet holds it, with unit and meaning in its metadata."""
        kind = pa.decimal128(38, precision) if self.kind == _MARKS else _KINDS[self.kind]
        told = {"title": self.title} | ({"unit": self.unit} if self.unit else {})
        return pa.field(self.name, kind, metadata=told)


def _mark(name: str, title: str) -> ExportColumn:
    return ExportColumn(name, _MARKS, title, "分")


_OF_RUN = (
    ExportColumn("run", _TEXT, "评分运行的编号"),
    ExportColumn("year", _WHOLE, "评分年度", "年"),
    ExportColumn("as_of", _DATE, "截止日"),
)
_UNIT = (
    ExportColumn("cohort", _TEXT, "考核组"),
    ExportColumn("unit", _TEXT, "单位编号"),
    ExportColumn("unit_name", _TEXT, "单位当时的名称"),
)
ITEMS = (
    *_OF_RUN,
    *_UNIT,
    ExportColumn("section", _TEXT, "一级指标"),
    ExportColumn(
        "section_kind",
        _TEXT,
        "一级指标的种类：base 基本、bonus 加分、deduction 扣分、veto 否决、input 中间项",
    ),
    ExportColumn("indicator", _TEXT, "指标编号"),
    ExportColumn("indicator_name", _TEXT, "指标名称"),
    ExportColumn("outcome", _TEXT, "结果状态：scored、pending、not_applicable、conflict、exempt、error"),
    ExportColumn("reason", _TEXT, "没有得分的原因；计了分的为空"),
    _mark("marks", "得分；扣分项为扣去的分，不大于0；没有计分的为空"),
    _mark("full_marks", "满分；扣分项为0；不封顶的为空"),
    _mark("applicable_marks", "适用的满分；扣分项为最多扣去的分；不封顶的为空"),
    _mark("counted", "现在计入总分的分"),
    ExportColumn(
        "veto",
        _TEXT,
        "触发的否决：zero 总分为0，section:编号 该一级指标不得分，stage:名称 没有通过该阶段，"
        "或等次不高于的那一等；没有的为空",
    ),
    _mark("low_points", "适用时最少可能得的分"),
    _mark("high_points", "适用时最多可能得的分；不封顶的为空"),
    _mark("applicable_low", "最少可能适用的满分"),
    _mark("applicable_high", "最多可能适用的满分；不封顶的为空"),
    ExportColumn("loose", _FLAG, "结果状态还可能变"),
    ExportColumn("varies", _FLAG, "得分还可能变"),
    ExportColumn("exempting", _FLAG, "豁免正在申请"),
)
TOTALS = (
    *_OF_RUN,
    *_UNIT,
    ExportColumn("rank", _WHOLE, "名次；没有名次的为空", "名"),
    ExportColumn("status", _TEXT, "ranked、incomplete、not_passed、not_ranked、no_marks"),
    _mark("total", "总分"),
    _mark("full", "满分"),
    _mark("low", "总分可能的最低"),
    _mark("high", "总分可能的最高；不封顶的为空"),
    ExportColumn("rank_best", _WHOLE, "可能的最好名次", "名"),
    ExportColumn("rank_worst", _WHOLE, "可能的最差名次", "名"),
    ExportColumn("grade", _TEXT, "等次"),
    ExportColumn("grade_best", _TEXT, "可能的最好等次"),
    ExportColumn("grade_worst", _TEXT, "可能的最差等次"),
    ExportColumn("widest", _TEXT, "使区间最宽的指标"),
    _mark("widest_marks", "它使总分的区间宽多少；不封顶的为空"),
    ExportColumn("grade_cap", _TEXT, "否决后等次不高于"),
    ExportColumn("zeroed", _FLAG, "一票否决，总分为0"),
    ExportColumn("veto_open", _FLAG, "有否决事项未定"),
    _mark("earned", "基本项得分合计"),
    _mark("applicable", "基本项适用的满分合计"),
    _mark("base", "基本分：得分合计折算到满分"),
    _mark("bonus", "加分"),
    _mark("deduction", "扣分，不大于0"),
    ExportColumn("known_share", _TEXT, "已有结果的分值占多少，0 到 1 的小数"),
    ExportColumn("exact_total", _TEXT, "不取整时的总分，只在等次或名次会因此不同时有"),
    ExportColumn("exact_rank", _WHOLE, "不取整时的名次，只在不同时有", "名"),
    ExportColumn("exact_grade", _TEXT, "不取整时的等次，只在不同时有"),
)
PARTS = (
    *_OF_RUN,
    ExportColumn("part", _WHOLE, "部分的序号，从1起，按考核组和指标的次序"),
    ExportColumn("cohort", _TEXT, "考核组"),
    ExportColumn("unit", _TEXT, "单位编号"),
    ExportColumn("indicator", _TEXT, "指标编号"),
    ExportColumn("title", _TEXT, "部分的名称；只有一个部分的为空"),
    ExportColumn("outcome", _TEXT, "结果状态"),
    ExportColumn("reason", _TEXT, "没有得分的原因"),
    _mark("marks", "这一部分的得分，扣分项为留下的分；只看是否达到目标的也有"),
    _mark("full_marks", "这一部分的满分；不封顶的为空"),
    ExportColumn("reached", _FLAG, "是否达到目标"),
    ExportColumn("forced", _TEXT, "不看数值就定了的：full 或 zero"),
    ExportColumn("num", _BIG, "数值的分子，整数；数值等于 num ÷ den"),
    ExportColumn("den", _BIG, "数值的分母，整数"),
    ExportColumn("figure", _FLOAT, "数值，浮点近似；要精确请用 num 和 den"),
    ExportColumn("unit_of_measure", _TEXT, "数值的计量单位；比率为空"),
    ExportColumn("late", _BIG, "逾期的条数", "条"),
    ExportColumn("missing", _BIG, "没有完成的条数", "条"),
    ExportColumn("days_low", _BIG, "逾期天数（按周、月扣分的为周数、月数），至少", "日"),
    ExportColumn("days_high", _BIG, "逾期天数（按周、月扣分的为周数、月数），至多", "日"),
)
#: The table of the runs themselves.
RUNS = "runs"
_RUNS = (
    *_OF_RUN,
    ExportColumn("last_of_year", _FLAG, "是这一年度截止日最晚的一次（截止日相同的取最近保存的）"),
    ExportColumn("fictional", _FLAG, "有虚构数据参加"),
    ExportColumn("pack", _TEXT, "指标包编号"),
    ExportColumn("pack_version", _TEXT, "指标包版本"),
    ExportColumn("pack_sha256", _TEXT, "指标包的摘要"),
    ExportColumn("manifest_sha256", _TEXT, "运行清单的摘要，与留痕所记的相同"),
)
TABLES = {RUNS: _RUNS, "items": ITEMS, "totals": TOTALS, "parts": PARTS}


def describe_schema() -> dict[str, object]:
    """A JSON Schema of the tables' rows as JSON would hold them, decimals as text."""
    kinds: dict[str, dict[str, object]] = {
        _TEXT: {"type": "string"},
        _WHOLE: {"type": "integer"},
        _FLAG: {"type": "boolean"},
        _DATE: {"type": "string", "format": "date"},
        _MARKS: {"type": "string", "pattern": "^-?[0-9]+([.][0-9]+)?$"},
        _BIG: {"type": "string", "pattern": "^-?[0-9]+$"},
        _FLOAT: {"type": "number"},
    }
    rows = {
        name: {
            "type": "object",
            "additionalProperties": False,
            "required": [column.name for column in columns],
            "properties": {
                column.name: {
                    "description": column.title,
                    "anyOf": [kinds[column.kind], {"type": "null"}],
                    **({"unit": column.unit} if column.unit else {}),
                }
                for column in columns
            },
        }
        for name, columns in TABLES.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "type": "object",
        "properties": {name: {"type": "array", "items": {"$ref": f"#/$defs/{name}"}} for name in rows},
        "$defs": rows,
    }


def describe_tables() -> str:
    """The data dictionary, as Markdown tables."""
    lines = []
    for name, columns in TABLES.items():
        lines += [f"### `{name}.parquet`", "", "| 列 | 类型 | 单位 | 含义 |", "| --- | --- | --- | --- |"]
        for column in columns:
            kind = "decimal128(38, p)" if column.kind == _MARKS else str(_KINDS[column.kind])
            lines.append(f"| `{column.name}` | {kind} | {column.unit} | {column.title} |")
        lines.append("")
    return "\n".join(lines)
