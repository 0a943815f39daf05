"""What can be wrong with a ledger, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Fault = Literal[
    "duplicate",
    "missing",
    "changed",
    "swapped",
    "relinked",
    "truncated",
    "anchor",
    "head",
    "guard",
    "clock",
    "row_changed",
    "row_missing",
    "row_invented",
    "row_jumped",
    "password_changed",
    "evidence_missing",
    "evidence_changed",
    "store_damaged",
    "batch_changed",
    "batch_missing",
    "batch_invented",
    "compact_changed",
    "register_changed",
    "calendar_changed",
    "run_changed",
    "run_missing",
    "pack_changed",
    "link",
    "key_other",
]

FAULTS: dict[Fault, str] = {
    "duplicate": "重复",
    "missing": "缺号",
    "changed": "内容不符",
    "swapped": "次序被调换",
    "relinked": "前后不相接",
    "truncated": "末尾被截去",
    "anchor": "链头文件不见了或读不懂",
    "head": "库内链头不符",
    "guard": "留痕的保护被去掉",
    "clock": "时间倒退",
    "row_changed": "数据与留痕不符",
    "row_missing": "数据被删除",
    "row_invented": "数据没有留痕",
    "row_jumped": "留痕前后不相接",
    "password_changed": "密码被替换",
    "evidence_missing": "证据文件不见了",
    "evidence_changed": "证据文件被改动",
    "store_damaged": "数据库文件损坏",
    "batch_changed": "报送批次被改动",
    "batch_missing": "报送批次不见了",
    "batch_invented": "报送批次没有留痕",
    "compact_changed": "合并副本被改动",
    "register_changed": "齐全声明被改动",
    "calendar_changed": "工作日历被改动",
    "run_changed": "评分运行被改动",
    "run_missing": "评分运行不见了",
    "pack_changed": "评过分的指标包被改动",
    "link": "工作区里的链接",
    "key_other": "签名密钥不是本办的",
}


@dataclass(frozen=True)
class TrailProblem:
    """A fault of the ledger: which, where (an event's number or an object), and in words."""

    fault: Fault
    sentence: str
    seq: int | None = None
    object: str | None = None
    object_id: str | None = None

    def __str__(self) -> str:
        return f"{FAULTS[self.fault]}：{self.sentence}"
