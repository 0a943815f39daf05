"""What is typed is kept while it is typed, and says so only once it is: in a browser that is closed in the middle."""

from __future__ import annotations

import re
import secrets

import pytest
from playwright.sync_api import Browser, expect

from data.demo.accounts import DEMO_PASSWORD
from tests.dashboard.browser import WAIT, Visitor

PEOPLE = ("demo-inspector", DEMO_PASSWORD)


def type_and_go(person: Visitor, label: str, text: str, *, close: bool) -> None:
    """Type into a field and, without leaving it, close the tab once the tick stands there again."""
    field = person.page.get_by_label(label).first
    field.click()
    field.press_sequentially(text, delay=20)
    # Nothing was sent yet, and nothing says that it was.
    expect(person.page.locator(".dc-saving")).to_be_visible(timeout=WAIT)
    assert person.page.locator(".dc-saved:visible").count() == 0
    expect(person.page.locator(".dc-saved")).to_be_visible(timeout=WAIT)
    expect(person.page.locator(".dc-saved")).to_have_text(re.compile("✓ 已存草稿"), timeout=WAIT)
    assert person.page.evaluate("document.activeElement.value") == text, "the field was never left"
    if close:
        person.page.close()
        person.context.close()


@pytest.fixture
def inspector(browser: Browser, url: str) -> Visitor:
    person = Visitor(browser, url)
    person.enter(*PEOPLE, "entry")
    return person


def test_a_finding_that_was_being_typed_is_there_after_the_tab_was_closed(
    inspector: Visitor, browser: Browser, url: str
) -> None:
    inspector.pick("单位", "泽州县")
    inspector.pick("指标", "违法决策")
    text = f"没有离开这一格就关了 {secrets.token_hex(4)}"
    type_and_go(inspector, "事实", text, close=True)
    again = Visitor(browser, url)
    again.enter(*PEOPLE, "entry")
    again.page.get_by_role("button", name=re.compile("^继续 .* 的草稿")).first.click()
    expect(again.page.get_by_label("事实").first).to_have_value(text, timeout=WAIT)
    again.leave()


def test_a_judgement_that_was_being_typed_is_there_after_the_tab_was_closed(
    inspector: Visitor, browser: Browser, url: str
) -> None:
    def open_form(person: Visitor) -> None:
        person.choose("评定")
        person.pick("单位", "泽州县")
        person.pick("指标", "行政复议规范化")

    open_form(inspector)
    text = f"场所没有分设 {secrets.token_hex(4)}"
    type_and_go(inspector, "理由（必填）", text, close=True)
    again = Visitor(browser, url)
    again.enter(*PEOPLE, "entry")
    open_form(again)
    expect(again.page.get_by_label("理由（必填）").first).to_have_value(text, timeout=WAIT)
    again.see("还没有存为评定")
    again.leave()
