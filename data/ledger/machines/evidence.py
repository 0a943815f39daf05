"""A piece of evidence, and what may become of it."""

from __future__ import annotations

from data.ledger.machines.machine import Machine, State
from data.ledger.machines.machine import Transition as Row

_EVIDENCE = ("inspection", "unit", "captured_on", "part", "secrecy", "description")
_HOLDERS = ("inspector", "verifier", "appeal_officer", "unit_contact")

EVIDENCE = Machine(
    "evidence",
    "证据",
    "督证",
    ("sha256", "size", "media_type", "original_name", *_EVIDENCE),
    (State("kept", "在库"), State("excluded", "已排除"), State("redacted", "已销毁", final=True)),
    (
        Row(
            None,
            "store",
            "存入",
            "kept",
            _HOLDERS,
            ("file_stored",),
            sets=("sha256", "size", "media_type", "original_name", *_EVIDENCE),
            needs=("sha256", "size", "media_type", "original_name", "unit"),
        ),
        Row("kept", "describe", "改写说明", "kept", _HOLDERS, ("is_author",), True, sets=_EVIDENCE),
        Row("kept", "exclude", "排除", "excluded", ("lead", "reviewer"), (), True),
        Row("excluded", "restore", "恢复使用", "kept", ("lead", "reviewer"), (), True),
        Row(
            "excluded",
            "redact",
            "销毁",
            "redacted",
            ("lead",),
            (),
            True,
            sets=("order_number",),
            needs=("order_number",),
        ),
    ),
)
