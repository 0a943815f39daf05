"""Marks for meetings, documents, news items, praise and photographs are given for a reason that the pack states."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.lint.problem import Problem
from indicators.meaning.formality import list_unreasoned
from indicators.pack.model import Pack


def check_formality(pack: Pack) -> Iterator[Problem]:
    """What counts meetings or documents says why; a proposal may do without until somebody confirms it.

    Source: 整治形式主义为基层减负若干规定 (2024), which keeps them out of assessments.
    """
    positions = {indicator.id: position for position, indicator in enumerate(pack.indicators)}
    for found in list_unreasoned(pack):
        if not found.indicator.draft:
            text = (
                f"{found.describe()}："
                "整治形式主义、为基层减负要求考核看实绩，不看开会、发文、信息、批示、留痕多少；"
                "请改看做成了什么，或写 formality_reason: 为什么要这样考核（例如原文的要求）"
            )
            place = ("name",) if found.where == "指标名称" else ("parts",)
            yield Problem(text, positions[found.indicator.id], place)
