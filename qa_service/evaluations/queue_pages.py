"""The monitor's queue: what waits, what is overdue, searched, filtered and taken along as a file."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service import clock
from qa_service.evaluations import commands, queries
from qa_service.interactions.words import channel_word, kind_word
from qa_service.language import N_, gettext
from qa_service.people.access import Permission
from qa_service.web.cells import Actions, Date, StateCell, Text
from qa_service.web.downloads import FILE_ROWS, download, offered, wanted
from qa_service.web.figures import Duration
from qa_service.web.guards import needs
from qa_service.web.parts import Action, Chip
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Search, Table, TableRow

NOTICES = {"submitted": N_("已提交，客服已能看到这次评分")}
STATES = {"overdue": N_("已过期"), "begun": N_("已开始"), "new": N_("未开始")}


class QueuePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/evaluations/queue.html."""

    lead: str
    table: Table


@get("/queue", opt=needs(Permission.EVALUATION_WRITE), include_in_schema=False)
async def queue_page(request: Request) -> Response:
    waiting = await queries.queue(actor_of(request), limit=FILE_ROWS if wanted(request) else 500)
    state, text = request.query_params.get("state", ""), request.query_params.get("q", "").strip()[:60]
    table = offered(request, _table(waiting, state, text, clock.today()))
    if (file := await download(request, table, "queue")) is not None:
        return file
    sentence = NOTICES.get(request.query_params.get("notice", ""))
    notices = [("done", gettext(sentence))] if sentence else None
    return render(request, "evaluations/queue.html", QueuePage(lead=_lead(waiting), table=table), notices=notices)


def _lead(waiting: list[dict[str, Any]]) -> str:
    if not waiting:
        return ""
    late = sum(_is_late(one, clock.today()) for one in waiting)
    lead = gettext(N_("%(count)s件待评，先到期的在前；评之前看不到是谁"), count=len(waiting))
    return lead + gettext(N_("。其中%(late)s件已过期"), late=late) if late else lead


def _is_late(one: dict[str, Any], today: date) -> bool:
    return one["due_on"] is not None and one["due_on"] < today


def _fits(one: dict[str, Any], state: str, today: date) -> bool:
    is_begun = one["evaluation"] is not None
    return {"overdue": _is_late(one, today), "begun": is_begun, "new": not is_begun}.get(state, True)


def _said(one: dict[str, Any]) -> str:
    """What the search of the queue looks through: channel, kind, days."""
    days = " ".join(day.isoformat() for day in (one["due_on"], one["local_on"]) if day)
    return f"{channel_word(one['channel'])} {kind_word(one['kind'])} {days}".casefold()


def _table(waiting: list[dict[str, Any]], state: str, text: str, today: date) -> Table:
    shown = [one for one in waiting if _fits(one, state, today) and text.casefold() in _said(one)]
    chips = [Chip(label=gettext(N_("全部")), href="/queue", count=len(waiting), is_current=state not in STATES)]
    chips += [
        Chip(
            label=gettext(word), href=f"/queue?state={key}", is_current=state == key,
            count=sum(_fits(one, key, today) for one in waiting),
        )
        for key, word in STATES.items()
    ]  # fmt: skip
    columns = [
        Column(label=gettext(N_("到期")), kind="date"),
        Column(label=gettext(N_("渠道"))),
        Column(label=gettext(N_("种类"))),
        Column(label=gettext(N_("服务日期")), kind="date"),
        Column(label=gettext(N_("预计用时")), kind="duration"),
        Column(label=gettext(N_("状态")), kind="state"),
        Column(label=gettext(N_("操作")), kind="actions", is_label_hidden=True),
    ]
    search = Search(
        action="/queue", value=text, keep={"state": state} if state in STATES else {},
        placeholder=gettext(N_("渠道、种类、日期")),
    )  # fmt: skip
    return Table(
        caption=gettext(N_("分给我的待评")), columns=columns, rows=[_row(one, today) for one in shown], name="queue",
        empty=_empty(has_any=bool(waiting)), chips=chips if waiting else [], search=search if waiting else None,
    )  # fmt: skip


def _empty(*, has_any: bool) -> Empty:
    if has_any:
        return Empty(what=gettext(N_("没有符合条件的待评")), next_label=gettext(N_("看全部")), next_href="/queue")
    return Empty(
        what=gettext(N_("没有待评")), why=gettext(N_("都评完了；下一次抽样后分给您的件会出现在这里")),
        next_label=gettext(N_("看抽样安排")), next_href="/draws",
    )  # fmt: skip


def _row(one: dict[str, Any], today: date) -> TableRow:
    is_begun = one["evaluation"] is not None
    label = gettext(N_("继续评") if is_begun else N_("开始评"))
    href = f"/queue/{one['assignment']}/open"
    word = gettext(N_("已开始") if is_begun else N_("未开始"))
    is_late = _is_late(one, today)
    state = StateCell(kind="bad" if is_late else "wait", word=gettext(N_("已过期")) if is_late else word,
                      note=word if is_late else "")  # fmt: skip
    return TableRow(
        key=str(one["assignment"]),
        cells=[
            Date(on=one["due_on"]),
            Text(text=channel_word(one["channel"])),
            Text(text=kind_word(one["kind"])),
            Date(on=one["local_on"]),
            Duration(seconds=one["expected_seconds"]),
            state,
            Actions(actions=[Action(label=label, href=href, method="post", kind="primary" if is_begun else "")]),
        ],
    )


@post("/queue/{assignment_id:int}/open", opt=needs(Permission.EVALUATION_WRITE), include_in_schema=False)
async def open_page(request: Request, assignment_id: FromPath[int]) -> Response:
    evaluation = await commands.open_assignment(actor_of(request), assignment_id)
    return Redirect(f"/evaluations/{evaluation}", status_code=303)


routes = [queue_page, open_page]
