"""Score a month and flag it as one job: what the button, the API and the schedule start."""

from datetime import date
from typing import Any

from qa_service.flags.commands import flag_month
from qa_service.jobs.kinds import Kind, Progress
from qa_service.language import N_
from qa_service.people.access import Actor, Permission
from qa_service.scores.commands import compute_month


async def score_and_flag(actor: Actor, arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """May run again after a crash: an unfinished run is swept, a flagged one answers the same flags."""
    month = date.fromisoformat(arguments["month"])
    preliminary = bool(arguments.get("preliminary"))
    run_id = await compute_month(actor, arguments["unit"], month, preliminary=preliminary, progress=progress)
    flag_run = await flag_month(actor, run_id)
    return {"href": f"/scores/{run_id}", "run": run_id, "flag_run": flag_run}


SCORE = Kind(N_("计算当月得分"), Permission.SCORE_RUN, score_and_flag)
