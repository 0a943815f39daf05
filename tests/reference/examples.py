"""Worked examples: small packs and data with results that were computed by hand from docs/pack-format.md.

They hold for every scorer: the tests of the reference run them, and those of the engine can run them too.
Working days are those of the shipped calendar.
"""

from __future__ import annotations

from tests.reference.example import Example
from tests.reference.examples_averages import AVERAGES
from tests.reference.examples_conditions import CONDITIONS
from tests.reference.examples_dates import DATES
from tests.reference.examples_decided import DECIDED
from tests.reference.examples_marks import MARKS
from tests.reference.examples_measures import MEASURES
from tests.reference.examples_people import PEOPLE
from tests.reference.examples_reported import REPORTED
from tests.reference.examples_rounds import ROUNDS
from tests.reference.examples_tallies import TALLIES
from tests.reference.examples_totals import TOTALS
from tests.reference.examples_units import UNITS

EXAMPLES: list[Example] = [
    *TALLIES,
    *AVERAGES,
    *MEASURES,
    *ROUNDS,
    *CONDITIONS,
    *PEOPLE,
    *DATES,
    *MARKS,
    *TOTALS,
    *UNITS,
    *DECIDED,
    *REPORTED,
]
