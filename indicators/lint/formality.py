"""Marks for meetings, documents, news items, praise and photographs are given for a reason that the pack states."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.lint.problem import Problem
from indicators.meaning.formality import list_formalities
from indicators.pack.model import Pack


def check_formality(pack: Pack) -> Iterator[Problem]:
    """What counts meetings or documents says why; a proposal may do without until somebody confirms it.

    Source: 整治形式主义为基层减负若干规定 (2024), which keeps them out of assessments.
    """
    positions = {indicator.id: position for position, indicator in enumerate(pack.indicators)}
    told: set[str] = set()
    for found in list_formalities(pack):
        indicator = found.indicator
        if not found.is_plain or indicator.id in told or indicator.draft or indicator.formality_reason:
            continue
        told.add(indicator.id)
        text = (
            f"{found.where}里的「{found.word}」说明计分看的是{found.heading}："
            "整治形式主义、为基层减负要求考核看实绩，不看开会、发文、信息、批示、留痕多少；"
            "请改看做成了什么，或写 formality_reason: 为什么要这样考核（例如原文的要求）"
        )
        yield Problem(text, positions[indicator.id], ("name",) if found.where == "指标名称" else ("parts",))
