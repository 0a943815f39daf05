"""The conditions of judgements and exemptions."""

from __future__ import annotations

from data.ledger.case import PlannedChange
from data.ledger.condition import Answer, condition
from data.ledger.rows import ExemptionRow, JudgementRow
from data.ledger.second_marks import is_drawn


@condition("您已经评定过这个单位的这项指标（{detail}），请改评，不要重复评定")
def first_judgement(case: PlannedChange) -> Answer:
    keys = {name: case.after[name] for name in ("year", "unit", "indicator")}
    # A person counts once in the mean of the inspectors, by whichever account.
    given = case.list_rows(JudgementRow, state="given", **keys)
    return "、".join(row.id for row in given if case.is_nobody_of([row.inspector]) is not True) or True


@condition("盲评由没有参加这次督察的督察员办理，您在督察组里{detail}")
def outside_team(case: PlannedChange) -> Answer:
    return case.inspection is not None and case.is_nobody_of(case.inspection.team or [])


@condition("这个单位的这项指标没有抽中盲评，或者已经盲评过")
def drawn_for_second(case: PlannedChange) -> Answer:
    keys = {name: case.after[name] for name in ("year", "inspection", "unit", "indicator")}
    if case.list_rows(JudgementRow, state="second", **keys):
        return False
    return any(is_drawn(row) for row in case.list_rows(JudgementRow, state="given", **keys))


@condition("这个单位这一年的这项指标已经批准豁免（{detail}）")
def only_exemption(case: PlannedChange) -> Answer:
    keys = {name: case.after[name] for name in ("year", "unit", "indicator")}
    return "、".join(row.id for row in case.list_rows(ExemptionRow, state="approved", **keys)) or True


@condition("有效期至 {detail}，在这一年度开始以前，豁免不了这一年；请核对年度和有效期")
def reaches_year(case: PlannedChange) -> Answer:
    row = case.read(ExemptionRow)
    return True if int(row.expires_on[:4]) >= row.year else row.expires_on
