"""Plain data as YAML that a person goes on with: block style, quoted where it must be, a comment above an entry."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

Value = str | int | None | Mapping[str, "Value"] | Sequence["Value"]

#: What needs no quotes, but for words that YAML takes for itself (true and false are meant so).
_PLAIN = re.compile("[a-z][a-z0-9_.-]*|[\u4e00-\u9fff（《“][\u4e00-\u9fff，。；：（）《》“”、？！…—a-zA-Z0-9.%-]*")
_TAKEN = frozenset({"y", "n", "yes", "no", "on", "off", "null"})
#: A mapping that is no longer than this stands in one line.
_SHORT = 100


def write_scalar(text: str) -> str:
    """A text as YAML reads it back, to the letter."""
    return text if _PLAIN.fullmatch(text) and text not in _TAKEN else quote_text(text)


def quote_text(text: str) -> str:
    """In quotation marks, as YAML reads it back; what YAML would fold like a line break is escaped."""
    written = json.dumps(text, ensure_ascii=False)
    return re.sub("[\u0085\u2028\u2029\ufeff]", lambda sign: f"\\u{ord(sign[0]):04x}", written)


def write_yaml(value: Mapping[str, Value], comments: Mapping[str, Sequence[str]] | None = None) -> str:
    """A document. ``comments`` holds, for the ``id`` of an entry of a list, the lines that stand above it."""
    return "\n".join(_write_mapping(value, "", comments or {})) + "\n"


def _write_inline(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(value).lower()
    if isinstance(value, str):
        # Within brackets YAML ends a plain scalar at half-width marks; full-width ones are safe.
        return write_scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{write_scalar(key)}: {_write_inline(each)}" for key, each in value.items()) + "}"
    return "[" + ", ".join(_write_inline(each) for each in value) + "]"


def _write_mapping(value: Mapping[str, Value], indent: str, comments: Mapping[str, Sequence[str]]) -> list[str]:
    lines: list[str] = []
    for key, each in value.items():
        head = f"{indent}{write_scalar(key)}:"
        inline = _write_inline(each)
        if isinstance(each, str | int | None) or (
            len(inline) <= _SHORT and not (indent == "" and isinstance(each, Sequence))
        ):
            lines.append(f"{head} {inline}")
        elif isinstance(each, Mapping):
            lines += [head, *_write_mapping(each, indent + "  ", comments)]
        else:
            lines += [head, *_write_list(each, indent + "  ", comments)]
    return lines


def _write_list(value: Sequence[Value], indent: str, comments: Mapping[str, Sequence[str]]) -> list[str]:
    lines: list[str] = []
    for each in value:
        if isinstance(each, Mapping) and isinstance(name := each.get("id"), str):
            lines += [f"{indent}# {line}" for comment in comments.get(name, ()) for line in comment.splitlines()]
        inline = _write_inline(each)
        if isinstance(each, Mapping) and len(inline) > _SHORT:
            inner = _write_mapping(each, indent + "  ", comments)
            lines += [f"{indent}- {inner[0].lstrip()}", *inner[1:]]
        else:
            lines.append(f"{indent}- {inline}")
    return lines
