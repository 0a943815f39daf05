"""That the head on a paper is the office's: proved by an exported trail and a signed anchor, without a workspace.

A signature is too long for a footer. The head on the paper is an event's hash, the export holds every event, and the
anchor signs a later event's hash: whoever has the office's public key goes from one to the other, line by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from data.signing.key import KeyRefused
from data.store.stored_row import list_columns
from data.trail.anchors import Anchor
from data.trail.events import GENESIS, Head, TrailEvent, hash_event


class NotProved(KeyRefused):
    """What an exported trail does not prove, with a sentence."""


def prove_head(lines: Iterable[str], head: Head, anchor: Anchor) -> TrailEvent:
    """The event whose hash is ``head``, on a trail that the anchor signs.

    ``lines`` are those of ``export_trail``, from the first event at least to the anchor's. Raises NotProved.
    """
    if anchor.head.seq < head.seq:
        raise NotProved(
            f"锚点只签到第 {anchor.head.seq} 条，文书上的链头是第 {head.seq} 条；请用文书印出以后写的锚点来核对"
        )
    found: TrailEvent | None = None
    for event in _read_chain(lines):
        if event.seq == head.seq:
            if event.hash != head.hash:
                raise NotProved(f"文书上的链头与留痕第 {head.seq} 条的摘要不符；文书不是这份留痕的，或者被改写过")
            found = event
        if event.seq == anchor.head.seq:
            if event.hash != anchor.head.hash:
                raise NotProved(f"锚点与留痕第 {anchor.head.seq} 条的摘要不符；导出的留痕不是锚点签过的那一份")
            break
    else:
        raise NotProved(f"导出的留痕没有锚点签到的第 {anchor.head.seq} 条；请导出锚点以后的全部留痕")
    if found is None:
        raise NotProved(f"留痕里没有第 {head.seq} 条；链头从 1 数起，请照文书重抄")
    return found


def _read_chain(lines: Iterable[str]) -> Iterator[TrailEvent]:
    """The events, each bound to the one before. Raises NotProved at the first that is not."""
    before = GENESIS
    for number, line in enumerate(lines, 1):
        try:
            columns = json.loads(line)
            event = TrailEvent(**{name: columns[name] for name in list_columns(TrailEvent)})
            bound = (event.seq, event.prev_hash) == (number, before) and event.hash == hash_event(columns)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise NotProved(f"导出的留痕第 {number} 行不是留痕（用 ducha trail export 导出的）") from None
        if not bound:
            raise NotProved(f"导出的留痕第 {number} 行被改过、删过或插过，与前一条接不上")
        before = event.hash
        yield event
