"""A pot in words: from what it starts, what every part moves, and within which bounds."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.pack.model import Indicator
from scoring.base.amounts import write_marks
from scoring.base.pots import PotNode, find_node, list_nodes, name_part


def describe_pot(indicator: Indicator, cohort: str) -> list[str]:
    """The sentences that stand after those of the parts; of an indicator with a pot."""
    nodes = list_nodes(indicator, cohort)
    moves = "，".join(_list_moves(indicator, cohort))
    return [
        f"各部分共用一个分数：从{write_marks(nodes[0].start)}起算{f'，{moves}' if moves else ''}；"
        f"{_describe_ends(nodes[0])}。不适用的部分不扣不加。",
        *(_describe_group(indicator, node, nodes) for node in nodes[1:]),
        *(
            f"{_name(indicator, index)}没有达到目标的，本项不得分。"
            for index, part in enumerate(indicator.parts)
            if part.voids
        ),
    ]


def _name(indicator: Indicator, index: int) -> str:
    return f"「{name_part(indicator, index) or f'第{index + 1}部分'}」"


def _list_moves(indicator: Indicator, cohort: str) -> Iterator[str]:
    taking, adding = list[str](), list[str]()
    for index, (part, full) in enumerate(zip(indicator.parts, indicator.worth(cohort), strict=True)):
        if part.takes is not None:
            taking.append(f"{_name(indicator, index)}最多扣{write_marks(full)}")
        elif part.adds is not None:
            adding.append(f"{_name(indicator, index)}最多加{write_marks(full)}")
    if taking:
        yield f"{'、'.join(taking)}（比这一部分的满分少得多少，就扣多少）"
    if adding:
        yield f"{'、'.join(adding)}（得多少加多少）"


def _describe_ends(root: PotNode) -> str:
    assert root.least is not None and root.most is not None
    if root.least < 0:
        low = f"加减相抵后最多从总分里扣{write_marks(-root.least)}"
    else:
        low = f"最低{write_marks(root.least)}" if root.least else "扣完为止"
    return f"{low}，最高{write_marks(root.most)}{_describe_choice(root)}"


def _describe_choice(node: PotNode) -> str:
    if node.worst is not None:
        return f"；只算得分最低的{node.worst}项，不适用的不排在内"
    return f"；只算得分最高的{node.best}项" if node.best is not None else ""


def _describe_group(indicator: Indicator, node: PotNode, nodes: list[PotNode]) -> str:
    names = [
        _name(indicator, index)
        for index, part in enumerate(indicator.parts)
        if not part.voids and find_node(indicator, index) == node.number
    ]
    names += [f"「{inner.title}」" for inner in nodes if inner.parent == node.number]
    ends = [f"最多加{write_marks(node.most)}"] if node.most is not None else []
    ends += [f"最多扣{write_marks(-node.least)}"] if node.least is not None else []
    return f"「{node.title}」（{'、'.join(names)}）加减相抵后，{'，'.join(ends)}{_describe_choice(node)}。"
