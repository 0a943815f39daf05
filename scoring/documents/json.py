"""A document as JSON, for other programs: the same blocks, and for a score sheet the stored records themselves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from scoring.documents.blocks import Block, Document, Heading, Paragraph, Table
from scoring.explain.explanation import Explanation

SCHEMA = "ducha.sheet.v1"


def list_block(block: Block) -> dict[str, object]:
    """A block with its type."""
    kind = (
        "table"
        if isinstance(block, Table)
        else "heading"
        if isinstance(block, Heading)
        else "paragraph"
        if isinstance(block, Paragraph)
        else "signature"
    )
    return {"type": kind, **asdict(block)}


def write_json(document: Document, records: Sequence[Explanation] = ()) -> bytes:
    """UTF-8 JSON, the same bytes for the same document; ``records`` are those that it was made of (explain.v1)."""
    content = {
        "schema": SCHEMA,
        **asdict(document),
        "blocks": [list_block(block) for block in document.blocks],
    }
    head = json.dumps(content, ensure_ascii=False, indent=1).removesuffix("\n}")
    # A record is long: a line for each is three times as fast to write as an indented tree, and can still be searched.
    lines = ",\n".join(json.dumps(record.write(), ensure_ascii=False) for record in records)
    return f'{head},\n "records": [\n{lines}\n ]\n}}\n'.encode()
