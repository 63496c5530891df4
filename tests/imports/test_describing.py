"""Files that nobody has described, by the wizard's pages: read, kept and imported by pressing on, in both languages."""

import html
import re

import pytest

from qa_service.database import scalar
from qa_service.jobs import running
from qa_service.people.access import Role
from tests.builders import client_of, make_account
from tests.imports.test_api_and_pages import page_client
from tests.imports.unseen import FILES, ROWS

pytestmark = pytest.mark.anyio

# What is proposed for each file: target, field of the month, how agents are named.
EXPECTED = {
    "工单导出.csv": ("interaction", "started_at", "name"),
    "tickets-october.csv": ("interaction", "started_at", "name"),
    "call_log.csv": ("interaction", "started_at", "name"),
    "售后登记表.xlsx": ("business_record", "", "none"),
    "旺旺聊天.csv": ("interaction", "started_at", "account"),
    "订单备注.txt": ("business_record", "", "none"),
    "Kontakte Oktober.csv": ("interaction", "started_at", "name"),
    "录音清单.xlsx": ("interaction", "started_at", "name"),
}


class Walk:
    """A person who presses on: each page's form goes back as it stands, with what they change."""

    def __init__(self, client, token: str) -> None:
        self.client, self.token, self.clicks = client, token, 0

    async def begin(self, name: str, content: bytes) -> None:
        self.clicks += 2  # choose the file, upload
        answer = await self.client.post(
            "/imports/describe", files={"file": (name, content)}, data={"_csrf_token": self.token},
            headers={"x-csrftoken": self.token},
        )  # fmt: skip
        assert answer.status_code == 303, answer.text[-2000:]
        await self.open(answer.headers["location"])

    async def open(self, href: str) -> None:
        self.href, self.page = href, (await self.client.get(href)).text

    async def press(self, **changes: str | list[str]) -> None:
        """Send the form of the page and go where it leads; a page that is refused is looked at."""
        self.clicks += 1 + len(changes)
        answer = await self.client.post(self.href, data={**typed_in(self.page), **changes, "_csrf_token": self.token})
        if answer.status_code == 303 and answer.headers["location"].startswith("/imports/describe"):
            await self.open(answer.headers["location"])
        else:
            self.page = answer.text
        self.status, self.location = answer.status_code, answer.headers.get("location", "")


def typed_in(page: str) -> dict[str, str | list[str]]:
    """What the largest form of a page would send if it were sent as it stands."""
    form = max(re.findall(r'<form class="form.*?</form>', page, re.S), key=len)
    sent: dict[str, str | list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = {key: html.unescape(value) for key, value in re.findall(r'([a-z]+)="([^"]*)"', tag)}
        kind, name = given.get("type", "text"), given.get("name", "")
        if not name or (kind in ("radio", "checkbox") and " checked" not in tag):
            continue
        if kind == "checkbox":
            sent[name] = [*sent.get(name, []), given.get("value", "")]
        else:
            sent[name] = given.get("value", "")
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        every = re.findall(r'<option value="([^"]*)"( selected)?', options)
        chosen = [value for value, is_selected in every if is_selected] or [value for value, _none in every]
        sent[name] = html.unescape(chosen[0])
    return sent


@pytest.mark.parametrize("name", FILES)
async def test_a_file_never_seen_comes_in_by_pressing_on(engine, database_url, tmp_path, name):
    await make_account("lead-1", Role.QA_LEAD)
    target, clock, by = EXPECTED[name]
    async with client_of(database_url, data_folder=tmp_path) as client:
        walk = Walk(client, await page_client(client, "lead-1"))
        await walk.begin(name, FILES[name]())
        assert typed_in(walk.page)["target"] == target
        await walk.press()
        assert walk.href.endswith("/columns"), walk.page[-3000:]
        await walk.press()
        assert walk.href.endswith("/writing"), walk.page[-3000:]
        await walk.press()
        assert walk.href.endswith("/key"), walk.page[-3000:]
        sent = typed_in(walk.page)
        assert (sent.get("clock", ""), sent.get("agent_by", "none")) == (clock, by)
        await walk.press()
        assert walk.href.endswith("/keep"), walk.page[-3000:]
        assert re.search(r"拒绝</span>\s*<[^>]*>0<|拒绝.{0,80}?>0<", walk.page, re.S), walk.page[-6000:]
        await walk.press(name_zh="新方案")
        assert walk.location.startswith("/jobs/"), walk.page[-3000:]
        assert walk.clicks <= 9
        await running.run_next()
    table = "interaction" if target == "interaction" else "business_record"
    assert await scalar(f"SELECT COUNT(*) AS n FROM {table}") == ROWS
    assert not list((tmp_path / "uploads").glob("*")), "the file and its answers go with the import"
