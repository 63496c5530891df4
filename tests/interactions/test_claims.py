"""待认领: a person says who sat behind an account on which days, on what ground; nothing is guessed."""

from datetime import date

import pytest

from qa_service.database import row, rows, scalar
from qa_service.errors import NotFound
from qa_service.evaluations.of_parts import QualityOfParts
from qa_service.interactions import beside, claims, errors, unclaimed
from qa_service.people.access import Role
from qa_service.people.tables import Person
from qa_service.sampling import commands as sampling
from tests.builders import HOUSE
from tests.interactions.builders import make_actor, make_shop, make_waiting
from tests.sampling.builders import make_plan

pytestmark = pytest.mark.anyio


@pytest.fixture
async def shop(engine):
    beside.register(QualityOfParts())
    made = await make_shop()
    return {**made, "account": await make_waiting(made)}


def wanted(shop, **changes) -> claims.Claim:
    given = {
        "account": shop["account"], "person": shop["two"], "from_on": date(2026, 10, 6),
        "until_on": date(2026, 10, 7), "reason": "当班组长确认",
    }  # fmt: skip
    return claims.Claim(**{**given, **changes})


async def test_accounts_wait_with_their_count_and_days(shop):
    found = await unclaimed.accounts(HOUSE)
    assert [(one["label"], one["parts"], one["first_on"], one["last_on"]) for one in found] == [
        ("旗舰店/小宜", 3, date(2026, 10, 6), date(2026, 10, 8))
    ]
    near = await unclaimed.holders(
        unclaimed.Account(shop["account"]), await unclaimed.waiting_parts(HOUSE, unclaimed.Account(shop["account"]))
    )
    assert [one["name"] for one in near] == ["客服K1"]


async def test_a_claim_names_the_days_it_says_and_puts_them_in_the_persons_unit(shop):
    made = await claims.claim(HOUSE, wanted(shop))
    assert made.parts == 2
    found = await rows("SELECT person, unit FROM agent_part WHERE public_id LIKE 'shop:w%' ORDER BY local_on")
    assert [(one["person"], one["unit"]) for one in found] == [(shop["two"], shop["after"])] * 2 + [(None, None)]
    assert (await unclaimed.accounts(HOUSE))[0]["parts"] == 1
    told = await row("SELECT * FROM notice WHERE person = {}", shop["two"])
    assert told["subject"] == f"claim:{made.claim}"
    assert [(one["parts"], one["standing"]) for one in await unclaimed.claims(HOUSE)] == [(2, 2)]
    assert await scalar("SELECT action FROM journal_line ORDER BY position DESC LIMIT 1") == "identity:claim"


async def test_a_claim_is_taken_back_to_where_it_was(shop):
    made = await claims.claim(HOUSE, wanted(shop))
    with pytest.raises(errors.ReasonMissing):
        await claims.undo(HOUSE, made.claim, "")
    await claims.undo(HOUSE, made.claim, "认错了人")
    found = await rows("SELECT person, unit, resolved_at FROM agent_part WHERE public_id LIKE 'shop:w%'")
    assert {(one["person"], one["unit"], one["resolved_at"]) for one in found} == {(None, None, None)}
    assert [(one["parts"], one["standing"]) for one in await unclaimed.claims(HOUSE)] == [(2, 0)]
    with pytest.raises(errors.ClaimUndone):
        await claims.undo(HOUSE, made.claim, "又一次")
    assert (await claims.claim(HOUSE, wanted(shop, person=shop["one"]))).parts == 2, "and can be claimed anew"


async def test_what_stands_in_a_committed_frame_is_not_taken_back(shop):
    made = await claims.claim(HOUSE, wanted(shop))
    await make_plan(floor=2, probation_floor=2)
    periods = await sampling.open_month(HOUSE, shop["root"], date(2026, 10, 1), plan_code="shop")
    await sampling.commit_frame(HOUSE, periods[1], plan_code="shop", named_value="公开值")
    with pytest.raises(errors.ClaimPinned, match="2段"):
        await claims.undo(HOUSE, made.claim, "认错了人")


async def test_a_claim_needs_sense(shop):
    with pytest.raises(errors.ReasonMissing):
        await claims.claim(HOUSE, wanted(shop, reason=" "))
    with pytest.raises(errors.SpanBackwards):
        await claims.claim(HOUSE, wanted(shop, until_on=date(2026, 10, 5)))
    with pytest.raises(errors.NothingWaiting):
        await claims.claim(HOUSE, wanted(shop, from_on=date(2026, 11, 1), until_on=date(2026, 11, 2)))
    with pytest.raises(errors.PersonUnknown):
        await claims.claim(HOUSE, wanted(shop, person=999))
    await Person.update({Person.left_on: date(2026, 10, 6)}).where(Person.id == shop["two"])
    with pytest.raises(errors.NotThereThen, match="客服K2在2026-10-07不在职"):
        await claims.claim(HOUSE, wanted(shop))
    assert await scalar("SELECT COUNT(*) AS n FROM part_resolution") == 0


async def test_a_supervisor_resolves_accounts_that_the_own_people_held(shop):
    assert len(await unclaimed.accounts(make_actor(Role.SUPERVISOR, shop["before"]))) == 1
    stranger = make_actor(Role.SUPERVISOR, shop["after"])
    assert await unclaimed.accounts(stranger) == []
    with pytest.raises(errors.NothingWaiting):
        await claims.claim(stranger, wanted(shop))
    made = await claims.claim(HOUSE, wanted(shop, person=shop["one"]))
    with pytest.raises(NotFound):
        await claims.undo(stranger, made.claim, "不是我的")


async def test_a_person_is_typed_by_number_or_by_a_name_that_is_theirs_alone(shop):
    assert await unclaimed.person_typed(" K2 ") == shop["two"]
    assert await unclaimed.person_typed("客服K2") == shop["two"]
    await Person.insert(Person(key="K9", employee_no="K9", name="客服K2", created_at=await scalar(
        "SELECT created_at FROM person LIMIT 1")))  # fmt: skip
    assert await unclaimed.person_typed("客服K2") is None
