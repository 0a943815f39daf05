"""Checks on judgements at import: what an inspector gives must be what the indicator allows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from data.cells.values import CellValue
from data.files.mistakes import FileMistake
from data.sheets.parsed import ParsedSheet
from indicators.entries.amounts import plain
from indicators.meaning.judging import Judging, is_judged, list_judged, turn_marks
from indicators.pack.model import Pack


def check_judgements(sheet: ParsedSheet, pack: Pack) -> list[FileMistake]:
    """Every mistake in the rows of a dataset with ``checks.judgements``; none for any other dataset.

    Asked: an indicator that is judged, a unit that it applies to in that year, a level or marks as it declares, and
    evidence where the marks are not full. Where marks are only taken off, those that are lost are asked
    for, and the sheet then holds those that are kept. That a reason is given the column itself demands.
    """
    if not sheet.dataset.checks.judgements:
        return []
    known: dict[int, dict[tuple[str, str], Judging]] = {}
    mistakes: list[FileMistake] = []
    for index, (unit, indicator, period) in enumerate(
        zip(sheet.units, sheet.columns["indicator"], sheet.periods, strict=True)
    ):
        if unit is None or indicator is None or period is None:
            continue
        if period not in known:
            judged = list_judged(pack, sheet.dataset.id, period)
            known[period] = {(each.unit.id, each.indicator.id): each for each in judged}
        judging = known[period].get((str(unit), str(indicator)))
        if judging is None:
            mistakes.append(
                sheet.mistake(index, "indicator", _refuse_place(pack, sheet, str(unit), str(indicator), period))
            )
        else:
            mistakes += [sheet.mistake(index, column, text) for column, text in _check_row(sheet, index, judging)]
    return mistakes


def _refuse_place(pack: Pack, sheet: ParsedSheet, unit: str, indicator: str, year: int) -> str:
    found = pack.indicator(indicator)
    if not is_judged(found, sheet.dataset.id):
        return f"指标 {indicator}（{found.name}）由数据计分，不由督察员评定；请改正指标或删去这一行"
    name = next((entry.name for entry in pack.registry.units if entry.id == unit), unit)
    return f"{year} 年不用指标 {indicator}（{found.name}）评「{name}」；请改正单位、指标或年度，或删去这一行"


def _read(sheet: ParsedSheet, column: str, index: int) -> CellValue:
    return sheet.columns[column][index] if column in sheet.columns else None


def _keep_marks(sheet: ParsedSheet, index: int, kept: Decimal) -> str:
    """Put the marks that are kept where those that are lost were written; or why the column cannot hold them."""
    column = sheet.dataset.column("marks")
    assert column is not None
    places = column.decimals if column.type == "decimal" else 0
    if kept != round(kept, places):
        return f"扣分以后剩 {plain(kept)} 分，这一列只记 {places} 位小数，记不下；请核对扣分"
    sheet.columns["marks"][index] = kept if isinstance(sheet.columns["marks"][index], Decimal) else int(kept)
    return ""


def _check_row(sheet: ParsedSheet, index: int, judging: Judging) -> Iterator[tuple[str, str]]:
    """Column and sentence of each mistake of a row."""
    level, marks = _read(sheet, "level", index), _read(sheet, "marks", index)
    given = _find_given(judging, level, marks)
    if judging.by_level:
        yield from _check_level(judging, level, marks)
    else:
        yield from _check_marks(judging, level, marks, given)
        if judging.deducts and given is not None and (wrong := _keep_marks(sheet, index, given)):
            yield "marks", wrong
    asks = sheet.dataset.column("evidence") is not None
    if asks and given is not None and given < judging.full and not _read(sheet, "evidence", index):
        yield "evidence", f"没有给满分（{plain(judging.full)} 分）的要写明佐证材料；请补填（底稿、案卷编号、照片等）"


def _find_given(judging: Judging, level: CellValue, marks: CellValue) -> Decimal | None:
    """The marks that a row gives; None where it gives none that may be given."""
    if judging.by_level:
        return judging.levels.get(level) if isinstance(level, str) else None
    if not isinstance(marks, (int, Decimal)):
        return None
    given = Decimal(turn_marks(judging, str(marks)))
    return given if judging.low <= given <= judging.high else None


def _check_level(judging: Judging, level: CellValue, marks: CellValue) -> Iterator[tuple[str, str]]:
    allowed = "、".join(judging.levels)
    if marks is not None:
        yield "marks", f"指标 {judging.indicator.id} 评的是等级，不填评分；请清空这一格，改填等级：{allowed}"
    if level is None:
        yield "level", f"没有填等级；指标 {judging.indicator.id} 请填：{allowed}"
    elif level not in judging.levels:
        yield "level", f"指标 {judging.indicator.id} 没有「{level}」这个等级；请填：{allowed}"


def _check_marks(
    judging: Judging, level: CellValue, marks: CellValue, given: Decimal | None
) -> Iterator[tuple[str, str]]:
    low, high = (judging.least, judging.most) if judging.deducts else (judging.low, judging.high)
    span = f"{plain(low)} 到 {plain(high)} 分" + ("（只扣分，填扣多少分）" if judging.deducts else "")
    if level is not None:
        yield "level", f"指标 {judging.indicator.id} 评的是分数，不填等级；请清空这一格，改填评分（{span}）"
    if marks is None:
        yield "marks", f"没有填评分；指标 {judging.indicator.id} 请填 {span}"
    elif isinstance(marks, (int, Decimal)) and given is None:
        yield (
            "marks",
            f"指标 {judging.indicator.id} 的评分应在 {span}之间，填的是 {plain(Decimal(marks))}；请核对",
        )
