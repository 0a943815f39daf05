"""What is typed is taken while it is typed, and the tick beside it stands only for what is kept.

Streamlit takes a field's text when the field is left. A script of our own, served as a file, does as if it had been,
after each pause of typing; what takes the text then is the field's own ``on_change``, as ever.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

#: Where the script is served from.
ADDRESS = "/ducha/keystrokes.js"
_SCRIPT = Path(__file__).with_name("keystrokes.js").read_text(encoding="utf-8")
_STYLE = """<style>
.dc-saved, .dc-saving {margin:0; font-size:.875rem; color:#5a6470}
.dc-saving {color:#8a5a00}
html.dc-typing .dc-saved, html:not(.dc-typing) .dc-saving {display:none}
</style>"""


def take_typing() -> None:
    """Begin to take what is typed; once for a window, however often it is called."""
    st.html(f'{_STYLE}<script src="{ADDRESS}"></script>', unsafe_allow_javascript=True)


def show_saved(words: str) -> None:
    """Say that what was typed is kept, with the time; as long as something newer is not, say that instead."""
    kept = f'<p class="dc-saved">✓ {escape(words)}</p>' if words else ""
    st.html(f'{kept}<p class="dc-saving" role="status">… 正在写，还没有存</p>')


def send_script(request: Request) -> Response:
    """The script; it holds nothing of anybody."""
    return Response(_SCRIPT, media_type="text/javascript", headers={"cache-control": "max-age=300"})


ROUTE = Route(ADDRESS, send_script)
