"""What keeps a year from being scored, said on the page that asked for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from data.ledger.refusals import Refused
from scoring.calendar import CalendarEnds
from scoring.run import RunOverflow, YearNotInPack

Made = TypeVar("Made")
#: What scoring raises of a year or of data that cannot be scored; each says in Chinese what to do.
HINDRANCES = (YearNotInPack, CalendarEnds, RunOverflow)


def score_or_say(make: Callable[[], Made]) -> Made | None:
    """What ``make`` scores and keeps; None where it was refused or cannot be, and the page says why."""
    try:
        with st.spinner("正在评分…"):
            return make()
    except Refused as refused:
        st.error(refused.sentence)
    except HINDRANCES as error:
        st.error(str(error))
    return None
