"""A line of the journal links to exactly what its reader may open."""

import pytest

from qa_service import clock
from qa_service.database import rows, scalar
from qa_service.journal.links import DOORS, openable
from qa_service.people.access import Role
from qa_service.people.queries import actor_of_account
from qa_service.rewards.sheet_commands import draft_sheet
from tests.builders import client_of, make_account, make_unit
from tests.rewards.builders import OCTOBER, TUESDAY, make_department
from tests.rewards.test_pages import log_in
from tests.scores.builders import make_mark

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine")]


async def make_things() -> set[str]:
    """A sheet, a rule, accounts, people, a released and an unreleased evaluation, a score run: what lines are about."""
    with clock.standing_at(TUESDAY):
        house = await make_department()
        await draft_sheet(await house.actor("lead"), house.unit, OCTOBER)
    form = house.rules["form:chat-presale"]
    for state in ("released", "draft"):
        await make_mark(house.shen, house.bai, 80, unit=house.unit, form=form, state=state)
    found = {f"{kind}:1" for kind in DOORS} | {
        f"evaluation:{one['id']}" for one in await rows("SELECT id FROM evaluation")
    }
    return found | {one["subject"] for one in await rows("SELECT subject FROM journal_line")}


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR, Role.ADMIN])
@pytest.mark.parametrize("is_elsewhere", [False, True])
async def test_what_is_linked_opens_and_what_does_not_open_is_not_linked(database_url, role, is_elsewhere):
    subjects = await make_things()
    unit = await make_unit("elsewhere", name="别处") if is_elsewhere else None
    await make_account("reader", role, unit=unit)
    actor = await actor_of_account(await scalar("SELECT id FROM account WHERE username = 'reader'"))
    doors = await openable(actor, subjects)
    shown_id = {f"{kind}:1": DOORS[kind].href % 1 for kind in DOORS if kind not in ("frame", "draw")}
    async with client_of(database_url) as client:
        await log_in(client, "reader")
        for subject in sorted(one for one in subjects & (set(doors) | set(shown_id)) if "evaluation" not in one):
            answer = await client.get(doors.get(subject) or shown_id[subject])
            assert (answer.status_code == 200) == (subject in doors), (subject, answer.status_code)
        page = (await client.get("/journal?format=csv")).text
        assert "{" not in page
        assert "_fen" not in page
    if not is_elsewhere and role is not Role.ADMIN:
        assert {"sheet:1", "score:1", "evaluation:1"} <= set(doors)
        assert "evaluation:2" not in doors
    if role is Role.ADMIN:
        assert ("account:1" in doors) == (not is_elsewhere)
        assert "sheet:1" not in doors
