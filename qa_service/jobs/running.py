"""Run queued jobs, one at a time, under a lease: a killed process loses its lease and the job is taken up again.

The lease is renewed by a heartbeat while the handler runs, so a job may take longer than the lease. What a process
does after it lost its lease is not recorded: every write names the attempt that it belongs to.
"""

import asyncio
import contextlib
import json
import logging
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from qa_service import clock
from qa_service.database import row, rows, transaction
from qa_service.errors import Refusal
from qa_service.jobs import errors
from qa_service.jobs.kinds import kind_of
from qa_service.people.access import Actor, house_actor
from qa_service.people.queries import actor_of_account

LEASE = timedelta(seconds=60)
HEARTBEAT_SECONDS = 15.0
POLL_SECONDS = 2.0
PROGRESS_SECONDS = 0.3  # a bar need not move more often, and each step is a write
ATTEMPTS = 3
log = logging.getLogger("qa_service.jobs")


async def run_next() -> int | None:
    """Claim and run one job; its id, or None when nothing waits."""
    job = await _claim()
    if job is None:
        return None
    try:
        if job["attempts"] > ATTEMPTS:
            raise errors.JobInterrupted(attempts=ATTEMPTS)
        result = await _run(job)
    except errors.JobCancelled as stopped:
        await _end(job, "cancelled", error=stopped)
    except Refusal as refusal:
        await _end(job, "refused", error=refusal)
    except Exception:
        number = secrets.token_hex(4)
        log.exception("job %s failed, number %s", job["id"], number)
        await _end(job, "failed", error=errors.JobFailed(number=number))
    else:
        await _end(job, "done", result=result)
    return job["id"]


async def run_job(job_id: int) -> dict[str, Any]:
    """Run what waits until this job has ended, then answer its row: for the command line and the tests."""
    while (found := await row("SELECT * FROM job WHERE id = {}", job_id)) and found["ended_at"] is None:
        if await run_next() is None:
            await asyncio.sleep(POLL_SECONDS)
    return found


@asynccontextmanager
async def worker() -> AsyncIterator[None]:
    """A worker beside the service, in the same process, for as long as the context is open."""
    task = asyncio.create_task(_work())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _work() -> None:
    while True:
        try:
            idle = await run_next() is None
        except Exception:
            log.exception("the worker could not claim a job")
            idle = True
        if idle:
            await asyncio.sleep(POLL_SECONDS)


async def _claim() -> dict[str, Any] | None:
    now = clock.now()
    async with transaction():
        found = await rows(
            "UPDATE job SET state = 'running', attempts = attempts + 1, lease_until = {}, version = version + 1"
            " WHERE id = (SELECT id FROM job WHERE state = 'waiting' OR (state = 'running' AND lease_until < {})"
            " ORDER BY id LIMIT 1) AND (state = 'waiting' OR lease_until < {}) RETURNING *",
            now + LEASE,
            now,
            now,
        )
    return found[0] if found else None


async def _run(job: dict[str, Any]) -> dict[str, Any]:
    kind = kind_of(job["kind"])
    actor = await _starter(job)
    actor.require(kind.permission)
    heartbeat = asyncio.create_task(_heartbeat(job))
    try:
        return await kind.handler(actor, json.loads(job["arguments"]), _progress_of(job))
    finally:
        heartbeat.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await heartbeat


async def _starter(job: dict[str, Any]) -> Actor:
    if job["account"] is None:
        return house_actor(f"job {job['id']}")
    actor = await actor_of_account(job["account"])
    if actor is None:
        raise errors.StarterGone()
    return actor


def _progress_of(job: dict[str, Any]):
    last = 0.0

    async def progress(done: int, total: int, stage: str) -> None:
        nonlocal last
        if done < total and time.monotonic() - last < PROGRESS_SECONDS:
            return
        last = time.monotonic()
        async with transaction():
            found = await rows(
                "UPDATE job SET progress = {}, total = {}, stage = {}, lease_until = {}"
                " WHERE id = {} AND attempts = {} AND state = 'running' RETURNING is_cancel_requested",
                done,
                total,
                stage,
                clock.now() + LEASE,
                job["id"],
                job["attempts"],
            )
        if not found or found[0]["is_cancel_requested"]:
            raise errors.JobCancelled()

    return progress


async def _heartbeat(job: dict[str, Any]) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        async with transaction():
            await rows(
                "UPDATE job SET lease_until = {} WHERE id = {} AND attempts = {} AND state = 'running' RETURNING id",
                clock.now() + LEASE,
                job["id"],
                job["attempts"],
            )


async def _end(
    job: dict[str, Any], state: str, *, result: dict[str, Any] | None = None, error: Refusal | None = None
) -> None:
    async with transaction():
        await rows(
            "UPDATE job SET state = {}, result = {}, error = {}, ended_at = {}, lease_until = NULL,"
            " version = version + 1 WHERE id = {} AND attempts = {} AND state = 'running' RETURNING id",
            state,
            None if result is None else json.dumps(result, ensure_ascii=False),
            None if error is None else _as_text(error),
            clock.now(),
            job["id"],
            job["attempts"],
        )


def _as_text(refusal: Refusal) -> str:
    """A refusal as data, so that whoever reads it later reads it in their own language."""
    return json.dumps(
        {"code": refusal.code, "sentence": refusal.sentence, "facts": refusal.facts},
        ensure_ascii=False,
        default=str,
    )
