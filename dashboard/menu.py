"""The pages as Streamlit's navigation takes them."""

from __future__ import annotations

import copy
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Literal

import streamlit as st

from dashboard.sitemap import PLACES, SitePage

# The folder is not called pages: Streamlit would run such files by their address before app.py, and its login.
_VIEWS = Path(__file__).with_name("views")


def list_pages(shown: Collection[SitePage]) -> dict[str, list[st.Page]]:
    """By the groups of the menu. Only those that are ``shown`` stand in it; every address is known to everybody."""
    groups: dict[str, list[st.Page]] = {}
    for place in PLACES:
        # Streamlit notes in a page that it was chosen: each run has its own.
        groups.setdefault(place.group, []).append(copy.copy(_make_page(place, place in shown)))
    return groups


@lru_cache
def _make_page(place: SitePage, shown: bool) -> st.Page:
    # Streamlit looks for the file each time that it makes one.
    visibility: Literal["visible", "hidden"] = "visible" if shown else "hidden"
    return st.Page(_VIEWS / place.file, title=place.title, url_path=place.address, visibility=visibility)
