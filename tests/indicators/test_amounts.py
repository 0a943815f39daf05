"""Amounts are exact and keep the author's text; intervals cover every number once or it is told.

Coverage is compared with brute force on a grid finer than the borders, so it is not a proof for borders
that lie closer together than the grid.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.entries.amounts import Quantity, Scalar, parse_number, parse_quantity, plain
from indicators.entries.intervals import HasEnds, Range, find_gaps

WHOLES = st.integers(0, 999_999_999_999)


@st.composite
def number_texts(draw: st.DrawFn, decimals: int = 6) -> str:
    """Any number that a pack may write, with at most so many decimals."""
    fraction = draw(st.text("0123456789", max_size=decimals))
    return draw(st.sampled_from(["", "-"])) + str(draw(WHOLES)) + (f".{fraction}" if fraction else "")


@given(number_texts())
def test_a_number_keeps_the_text_and_the_value_that_the_author_wrote(text: str) -> None:
    assert str(parse_quantity(text)) == text
    assert parse_number(text) == Decimal(text)


@given(number_texts(decimals=4))
def test_a_percentage_keeps_the_text_and_is_a_hundredth(text: str) -> None:
    quantity = parse_quantity(f"{text}%")
    assert str(quantity) == f"{text}%"
    assert quantity.percent
    assert quantity.value * 100 == Decimal(text)


def test_a_scalar_of_a_file_is_as_good_as_its_text() -> None:
    assert parse_quantity(Scalar("1.50%", line=3, plain_tag="str")) == parse_quantity("1.5%")
    assert str(parse_quantity(Scalar("1.50", line=3, plain_tag="float"))) == "1.50"


@given(number_texts(decimals=4).filter(lambda text: not text.startswith("-")), number_texts(decimals=2))
def test_a_percentage_is_worth_that_share_of_the_full_marks(percent: str, full: str) -> None:
    share = parse_quantity(f"{percent}%").of(Decimal(full))
    assert share * 100 == Decimal(percent) * Decimal(full)
    assert parse_quantity(percent).of(Decimal(full)) == Decimal(percent)


def test_quantities_that_are_written_differently_are_equal_and_percentages_are_not_numbers() -> None:
    assert Quantity(Decimal("0.5")) == parse_quantity("0.50")
    assert parse_quantity("50%") != parse_quantity("0.5")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "+1",
        ".5",
        "5.",
        "01",
        "1_000",
        "1,000",
        "1e3",
        "0x1",
        "NaN",
        "Infinity",
        "--1",
        "1.2.3",
        "\uff11",
        "一",
    ],
)
@pytest.mark.parametrize("sign", ["", "%"])
def test_what_is_no_plain_decimal_is_refused(text: str, sign: str) -> None:
    with pytest.raises(ValueError, match=r"不是数|不是百分数"):
        parse_quantity(text + sign)


@pytest.mark.parametrize("value", [None, True, 1.5, [], {}, ["1"]])
def test_what_is_no_text_is_refused_and_a_float_above_all(value: object) -> None:
    with pytest.raises(ValueError, match="不是数"):
        parse_number(value)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("1.50", "1.5"), ("100", "100"), ("0.000001", "0.000001"), ("1E+2", "100"), ("0.00", "0"), ("-0.10", "-0.1")],
)
def test_a_plain_number_has_no_exponent_and_no_trailing_zeros(value: str, shown: str) -> None:
    assert plain(Decimal(value)) == shown


ENDS = st.none() | st.tuples(st.integers(-3, 3), st.booleans())


def make_range(low: tuple[int, bool] | None, high: tuple[int, bool] | None) -> Range | None:
    """The interval between two ends (border, whether it belongs to it); None where it would hold nothing."""
    ends: dict[str, str] = {}
    if low is not None:
        ends["at_least" if low[1] else "above"] = str(low[0])
    if high is not None:
        ends["at_most" if high[1] else "below"] = str(high[0])
    try:
        return Range.model_validate(ends)
    except ValueError:
        return None


@st.composite
def scattered(draw: st.DrawFn) -> list[Range]:
    """Some intervals anywhere."""
    drawn = [make_range(*ends) for ends in draw(st.lists(st.tuples(ENDS, ENDS), min_size=1, max_size=5))]
    return [interval for interval in drawn if interval is not None] or [Range()]


@st.composite
def partitions(draw: st.DrawFn) -> list[Range]:
    """Intervals that cover every number once, in any order."""
    borders = sorted(draw(st.sets(st.integers(-3, 3), max_size=4)))
    ranges: list[Range] = []
    low: tuple[int, bool] | None = None
    for border in borders:
        below = draw(st.booleans())  # whether the border belongs to the interval below it
        interval = make_range(low, (border, below))
        assert interval is not None
        ranges.append(interval)
        low = (border, not below)
    last = make_range(low, None)
    assert last is not None
    return draw(st.permutations([*ranges, last]))


#: Every border, the middle between two of them, and far beyond on either side.
GRID = [Decimal(step) / 2 for step in range(-8, 9)] + [Decimal(-1000), Decimal(1000)]


def name_ranges(ranges: list[Range]) -> list[tuple[str, HasEnds]]:
    return [(f"第{number}档", interval) for number, interval in enumerate(ranges)]


@given(scattered() | partitions())
def test_there_is_nothing_to_say_exactly_where_every_number_lies_in_one_interval(ranges: list[Range]) -> None:
    holders = [sum(interval.holds(point) for interval in ranges) for point in GRID]
    assert (find_gaps(name_ranges(ranges)) == []) == (set(holders) == {1})


@given(scattered())
def test_a_gap_is_told_where_a_number_lies_nowhere_and_an_overlap_where_it_lies_twice(
    ranges: list[Range],
) -> None:
    said = "\n".join(find_gaps(name_ranges(ranges)))
    holders = {point: sum(interval.holds(point) for interval in ranges) for point in GRID}
    assert ("重叠" in said) == (max(holders.values()) > 1)
    assert ("没有归属" in said or "空档" in said) == (min(holders.values()) == 0)
    assert ("以上的数没有归属" in said) == (holders[Decimal(1000)] == 0)
    assert ("以下的数没有归属" in said) == (holders[Decimal(-1000)] == 0)


@given(partitions(), st.data())
def test_one_interval_too_few_or_too_many_is_told(ranges: list[Range], data: st.DataObject) -> None:
    one = data.draw(st.integers(0, len(ranges) - 1))
    assert find_gaps(name_ranges([*ranges, ranges[one]]))
    if len(ranges) > 1:
        assert find_gaps(name_ranges(ranges[:one] + ranges[one + 1 :]))


@pytest.mark.parametrize(
    ("value", "held"), [("5", True), ("5.000001", True), ("10", False), ("9.999999", True), ("4.999999", False)]
)
def test_an_interval_holds_what_its_ends_say(value: str, held: bool) -> None:
    assert Range.model_validate({"at_least": "5", "below": "10"}).holds(Decimal(value)) is held
