"""Reads of long work: one job, one's own jobs or all of them."""

import json
from typing import Any

from qa_service.database import row, rows
from qa_service.errors import NotFound, shown
from qa_service.jobs import schemas
from qa_service.jobs.kinds import label_of, may_see
from qa_service.language import N_, gettext
from qa_service.people.access import Actor, Permission

PAGE = 25
STATES = {
    "waiting": N_("等待中"),
    "running": N_("进行中"),
    "done": N_("已完成"),
    "refused": N_("未通过检查"),
    "failed": N_("出错"),
    "cancelled": N_("已取消"),
}


async def job(actor: Actor, job_id: int) -> schemas.JobOut:
    """One job; NotFound where it is somebody else's and the actor may not see all."""
    found = await row(f"{_SELECT} WHERE j.id = {{}} AND {_own(actor)}", job_id)
    if found is None:
        raise NotFound(N_("这个任务"))
    return await _shown(actor, found)


async def jobs(actor: Actor, *, state: str = "", before: int = 0, limit: int = PAGE) -> list[schemas.JobOut]:
    """Newest first; `before` is the id to go on from, one more than `limit` may be asked for to know the next page."""
    found = await rows(
        f"{_SELECT} WHERE {_own(actor)} AND (CAST({{}} AS TEXT) = '' OR j.state = {{}})"
        " AND (CAST({} AS BIGINT) = 0 OR j.id < {}) ORDER BY j.id DESC LIMIT {}",
        state,
        state,
        before,
        before,
        limit,
    )
    return [await _shown(actor, one) for one in found]


_SELECT = "SELECT j.*, a.username AS started_by FROM job j LEFT JOIN account a ON a.id = j.account"


def _own(actor: Actor) -> str:
    """The condition that keeps a job to whoever started it; the account id is our own whole number."""
    return "1 = 1" if actor.may(Permission.JOB_READ) else f"j.account = {int(actor.account_id or 0)}"


async def _shown(actor: Actor, found: dict[str, Any]) -> schemas.JobOut:
    """What came of a job, and why it was refused, is for whoever started it and whoever may see such work."""
    is_own = actor.account_id is not None and found["account"] == actor.account_id
    is_open = is_own or await may_see(actor, found["kind"], json.loads(found["arguments"]))
    return _out(found if is_open else {**found, "result": None, "error": None})


def _out(found: dict[str, Any]) -> schemas.JobOut:
    result = json.loads(found["result"]) if found["result"] else {}
    error = json.loads(found["error"]) if found["error"] else {}
    return schemas.JobOut(
        id=found["id"],
        kind=found["kind"],
        label=gettext(label_of(found["kind"])),
        state=found["state"],
        state_name=gettext(STATES[found["state"]]),
        done=found["progress"],
        total=found["total"],
        stage=gettext(found["stage"]) if found["stage"] else "",
        started_by=found["started_by"],
        created_at=found["created_at"],
        ended_at=found["ended_at"],
        attempts=found["attempts"],
        result=result,
        href=str(result.get("href", "")),
        error=gettext(error["sentence"], **shown(error["facts"])) if error else None,
    )
