"""What a page says as long as something that it shows is made beside the pages."""

from __future__ import annotations

import streamlit as st

from dashboard.visits.session import refreshed
from dashboard.visits.shelf import Key, is_at_work

#: After so long, in seconds, a page that waits asks whether it is there.
PAUSE = 3.0


@refreshed(PAUSE)
def show_wait(line: Key, words: str) -> None:
    """The words, until nothing of the line (``find_or_begin``) is at work; then all of the page is made anew."""
    if not is_at_work(line):
        st.rerun()
    st.info(words)
