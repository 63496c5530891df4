"""A deduction says what to do better, and somebody else follows it to done or not done."""

import pytest

from qa_service.database import row, scalar
from qa_service.errors import NotAllowed, NotFound, StaleEdit
from qa_service.evaluations import commands, errors, improving, queries, reading, revising
from qa_service.people.access import Role
from qa_service.people.queries import actor_of_account
from rubrics.answers import Answer
from tests.builders import HOUSE, make_account
from tests.evaluations.builders import actor_of_person

from .test_evaluations import ABSENCE, NO_GREETING, desk, marking  # noqa: F401

pytestmark = pytest.mark.anyio


async def noted(desk) -> dict:  # noqa: F811
    given = marking(answers=NO_GREETING, evidence=[ABSENCE], note="首句先问候")
    await commands.submit_evaluation(desk["monitor"], desk["evaluation"], given)
    return await row("SELECT * FROM improvement_note")


@pytest.mark.parametrize("note", [None, "  "])
async def test_a_deduction_without_an_improvement_note_is_refused(desk, note):  # noqa: F811
    given = marking(answers=NO_GREETING, evidence=[ABSENCE], note=note)
    with pytest.raises(errors.NoteMissing) as refused:
        await commands.submit_evaluation(desk["monitor"], desk["evaluation"], given)
    assert refused.value.fields[0].field == "improvement_note"
    assert await scalar("SELECT state FROM evaluation WHERE id = {}", desk["evaluation"]) == "draft"


async def test_a_full_mark_needs_none(desk):  # noqa: F811
    await commands.submit_evaluation(desk["monitor"], desk["evaluation"], marking())
    assert await row("SELECT * FROM improvement_note") is None


async def test_a_note_is_followed_to_done_with_who_and_when(desk):  # noqa: F811
    note = await noted(desk)
    await improving.follow(desk["monitor"], note["id"], "done", "本周三条都问候了", version=1)
    told = (await reading.whole(desk["monitor"], desk["evaluation"]))["improvement_notes"][0]
    assert (told["state"], told["result"]) == ("done", "本周三条都问候了")
    assert told["followed_by"]
    assert told["followed_at"]
    assert await scalar("SELECT COUNT(*) AS n FROM notice WHERE subject = '改进意见'") == 1
    with pytest.raises(errors.NoteClosed):
        await improving.follow(desk["monitor"], note["id"], "done", "", version=2)


async def test_not_done_needs_its_reason_and_a_stale_page_changes_nothing(desk):  # noqa: F811
    note = await noted(desk)
    with pytest.raises(errors.ResultMissing):
        await improving.follow(desk["monitor"], note["id"], "not_done", " ", version=1)
    with pytest.raises(StaleEdit):
        await improving.follow(desk["monitor"], note["id"], "done", "", version=7)


async def test_the_agent_and_strangers_do_not_follow_it(desk):  # noqa: F811
    note = await noted(desk)
    agent = await actor_of_person(desk["agent"])
    with pytest.raises(NotAllowed):
        await improving.follow(agent, note["id"], "done", "", version=1)
    stranger = await actor_of_person(next(m for m in desk["monitors"] if m != desk["monitor"].person_id))
    with pytest.raises(NotFound):
        await improving.follow(stranger, note["id"], "done", "", version=1)


async def test_open_notes_are_listed_for_whoever_follows_them(desk):  # noqa: F811
    note = await noted(desk)
    lead = await actor_of_account(await make_account("lead", Role.SUPERVISOR, unit=desk["unit"]))
    found = await queries.notes(lead)
    assert [(one["id"], one["agent"]) for one in found] == [(note["id"], "K0")] or found[0]["agent"]
    assert (await queries.notes(desk["monitor"]))[0]["agent"] is None, "a monitor is not told whose it is"
    await improving.follow(lead, note["id"], "not_done", "还是没有问候", version=1)
    assert await queries.notes(lead) == []
    assert [one["id"] for one in await queries.notes(lead, state="not_done")] == [note["id"]]


async def test_after_a_correction_a_note_goes_on_or_lapses(desk):  # noqa: F811
    note = await noted(desk)
    made = await revising.revise(HOUSE, desk["evaluation"], [Answer(item="greeting", choices=("yes",))], "问候在第2条")
    moved = await row("SELECT evaluation, state FROM improvement_note WHERE id = {}", note["id"])
    assert (moved["evaluation"], moved["state"]) == (made, "lapsed")
