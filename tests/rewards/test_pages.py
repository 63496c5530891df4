"""The pages of rewards in both languages, and their forms: POST, then a redirect, or the form with its errors."""

import re
from datetime import UTC, datetime

import pytest

from qa_service.database import scalar
from qa_service.rewards import commands
from tests.builders import PASSWORD, client_of
from tests.rewards.builders import OCTOBER, make_department, make_entry

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.usefixtures("engine", "at"),
]
SAME_DAY = datetime(2026, 10, 12, 8, tzinfo=UTC)


async def log_in(client, username: str) -> None:
    client.cookies.clear()
    page = await client.get("/login")
    given = {"username": username, "password": PASSWORD, "_csrf_token": token_of(page.text), "next": "/"}
    answer = await client.post("/login", data=given)
    assert answer.status_code == 303, answer.text


def token_of(html: str) -> str:
    return re.search(r'name="_csrf_token" value="([^"]+)"', html).group(1)


async def send(client, page: str, action: str, **given):
    """Post a form of a page as a browser would, with its token and, where it has one, its version."""
    html = (await client.get(page)).text
    version = re.search(rf'action="{re.escape(action)}".*?(?:name="version" value="(\d+)"|</form>)', html, re.S)
    hidden = {"_csrf_token": token_of(html)} | ({"version": version[1]} if version and version[1] else {})
    return await client.post(action, data=hidden | given)


async def test_the_events_page_lists_enters_and_says_what_is_wrong(database_url, at):
    at(SAME_DAY)
    department = await make_department()
    given = {
        "person_id": str(department.shen), "happened_on": "2026-10-12", "rule_code": "late-remark",
        "body": "改颜色没有备注", "reference": "服务记录7", "quote": "颜色改成蓝色的",
    }  # fmt: skip
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        assert "这个月没有奖惩记录" in (await client.get("/rewards/events")).text
        wrong = await send(client, "/rewards/events", "/rewards/events", **(given | {"reference": "", "quote": ""}))
        assert wrong.status_code == 422
        assert "奖惩记录须有证据" in wrong.text
        assert "改颜色没有备注" in wrong.text
        made = await send(client, "/rewards/events", "/rewards/events", **given)
        assert made.status_code == 303
        shown = await client.get(made.headers["location"])
        assert "已记入，并已通知本人" in shown.text
        assert "颜色改成蓝色的" in shown.text
        listed = (await client.get("/rewards/events?month=2026-10&lang=en")).text
        assert "Late or incomplete order remark" in listed
        assert "10% of the procedure part" in listed


async def test_an_agent_appeals_on_the_page_and_the_manager_decides(database_url, at):
    at(SAME_DAY)
    department = await make_department()
    event_id = await commands.enter_event(await department.actor("lead"), make_entry(department))
    path = f"/rewards/events/{event_id}"
    async with client_of(database_url) as client:
        await log_in(client, "bai")
        assert (await client.get(path)).status_code == 404
        await log_in(client, "shen")
        page = (await client.get(path)).text
        assert "我有不同意见" in page
        assert "裁决申诉" not in page
        assert (await send(client, path, f"{path}/appeal", reason=" ")).status_code == 422
        assert (await send(client, path, f"{path}/appeal", reason="客户取消")).status_code == 303
        await log_in(client, "boss")
        answer = await send(client, path, f"{path}/decide", reason="属实", verdict="drop")
        assert answer.status_code == 303
        assert "已作废" in (await client.get(path)).text


async def test_the_wages_page_says_that_the_minimum_wage_was_not_compared(database_url):
    await make_department()
    async with client_of(database_url) as client:
        await log_in(client, "hr")
        page = (await client.get("/rewards/wages")).text
        assert "4,200.00" in page
        assert "未经核对" in page
        wrong = await send(client, "/rewards/wages", "/rewards/wages", employee_no="K017", month="2026-11", base="四千")
        assert wrong.status_code == 422
        assert "“四千”不是金额" in wrong.text
        given = {"employee_no": "K017", "month": "2026-11", "base": "4300.5"}
        made = await send(client, "/rewards/wages", "/rewards/wages", **given)
        assert made.headers["location"] == "/rewards/wages?month=2026-11&notice=wage"
        assert "4,300.50" in (await client.get(made.headers["location"])).text
        await log_in(client, "lead")
        assert (await client.get("/rewards/wages")).status_code == 403


async def test_a_sheet_walks_through_its_pages(database_url):
    department = await make_department()
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        assert "还没有奖罚评分表" in (await client.get("/sheets")).text
        none = await send(client, "/sheets", "/sheets", unit_id=str(department.unit), month="2026-09")
        assert none.status_code == 409
        assert "还没有已发布的得分" in none.text
        made = await send(client, "/sheets", "/sheets", unit_id=str(department.unit), month="2026-10")
        path = made.headers["location"].split("?")[0]
        page = (await client.get(path)).text
        for fact in ("沈若溪", "−60.00", "−15.00", "−75.00", "还剩", "未经核对", "加一条"):
            assert fact in page, fact
        wrong = await send(client, path, f"{path}/steps/submit", total="-74.99")
        assert wrong.status_code == 422
        assert "全表各条明细合计-75.00元，与合计数-74.99元不符" in wrong.text
        assert (await send(client, path, f"{path}/steps/submit", total="-75.00")).status_code == 303
        own = (await client.get(path)).text
        assert f"{path}/steps/approve" not in own
        await log_in(client, "boss")
        assert (await send(client, path, f"{path}/steps/approve")).status_code == 303
        locked = await send(client, path, f"{path}/steps/lock")
        assert "已锁定" in (await client.get(locked.headers["location"])).text
        english = (await client.get(f"{path}?lang=en")).text
        assert "Digest of the content" in english
        assert "Scorecard part: base 600.00 yuan, earned 540.00, unearned 60.00" in english


async def test_a_line_shows_its_chain_and_is_struck_with_a_reason(database_url):
    department = await make_department()
    sheet_id = await commands.draft_sheet(await department.actor("lead"), department.unit, OCTOBER)
    line_id = await scalar("SELECT id FROM sheet_line WHERE rule_code = 'share.qa' AND person = {}", department.shen)
    path = f"/sheets/{sheet_id}/lines/{line_id}"
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        page = (await client.get(path)).text
        assert "整个95%区间低于分数线才算未达到" in page
        assert "分数线：达到80分100%，达到70分95%，达到60分90%，其余80%" in page
        assert "区间73.00–77.00的上端77.00达到70分、整个低于80分：按95%计发" in page
        assert "绩效基数的30%是300.00元：300.00×95%＝实得285.00元，未得15.00元" in page
        assert "本月得分（奖罚用）75.00（区间73.00–77.00），n=8" in page
        assert f'href="/scores/{department.run}/people/{department.shen}"' in page
        await log_in(client, "hr")
        chain = (await client.get(path)).text
        assert "本月得分（奖罚用）75.00" in chain
        assert "/scores/" not in chain  # staff administration reads no scores
        await log_in(client, "lead")
        assert (await send(client, path, f"{path}/strike", reason="")).status_code == 422
        assert (await send(client, path, f"{path}/strike", reason="两条评分在复核")).status_code == 303
        sheet = (await client.get(f"/sheets/{sheet_id}")).text
        assert "已由人划去：两条评分在复核" in sheet
        added = await send(
            client, f"/sheets/{sheet_id}", f"/sheets/{sheet_id}/edits",
            person_id=str(department.shen), kind="reward", amount="50", reason="带队",
        )  # fmt: skip
        assert added.status_code == 303
        assert "带队：奖励50.00元" in (await client.get(f"/sheets/{sheet_id}")).text
        file = await client.get(f"/sheets/{sheet_id}/lines.csv")
        assert "带队：奖励50.00元" in file.content.decode("utf-8-sig")


async def test_a_stale_form_and_an_authors_approval_are_sentences_on_the_page(database_url):
    department = await make_department()
    sheet_id = await commands.draft_sheet(await department.actor("lead"), department.unit, OCTOBER)
    path = f"/sheets/{sheet_id}"
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        stale = await send(client, path, f"{path}/steps/submit", version="1")
        assert stale.status_code == 409
        assert "在您打开后已被修改" in stale.text
        assert "处需要改正" not in stale.text
        await log_in(client, "shen")
        assert (await client.get(path)).status_code == 403


async def test_a_step_that_came_too_late_says_who_was_faster_and_keeps_the_words(database_url):
    department = await make_department()
    lead, vice = await department.actor("lead"), await department.actor("vice")
    sheet_id = await commands.draft_sheet(lead, department.unit, OCTOBER)
    await commands.submit_sheet(lead, sheet_id, version=2)
    path = f"/sheets/{sheet_id}"
    async with client_of(database_url) as client:
        await log_in(client, "boss")
        await commands.approve_sheet(vice, sheet_id, version=3)
        late = await send(client, path, f"{path}/steps/return", version="3", note="漏了带教奖")
        assert late.status_code == 409
        assert "vice已于" in late.text
        assert "“批准”了这张表，现在是“已批准”，不能再“退回”" in late.text
        assert "漏了带教奖" in late.text
        assert "处需要改正" not in late.text


async def test_a_stale_return_keeps_the_reason_in_its_form(database_url):
    department = await make_department()
    lead = await department.actor("lead")
    sheet_id = await commands.draft_sheet(lead, department.unit, OCTOBER)
    await commands.submit_sheet(lead, sheet_id, version=2)
    path = f"/sheets/{sheet_id}"
    async with client_of(database_url) as client:
        await log_in(client, "boss")
        stale = await send(client, path, f"{path}/steps/return", version="1", note="漏了带教奖")
        assert stale.status_code == 409
        assert "漏了带教奖</textarea>" in stale.text


async def test_an_empty_record_names_the_fields_that_lack(database_url):
    await make_department()
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        empty = await send(client, "/rewards/events", "/rewards/events")
        assert empty.status_code == 422
        for field in ("姓名：", "发生日期：", "按哪一条：", "经过："):
            assert f">{field}请填写这一项" in empty.text, field


async def test_a_changed_sheet_says_on_its_page_what_changed_and_can_be_drafted_anew(database_url):
    department = await make_department()
    lead = await department.actor("lead")
    sheet_id = await commands.draft_sheet(lead, department.unit, OCTOBER)
    from qa_service.database import rows

    await rows("DELETE FROM wage_record WHERE person = {}", department.bai)
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        page = (await client.get(f"/sheets/{sheet_id}")).text
        assert "编制以后依据有变化，重新编制以后才能提交" in page
        assert "已不成立，原为0.00元" in page
        again = await send(client, f"/sheets/{sheet_id}", "/sheets", unit_id=str(department.unit), month="2026-10")
        assert again.headers["location"].startswith(f"/sheets/{sheet_id}?")
        page = (await client.get(f"/sheets/{sheet_id}")).text
        assert "依据有变化" not in page
        assert "没有工资记录的人这次不在表内" in page
        refused = await send(client, f"/sheets/{sheet_id}", f"/sheets/{sheet_id}/steps/submit")
        assert refused.status_code == 409
        assert "白小满" in refused.text
        path = f"/sheets/{sheet_id}/steps/submit"
        assert (await send(client, f"/sheets/{sheet_id}", path, without_wages="true")).status_code == 303
