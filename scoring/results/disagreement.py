"""Two ways to the same number that do not meet: then no run is kept, no line shown and no workbook written."""

from __future__ import annotations

from indicators.entries.refusal import Refusal


class MarksDiffer(Refusal):
    """What the engine gave is not what a second way to the same number gives.

    ``unit`` and ``what`` say where; ``engine`` is the engine's figure as it is printed, ``other`` the one that was
    worked out beside it, ``way`` how: by the calculation line, by the workbook's formula, by adding up.
    """

    def __init__(self, unit: str, what: str, engine: str, other: str, way: str) -> None:
        self.unit, self.what, self.engine, self.other, self.way = unit, what, engine, other, way
        super().__init__(
            f"{unit}「{what}」：评分引擎得出 {engine}，{way}得出 {other}。"
            "两者必须一致，所以没有保存、也不输出这个结果。"
            "这是程序的错误，不是数据的错误：请把这句话和所用的指标包交给维护人员，改正以前不要使用这项得分。"
        )


LINE, FORMULA, SUM = "按规则逐步计算的算式", "工作簿里的公式", "把已取整的各项得分加总"
