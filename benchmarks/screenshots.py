"""Pictures of every page, wide and narrow, to be looked at: ``python -m benchmarks.screenshots FOLDER URL``.

The server must be running on a demo workspace (``make demo serve``). Whatever the browser asks another host for,
and whatever a page complains about, is printed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request, sync_playwright

from dashboard.sitemap import list_places
from dashboard.visits.sessions import COOKIE
from data.demo.accounts import DEMO_PASSWORD, DEMO_PEOPLE
from tests.browser import ARGUMENTS, ensure_browser

WIDTHS = (1440, 390)
PEOPLE = ("demo-lead", "demo-zezhou")


def log_in(page: Page, url: str, user: str) -> None:
    """Log in as one of the demo's people and wait for the first page."""
    page.goto(url)
    page.get_by_label("用户名").fill(user)
    page.get_by_label("密码").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("button", name="退出登录").wait_for(state="attached")
    # The pages after this one know the person by the cookie, which the browser sets a moment later.
    for _ in range(300):
        if any(cookie.get("name") == COOKIE for cookie in page.context.cookies()):
            break
        page.wait_for_timeout(100)
    wait_for_page(page)


def wait_for_page(page: Page) -> None:
    """Until the script of the page has ended and what it drew stands still."""
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') === 'notRunning'"
    )
    page.wait_for_timeout(1200)


def take_pictures(browser: Browser, url: str, folder: Path, user: str, width: int) -> None:
    """One picture for each page that the person has."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    host = urlsplit(url).netloc

    def watch(request: Request) -> None:
        if urlsplit(request.url).netloc != host:
            sys.stderr.write(f"outside: {request.url}\n")

    page.on("request", watch)
    log_in(page, url, user)
    person = next(person for person in DEMO_PEOPLE if person.id == user)
    for place in list_places(person.roles):
        page.goto(f"{url}/{place.address}")
        page.get_by_role("heading").first.wait_for()
        wait_for_page(page)
        if (errors := page.locator("[data-testid=stException]")).count():
            sys.stderr.write(f"{user} {place.address}: {errors.first.inner_text()}\n")
        # Streamlit scrolls inside the page: the picture is as tall as what there is to see.
        height = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
        page.set_viewport_size({"width": width, "height": min(int(height) + 40, 6000)})
        page.wait_for_timeout(400)
        page.screenshot(path=folder / f"{place.address}-{user.removeprefix('demo-')}-{width}.png")
        page.set_viewport_size({"width": width, "height": 900})
    page.close()


def main() -> None:
    """All pictures into the folder."""
    folder, url = Path(sys.argv[1]), sys.argv[2].rstrip("/")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=ensure_browser(), args=list(ARGUMENTS))
        for user in PEOPLE:
            for width in WIDTHS:
                take_pictures(browser, url, folder, user, width)


if __name__ == "__main__":
    main()
