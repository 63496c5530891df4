"""One search, scoped like the rooms that it looks into; on both engines, by the API and as a page."""

import re

import pytest

from qa_service.database import scalar
from qa_service.evaluations.commands import open_assignment
from qa_service.evaluations.tables import Evaluation
from qa_service.people.access import Role
from qa_service.people.tables import Person
from qa_service.search import queries
from tests.builders import HOUSE, PASSWORD, bearer, client_of, make_account
from tests.evaluations.builders import actor_of_person, make_assigned
from tests.interactions.builders import make_actor, make_shop

pytestmark = pytest.mark.anyio


@pytest.fixture
async def shop(engine):
    return await make_shop()


async def names(actor, text: str) -> list[str]:
    return [one["name"] for one in await queries.people(actor, text)]


async def test_people_are_found_by_number_name_and_spelling(shop):
    await Person.update({Person.name: "沈若溪"}).where(Person.id == shop["one"])
    assert await names(HOUSE, "K1") == ["沈若溪"]
    assert await names(HOUSE, "若") == ["沈若溪"]
    assert await names(HOUSE, "srx") == ["沈若溪"]
    assert await names(HOUSE, "SHENruo") == ["沈若溪"]
    assert await names(HOUSE, "%") == [], "a joker is no name"
    found = (await queries.people(HOUSE, "K1"))[0]
    assert found["units"] == ["售前组"]


async def test_people_of_other_units_are_not_found(shop):
    assert await names(make_actor(Role.SUPERVISOR, shop["after"]), "客服") == ["客服K2"]
    assert await names(make_actor(Role.SUPERVISOR, shop["after"]), "kf") == ["客服K2"]
    assert await names(make_actor(Role.AGENT, shop["after"], person=shop["two"]), "客服") == []
    assert await names(make_actor(Role.MONITOR), "客服") == [], "a monitor marks without knowing whom"


async def test_records_are_found_by_number_in_reach_only(shop):
    found = await queries.interactions(HOUSE, "DD1")
    assert [(one["external_id"], one["person_name"]) for one in found] == [("c1", "客服K1"), ("c1", "客服K2")]
    agent = make_actor(Role.AGENT, shop["after"], person=shop["two"])
    assert [one["person_name"] for one in await queries.interactions(agent, "c1")] == ["客服K2"]
    assert await queries.interactions(agent, "c2") == []
    assert {one["person_name"] for one in await queries.interactions(make_actor(Role.MONITOR), "c1")} == {None}


async def test_an_evaluation_is_found_by_who_may_open_it(engine):
    made = await make_assigned()
    assignment = await scalar("SELECT id FROM assignment ORDER BY id LIMIT 1")
    holder = await scalar("SELECT monitor FROM assignment ORDER BY id LIMIT 1")
    monitor = await actor_of_person(holder)
    evaluation = await open_assignment(monitor, assignment)
    assert [one["id"] for one in await queries.evaluations(monitor, f"#{evaluation}")] == [evaluation]
    agent = await actor_of_person(made["agent"])
    assert await queries.evaluations(agent, str(evaluation)) == [], "before its release it is nobody else's"
    await Evaluation.update({Evaluation.state: "released"}).where(Evaluation.id == evaluation)
    assert [one["form"] for one in await queries.evaluations(agent, str(evaluation))] == ["小表"]
    assert await queries.evaluations(agent, "999") == []
    assert await queries.evaluations(agent, "9" * 30) == []


async def test_the_page_and_the_api_find_the_same(shop, database_url):
    await make_account("lead", Role.QA_LEAD)
    async with client_of(database_url) as client:
        token = re.search(r'name="_csrf_token" value="([^"]+)"', (await client.get("/login")).text)[1]
        form = {"_csrf_token": token, "username": "lead", "password": PASSWORD, "next": "/"}
        await client.post("/login", data=form)
        assert 'action="/search"' in (await client.get("/interactions")).text, "the box stands on every page"
        page = await client.get("/search?q=K2")
        assert "客服K2" in page.text
        assert f"/interactions?person={shop['two']}" in page.text
        assert "DD1" in (await client.get("/search?q=DD1")).text
        assert "没有找到“zzz”" in (await client.get("/search?q=zzz")).text
        assert "Nothing found for" in (await client.get("/search?q=zzz&lang=en")).text
        assert (await client.get("/search")).status_code == 200
        lead = await bearer("lead2", Role.QA_LEAD)
        found = (await client.get("/api/search?q=K2", headers=lead)).json()
        assert [one["name"] for one in found["people"]] == ["客服K2"]
        agent = await bearer("k2", Role.AGENT, unit=shop["after"], person=shop["two"])
        found = (await client.get("/api/search?q=c1", headers=agent)).json()
        assert (len(found["people"]), len(found["interactions"])) == (0, 1)
        assert 'action="/search"' not in (await client.get("/my/results", headers=agent)).text
