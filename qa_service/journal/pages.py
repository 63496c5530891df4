"""Pages of the journal: its lines newest first, and the proof that none was changed, left out or reordered."""

import json

import msgspec
from litestar import Request, Response, get, post
from litestar.response import Redirect

from qa_service.errors import Refusal
from qa_service.journal import queries
from qa_service.language import N_, gettext
from qa_service.people.access import Permission
from qa_service.web.cells import Moment, Text
from qa_service.web.decoding import form_of
from qa_service.web.figures import Count
from qa_service.web.formatting import field_errors
from qa_service.web.guards import needs
from qa_service.web.rendering import render
from qa_service.web.tables import Column, Empty, Pager, Search, Table, TableRow

PAGE = 50
FAULTS = {
    "gap": N_("缺了一行"), "order": N_("顺序被改"), "chain": N_("链条断开"), "edited": N_("内容被改"),
    "head": N_("与给出的头不符"),
}  # fmt: skip


class JournalPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/journal/list.html. verdict and is_whole say what the last verification found."""

    table: Table
    head: str
    verdict: str
    is_whole: bool | None
    against: str
    errors: dict[str, str] = {}


class VerifyForm(msgspec.Struct):
    against: str = ""


@get("/journal", opt=needs(Permission.JOURNAL_READ), include_in_schema=False)
async def journal_page(request: Request) -> Response:
    return await _journal(request)


async def _journal(
    request: Request, *, found: queries.Verification | None = None, against: str = "", refusal: Refusal | None = None
) -> Response:
    before = request.query_params.get("before", "")
    subject = request.query_params.get("subject", "").strip()[:200]
    lines = await queries.page(int(before) if before.isdecimal() and len(before) < 18 else None, subject, PAGE + 1)
    page = JournalPage(
        table=_table(lines[:PAGE], subject=subject, has_more=len(lines) > PAGE),
        head=await queries.head(),
        verdict=_verdict(found),
        is_whole=None if found is None else found.is_whole,
        against=against,
        errors={} if refusal is None else field_errors(refusal.fields) or {"": refusal.text()},
    )
    return render(request, "journal/list.html", page, status_code=refusal.status if refusal else 200)


def _verdict(found: queries.Verification | None) -> str:
    if found is None:
        return ""
    if found.is_whole:
        return gettext(N_("%(lines)s行全部核对，没有改动、缺行或乱序"), lines=f"{found.lines:,}")
    return gettext(
        N_("第%(position)s行不对：%(fault)s"),
        position=found.fault_position,
        fault=gettext(FAULTS.get(found.fault_kind or "", found.fault_kind or "")),
    )


def _table(lines: list[dict], *, subject: str, has_more: bool) -> Table:
    rows = [
        TableRow(
            cells=[
                Count(value=one["position"]),
                Moment(at=one["at"]),
                Text(text=one["actor"]),
                Text(text=one["action"], tone="code"),
                Text(text=one["subject"], tone="code"),
                Text(text=one["reason"], sub=_short(one["inputs"])),
            ]
        )
        for one in lines
    ]
    keep = f"subject={subject}&" if subject else ""
    more = f"/journal?{keep}before={lines[-1]['position']}" if has_more else ""
    return Table(
        caption=gettext(N_("审计日志，新的在前")),
        columns=[
            Column(label=gettext(N_("行")), kind="count"),
            Column(label=gettext(N_("时间")), kind="moment"),
            Column(label=gettext(N_("谁"))),
            Column(label=gettext(N_("做了什么")), is_row_header=True),
            Column(label=gettext(N_("对象"))),
            Column(label=gettext(N_("原因和摘要"))),
        ],
        rows=rows,
        name="journal",
        search=Search(action="/journal", value=subject, name="subject", placeholder=gettext(N_("对象，例如sheet:1"))),
        pager=Pager(shown=len(rows), next_href=more) if more else None,
        empty=Empty(what=gettext(N_("没有这样的日志行"))),
    )


def _short(inputs: str) -> str:
    """What went into the command, cut to a line."""
    try:
        given = json.loads(inputs)
    except ValueError:
        return ""
    text = "，".join(f"{name}={value}" for name, value in given.items())
    return text if len(text) <= 160 else text[:159] + "…"


@post("/journal/verification", opt=needs(Permission.JOURNAL_READ), include_in_schema=False)
async def verify(request: Request) -> Response:
    """Walk the whole chain; the answer stands on the page, since nothing changes by it."""
    form = await form_of(request, VerifyForm)
    try:
        found = await queries.verify(form.against.strip() or None)
    except Refusal as refusal:
        return await _journal(request, against=form.against[:200], refusal=refusal)
    return await _journal(request, found=found, against=form.against[:200])


@get("/journal/verification", opt=needs(Permission.JOURNAL_READ), include_in_schema=False)
async def back(request: Request) -> Response:
    """A reload of the answer goes back to the lines."""
    return Redirect("/journal", status_code=303)


routes = [journal_page, verify, back]
