"""Who reads which records: units in the query, an agent the own share, a monitor without names; paging by key."""

from datetime import date

import pytest

from qa_service.database import rows
from qa_service.errors import InvalidInput, NotFound
from qa_service.evaluations.of_parts import QualityOfParts
from qa_service.interactions import beside, queries, reading
from qa_service.interactions.queries import Filter
from qa_service.interactions.schemas import PartFigures, PartOut
from qa_service.interactions.tables import Interaction
from qa_service.people.access import Role
from tests.builders import HOUSE
from tests.interactions.builders import make_actor, make_shop
from tests.sampling.builders import make_part

pytestmark = pytest.mark.anyio


@pytest.fixture
async def shop(engine):
    beside.register(QualityOfParts())
    return await make_shop()


async def names(actor, **wanted) -> list[str]:
    return [one.public_id for one in (await queries.parts(actor, Filter(**wanted))).rows]


async def test_the_newest_come_first_and_the_filters_narrow(shop):
    assert await names(HOUSE) == ["shop:c4#1", "shop:c2#1", "shop:c1#2", "shop:c1#1", "shop:c3#1"]
    october = {"from_on": date(2026, 10, 1), "until_on": date(2026, 10, 31)}
    assert len(await names(HOUSE, **october)) == 4
    assert await names(HOUSE, unit=shop["after"]) == ["shop:c4#1", "shop:c1#2"]
    assert len(await names(HOUSE, unit=shop["root"])) == 5, "a unit stands for all below it"
    assert await names(HOUSE, channel="call_in") == ["shop:c3#1"]
    assert await names(HOUSE, person=shop["two"]) == ["shop:c4#1", "shop:c1#2"]
    assert await names(HOUSE, search="K2") == ["shop:c4#1", "shop:c1#2"]
    assert await names(HOUSE, search="DD1") == ["shop:c1#2", "shop:c1#1"]
    assert await names(HOUSE, search="c3") == ["shop:c3#1"]
    assert await names(HOUSE, search="nobody") == []


async def test_a_supervisor_sees_the_own_units_and_an_agent_the_own_parts(shop):
    assert await names(make_actor(Role.SUPERVISOR, shop["after"])) == ["shop:c4#1", "shop:c1#2"]
    assert await names(make_actor(Role.AGENT, shop["before"], person=shop["two"])) == ["shop:c4#1", "shop:c1#2"]
    assert await names(make_actor(Role.AGENT, shop["before"], person=shop["two"]), person=shop["one"]) == []
    assert await names(make_actor(Role.HR)) == [], "who may not read records and served nobody sees none"


async def test_a_monitor_sees_no_names_and_cannot_ask_for_them(shop):
    monitor = make_actor(Role.MONITOR)
    page = await queries.parts(monitor, Filter())
    assert {one.person_name for one in page.rows} == {None}
    assert len(await names(monitor, person=shop["two"])) == 5, "the filter by person is not for monitors"
    assert await names(monitor, search="K2") == []
    talk = await reading.interaction(monitor, shop["talk"])
    assert {part["person_name"] for part in talk["parts"]} == {None}


async def test_pages_follow_each_other_both_ways_without_gap_or_repeat(shop):
    for i in range(7):
        await make_part(f"d{i}", batch=shop["batch"], unit=shop["before"], person=shop["one"])
    whole = await names(HOUSE)
    seen, before, pages = [], None, []
    while True:
        page = await queries.parts(HOUSE, Filter(), before=queries.read_key(before or ""), limit=5)
        seen += [one.public_id for one in page.rows]
        pages.append(page)
        before = page.before
        if before is None:
            break
    assert seen == whole
    assert pages[0].after is None
    back = await queries.parts(HOUSE, Filter(), after=queries.read_key(pages[2].after), limit=5)
    assert back.rows == pages[1].rows
    first = await queries.parts(HOUSE, Filter(), after=queries.read_key(back.after), limit=5)
    assert (first.rows, first.after) == (pages[0].rows, None)


async def test_records_without_a_day_are_listed_apart(shop):
    await make_part("u1", batch=shop["batch"], unit=shop["before"], person=None, on=None)
    await make_part("u2", batch=shop["batch"], unit=shop["before"], person=None, on=None)
    assert "shop:u1#1" not in await names(HOUSE)
    assert await names(HOUSE, is_undated=True) == ["shop:u2#1", "shop:u1#1"]
    page = await queries.parts(HOUSE, Filter(is_undated=True), limit=1)
    rest = await queries.parts(HOUSE, Filter(is_undated=True), before=queries.read_key(page.before), limit=1)
    assert [one.public_id for one in rest.rows] == ["shop:u1#1"]


async def test_a_place_to_go_on_from_that_makes_no_sense_is_refused(shop):
    with pytest.raises(InvalidInput):
        queries.read_key("2026-13-40.x")
    with pytest.raises(InvalidInput):
        await queries.parts(HOUSE, Filter(state="gone"))


async def test_a_talk_shows_everything_to_who_answers_for_it(shop):
    talk = await reading.interaction(HOUSE, shop["talk"])
    assert [part["person_name"] for part in talk["parts"]] == ["客服K1", "客服K2"]
    assert [one["body"] for one in talk["messages"]] == ["地址是***路，能改吗", "转售后的同事", "已经改好了"]
    assert [one["body"] for one in talk["records"]] == ["改地址", "旧单"], "of the order, and of the buyer"
    assert [(one["score"], one["comment"]) for one in talk["ratings"]] == [(2, "慢")]
    assert talk["unseen"] == 0


async def test_a_recording_is_heard_by_whoever_reads_all_of_the_talk(shop):
    address = "https://records.example/c1.mp3"
    await Interaction.update({Interaction.recording_url: address}).where(Interaction.id == shop["talk"])
    lead = make_actor(Role.QA_LEAD)
    assert (await reading.interaction(lead, shop["talk"]))["recording_url"] == address
    agent = make_actor(Role.AGENT, person=shop["one"])
    assert (await reading.interaction(agent, shop["talk"]))["recording_url"] is None, "another agent speaks on it"


async def test_an_agent_reads_the_own_share_of_a_talk_only(shop):
    agent = make_actor(Role.AGENT, shop["after"], person=shop["two"])
    talk = await reading.interaction(agent, shop["talk"])
    assert [part["sequence"] for part in talk["parts"]] == [2]
    assert [one["body"] for one in talk["messages"]] == ["已经改好了"]
    assert talk["unseen"] == 2
    assert [one["body"] for one in talk["records"]] == ["改地址"], "of the order, not of the buyer's other orders"
    other = await rows("SELECT interaction FROM agent_part WHERE public_id = 'shop:c2#1'")
    with pytest.raises(NotFound):
        await reading.interaction(agent, other[0]["interaction"])


async def test_another_units_share_of_a_talk_has_no_name(shop):
    talk = await reading.interaction(make_actor(Role.SUPERVISOR, shop["after"]), shop["talk"])
    assert [part["person_name"] for part in talk["parts"]] == [None, "客服K2"]


async def test_a_corrected_record_stays_readable_and_names_its_successor(shop):
    from qa_service.interactions.tables import AgentPart, Interaction
    from tests.sampling.builders import make_batch

    later = await make_batch()
    fresh = Interaction(source="shop", external_id="c1", revision=2, batch=later, digest="n", channel="chat", kind="x")
    fresh_id = (await Interaction.insert(fresh).returning(Interaction.id))[0]["id"]
    await rows("UPDATE interaction SET superseded_by = {} WHERE id = {} RETURNING id", later, shop["talk"])
    await rows("UPDATE agent_part SET superseded_by = {} WHERE interaction = {} RETURNING id", later, shop["talk"])
    await AgentPart.insert(
        AgentPart(interaction=fresh_id, batch=later, public_id="shop:c1#1", person=shop["one"], unit=shop["before"],
                  channel="chat", kind="x", local_on=date(2026, 10, 6))
    )  # fmt: skip
    assert (await reading.interaction(HOUSE, shop["talk"]))["newer"] == fresh_id
    assert (await reading.interaction(HOUSE, fresh_id))["newer"] is None
    assert len(await names(HOUSE, search="c1")) == 1
    await rows("UPDATE import_batch SET state = 'undone' WHERE id = {} RETURNING id", later)
    with pytest.raises(NotFound):
        await reading.interaction(HOUSE, fresh_id)


async def test_the_columns_of_the_list_stand_in_the_order_of_what_it_answers(shop):
    """Rows become structs by position: a column moved in the statement alone would change every answer."""
    for more, answer in (("", PartOut), (queries.FIGURES, PartFigures)):
        (found,) = await rows(queries._text("NULL", more, ("1 = 1",), "p.id"), 1)
        assert tuple(found) == answer.__struct_fields__
