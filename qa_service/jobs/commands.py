"""Start and cancel long work; the work itself is done by `running`."""

import json
from typing import Any

from qa_service import clock
from qa_service.database import row, rows, transaction
from qa_service.errors import NotAllowed, NotFound
from qa_service.jobs import errors
from qa_service.jobs.kinds import kind_of, may_see
from qa_service.jobs.tables import Job
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.people.access import Actor, Permission


async def start(actor: Actor, kind: str, arguments: dict[str, Any]) -> int:
    """Queue a job of a registered kind; arguments are plain JSON. Answers its id at once."""
    async with transaction():
        return await enlist(actor, kind, arguments)


async def enlist(actor: Actor, kind: str, arguments: dict[str, Any]) -> int:
    """The same within the open transaction of another command, whose own row stands or falls with the job."""
    actor.require(kind_of(kind).permission)
    text = json.dumps(arguments, ensure_ascii=False, sort_keys=True)
    made = await Job.insert(Job(kind=kind, arguments=text, account=actor.account_id, created_at=clock.now())).returning(
        Job.id
    )
    job_id = made[0]["id"]
    await record(actor, "job:start", f"job:{job_id}", inputs={"kind": kind, "arguments": arguments})
    return job_id


async def cancel(actor: Actor, job_id: int) -> None:
    """Ask a job to stop: one that waits ends at once, one that runs at its next step."""
    async with transaction():
        found = await row("SELECT id, kind, arguments, account, state FROM job WHERE id = {}", job_id)
        if found is None or not (actor.may(Permission.JOB_READ) or _is_own(actor, found)):
            raise NotFound(N_("这个任务"))
        if not (_is_own(actor, found) or await may_see(actor, found["kind"], json.loads(found["arguments"]))):
            raise NotAllowed(permission=kind_of(found["kind"]).permission.value)
        if found["state"] not in ("waiting", "running"):
            raise errors.JobEnded(id=job_id)
        await rows(
            "UPDATE job SET is_cancel_requested = {}, version = version + 1,"
            " state = CASE WHEN state = 'waiting' THEN 'cancelled' ELSE state END,"
            " ended_at = CASE WHEN state = 'waiting' THEN {} ELSE ended_at END WHERE id = {} RETURNING id",
            True,
            clock.now(),
            job_id,
        )
        await record(actor, "job:cancel", f"job:{job_id}")


def _is_own(actor: Actor, job: dict[str, Any]) -> bool:
    return actor.account_id is not None and job["account"] == actor.account_id
