"""In words, what a pack that extends others made of them: change by change, each with the clause that it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from indicators.pack.layers import ChangedNumber, OverlayChange, PackLayer
from indicators.pack.model import Pack


@dataclass(frozen=True)
class LayerDifference:
    """One thing in which a pack differs from the one below it: in which layer, of which indicator, in a sentence.

    ``kind``: tightened, filled, added or removed.
    """

    layer: str
    issuer: str
    indicator: str
    name: str
    kind: str
    text: str

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


#: What the kinds are called.
KINDS = {"tightened": "加严", "filled": "补定", "added": "增加", "removed": "去掉"}


def list_layer_differences(pack: Pack) -> list[LayerDifference]:
    """All of them, from the lowest layer up; nothing where the pack extends no other."""
    names = {each.id: each.name for each in pack.indicators}
    names |= {gone.indicator: gone.name for layer in pack.layers for gone in layer.removed}
    return [
        LayerDifference(layer.title, layer.issuer, indicator, names[indicator], kind, text)
        for layer, below in zip(pack.layers[1:], pack.layers, strict=False)
        for indicator, kind, text in _list_made(pack, layer, below)
    ]


def describe_indicator_layers(pack: Pack, indicator: str) -> list[str]:
    """What was made of one indicator, or that a layer added it; empty where it is as the lowest pack has it."""
    return [each.text for each in list_layer_differences(pack) if each.indicator == indicator]


def describe_chain(pack: Pack) -> str:
    """Which packs it is made of, the lowest first; empty where it extends no other."""
    return " → ".join(f"《{each.title}》{each.version} 版（{each.issuer}）" for each in pack.layers)


def _list_made(pack: Pack, layer: PackLayer, below: PackLayer) -> Iterator[tuple[str, str, str]]:
    for made in layer.changed:
        yield made.change.indicator, made.how, _describe_change(pack, layer, made)
    for indicator in layer.added:
        yield indicator, "added", f"{layer.issuer}增加：上级《{below.title}》没有这一项。"
    for gone in layer.removed:
        yield gone.indicator, "removed", f"{layer.issuer}去掉：上级《{below.title}》允许不用这一项（{gone.why}）。"


def _describe_change(pack: Pack, layer: PackLayer, made: ChangedNumber) -> str:
    change, left = made.change, "，留给下级定" if made.how == "filled" else ""
    said = f"{layer.issuer}{KINDS[made.how]}「{change.title}」"
    return f"{said}：上级{made.before}{left}，这里{change.value}（{_cite(pack, change)}）。"


def _cite(pack: Pack, change: OverlayChange) -> str:
    if change.quote is None:
        return f"本办选择：{change.local_choice}"
    title = next((source.title for source in pack.sources if source.id == change.source), "")
    return f"《{title}》{f'（{change.article}）' if change.article else ''}「{change.quote}」"
