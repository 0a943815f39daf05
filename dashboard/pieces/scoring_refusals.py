"""What keeps a year from being scored, said on the page that asked for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from dashboard.visits.admission import busy
from indicators.entries.refusal import Refusal

Made = TypeVar("Made")


def score_or_say(make: Callable[[], Made]) -> Made | None:
    """What ``make`` scores and keeps; None where it was refused or cannot be, and the page says why."""
    try:
        with busy("正在评分…"):
            return make()
    except Refusal as refusal:
        st.error(str(refusal))
    return None
