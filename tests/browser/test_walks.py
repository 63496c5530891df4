"""Chromium walks through the demo as its people do, in both languages; every page of every role opens whole.

One served demo department per module; where Debian's Chromium is absent the walks say so and skip.
"""

import re
import shutil
import subprocess
import sys

import pytest

from tests.served import DEMO_PASSWORD, serve

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium")
OFFICE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
ROLES = {"1001": "manager", "1002": "supervisor", "1004": "qa lead", "1005": "monitor", "1008": "hr", "1011": "agent"}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium, then make test-all")
    folder = tmp_path_factory.mktemp("demo")
    made = [sys.executable, "-m", "qa_service.cli", "demo", "--folder", str(folder), "--json"]
    subprocess.run(made, check=True, capture_output=True, timeout=300)
    with serve(folder / "qa.sqlite", QA_DEMO="1") as service:
        yield service.url


@pytest.fixture(scope="module")
def chromium(address):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


def log_in(chromium, address: str, username: str, *, language: str = "zh", viewport=None):
    """A page of somebody who has logged in; what goes wrong in it is collected in page.wrong."""
    page = chromium.new_context(viewport=viewport or OFFICE).new_page()
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda line: page.wrong.append(line.text) if line.type == "error" else None)
    page.goto(f"{address}/login?lang={language}")
    page.fill("[name=username]", username)
    page.fill("[name=password]", DEMO_PASSWORD)
    page.click("main button")
    page.wait_for_url(f"{address}/")
    return page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sheet_whose_deadline_has_passed_fits_a_phone(chromium, address, language):
    page = log_in(chromium, address, "1001", language=language, viewport=PHONE)
    page.goto(address + "/sheets/2")
    assert page.locator(".facts .state").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("username", ROLES)
def test_every_page_of_the_navigation_opens_whole(chromium, address, username, language):
    """200, no script error, nothing wider than the window, one heading, no Chinese left in English navigation."""
    phone = PHONE if ROLES[username] == "agent" else OFFICE
    page = log_in(chromium, address, username, language=language, viewport=phone)
    links = page.eval_on_selector_all("nav a[href^='/']", "all => all.map(one => one.getAttribute('href'))")
    paths = list(dict.fromkeys(link for link in links if not link.startswith(("/api-docs", "/?"))))
    assert len(paths) > 5
    for path in paths:  # grows by one detail page of each kind that a list leads to
        answer = page.goto(address + path)
        paths += first_details(page, paths)
        assert answer.status == 200, path
        assert page.locator("h1").count() == 1, path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.evaluate("document.documentElement.lang").startswith(language), path
        if language == "en":
            assert not re.search("[\u4e00-\u9fff]", nav(page)), path
    assert page.wrong == []


DETAILS = ("/evaluations/", "/interactions/", "/disputes/", "/reports/", "/sheets/", "/follow-ups/", "/rules/")


def first_details(page, known: list[str]) -> list[str]:
    """The first link to a page of one thing, for each kind of thing that was not opened yet."""
    links = page.eval_on_selector_all("main a[href^='/']", "all => all.map(one => one.getAttribute('href'))")
    numbered = [link for link in links if re.fullmatch(r"/[a-z-]+/[0-9]+(#.*)?", link)]
    kinds = [kind for kind in DETAILS if not any(re.match(kind + "[0-9]", path) for path in known)]
    return [next(link for link in numbered if link.startswith(kind)) for kind in kinds
            if any(link.startswith(kind) for link in numbered)]  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_agent_reads_a_mark_on_the_phone_and_can_recompute_it(chromium, address, language):
    """No item name falls apart into letters, and the sum stands there: 100 − what was lost."""
    page = log_in(chromium, address, "1011", language=language, viewport=PHONE)
    page.goto(f"{address}/my/results")
    marks = page.eval_on_selector_all("main a[href*='/evaluations/']", "all => all.map(one => one.href)")
    for mark in dict.fromkeys(marks):  # the newest mark that took points
        page.goto(mark)
        if "100 − " in page.inner_text("main"):
            break
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sizes = page.eval_on_selector_all(".item-name", "all => all.map(one => [one.offsetWidth, one.offsetHeight])")
    assert len(sizes) > 15
    assert all(width > 300 and height < 60 for width, height in sizes), sizes
    sums = re.search(r"100((?: − [0-9.]+)+) = ([0-9.]+)", page.inner_text("main"))
    lost = [float(part) for part in sums[1].split(" − ")[1:]]
    assert round(100 - sum(lost), 2) == float(sums[2])
    assert page.wrong == []


BROKEN_WORDS = """() => {
  const broken = [];
  for (const cell of document.querySelectorAll(".data-table td:not(:has(a))")) {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) for (const word of walker.currentNode.data.matchAll(/[a-z]{3,}/gi)) {
      const range = document.createRange();
      range.setStart(walker.currentNode, word.index);
      range.setEnd(walker.currentNode, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(box => box.top)).size > 1) broken.push(word[0]);
    }
  }
  return broken;
}"""


def test_every_sheet_fits_the_phone_and_breaks_no_word_at_the_desk(chromium, address):
    """“Unear|ned variab|le pay” stood in a narrow column; a deadline long past was wider than a phone."""
    desk = log_in(chromium, address, "1001", language="en")
    phone = log_in(chromium, address, "1001", viewport=PHONE)
    desk.goto(f"{address}/sheets")
    links = desk.eval_on_selector_all("main a[href^='/sheets/']", "all => all.map(one => one.getAttribute('href'))")
    sheets = [link for link in dict.fromkeys(links) if re.fullmatch("/sheets/[0-9]+", link)]
    assert len(sheets) == 2
    for path in sheets:
        desk.goto(address + path)
        assert desk.evaluate(BROKEN_WORDS) == [], path
        phone.goto(address + path)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_monitor_marks_by_keys_and_a_stale_window_says_so_in_sight(chromium, address):
    page = log_in(chromium, address, "1005")
    page.goto(f"{address}/queue")
    page.click("main table form button >> nth=1")
    saved = page.locator("[data-save-state]", has_text="已保存")
    page.locator("main input[type=radio]").first.focus()
    page.keyboard.press("3")
    page.keyboard.press("w")
    saved.wait_for()
    assert page.locator("#item-greet [data-stamp]").is_checked()
    assert "客服的" in page.locator("#item-greet [data-fact]").inner_text()
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("main input[type=radio]").nth(1).check()
    other.locator("[data-save-state]", has_text="已保存").wait_for()
    page.locator("main input[type=radio]").first.check()
    stale = page.locator("[data-save-state]", has_text="这一页在别处已改动")
    stale.wait_for()
    box = stale.bounding_box()
    assert 0 < box["y"] < OFFICE["height"], "in sight without scrolling"
    assert page.locator("[data-reload]").is_visible()
    assert all("409" in line for line in page.wrong)


def open_marking(page, address):
    page.goto(f"{address}/queue")
    page.click("main table form button >> nth=2")
    return page.locator("[data-save-state]", has_text="已保存")


def test_an_input_method_is_saved_too_and_arrows_move_without_answering(chromium, address):
    page = log_in(chromium, address, "1005")
    saved, note = open_marking(page, address), page.locator("[name=improvement_note]")
    note.fill("")
    keys = page.context.new_cdp_session(page)
    with page.expect_response("**/draft"):
        keys.send("Input.imeSetComposition", {"text": "xian", "selectionStart": 4, "selectionEnd": 4})
        keys.send("Input.insertText", {"text": "先问候"})
    saved.wait_for()
    page.reload()
    assert note.input_value() == "先问候"
    first = page.locator("[data-item]").first
    first.locator("input[type=radio]").first.focus()
    page.keyboard.press("1")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('[data-item]').previousElementSibling.dataset.item")
    assert first.locator("[data-key='1']").is_checked(), "the answer stands"
    assert page.evaluate("document.scrollingElement.scrollHeight <= innerHeight"), "only the two panes scroll"


def test_a_log_out_while_marking_loses_nothing(chromium, address):
    page = log_in(chromium, address, "1005")
    saved, note = open_marking(page, address), page.locator("[name=improvement_note]")
    page.context.clear_cookies(name="qa_session")
    note.fill("过期以后写的")
    page.locator("[data-save-state]", has_text="登录已过期").wait_for()
    other = page.context.new_page()
    other.goto(f"{address}/login")
    other.fill("[name=username]", "1005")
    other.fill("[name=password]", DEMO_PASSWORD)
    other.click("main button")
    other.wait_for_url(f"{address}/")
    page.evaluate("dispatchEvent(new Event('focus'))")
    saved.wait_for()
    page.reload()
    assert note.input_value() == "过期以后写的"


def nav(page) -> str:
    return " ".join(page.locator("nav a").all_inner_texts())


def test_the_log_in_page_lists_the_accounts_of_the_demo(chromium, address):
    page = chromium.new_page()
    page.goto(f"{address}/login?lang=zh")
    text = page.inner_text("body")
    assert "演示" in text
    assert all(username in text for username in ("1001", "1005", "1011"))


def test_the_manager_approves_and_locks_the_waiting_sheet(chromium, address):
    page = log_in(chromium, address, "1001")
    page.click("a.tile[href^='/sheets/']")
    assert page.locator("h1").inner_text().startswith("售后组")
    page.click("#step-approve button")
    assert "已批准" in page.inner_text("main")
    page.click("#step-lock button")
    assert "已锁定" in page.inner_text("main")
    assert page.wrong == []


def test_a_monitor_opens_the_first_item_and_the_draft_is_kept(chromium, address):
    page = log_in(chromium, address, "1005")
    page.goto(f"{address}/queue")
    page.click("main table form button >> nth=0")
    assert "/evaluations/" in page.url
    choice = page.locator("main input[type=radio]").first
    choice.check()
    page.locator("[data-save-state]", has_text="已保存").wait_for()
    page.reload()
    assert page.locator("main input[type=radio]").first.is_checked()
    assert page.wrong == []


def test_an_agent_issues_the_own_month_on_the_phone(chromium, address):
    page = log_in(chromium, address, "1011", viewport=PHONE)
    page.goto(f"{address}/reports")
    page.click("#own button")
    assert "/reports/" in page.url
    assert "施林娜" in page.locator("h1").inner_text()
    paper = page.request.get(page.url + "/pdf")
    assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")
    assert page.wrong == []


def test_the_first_pages_have_no_serious_fault_of_access(chromium, address):
    from axe_playwright_python.sync_playwright import Axe

    page = log_in(chromium, address, "1002")
    for path in ("/", "/sheets", "/roster", "/training", "/interactions"):
        page.goto(address + path)
        found = Axe().run(page).response["violations"]
        serious = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
        assert serious == [], path
