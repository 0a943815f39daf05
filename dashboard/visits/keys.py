"""The names of widgets and of what a visit remembers. Tests find widgets by them; nothing else names a widget.

Each page has an enumeration of its own, so that two pages never share a widget by accident.
"""

from __future__ import annotations

from enum import StrEnum


class Shell(StrEnum):
    """Login, and what stands beside every page."""

    USER = "login_user"
    PASSWORD = "login_password"
    ENTER = "login_enter"
    OIDC = "login_oidc"
    LEAVE = "leave"
    FIRST_NEW = "first_password"
    FIRST_AGAIN = "first_password_again"
    FIRST_SET = "first_password_set"
    LOGIN = "session_login"
    IDENTITY = "session_identity"
    COOKIE_SENT = "session_cookie_sent"
    TOLD = "session_told"
    VISIT = "session_visit"
    ENDED = "session_ended"


class Overview(StrEnum):
    """总览。"""

    RUN = "overview_run"
    COHORT = "overview_cohort"
    SEARCH = "overview_search"
    PAGE = "overview_page"
    SINCE = "overview_since"
    RESCORE = "overview_rescore"


class Compare(StrEnum):
    """县区对比。"""

    RUN = "compare_run"
    COHORT = "compare_cohort"
    UNITS = "compare_units"
    INDICATOR = "compare_indicator"
    SEARCH = "compare_search"
    PAGE = "compare_page"
    INDICATOR_PAGE = "compare_indicator_page"


class Unit(StrEnum):
    """单位。"""

    RUN = "unit_run"
    UNIT = "unit_unit"
    COHORT = "unit_cohort"
    ITEM = "unit_item"


class Clauses(StrEnum):
    """指标与依据。"""

    ARTICLE = "clauses_article"
    INDICATOR = "clauses_indicator"
    VIEW = "clauses_view"


class Robustness(StrEnum):
    """稳健性。"""

    RUN = "robustness_run"
    COHORT = "robustness_cohort"
    UNIT = "robustness_unit"
    INDICATOR = "robustness_indicator"
    MARKS = "robustness_marks"
    SECTION = "robustness_section"
    WEIGHT = "robustness_weight"
    PAGE = "robustness_page"
