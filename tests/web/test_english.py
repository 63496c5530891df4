"""English pages are English: where a department's own data is ASCII, no Chinese letter or full-width mark is left."""

import html
import re
from datetime import UTC, date, datetime

import pytest

from qa_service import clock
from qa_service.database import rows
from qa_service.flags.commands import flag_month
from qa_service.follow_ups.commands import FollowUpIn, take_down
from qa_service.people.access import Role
from qa_service.probation.commands import OpenIn, open_case, plan_on
from qa_service.rewards.scheme_commands import tell_scheme
from qa_service.roster import cleaning
from qa_service.roster import commands as roster
from qa_service.scores.commands import compute_month
from qa_service.training_plans.commands import compute_needs
from tests.builders import HOUSE, client_of, make_account
from tests.rewards.test_pages import log_in
from tests.scores.builders import MONTH, make_department
from tests.training_plans.builders import make_marks

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("engine")]
CHINESE = re.compile("[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]")
LEAD = (
    "/", "/scores", "/scores/1", "/scores/1?q=K", "/flags", "/rules", "/draws", "/follow-ups", "/follow-ups/1",
    "/reports", "/training", "/jobs", "/disputes", "/notices", "/help", "/help/marks", "/people",
)  # fmt: skip
MANAGER = (
    "/",
    "/journal",
    "/roster",
    "/cleaning",
    "/probation",
    "/probation/1",
    "/sheets",
    "/rewards/events",
    "/rewards/wages",
)
AGENT = ("/", "/my/month", "/my/results", "/my/roster", "/my/flags", "/my/training", "/notices", "/disputes")


async def make_english_department() -> dict:
    """Scored and flagged, with needs, a published roster of October with its holidays, a cleaning rota, a follow-up."""
    made = await make_department()
    unit, people = made["unit"], made["people"]
    await rows("UPDATE person SET name = 'Agent ' || id")
    await rows("UPDATE unit SET name = 'Service', name_en = 'Service'")
    await rows("UPDATE post SET position = 'Agent'")
    with clock.standing_at(datetime(2026, 9, 20, 1, tzinfo=UTC)):
        await roster.adopt_shifts(HOUSE, unit, MONTH)
        month = await roster.open_month(HOUSE, unit, MONTH)
        shift = (await rows("SELECT code FROM shift_type ORDER BY id LIMIT 1"))[0]["code"]
        cells = [roster.CellIn(person=people[0], on=date(2026, 10, day), shift=shift) for day in (12, 13, 14)]
        await roster.fill(HOUSE, month, cells, version=1)
        await roster.publish(HOUSE, month, version=2)
        await cleaning.make_rota(HOUSE, unit, MONTH)
    await rows("UPDATE shift_type SET code = 'E' || id")
    group = {**made, "agents": people}
    await make_marks(group, people[0], 6, failing={"greet": 5})
    await flag_month(HOUSE, await compute_month(HOUSE, unit, MONTH))
    await compute_needs(HOUSE, unit, MONTH)
    await tell_scheme(HOUSE, people)
    due = clock.now().replace(year=clock.now().year + 1)
    await open_probation(unit, people[1])
    given = FollowUpIn(kind="promised_callback", unit=unit, responsible=people[0], body="call back", due_at=due)
    await take_down(HOUSE, given)
    return made


async def open_probation(unit: int, person: int) -> None:
    """By the written conditions of the pack."""
    with clock.standing_at(datetime(2026, 10, 1, 1, tzinfo=UTC)):
        _, items = await plan_on(MONTH)
        given = OpenIn(
            person=person, contract_kind="fixed", contract_from_on=MONTH, contract_until_on=date(2028, 9, 30),
            starts_on=MONTH, ends_on=date(2026, 11, 30), conditions=[one.condition for one in items.values()],
            conditions_told_on=MONTH,
        )  # fmt: skip
        await open_case(HOUSE, given)


def chinese_in(page: str) -> list[str]:
    """What is still Chinese on a page: texts, titles, labels, values; not the name of the language to change to."""
    page = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL).replace("中文", "")
    return [html.unescape(piece).strip() for piece in re.findall(r'[^<>"]+', page) if CHINESE.search(piece)]


async def test_no_page_of_a_small_department_keeps_chinese_or_full_width_marks(database_url):
    made = await make_english_department()
    await make_account("lead", Role.QA_LEAD)
    await make_account("boss", Role.MANAGER)
    await make_account("k0", Role.AGENT, unit=made["unit"], person=made["people"][0])
    left = {}
    async with client_of(database_url) as client:
        person = f"/scores/1/people/{made['people'][0]}"
        for username, paths in (("lead", (*LEAD, person)), ("boss", MANAGER), ("k0", AGENT)):
            await log_in(client, username)
            for path in paths:
                glue = "&" if "?" in path else "?"
                month = (
                    "" if "month" not in path and "roster" not in path and "cleaning" not in path else "&month=2026-10"
                )
                answer = await client.get(f"{path}{glue}lang=en{month}", follow_redirects=True)
                assert answer.status_code == 200, (username, path)
                if found := chinese_in(answer.text):
                    left[username, path] = found[:8]
    assert not left, "\n".join(f"{place}: {texts}" for place, texts in left.items())
