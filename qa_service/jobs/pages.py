"""Pages of long work: the list, and one job with its bar."""

import re

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service.jobs import commands, queries, schemas
from qa_service.journal.links import openable
from qa_service.language import N_, gettext
from qa_service.people.access import Actor
from qa_service.web.cells import Link, Moment, StateCell, Text
from qa_service.web.guards import LOGGED_IN
from qa_service.web.listing import MOST, browsed
from qa_service.web.parts import Action
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow

THINGS = {"scores": "score", "imports": "batch"}  # what a result's address names, as the journal calls it
KINDS = {"waiting": "wait", "running": "wait", "done": "done", "refused": "warn", "failed": "bad", "cancelled": "none"}


class JobsPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/jobs/list.html."""

    table: Table


class JobPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/jobs/job.html. live_url only while the job may still move."""

    job: schemas.JobOut
    live_url: str
    cancel: Action | None


@get("/jobs", opt=LOGGED_IN, include_in_schema=False)
async def jobs_page(request: Request) -> Response:
    found = await queries.jobs(actor_of(request), limit=MOST)
    columns = [
        Column(label=gettext(N_("任务")), kind="link"),
        Column(label=gettext(N_("提交时间")), kind="moment"),
        Column(label=gettext(N_("提交人"))),
        Column(label=gettext(N_("状态")), kind="state"),
    ]
    rows = [
        TableRow(
            key=str(one.id),
            cells=[
                Link(text=f"{one.label} {one.id}", href=f"/jobs/{one.id}"),
                Moment(at=one.created_at),
                Text(text=one.started_by or gettext(N_("系统"))),
                StateCell(kind=KINDS[one.state], word=one.state_name),
            ],
        )
        for one in found
    ]
    empty = Empty(what=gettext(N_("没有后台任务")), why=gettext(N_("导入和计分会在这里显示进度")))
    whole = Table(caption=gettext(N_("后台任务")), columns=columns, rows=rows, name="jobs", empty=empty)
    table, file = await browsed(request, whole, "jobs")
    if file is not None:
        return file
    return render(request, "jobs/list.html", JobsPage(table=table))


@get("/jobs/{job_id:int}", opt=LOGGED_IN, include_in_schema=False)
async def job_page(request: Request, job_id: FromPath[int]) -> Response:
    """A job under way with its bar; one that is done leads to its result."""
    actor = actor_of(request)
    found = await queries.job(actor, job_id)
    if found.state == "done" and found.href.startswith("/") and await _may_open(actor, found.href):
        return Redirect(found.href, status_code=303)
    is_open = found.ended_at is None
    cancel = Action(label=gettext(N_("停止")), href=f"/jobs/{job_id}/cancel", method="post") if is_open else None
    page = JobPage(job=found, live_url=f"/api/jobs/{job_id}/live" if is_open else "", cancel=cancel)
    return render(request, "jobs/job.html", page)


async def _may_open(actor: Actor, href: str) -> bool:
    """Who may see the job need not read its result: a score run or an import of another reach stays closed."""
    found = re.fullmatch(r"/(scores|imports)/(\d+)", href)
    if found is None:
        return True
    subject = f"{THINGS[found[1]]}:{found[2]}"
    return subject in await openable(actor, [subject])


@post("/jobs/{job_id:int}/cancel", opt=LOGGED_IN, include_in_schema=False)
async def cancel_page(request: Request, job_id: FromPath[int]) -> Response:
    await commands.cancel(actor_of(request), job_id)
    return Redirect(f"/jobs/{job_id}", status_code=303)


routes = [jobs_page, job_page, cancel_page]
