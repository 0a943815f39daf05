"""Numbers, marks, days and intervals as a clerk writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from indicators.entries.amounts import OPEN_TITLE, Quantity, has_no_end, plain
from indicators.entries.intervals import Range
from indicators.entries.tables import Dataset


def is_finite(value: Fraction, places: int = 12) -> bool:
    """Whether ``value`` is a decimal with at most ``places`` places."""
    return bool(10**places % value.denominator == 0)


def round_half_up(value: Fraction, places: int) -> Fraction:
    """``value`` at ``places`` decimals, a tie away from zero."""
    return Fraction(count_points(value, places), 10**places)


def count_points(value: Fraction | Decimal | int, places: int) -> int:
    """How many units of the last of ``places`` decimals ``value`` is, a tie away from zero; in whole numbers."""
    numerator, denominator = value.as_integer_ratio()
    whole = int((2 * abs(numerator) * 10**places + denominator) // (2 * denominator))
    return whole if numerator >= 0 else -whole


def _write_units(units: int, places: int) -> str:
    digits = str(abs(units)).zfill(places + 1)
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if units < 0 else text


def write_number(value: Fraction | Decimal | int, places: int = 12) -> str:
    """``value`` as a decimal, rounded half up at ``places`` where it has more, without trailing zeros."""
    if isinstance(value, int) or value.as_integer_ratio()[1] == 1:
        return str(int(value))
    text = _write_units(count_points(value, places), places)
    return text.rstrip("0").rstrip(".") if places else text


def write_percent(value: Fraction | Decimal, places: int = 10) -> str:
    """A share as a percentage, e.g. ``95%``."""
    return f"{write_number(Fraction(value) * 100, places)}%"


def write_printed(value: Fraction | Decimal, precision: int) -> str:
    """Marks with all the decimals that the pack prints, e.g. ``1.90``, or that they have no upper end."""
    if has_no_end(value):
        return OPEN_TITLE
    return _write_units(count_points(value, precision), precision)


def print_points(points: int, precision: int) -> str:
    """The same of marks in whole units of the last decimal."""
    return OPEN_TITLE if has_no_end(points, 10**precision) else _write_units(points, precision)


def write_marks(worth: Quantity | Decimal | Fraction, full: Decimal | Fraction = Decimal(0)) -> str:
    """An amount of marks with 分; a percentage is one of ``full``."""
    if isinstance(worth, Quantity):
        worth = worth.of(Decimal(full.numerator) / Decimal(full.denominator) if isinstance(full, Fraction) else full)
    return OPEN_TITLE if has_no_end(worth) else f"{write_number(Fraction(worth), 6)}分"


def write_figure(amount: Quantity, unit: str) -> str:
    """A figure of a rule as the pack wrote it, with its unit; percentages have none."""
    return str(amount) if amount.percent else f"{amount}{unit}"


def write_day(day: date) -> str:
    """``2024年4月30日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def write_month_day(month_day: str) -> str:
    """``04-30`` as 4月30日，``04-end`` as 4月的最后一日。"""
    month, day = month_day.split("-")
    return f"{int(month)}月的最后一日" if day == "end" else f"{int(month)}月{int(day)}日"


def write_range(interval: Range, unit: str) -> str:
    """An interval in words; both ends say whether they belong to it."""
    low = interval.at_least or interval.above
    high = interval.at_most or interval.below
    if low is None and high is None:
        return "任何数"
    if low is None:
        assert high is not None
        return f"{write_figure(high, unit)}{'及以下' if interval.at_most else '以下（不含）'}"
    if high is None:
        return f"{write_figure(low, unit)}{'及以上' if interval.at_least else '以上（不含）'}"
    start = f"{write_figure(low, unit)}（{'含' if interval.at_least else '不含'}）"
    return f"{start}至{write_figure(high, unit)}（{'含' if interval.at_most else '不含'}）"


def name_dataset(dataset: Dataset) -> str:
    """《应急演练》."""
    return f"《{dataset.title}》"


def name_column(dataset: Dataset, name: str) -> str:
    """「学时」: the column as its title says."""
    column = dataset.column(name)
    return f"「{column.title if column is not None else name}」"


def write_amount_unit(dataset: Dataset, name: str | None) -> str:
    """The unit of a column, 条 for rows, empty where the pack names none."""
    if name is None:
        return "条"
    column = dataset.column(name)
    return (column.unit_of_measure or "") if column is not None else ""


def write_plain(quantity: Quantity) -> str:
    """The number itself, without a percent sign: the percentage points of 1%."""
    return plain(quantity.value * 100 if quantity.percent else quantity.value)
