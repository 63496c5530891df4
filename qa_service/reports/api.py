"""JSON routes of reports, and the files: issue, list, read, PDF, XLSX."""

from typing import Literal

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service.language import current_language
from qa_service.reports import commands, queries, schemas
from qa_service.reports.model import report_of
from qa_service.reports.rendering import PDF, XLSX, file_of
from qa_service.web.guards import LOGGED_IN
from qa_service.web.months import month_or_none
from qa_service.web.sessions import actor_of


@get("/reports", opt=LOGGED_IN)
async def reports(
    request: Request,
    kind: FromQuery[Literal["", "agent-month", "training-needs", "sheet"]] = "",
    before: FromQuery[int | None] = None,
) -> list[schemas.ReportLine]:
    """Reports that you may read, newest first, 50 at a time; `before` is the last id that you have."""
    found = await queries.reports(actor_of(request), kind=kind, before=before)
    return msgspec.convert(found, list[schemas.ReportLine])


@post("/reports", opt=LOGGED_IN)
async def issue(request: Request, data: JSONBody[schemas.IssueIn]) -> schemas.ReportId:
    """Issue a report: its lines are fixed from now on. Your own month is open to you."""
    made = await commands.issue(
        actor_of(request),
        data.kind,
        month=month_or_none(data.month or ""),
        unit_id=data.unit,
        person_id=data.person,
        sheet_id=data.sheet,
    )
    return schemas.ReportId(made)


@get("/reports/{report_id:int}", opt=LOGGED_IN)
async def report(request: Request, report_id: FromPath[int]) -> schemas.ReportOut:
    """One report with its lines in your language."""
    found = await queries.report(actor_of(request), report_id)
    return msgspec.convert({**found, "sheet": report_of(found["model"]).of(current_language())}, schemas.ReportOut)


@get("/reports/{report_id:int}/pdf", opt=LOGGED_IN, media_type=PDF)
async def paper(request: Request, report_id: FromPath[int]) -> Response[bytes]:
    """The report as PDF in your language. The same report gives the same bytes."""
    return await send(request, report_id, "pdf")


@get("/reports/{report_id:int}/xlsx", opt=LOGGED_IN, media_type=XLSX)
async def workbook(request: Request, report_id: FromPath[int]) -> Response[bytes]:
    """The report as XLSX: one sheet per part, numbers as numbers."""
    return await send(request, report_id, "xlsx")


async def send(request: Request, report_id: int, suffix: str) -> Response[bytes]:
    """A PDF opens in the browser, a workbook is saved."""
    made = await file_of(await queries.report(actor_of(request), report_id), suffix)
    place = "inline" if suffix == "pdf" else "attachment"
    headers = {"content-disposition": f'{place}; filename="{made.name}"'}
    return Response(made.content, media_type=made.media_type, headers=headers)


routes = Router("/api", route_handlers=[reports, issue, report, paper, workbook], tags=["reports"])
