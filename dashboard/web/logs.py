"""What the log never holds: ids of Streamlit's sessions, which stand in addresses, and the cookie of a login."""

from __future__ import annotations

import logging
import re

from dashboard.visits.sessions import SESSIONS

_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
#: A browser also sends the cookies of the other servers of its host.
_COOKIES = re.compile(rf"({SESSIONS}\w*=)[^\s;,'\"]+")
_FORMATTER = logging.Formatter()


def hide_secrets() -> None:
    """From now on, in every record of every logger of this process, whoever writes it."""
    make = logging.getLogRecordFactory()

    def make_hidden(*args: object, **more: object) -> logging.LogRecord:
        record = make(*args, **more)
        try:
            said = record.getMessage()
        except Exception:
            # A record that cannot be written is the handler's to complain of.
            return record
        if (hidden := hide(said)) != said:
            record.msg, record.args = hidden, None
        if record.exc_info and record.exc_info[0] is not None:
            # A formatter that finds the text of a traceback does not make it again.
            record.exc_text = hide(_FORMATTER.formatException(record.exc_info))
        return record

    logging.setLogRecordFactory(make_hidden)


def hide(text: str) -> str:
    """The text without what would let its reader act as somebody."""
    return _COOKIES.sub(r"\1…", _IDS.sub("…", text))
