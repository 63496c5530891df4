"""Chromium walks the wizard from an unknown file to its import, in both languages, with script and without."""

import re

import pytest

from tests.browser.test_walks import address, chromium, log_in  # noqa: F401 -- fixtures
from tests.imports.unseen import calls_month_first, register_xlsx

pytestmark = pytest.mark.browser
STEPS = ("table", "columns", "writing", "key", "keep")
ASKED = (
    b"Ref;Channel;Agent;Opened at;Talk time;Transferred\n"
    b"R-000001;chat;Dana;03/04/2026;0:00:00;yes\nR-000002;chat;Ravi;05/06/2026;0:01:05;not yet\n"
)


def next_step(page):
    page.click("main form.form > .form-actions button[data-kind=primary]")


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_never_seen_is_imported_by_pressing_on(chromium, address, language, tmp_path):  # noqa: F811
    page = log_in(chromium, address, "1004", language=language)
    page.goto(f"{address}/imports/new")
    page.click("main a[href='/imports/describe']")
    name, content = ("call_log.csv", calls_month_first()) if language == "en" else ("售后登记表.xlsx", register_xlsx())
    page.set_input_files("[name=file]", {"name": name, "mimeType": "text/csv", "buffer": content})
    next_step(page)
    for step in STEPS:
        page.wait_for_url(f"**/{step}")
        assert fits(page), step
        assert page.locator("h1").count() == 1
        if language == "en":
            assert not re.search("[\u4e00-\u9fff]", page.inner_text("main")), step
        next_step(page)
    page.wait_for_url(re.compile(r"/(jobs|imports)/\d+"))
    page.wait_for_selector("a[href^='/imports/']:has-text('')")
    assert page.wrong == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_doubts_are_answered_and_one_goes_back_without_losing_them(chromium, address, language):  # noqa: F811
    page = log_in(chromium, address, "1004", language=language)
    page.goto(f"{address}/imports/describe")
    page.set_input_files("[name=file]", {"name": "asked.csv", "mimeType": "text/csv", "buffer": ASKED})
    next_step(page)
    page.wait_for_url("**/table")
    next_step(page)
    page.wait_for_url("**/columns")
    first = page.locator("tbody tr").first
    assert "Opened at" in first.inner_text(), "the doubtful column stands first"
    next_step(page)
    page.wait_for_url("**/writing")
    page.check("input[name=layout-3][value='%m/%d/%Y']")
    page.select_option("select[name=values-5-1]", "no")
    page.check("input[name=zero-4]")
    next_step(page)
    page.wait_for_url("**/key")
    page.click("ol.wizard a[href$='/writing']")
    page.wait_for_url("**/writing")
    assert page.is_checked("input[name=layout-3][value='%m/%d/%Y']")
    assert page.is_checked("input[name=zero-4]")
    page.goto(f"{address}/imports/describe")
    page.click("main td a:has-text('asked.csv'), main th a:has-text('asked.csv')")
    page.wait_for_url("**/columns")
    assert "2026-03-04" in page.inner_text("main"), "the month comes first, as was said"
    page.goto(page.url.replace("/columns", "/keep"))
    assert page.locator("main .tiles").count() == 1
    page.goto(f"{address}/imports/describe")
    page.click("form[action$='/drop'] button")
    page.wait_for_url("**/imports/describe")
    assert page.locator("main a:has-text('asked.csv')").count() == 0
    assert page.wrong == []
