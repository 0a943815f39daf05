"""Our scripts, served as one file, and the hashes of those that Streamlit's own page holds: no others may run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit.file_util import get_static_dir

from dashboard.sitemap import PLACES
from dashboard.web.words import write_script

#: Where they are served from.
ADDRESS = "/ducha/page.js"
_INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


def write_scripts() -> str:
    """All of them, one after another; each sees to it that it runs once for a window."""
    keystrokes, ticket, links = (
        Path(__file__).with_name(name).read_text(encoding="utf-8")
        for name in ("keystrokes.js", "ticket.js", "links.js")
    )
    pages = json.dumps([f"/{place.address}" for place in PLACES])
    return "\n".join((write_script(), keystrokes, ticket, links.replace("/*pages*/ []", pages)))


_SCRIPTS = write_scripts()


def load_scripts() -> None:
    """Have the page load them."""
    st.html(f'<script src="{ADDRESS}"></script>', unsafe_allow_javascript=True)


def send_scripts(request: Request) -> Response:
    """The file; it holds nothing of anybody."""
    return Response(_SCRIPTS, media_type="text/javascript", headers={"cache-control": "max-age=300"})


def hash_inline() -> tuple[str, ...]:
    """For the policy: the hash of each script that stands in the page itself, of the file that is served."""
    page = (Path(get_static_dir()) / "index.html").read_bytes()
    return tuple(
        f"'sha256-{base64.b64encode(hashlib.sha256(code).digest()).decode()}'" for code in _INLINE.findall(page)
    )


ROUTE = Route(ADDRESS, send_scripts)
