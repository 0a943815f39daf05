"""What is typed is taken while it is typed, and the tick beside it stands only for what is kept.

Streamlit takes a field's text when the field is left. A script of our own, served as a file, does as if it had been,
after each pause of typing; what takes the text then is the field's own ``on_change``, as ever.
"""

from __future__ import annotations

from html import escape

import streamlit as st

_STYLE = """<style>
.dc-saved, .dc-saving {margin:0; font-size:.875rem; color:#5a6470}
.dc-saving {color:#8a5a00}
html.dc-typing .dc-saved, html:not(.dc-typing) .dc-saving {display:none}
</style>"""


def take_typing() -> None:
    """The style by which a page shows whether what was typed is kept; the script (``scripts.py``) does the rest."""
    st.html(_STYLE)


def show_saved(words: str) -> None:
    """Say that what was typed is kept, with the time; as long as something newer is not, say that instead."""
    kept = f'<p class="dc-saved">✓ {escape(words)}</p>' if words else ""
    st.html(f'{kept}<p class="dc-saving" role="status">… 正在写，还没有存</p>')
