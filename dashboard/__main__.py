"""``python -m dashboard --host 127.0.0.1 --port 8501``: what ``ducha serve`` starts."""

from __future__ import annotations

import argparse

from dashboard.web.server import serve


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="dashboard")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--name", action="append", default=[])
    chosen = parser.parse_args()
    serve(chosen.host, chosen.port, chosen.name)


if __name__ == "__main__":
    main()
