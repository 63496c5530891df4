"""Improvement notes: the list of those that one follows, and closing one as done or not done."""

from typing import Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service.errors import Refusal
from qa_service.evaluations import improving, queries
from qa_service.evaluations.rendered import evaluation_response
from qa_service.evaluations.workspace import NOTE_STATES
from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Permission
from qa_service.web.cells import Date, Link, Moment, Nothing, Person, StateCell, Text
from qa_service.web.decoding import form_of
from qa_service.web.downloads import FILE_ROWS, download, offered, wanted
from qa_service.web.guards import needs
from qa_service.web.parts import Chip
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Pager, Table, TableRow

PAGE = 25


class NotesPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/evaluations/notes.html."""

    table: Table


class FollowForm(msgspec.Struct):
    version: int
    state: Literal["done", "not_done"]
    result: str = ""


@get("/improvement-notes", opt=needs(Permission.FOLLOW_UP_WRITE), include_in_schema=False)
async def notes_page(request: Request) -> Response:
    asked = request.query_params.get("state", "open")
    state = asked if asked in NOTE_STATES else "open"
    text = request.query_params.get("offset", "")
    offset = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 and not wanted(request) else 0
    limit = FILE_ROWS if wanted(request) else PAGE
    found = await queries.notes(actor_of(request), state=state, offset=offset, limit=limit + 1)
    table = offered(request, _table(found[:limit], state, offset=offset, has_more=len(found) > limit))
    if (file := await download(request, table, f"improvement-notes-{state}")) is not None:
        return file
    return render(request, "evaluations/notes.html", NotesPage(table=table))


def _pager(shown: int, state: str, *, offset: int, has_more: bool) -> Pager | None:
    if not (offset or has_more):
        return None
    href = f"/improvement-notes?state={state}&offset="
    return Pager(
        shown=shown,
        previous_href=f"{href}{max(offset - PAGE, 0)}" if offset else "",
        next_href=f"{href}{offset + PAGE}" if has_more else "",
    )


def _table(found: list[dict[str, Any]], state: str, *, offset: int, has_more: bool) -> Table:
    chips = [
        Chip(label=gettext(word), href=f"/improvement-notes?state={key}", is_current=key == state)
        for key, (_kind, word) in NOTE_STATES.items()
    ]
    empty = Empty(
        what=gettext(N_("没有要跟进的改进意见")), why=gettext(N_("扣了分的评分都带一条改进意见，提交后出现在这里")),
        next_label=gettext(N_("看服务记录")), next_href="/interactions",
    )  # fmt: skip
    return Table(
        caption=gettext(N_("改进意见，先写的在前")),
        columns=[
            Column(label=gettext(N_("改进意见")), kind="link", is_row_header=True),
            Column(label=gettext(N_("客服")), kind="person"),
            Column(label=gettext(N_("服务日期")), kind="date"),
            Column(label=gettext(N_("跟进时间")), kind="moment"),
            Column(label=gettext(N_("结果"))),
            Column(label=gettext(N_("状态")), kind="state"),
        ],
        rows=[_row(one) for one in found], name="notes",
        pager=_pager(len(found), state, offset=offset, has_more=has_more), empty=empty, chips=chips,
    )  # fmt: skip


def _row(one: dict[str, Any]) -> TableRow:
    kind, word = NOTE_STATES[one["state"]]
    name = one["form_name_en"] if current_language() == "en" and one["form_name_en"] else one["form_name"]
    return TableRow(
        key=str(one["id"]),
        cells=[
            Link(text=one["body"][:80], href=f"/evaluations/{one['evaluation']}#note-{one['id']}", sub=name),
            Person(name=one["agent"], number=one["employee_no"] or "")
            if one["agent"]
            else Nothing(reason=gettext(N_("评的人看不到是谁"))),
            Date(on=one["local_on"]),
            Moment(at=one["followed_at"]) if one["followed_at"] else Nothing(),
            Text(text=one["result"] or ""),
            StateCell(kind=kind, word=gettext(word)),
        ],
    )


@post("/improvement-notes/{note_id:int}/result", opt=needs(Permission.FOLLOW_UP_WRITE), include_in_schema=False)
async def follow_page(request: Request, note_id: FromPath[int]) -> Response:
    """Close a note; a refusal leads back to the evaluation with its sentence."""
    note = await improving.readable(actor_of(request), note_id)
    try:
        form = await form_of(request, FollowForm)
        await improving.follow(actor_of(request), note_id, form.state, form.result, version=form.version)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return await evaluation_response(request, note["evaluation"], refusal=refusal)
    return Redirect(f"/evaluations/{note['evaluation']}?notice=followed", status_code=303)


routes = [notes_page, follow_page]
