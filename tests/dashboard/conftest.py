"""Pages of the demo workspace, opened without a browser; and one server with one browser for all who need them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test

import dashboard
from dashboard.visits.keys import Shell
from dashboard.web.server import SETTINGS
from data.demo.accounts import DEMO_PASSWORD
from tests.dashboard.browser import browse, serve
from tests.dashboard.office import Office, found_office

APP = Path(dashboard.__file__).with_name("app.py")
OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def like_the_server() -> Iterator[None]:
    """Pages without a browser run as those of the server do, which looks for components and compiles pages once.

    AppTest would do both anew for every run, with every package's metadata, and collect all garbage after each.
    """
    patch = pytest.MonkeyPatch()
    compiled = ScriptCache()
    patch.setattr(app_test, "ScriptCache", lambda: compiled)
    patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
    before = {name: config.get_option(name) for name in SETTINGS if name.startswith("runner.")}
    for name in before:
        config.set_option(name, SETTINGS[name])
    yield
    for name, value in before.items():
        config.set_option(name, value)
    patch.undo()


@pytest.fixture(scope="session")
def demo(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo's workspace: who logs in and works on pages writes to the ledger."""
    return shutil.copytree(demo, tmp_path_factory.mktemp("pages") / "workspace")


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A small office without data. Each test makes the objects that it works on."""
    return found_office(tmp_path_factory.mktemp("office") / "workspace")


@pytest.fixture(scope="session")
def served(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy of the demo's workspace that the server shows; runs are added to it."""
    return shutil.copytree(demo, tmp_path_factory.mktemp("served") / "workspace")


@pytest.fixture(scope="session")
def url(served: Path) -> Iterator[str]:
    """``ducha serve`` on a free port of this machine."""
    with serve(served) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium; its event loop must not outlive the tests that drive it."""
    with browse() as opened:
        yield opened


@pytest.fixture
def open_page(demo: Path, monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    """Log in and open a page with what stands in its address."""
    monkeypatch.setenv("DUCHA_WORKSPACE", str(demo))

    def open_it(user: str, page: str, **query: str) -> AppTest:
        app = log_in(user)
        for name, value in query.items():
            app.query_params[name] = value
        return app.switch_page(f"views/{page}.py").run()

    return open_it


def log_in(user: str, password: str = DEMO_PASSWORD) -> AppTest:
    """A visit that has filled in the form of the login."""
    app = AppTest.from_file(str(APP), default_timeout=240).run()
    assert not app.exception and not app.error, (app.exception, app.error)
    app.text_input(key=Shell.USER).set_value(user)
    app.text_input(key=Shell.PASSWORD).set_value(password)
    return app.button(key=Shell.ENTER).click().run()


def read_text(app: AppTest) -> str:
    """Everything that the page says, in order, as it is read in a browser."""
    assert not app.exception, app.exception
    return "\n".join(
        unescape(str(getattr(element, "value", "") or getattr(element, "body", ""))) for element in app.main
    )


def unescape(markdown: str) -> str:
    """Escaped text as a browser shows it."""
    return re.sub(r"\\(?=[^\w\s])", "", markdown).replace("\u2060", "")
