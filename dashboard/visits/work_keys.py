"""The names of widgets on the pages where work is done, as ``keys.py`` has those of the pages that are read.

A field's widget is named by its page's prefix and the field: see ``fields.py``.
"""

from __future__ import annotations

from enum import StrEnum


class Doing(StrEnum):
    """An action on an object, on whichever page."""

    TOLD = "doing_told"
    OPENED = "doing_opened"
    SEEN_AT = "doing_seen_at"
    SEEN = "doing_seen"
    STALE = "doing_stale"
    ACTION = "action"
    REASON = "reason"
    SUBMIT = "submit"
    SIDE = "side"
    MADE = "doing_made"
    MERGE = "doing_merge"
    GIVE_UP = "doing_give_up"


class Queue(StrEnum):
    """A list of objects by whose turn it is; the page's kind of object goes before each."""

    TURN = "turn"
    CHOSEN = "id"
    TOLD = "id:address"
    PAGE = "queue_page"
    SEARCH = "queue_search"


class BlindKey(StrEnum):
    """盲评，和评定是否一致。"""

    THING = "blind_thing"
    STORE = "blind_store"
    YEAR = "blind_year"


class Reporting(StrEnum):
    """数据报送。"""

    YEAR = "reporting_year"
    PAGE = "reporting_page"
    SEARCH = "reporting_search"
    GRID = "reporting_grid"
    UNIT = "reporting_unit"
    FILES = "reporting_files"
    MAPPING = "reporting_mapping"
    NIL = "reporting_nil"
    CHECK = "reporting_check"
    ACCEPT = "reporting_accept"
    REGISTER = "reporting_register"
    COMPLETE_TO = "reporting_complete_to"
    NOTHING = "reporting_nothing"
    DECLARE = "reporting_declare"
    UNDERSTOOD = "reporting_understood"
    ROUND = "reporting_round"
    FICTION = "reporting_fiction"


class EntryKey(StrEnum):
    """督察录入。"""

    PART = "part"
    DRAFT = "entry_draft"
    FIRST = "entry_first"
    CONTINUE = "entry_continue"
    NEW = "entry_new"
    INSPECTION = "entry_inspection"
    UNIT = "entry_unit"
    REASON = "entry_reason"
    SUBMIT = "entry_submit"
    SAVED = "entry_saved"
    REFUSED = "entry_refused"
    ROUND = "entry_round"
    STORE = "entry_store"
    DISCARD = "entry_discard"
    DISCARD_REASON = "entry_discard_reason"
    JUDGE = "entry_judge"
    JUDGED_INDICATOR = "entry_judged_indicator"
    LEVEL = "entry_level"
    MARKS = "entry_marks"
    GROUNDS = "entry_grounds"
    JUDGE_REASON = "entry_judge_reason"


class Exports(StrEnum):
    """导出。"""

    RUN = "exports_run"
    KIND = "exports_kind"
    FORMAT = "exports_format"
    COHORT = "exports_cohort"
    UNIT = "exports_unit"
    YEAR = "exports_year"
    AS_OF = "exports_as_of"
    SCORE = "exports_score"


class Trail(StrEnum):
    """留痕。"""

    KIND = "trail_kind"
    OBJECT = "trail_object"
    WHO = "trail_who"
    OUTCOME = "trail_outcome"
    BEFORE = "trail_before"
    OLDER = "trail_older"
    NEWEST = "trail_newest"
    VERIFY = "trail_verify"
    HEADS = "trail_heads"
    RESULT = "trail_result"


class Administration(StrEnum):
    """系统管理。"""

    CHOSEN = "admin_user"
    ID = "admin_id"
    ADD = "admin_add"
    PASSWORD = "admin_password"
    AGAIN = "admin_again"
    SET = "admin_set"
    BACKUP = "admin_backup"
    CHECK = "admin_check"
    CHECKED = "admin_checked"
    OWN_OLD = "own_old"
    OWN_NEW = "own_new"
    OWN_AGAIN = "own_again"
    OWN_SET = "own_set"
    OWN_END = "own_end"
    OWN_END_OTHERS = "own_end_others"


class RulesKey(StrEnum):
    """指标编制。"""

    CHOSEN = "rules_id"
    TRY = "rules_try"
    TRIED = "rules_tried"
    FILE = "rules_file"
    GROUNDS = "rules_grounds"
    DAY = "rules_day"
    SUBMIT = "rules_submit"
    ROUND = "rules_round"
    REFUSED = "rules_refused"
    INDICATOR = "rules_indicator"
    SEARCH = "rules_search"
    MODE = "rules_mode"


class DeskKey(StrEnum):
    """指标编制：草稿。"""

    BEGIN = "desk_begin"
    SOURCE = "desk_source"
    YEAR = "desk_year"
    READ = "desk_read"
    SHEET = "desk_sheet"
    ENTRY = "desk_entry"
    WORK = "desk_work"
    FIELD = "desk_field"
    ADD = "desk_add"
    DROP = "desk_drop"
    KEEP = "desk_keep"
    CONFIRM = "desk_confirm"
    NEXT = "desk_next"
    COPY = "desk_copy"
    NAME = "desk_name"
    AWAY = "desk_away"
    TRY = "desk_try"
    TRIED = "desk_tried"
    CASE = "desk_case"
    VERSION = "desk_version"
    DAY = "desk_day"
    GROUNDS = "desk_grounds"
    SUBMIT = "desk_submit"
    GIVE_UP = "desk_give_up"
    SURE = "desk_sure"
