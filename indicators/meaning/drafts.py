"""Rules that were proposed from a document and that nobody has confirmed: nothing is scored by them."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.entries.refusal import Refusal
from indicators.entries.shortlist import shorten_list
from indicators.pack.model import Indicator, Pack

#: What a draft writes where a document does not say, and how it begins what it chose itself.
BLANK, PROPOSED = "（待填）", "草稿："
#: So many are named in a sentence.
_SHOWN = 5


class DraftPack(Refusal):
    """A pack was to be taken into use, or scored by, while some of its rules are drafts."""

    def __init__(self, pack: Pack, drafts: tuple[Indicator, ...]) -> None:
        self.pack = pack.head.id
        self.drafts = tuple(indicator.id for indicator in drafts)
        named = shorten_list(self.drafts, _SHOWN)
        super().__init__(
            f"指标包 {self.pack} 有 {len(drafts)} 个指标还是草稿（{named}），不能启用，也不能评分。请逐项核对原文、"
            "目标、分值和台账，改好一项就删去这一项的 draft: true；不要的整项删去。还有哪些没有确认：ducha pack lint"
        )


def list_drafts(pack: Pack) -> tuple[Indicator, ...]:
    """The indicators that nobody has confirmed, in the order of the pack."""
    return tuple(indicator for indicator in pack.indicators if indicator.draft)


def refuse_drafts(pack: Pack) -> None:
    """Raise DraftPack where an indicator is a draft."""
    if drafts := list_drafts(pack):
        raise DraftPack(pack, drafts)


def describe_drafts(pack: Pack) -> Iterator[str]:
    """A sentence for each draft, and one that counts them."""
    drafts = list_drafts(pack)
    if drafts:
        yield f"{len(drafts)} 个指标还是草稿，确认以前不能启用和评分；核对一项，删去一项的 draft: true"
    for indicator in drafts:
        quote = next((cite.quote for cite in indicator.cites if cite.quote), "")
        yield f"草稿 {indicator.id} {indicator.name}：原文「{quote}」"


def describe_left_words(pack: Pack) -> Iterator[str]:
    """Words of a draft that stand in what was confirmed, and would be printed."""
    if pack.head.issuer == BLANK or any(source.issuer == BLANK for source in pack.sources):
        yield f"发布机关还写着「{BLANK}」，会印在文件上；请填写"
    left = [
        indicator.id
        for indicator in pack.indicators
        if not indicator.draft and any((cite.local_choice or "").startswith(PROPOSED) for cite in indicator.cites)
    ]
    if left:
        named = shorten_list(left, _SHOWN, "项")
        yield f"{named} 已经确认，依据里还写着「{PROPOSED}」，会印在评分表上；请改成本办的决定和理由"
