"""The page of one's own notices: newest first, opened or read all at once."""

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service.language import N_, gettext
from qa_service.notices import commands, queries
from qa_service.notices.schemas import NoticeOut
from qa_service.people.page_parts import done, href, notices_in
from qa_service.people.pages import local_path
from qa_service.web.cells import Actions, Link, Moment, StateCell, Text
from qa_service.web.guards import LOGGED_IN
from qa_service.web.listing import MOST, browsed
from qa_service.web.parts import Action, Chip
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow

HERE = "/notices"
NOTICES = {"all": N_("已全部标为已读")}


class NoticesPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/notices/list.html."""

    actions: list[Action]
    table: Table


@get(HERE, opt=LOGGED_IN, include_in_schema=False)
async def notices_page(request: Request) -> Response:
    actor = actor_of(request)
    unread_only = request.query_params.get("having") == "unread"
    found = await queries.mine(actor, unread=unread_only, limit=MOST)
    waiting = await queries.unread(actor)
    table, file = await browsed(request, _table(found, unread_only=unread_only, waiting=waiting), "notices", size=50)
    if file is not None:
        return file
    read_all = Action(label=gettext(N_("全部标为已读")), href=f"{HERE}/reading", method="post", icon="tick")
    page = NoticesPage(
        actions=[read_all] if waiting else [],
        table=table,
    )
    return render(request, "notices/list.html", page, notices=notices_in(request, NOTICES))


def _table(found: list[NoticeOut], *, unread_only: bool, waiting: int) -> Table:
    return Table(
        caption=gettext(N_("通知，新的在前")),
        columns=[
            Column(label=gettext(N_("时间")), kind="moment"),
            Column(label=gettext(N_("通知内容")), is_row_header=True),
            Column(label=gettext(N_("状态")), kind="state"),
            Column(label=gettext(N_("操作")), kind="actions", is_label_hidden=True),
        ],
        rows=[_row(one) for one in found],
        name="notices",
        chips=[
            Chip(label=gettext(N_("全部")), href=HERE, is_current=not unread_only),
            Chip(label=gettext(N_("未读")), href=href(HERE, having="unread"), count=waiting, is_current=unread_only),
        ],
        empty=Empty(
            what=gettext(N_("没有未读的通知") if unread_only else N_("还没有通知")),
            why=gettext(N_("有新的评分、奖惩记录、排班或规则，会在这里告诉您")),
            next_label=gettext(N_("看全部通知") if unread_only else N_("去首页看今天要办的事")),
            next_href=HERE if unread_only else "/",
        ),
    )


def _row(one: NoticeOut) -> TableRow:
    where = local_path(one.href) if one.href else ""
    is_new = one.read_at is None
    label = gettext(N_("打开")) if where else gettext(N_("知道了"))
    opens = Action(label=label, href=f"{HERE}/{one.id}/reading", method="post", kind="quiet")
    return TableRow(
        cells=[
            Moment(at=one.created_at, year=True),
            Link(text=one.text, href=where) if where and not is_new else Text(text=one.text, tone="strong" * is_new),
            StateCell(kind="wait" if is_new else "done", word=gettext(N_("未读") if is_new else N_("已读"))),
            Actions(actions=[opens] if is_new else []),
        ],
        state="new" if is_new else "",
    )


@post("/notices/{notice_id:int}/reading", opt=LOGGED_IN, include_in_schema=False)
async def open_notice(request: Request, notice_id: FromPath[int]) -> Response:
    """Note that it was read, then go where it leads."""
    where = await commands.read(actor_of(request), notice_id)
    return Redirect(local_path(where) if where else HERE, status_code=303)


@post("/notices/reading", opt=LOGGED_IN, include_in_schema=False)
async def read_all(request: Request) -> Response:
    await commands.read_all(actor_of(request))
    return done(HERE, "all")


routes = [notices_page, open_notice, read_all]
