"""Long work is queued, run under a lease, taken up again after a kill, and stops when asked."""

from datetime import timedelta

import pytest

from qa_service import clock
from qa_service.database import row, rows
from qa_service.errors import NotAllowed, NotFound, Refusal
from qa_service.jobs import commands, queries, running
from qa_service.jobs.errors import JobEnded, JobKindUnknown
from qa_service.jobs.kinds import Kind, register
from qa_service.language import N_
from qa_service.people import queries as people
from qa_service.people.access import Permission, Role
from tests.builders import HOUSE, bearer, client_of, make_account

pytestmark = pytest.mark.anyio


class TooHot(Refusal):
    status, code = 409, "too-hot"
    sentence = N_("%(what)s在您打开后已被修改（也可能是您的另一个窗口），请刷新后再提交；您的输入没有保存")


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    monkeypatch.setattr(running, "PROGRESS_SECONDS", 0.0)
    seen = []

    async def count(actor, arguments, progress):
        for step in range(arguments["to"]):
            seen.append(step)
            await progress(step, arguments["to"], "")
        return {"href": "/scores/1", "counted": arguments["to"]}

    async def refuse(actor, arguments, progress):
        raise TooHot(what="tea")

    async def crash(actor, arguments, progress):
        raise RuntimeError("a secret of the inside")

    for name, handler in {"count": count, "refuse": refuse, "crash": crash}.items():
        register(name, Kind("count", Permission.SCORE_RUN, handler))
    return seen


async def test_a_job_runs_and_says_where_its_result_is(engine, kinds):
    job_id = await commands.start(HOUSE, "count", {"to": 3})
    await running.run_job(job_id)
    found = await queries.job(HOUSE, job_id)
    assert (found.state, found.href, found.result["counted"], found.done) == ("done", "/scores/1", 3, 2)
    assert kinds == [0, 1, 2]


async def test_a_refusal_is_kept_as_a_sentence_and_an_error_without_its_inside(engine):
    refused = await commands.start(HOUSE, "refuse", {})
    crashed = await commands.start(HOUSE, "crash", {})
    await running.run_job(crashed)
    assert (await queries.job(HOUSE, refused)).error.startswith("tea")
    found = await queries.job(HOUSE, crashed)
    assert found.state == "failed"
    assert "secret" not in found.error


async def test_a_job_of_a_killed_process_is_taken_up_after_its_lease(engine, kinds):
    job_id = await commands.start(HOUSE, "count", {"to": 1})
    await running._claim()
    assert await running.run_next() is None
    await rows("UPDATE job SET lease_until = {} WHERE id = {} RETURNING id", clock.now() - timedelta(seconds=1), job_id)
    assert await running.run_next() == job_id
    assert (await row("SELECT attempts, state FROM job WHERE id = {}", job_id)) == {"attempts": 2, "state": "done"}


async def test_a_job_that_kills_its_process_three_times_is_given_up(engine):
    job_id = await commands.start(HOUSE, "count", {"to": 1})
    await rows("UPDATE job SET attempts = 3 WHERE id = {} RETURNING id", job_id)
    await running.run_next()
    found = await queries.job(HOUSE, job_id)
    assert found.state == "refused"
    assert "3" in found.error


async def test_a_cancelled_job_stops_at_its_next_step(engine, kinds):
    async def cancel_self(actor, arguments, progress):
        await progress(0, 2, "")
        await commands.cancel(HOUSE, arguments["id"])
        await progress(1, 2, "")
        raise AssertionError("went on after it was cancelled")

    register("long", Kind("long", Permission.SCORE_RUN, cancel_self))
    job_id = await commands.start(HOUSE, "long", {"id": 1})
    await rows("UPDATE job SET arguments = {} WHERE id = {} RETURNING id", f'{{"id": {job_id}}}', job_id)
    assert (await running.run_job(job_id))["state"] == "cancelled"
    with pytest.raises(JobEnded):
        await commands.cancel(HOUSE, job_id)


async def test_one_that_waits_is_cancelled_at_once(engine, kinds):
    job_id = await commands.start(HOUSE, "count", {"to": 1})
    await commands.cancel(HOUSE, job_id)
    assert await running.run_next() is None
    assert kinds == []


async def test_who_may_not_do_the_work_may_not_start_it_or_see_it(engine):
    agent = await people.actor_of_account(await make_account("agent", Role.AGENT))
    with pytest.raises(NotAllowed):
        await commands.start(agent, "count", {"to": 1})
    with pytest.raises(JobKindUnknown):
        await commands.start(HOUSE, "no-such-kind", {})
    job_id = await commands.start(HOUSE, "count", {"to": 1})
    with pytest.raises(NotFound):
        await queries.job(agent, job_id)
    assert await queries.jobs(agent) == []


async def test_the_stream_ends_with_the_job(engine, database_url):
    headers = await bearer("lead", Role.QA_LEAD)
    job_id = await commands.start(HOUSE, "count", {"to": 2})
    await running.run_job(job_id)
    async with client_of(database_url) as client:
        answer = await client.get(f"/api/jobs/{job_id}/live", headers=headers)
        assert answer.status_code == 200
        assert '"state": "done"' in answer.text
        listed = await client.get("/api/jobs", headers=headers)
        assert listed.json()[0]["id"] == job_id
