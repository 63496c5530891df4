"""The API of rewards: everything that a page does, with problem+json for what is refused."""

from datetime import UTC, datetime

import pytest

from qa_service.people import commands as people_commands
from tests.builders import client_of
from tests.rewards.builders import make_department

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine", "at")]
SAME_DAY = datetime(2026, 10, 12, 8, tzinfo=UTC)
EVENT = {
    "happened_on": "2026-10-12", "rule_code": "late-remark", "body": "改颜色没有备注",
    "evidence": [{"kind": "chat", "reference": "服务记录7", "quote": "颜色改成蓝色的"}],
}  # fmt: skip


async def headers(department, username: str) -> dict[str, str]:
    actor = await department.actor(username)
    token = await people_commands.create_token(actor, "test", sorted(actor.permissions))
    return {"authorization": f"Bearer {token}"}


async def test_an_event_goes_from_entry_over_appeal_to_decision(database_url, at):
    at(SAME_DAY)
    department = await make_department()
    lead, shen, boss = [await headers(department, name) for name in ("lead", "shen", "boss")]
    async with client_of(database_url) as client:
        made = await client.post("/api/rewards/events", json=EVENT | {"person_id": department.shen}, headers=lead)
        assert made.status_code == 201
        path = f"/api/rewards/events/{made.json()['id']}"
        mine = (await client.get("/api/rewards/mine?month=2026-10", headers=shen)).json()
        assert [one["rule_name_en"] for one in mine["events"]] == ["Late or incomplete order remark"]
        answer = await client.post(f"{path}/appeal", json={"version": 1, "reason": "客户取消"}, headers=shen)
        assert answer.status_code == 204
        decision = {"version": 2, "verdict": "keep", "answer": "有备注记录为证"}
        assert (await client.post(f"{path}/decision", json=decision, headers=boss)).status_code == 204
        assert (await client.get(path, headers=shen)).json()["state"] == "upheld"


async def test_refusals_carry_code_and_field(database_url):
    department = await make_department()
    lead, shen = await headers(department, "lead"), await headers(department, "shen")
    async with client_of(database_url) as client:
        given = EVENT | {"person_id": department.shen, "rule_code": "spitting"}
        answer = await client.post("/api/rewards/events", json=given, headers=lead)
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:qa:event-rule-unknown")
        answer = await client.post("/api/rewards/events", json=EVENT | {"person_id": department.bai}, headers=shen)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:qa:not-allowed")
        answer = await client.post("/api/rewards/events", json=EVENT | {"unknown": 1}, headers=lead)
        assert answer.status_code in (400, 422)
        assert (await client.get("/api/rewards/events/77", headers=lead)).status_code == 404
        for query in ("month=October", "month=9999-12", "having=forgotten"):
            assert (await client.get(f"/api/rewards/events?{query}", headers=lead)).status_code == 422, query
        assert (await client.get("/api/rewards/wages", headers=lead)).status_code == 403


async def test_the_rules_of_a_day_say_what_they_do(database_url):
    department = await make_department()
    async with client_of(database_url) as client:
        answer = await client.get("/api/rewards/event-rules?on=2026-10-12", headers=await headers(department, "shen"))
    rules = {one["code"]: one for one in answer.json()}
    assert (rules["customer-praise"]["amount_fen"], rules["late-remark"]["off_percent"]) == (2000, 10)
    assert rules["wrong-shipment"]["kind"] == "loss_compensation"


async def test_a_sheet_goes_from_draft_to_paid(database_url):
    department = await make_department()
    lead, boss, hr, shen = [await headers(department, name) for name in ("lead", "boss", "hr", "shen")]
    async with client_of(database_url) as client:
        given = {"unit_id": department.unit, "month": "2026-10"}
        path = f"/api/sheets/{(await client.post('/api/sheets', json=given, headers=lead)).json()['id']}"
        sheet = (await client.get(path, headers=lead)).json()
        assert (sheet["total_fen"], sheet["steps_now"]) == (-7500, ["submit"])
        assert "未经核对" in sheet["floor_notes"][0]

        async def step(name, who, **more):
            version = (await client.get(path, headers=lead)).json()["version"]
            return await client.post(f"{path}/{name}", json={"version": version, **more}, headers=who)

        wrong = await step("submission", lead, total_fen=-7400)
        assert (wrong.status_code, wrong.json()["type"]) == (422, "urn:qa:sheet-does-not-add-up")
        assert (await step("submission", lead, total_fen=-7500)).status_code == 204
        assert (await step("submission", lead)).json()["type"] == "urn:qa:sheet-wrong-state"
        assert (await step("approval", lead)).status_code == 403
        assert (await step("return", boss)).json()["type"] == "urn:qa:reason-missing"
        assert (await step("approval", boss, total_fen=1)).json()["type"] == "urn:qa:sheet-does-not-add-up"
        assert (await step("approval", boss, total_fen=-7500)).status_code == 204
        assert (await step("lock", boss)).status_code == 204
        assert (await step("payment", hr)).status_code == 204
        mine = (await client.get("/api/rewards/mine?month=2026-10", headers=shen)).json()["lines"]
        assert [one["payable_fen"] for one in mine] == [-1500, -6000]
        trace = await client.get(f"{path}/lines/{mine[0]['id']}/trace", headers=shen)
        assert trace.json()[0]["quote"].startswith("校正后的质检分")
        assert (await client.get(path, headers=shen)).status_code == 403


async def test_a_line_is_added_struck_and_restored(database_url):
    department = await make_department()
    lead = await headers(department, "lead")
    async with client_of(database_url) as client:
        given = {"unit_id": department.unit, "month": "2026-10"}
        path = f"/api/sheets/{(await client.post('/api/sheets', json=given, headers=lead)).json()['id']}"
        entry = {"person_id": department.shen, "kind": "reward", "amount_fen": 5000, "reason": "带队"}
        made = await client.post(f"{path}/edits", json=entry | {"version": 2}, headers=lead)
        assert made.status_code == 201
        stale = await client.post(f"{path}/edits", json=entry | {"version": 2}, headers=lead)
        assert (stale.status_code, stale.json()["type"]) == (409, "urn:qa:stale-edit")
        fine = await client.post(f"{path}/edits", json=entry | {"version": 3, "kind": "fine"}, headers=lead)
        assert fine.json()["type"] == "urn:qa:fine-refused"
        line = next(one for one in (await client.get(path, headers=lead)).json()["lines"] if one["base_fen"])
        struck = await client.post(
            f"{path}/lines/{line['id']}/strike", json={"version": 3, "reason": "复核中"}, headers=lead
        )
        assert struck.status_code == 201
        undone = await client.post(f"{path}/edits/{made.json()['id']}/undo", json={"version": 4}, headers=lead)
        assert undone.status_code == 204


async def test_hr_types_a_wage_record_and_people_are_told_of_the_scheme(database_url):
    department = await make_department()
    lead, hr = await headers(department, "lead"), await headers(department, "hr")
    given = {"employee_no": "K017", "month": "2026-11", "base_fen": 430000, "region": "浙江省杭州市"}
    async with client_of(database_url) as client:
        assert (await client.put("/api/rewards/wages", json=given, headers=hr)).status_code == 204
        assert (await client.put("/api/rewards/wages", json=given, headers=lead)).status_code == 403
        wrong = await client.put("/api/rewards/wages", json=given | {"employee_no": "K999"}, headers=hr)
        assert wrong.json()["type"] == "urn:qa:wage-person-unknown"
        found = (await client.get("/api/rewards/wages?month=2026-11", headers=hr)).json()
        assert [(one["employee_no"], one["base_fen"]) for one in found] == [("K017", 430000)]
        told = await client.post("/api/rewards/scheme/notices", json={"people": [department.shen]}, headers=lead)
        assert told.json() == {"told": 1}
