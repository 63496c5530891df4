"""A unit with a published month of ordinary agents and one who is far off, flagged."""

from qa_service.database import scalar
from qa_service.flags import commands
from qa_service.scores.commands import compute_month
from tests.builders import HOUSE, make_unit
from tests.kpis.builders import make_chat
from tests.sampling.builders import make_agent, make_batch
from tests.scores.builders import MONTH, make_pack


async def make_flagged(*, agents: int = 10) -> dict:
    """The first of the agents answers three times as fast as all others and hands on every second chat."""
    await make_pack()
    unit, batch = await make_unit(), await make_batch()
    people = [await make_agent(f"K{i}", unit) for i in range(agents)]
    for i, person in enumerate(people):
        for j in range(60):
            reply = 4 if i == 0 else 14 + (i * 3 + j) % 5
            await make_chat(f"{i}-{j}", batch=batch, unit=unit, person=person, first_reply_seconds=reply,
                            average_reply_seconds=reply + 2 + i % 3, handle_seconds=100 if i == 0 else 300 + i * 4,
                            transferred_out=j % 2 == 0 if i == 0 else j % (15 + i) == 0,
                            converted=j % 3 == i % 2)  # fmt: skip
    run_id = await compute_month(HOUSE, unit, MONTH)
    flag_run = await commands.flag_month(HOUSE, run_id)
    flag = await scalar("SELECT id FROM flag WHERE person = {} AND is_flagged", people[0])
    return {"unit": unit, "people": people, "run": run_id, "flag_run": flag_run, "flag": flag}
