"""The configuration of docs/serving.md, run by Debian's nginx before servers of ours."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.debian import ensure

DOCS = Path(__file__).parents[2] / "docs" / "serving.md"
NAME = "ducha.example.gov.cn"
#: One line for each request: from where, and which server had it.
LOG = "access.log"


def write_configuration(folder: Path, port: int, servers: Sequence[int]) -> Path:
    """What the docs say for so many servers, but for the certificate, on other ports and with all files in a folder."""
    written, several = re.findall(r"```nginx\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert several.count("127.0.0.1:850") == 2 and "127.0.0.1:8501" in written
    if len(servers) > 1:
        written = re.sub(r"upstream ducha \{.*?\}\n", lambda _: several, written, flags=re.DOTALL)
    plain = re.sub(r"^\s*ssl_certificate.*\n", "", written, flags=re.MULTILINE)
    assert plain.count("listen 443 ssl") == 2
    plain = plain.replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    for number, server in enumerate(servers, start=8501):
        plain = plain.replace(f"127.0.0.1:{number}", f"127.0.0.1:{server}")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    log = f"log_format who '$remote_addr $upstream_addr';\naccess_log {folder}/{LOG} who;\n"
    path = folder / "nginx.conf"
    path.write_text(
        f"daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\n{log}{places}\n{plain}\n}}\n",
        encoding="utf-8",
    )
    return path


@contextmanager
def run_proxy(folder: Path, port: int, servers: Sequence[int]) -> Iterator[None]:
    """nginx on a port of this machine, before servers on others."""
    (nginx,) = ensure("nginx")
    command = [nginx, "-p", str(folder), "-c", str(write_configuration(folder, port, servers))]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as proxy:
        until = time.monotonic() + 20
        while time.monotonic() < until and socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.05)
        try:
            yield
        finally:
            proxy.terminate()
