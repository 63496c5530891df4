"""A monitor works off the queue by page; a refused submission keeps what was typed; the agent reads and agrees."""

import re
from datetime import UTC, date, datetime

import pytest

from qa_service.database import row, rows
from qa_service.people.access import Role
from tests.builders import PASSWORD, client_of, make_account

from .test_evaluations import desk  # noqa: F401  (the fixture of the room: a drawn, assigned chat)

pytestmark = pytest.mark.anyio


async def log_in(client, username):
    page = await client.get("/login")
    token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)[1]
    await client.post("/login", data={"_csrf_token": token, "username": username, "password": PASSWORD})
    return token


async def test_from_the_queue_to_a_refused_and_a_kept_marking(desk, database_url):  # noqa: F811
    async with client_of(database_url) as client:
        account = await row("SELECT username FROM account WHERE id = {}", desk["monitor"].account_id)
        await log_in(client, account["username"])
        page = await client.get("/queue")
        assert page.status_code == 200
        token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)[1]
        marking = await client.get(f"/evaluations/{desk['evaluation']}")
        assert marking.status_code == 200
        assert "data-autosave" in marking.text
        version = re.search(r'name="version" value="(\d+)"', marking.text)[1]
        typed = {"_csrf_token": token, "version": version, "improvement_note": "先核对地址", "m.none": "1"}
        refused = await client.post(f"/evaluations/{desk['evaluation']}/submit", data=typed)
        assert refused.status_code == 422
        assert "先核对地址" in refused.text
        assert "error-summary" in refused.text
        saved = await client.post(f"/evaluations/{desk['evaluation']}/draft", data=typed)
        assert saved.status_code == 200
        assert saved.json()["version"] > int(version)
        stale = await client.post(f"/evaluations/{desk['evaluation']}/draft", data=typed)
        assert stale.status_code == 409
        kept = await row("SELECT improvement_note FROM evaluation WHERE id = {}", desk["evaluation"])
        assert kept["improvement_note"] == "先核对地址"
        english = await client.get(f"/evaluations/{desk['evaluation']}?lang=en")
        assert "Improvement note" in english.text


async def entered(client, desk, typed: dict) -> tuple[str, dict]:  # noqa: F811
    """Logged in as the monitor, with the marking page's token and version beside what is typed."""
    account = await row("SELECT username FROM account WHERE id = {}", desk["monitor"].account_id)
    await log_in(client, account["username"])
    page = (await client.get(f"/evaluations/{desk['evaluation']}")).text
    token = re.search(r'name="_csrf_token" value="([^"]+)"', page)[1]
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    return page, {"_csrf_token": token, "version": version, **typed}


DEDUCTED = {
    "a.greeting": "no", "a.answer": "yes", "f.greeting": "1", "ff.greeting": "1", "fl.greeting": "2",
    "fw.greeting": "您好", "improvement_note": "首句先问候",
}  # fmt: skip


async def test_the_workspace_shows_the_record_and_stamps_a_computed_fact(desk, database_url):  # noqa: F811
    async with client_of(database_url) as client:
        page, typed = await entered(client, desk, DEDUCTED)
        for shown in (
            "服务日期",
            "在线/",
            "得分范围",
            "还有2项未评",
            "1. 首句问候",
            "查看了第1–3条，其中客服的人工消息2条",
        ):
            assert shown in page, shown
        assert "K0" not in page, "whose it is"
        saved = await client.post(f"/evaluations/{desk['evaluation']}/draft", data=typed)
        assert saved.json()["facts"] == {"greeting": "第1–2条里客服的1条人工消息都没有“您好”"}
        assert saved.json()["weights"] == {"greeting": 4000, "answer": 6000}
        typed["version"] = str(saved.json()["version"])
        done = await client.post(f"/evaluations/{desk['evaluation']}/submit", data=typed)
        assert (done.status_code, done.headers["location"]) == (303, "/queue?notice=submitted")
        result = (await client.get(f"/evaluations/{desk['evaluation']}")).text
        for shown in ("100 − 40.00 = 60.00", "权重40.00%", "没有发生", "小表第1版", "待跟进", "/improvement-notes/"):
            assert shown in result, shown


async def test_what_is_missing_stands_in_one_sentence_with_links(desk, database_url):  # noqa: F811
    async with client_of(database_url) as client:
        _page, typed = await entered(client, desk, {})
        refused = await client.post(f"/evaluations/{desk['evaluation']}/submit", data=typed)
        assert refused.status_code == 422
        assert "还有2项没有评：" in refused.text
        assert '<a href="#f-a.greeting">首句问候</a>、<a href="#f-a.answer">答复正确</a>' in refused.text
        _page, typed = await entered(client, desk, DEDUCTED | {"improvement_note": ""})
        refused = await client.post(f"/evaluations/{desk['evaluation']}/submit", data=typed)
        assert "请写改进意见：下次怎么做" in refused.text


async def test_a_stale_page_does_not_blame_somebody_else(desk, database_url):  # noqa: F811
    async with client_of(database_url) as client:
        page, typed = await entered(client, desk, DEDUCTED)
        assert "别人" not in re.search('data-word-stale="([^"]+)"', page)[1]
        await client.post(f"/evaluations/{desk['evaluation']}/draft", data=typed)
        stale = await client.post(f"/evaluations/{desk['evaluation']}/submit", data=typed)
        assert stale.status_code == 409
        assert "可能是您的另一个窗口" in stale.text
        assert f'name="version" value="{typed["version"]}"' in stale.text, "pressing again must not overwrite"


async def test_after_the_deadline_there_is_nothing_left_to_press(desk, database_url):  # noqa: F811
    async with client_of(database_url) as client:
        _page, typed = await entered(client, desk, DEDUCTED)
        await client.post(f"/evaluations/{desk['evaluation']}/submit", data=typed)
    async with client_of(database_url) as client:
        await log_in(client, "k0")
        page = (await client.get(f"/evaluations/{desk['evaluation']}")).text
        assert all(word in page for word in (">已阅<", ">同意<", ">申诉<", "K0", "我的质检"))
        await rows("UPDATE evaluation SET respond_by_at = {}", datetime(2026, 11, 5, 16, tzinfo=UTC))
        late = (await client.get(f"/evaluations/{desk['evaluation']}")).text
        assert "逾期未回应" in late
        assert "11月5日周四 24:00" in late
        assert not any(f'action="/evaluations/{desk["evaluation"]}/respond"' in part for part in late.split("<form"))
        assert "/disputes/new" not in late
        mine = (await client.get("/my/results")).text
        assert "逾期未回应" in mine
        assert "11月5日周四 24:00" in mine
        assert "待回应" not in mine


async def test_the_queue_marks_what_is_overdue_and_can_be_searched_and_taken_along(desk, database_url):  # noqa: F811
    async with client_of(database_url) as client:
        await entered(client, desk, {})
        await rows("UPDATE assignment SET due_on = {}", date(2026, 1, 5))
        page = (await client.get("/queue")).text
        assert "已过期" in page
        assert "没有符合条件的待评" in (await client.get("/queue?q=电子邮件")).text
        assert "没有符合条件的待评" in (await client.get("/queue?state=new&q=2026-01-06")).text
        assert (await client.get("/queue?format=csv")).headers["content-type"].startswith("text/csv")
        await rows("UPDATE assignment SET ended_at = {}", datetime(2026, 1, 6, tzinfo=UTC))
        assert 'href="/draws"' in (await client.get("/queue")).text, "an empty queue says the next step"


async def test_a_note_is_followed_and_a_mark_corrected_on_their_pages(desk, database_url):  # noqa: F811
    async with client_of(database_url) as client:
        _page, typed = await entered(client, desk, DEDUCTED)
        await client.post(f"/evaluations/{desk['evaluation']}/submit", data=typed)
    await make_account("lead", Role.QA_LEAD)
    async with client_of(database_url) as client:
        token = await log_in(client, "lead")
        notes = (await client.get("/improvement-notes")).text
        assert "首句先问候" in notes
        page = (await client.get(f"/evaluations/{desk['evaluation']}")).text
        token = re.search(r'name="_csrf_token" value="([^"]+)"', page)[1]
        note = re.search(r'action="(/improvement-notes/\d+/result)"', page)[1]
        bad = {"_csrf_token": token, "version": "1", "state": "not_done", "result": ""}
        assert "没有做到要写明看到了什么" in (await client.post(note, data=bad)).text
        kept = await client.post(note, data=bad | {"result": "本周仍没有问候"})
        assert kept.headers["location"].endswith("notice=followed")
        assert "本周仍没有问候" in (await client.get(f"/evaluations/{desk['evaluation']}")).text
        address = f"/evaluations/{desk['evaluation']}/correction"
        assert "1. 首句问候" in (await client.get(f"{address}?item=greeting")).text
        typed = {"_csrf_token": token, "item": "greeting", "a.greeting": "yes"}
        refused = await client.post(address, data=typed)
        assert (refused.status_code, "更正要写明原因" in refused.text) == (422, True)
        made = await client.post(address, data=typed | {"reason": "问候在第2条"})
        assert made.status_code == 303, made.text
        assert "没有扣分：100.00" in (await client.get(made.headers["location"])).text
