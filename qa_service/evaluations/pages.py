"""Pages of one evaluation: marking it, the released mark, one's own marks. The queue, improvement notes and corrections
have modules of their own."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service.errors import Refusal
from qa_service.evaluations import answering, commands, errors, queries, schemas
from qa_service.evaluations.correction_pages import routes as correction_routes
from qa_service.evaluations.facts import deadline_cell
from qa_service.evaluations.note_pages import routes as note_routes
from qa_service.evaluations.occurrences import adjusted, item_adjusted
from qa_service.evaluations.queue_pages import routes as queue_routes
from qa_service.evaluations.rendered import evaluation_response, notices, typed_of
from qa_service.evaluations.typed import read_typed
from qa_service.evaluations.workspace import STATES
from qa_service.interactions.words import both_words
from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Permission
from qa_service.web.cells import Date, Link, StateCell
from qa_service.web.downloads import FILE_ROWS, download, offered, wanted
from qa_service.web.figures import Mark
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.parts import Chip
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow


class MinePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/evaluations/mine.html."""

    table: Table


@get("/evaluations/{evaluation_id:int}", opt=LOGGED_IN, include_in_schema=False)
async def evaluation_page(request: Request, evaluation_id: FromPath[int]) -> Response:
    return await evaluation_response(request, evaluation_id)


@post("/evaluations/{evaluation_id:int}/submit", opt=needs(Permission.EVALUATION_WRITE), include_in_schema=False)
async def submit_page(request: Request, evaluation_id: FromPath[int]) -> Response:
    """Submit what was typed; a refusal shows it again with every missing point at its item."""
    actor, typed = actor_of(request), await typed_of(request)
    try:
        await commands.submit_evaluation(actor, evaluation_id, await _marking(actor, evaluation_id, typed))
    except errors.AlreadySubmitted:  # pressed twice, or in a second window: what stands now, not what was typed here
        return Redirect(f"/evaluations/{evaluation_id}?notice=already-submitted", status_code=303)
    except Refusal as refusal:
        return await evaluation_response(request, evaluation_id, typed=typed, refusal=refusal)
    return Redirect("/queue?notice=submitted", status_code=303)


@post(
    "/evaluations/{evaluation_id:int}/draft", opt=needs(Permission.EVALUATION_WRITE), include_in_schema=False,
    status_code=200,
)  # fmt: skip
async def draft_page(request: Request, evaluation_id: FromPath[int]) -> schemas.Saved:
    """Autosave of the marking page."""
    actor = actor_of(request)
    marking = await _marking(actor, evaluation_id, await typed_of(request))
    return await commands.save_marking(actor, evaluation_id, marking)


@post("/evaluations/{evaluation_id:int}/occurrences", opt=needs(Permission.EVALUATION_WRITE), include_in_schema=False)
async def occurrences_page(request: Request, evaluation_id: FromPath[int]) -> Response:
    """One occurrence more or less of an item that repeats; the whole draft is kept with it."""
    actor, typed = actor_of(request), await typed_of(request)
    key = item_adjusted(typed)
    _found, form = await commands.own_draft(actor, evaluation_id)
    try:
        typed = adjusted(form, typed)
        await commands.save_marking(actor, evaluation_id, await _marking(actor, evaluation_id, typed))
    except Refusal as refusal:
        return await evaluation_response(request, evaluation_id, typed=typed, refusal=refusal)
    return Redirect(f"/evaluations/{evaluation_id}#item-{key}", status_code=303)


async def _marking(actor: Any, evaluation_id: int, typed: Mapping[str, list[str]]) -> schemas.Marking:
    found, form = await commands.own_draft(actor, evaluation_id)
    version = (typed.get("version") or [""])[-1]
    messages = await queries.messages(found["part"])
    return read_typed(form, typed, messages, version=int(version) if version.isdecimal() and len(version) < 10 else 0)


@post("/evaluations/{evaluation_id:int}/respond", opt=needs(Permission.OWN_RESPOND), include_in_schema=False)
async def respond_page(request: Request, evaluation_id: FromPath[int]) -> Response:
    kind = (await typed_of(request)).get("kind", ["seen"])[-1]
    kind = kind if kind in ("seen", "agree") else "seen"
    await answering.respond(actor_of(request), evaluation_id, kind, item=None, body=None)
    notice = "agreed" if kind == "agree" else "seen"
    return Redirect(f"/evaluations/{evaluation_id}?notice={notice}", status_code=303)


@get("/my/results", opt=needs(Permission.OWN_READ), include_in_schema=False)
async def mine_page(request: Request) -> Response:
    found = await queries.mine(actor_of(request), limit=FILE_ROWS if wanted(request) else 100)
    asked = request.query_params.get("state", "")
    shown = [one for one in found if asked not in STATES or one["response_state"] == asked]
    table = offered(request, _mine_table([_mine_row(one) for one in shown], _mine_chips(found, asked)))
    if (file := await download(request, table, "my-results")) is not None:
        return file
    return render(request, "evaluations/mine.html", MinePage(table=table), notices=notices(request))


def _mine_table(rows: list[TableRow], chips: list[Chip]) -> Table:
    columns = [
        Column(label=gettext(N_("质检表")), kind="link"),
        Column(label=gettext(N_("得分")), kind="mark"),
        Column(label=gettext(N_("服务日期")), kind="date"),
        Column(label=gettext(N_("回应期限")), kind="moment"),
        Column(label=gettext(N_("状态")), kind="state"),
    ]
    empty = Empty(
        what=gettext(N_("还没有质检评分")), why=gettext(N_("抽到并评完的服务会出现在这里，连同每一句原话")),
        next_label=gettext(N_("看自己的服务记录")), next_href="/interactions",
    )  # fmt: skip
    return Table(caption=gettext(N_("关于我的质检评分")), columns=columns, rows=rows, empty=empty, chips=chips)


def _mine_chips(found: list[dict[str, Any]], asked: str) -> list[Chip]:
    """All, and each state of answer that occurs."""
    counts = {state: sum(one["response_state"] == state for one in found) for state in STATES}
    chips = [Chip(label=gettext(N_("全部")), href="/my/results", count=len(found), is_current=asked not in STATES)]
    return chips + [
        Chip(label=gettext(STATES[state][1]), href=f"/my/results?state={state}", count=n, is_current=asked == state)
        for state, n in counts.items()
        if n
    ]


def _mine_row(one: dict[str, Any]) -> TableRow:
    kind, word = STATES.get(one["response_state"] or "", ("none", N_("已被更正")))
    name = one["form_name_en"] if current_language() == "en" and one["form_name_en"] else one["form_name"]
    sub = both_words(one["channel"], one["kind"]) if one["channel"] else ""
    return TableRow(
        key=str(one["id"]),
        cells=[
            Link(text=name, href=f"/evaluations/{one['id']}", sub=sub),
            Mark(value_hundredths=one["final_hundredths"], href=f"/evaluations/{one['id']}"),
            Date(on=one["local_on"]),
            deadline_cell(one["respond_by_at"], is_open=one["response_state"] == "waiting"),
            StateCell(kind=kind, word=gettext(word), note=gettext(N_("期限后才回应")) if one["was_late"] else ""),
        ],
    )


routes = [
    evaluation_page,
    submit_page,
    draft_page,
    occurrences_page,
    respond_page,
    mine_page,
    *queue_routes,
    *note_routes,
    *correction_routes,
]
