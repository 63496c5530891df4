"""Scores by the API: ordered as a job, read with n and interval, one's own month by its person."""

import pytest

from qa_service.jobs import running
from qa_service.people.access import Role
from qa_service.scores.commands import compute_month
from tests.builders import HOUSE, bearer, client_of, make_unit
from tests.scores.builders import MONTH, make_department

pytestmark = pytest.mark.anyio


async def test_a_month_is_ordered_computed_and_read(engine, database_url):
    made = await make_department()
    async with client_of(database_url) as client:
        lead = await bearer("lead", Role.QA_LEAD)
        order = {"unit": made["unit"], "month": "2026-10-01"}
        ordered = await client.post("/api/scores", json=order, headers=lead)
        assert ordered.status_code == 202
        job = await running.run_job(ordered.json()["job"])
        assert job["state"] == "done", job["error"]
        run = (await client.get("/api/scores?month=2026-10-01", headers=lead)).json()[0]
        assert (run["unit_name"], run["is_trial"]) == ("客服部", False)
        address = f"/api/scores/{run['id']}"
        cards = (await client.get(f"{address}/scorecards", headers=lead)).json()
        assert [card["state"] for card in cards] == ["scored"] * 3
        assert all(card["lower_hundredths"] <= card["total_hundredths"] for card in cards)
        assert len((await client.get(f"{address}/kpis?person={made['people'][0]}", headers=lead)).json()) == 11
        assert {one["n"] for one in (await client.get(f"{address}/qa", headers=lead)).json()} == {12}
        strict = (await client.get(f"{address}/monitors", headers=lead)).json()[1]
        assert strict["upper_hundredths"] < 0
        person = await client.get(f"{address}/people/{made['people'][1]}", headers=lead)
        assert person.json()["scorecard"]["person_name"] == "客服K1"


async def test_an_order_that_cannot_be_done_is_refused_before_a_job_starts(engine, database_url):
    unit = await make_unit()
    async with client_of(database_url) as client:
        lead = await bearer("lead", Role.QA_LEAD)
        for order, status, code in (
            ({"unit": unit, "month": "2026-10-02"}, 422, "not-a-month"),
            ({"unit": 999, "month": "2026-10-01"}, 404, "not-found"),
            ({"unit": unit, "month": "October"}, 422, "invalid-input"),
        ):
            answer = await client.post("/api/scores", json=order, headers=lead)
            assert (answer.status_code, answer.json()["type"]) == (status, f"urn:qa:{code}"), answer.text


async def test_an_agent_reads_only_the_own_month(engine, database_url):
    made = await make_department(2, marks=2)
    run_id = await compute_month(HOUSE, made["unit"], MONTH)
    async with client_of(database_url) as client:
        agent = await bearer("k0", Role.AGENT, unit=made["unit"], person=made["people"][0])
        mine = await client.get("/api/my/month", headers=agent)
        assert mine.json()["scorecard"]["person"] == made["people"][0]
        assert {one["person"] for one in mine.json()["kpis"]} == {made["people"][0]}
        for address in ("/api/scores", f"/api/scores/{run_id}", f"/api/scores/{run_id}/people/{made['people'][1]}"):
            assert (await client.get(address, headers=agent)).status_code == 403
        assert (await client.get("/api/my/month?month=2026-09-01", headers=agent)).status_code == 404
