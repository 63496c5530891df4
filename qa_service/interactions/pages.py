"""Pages of records: the list with its filters, and one interaction. 待认领 has its own pages in unclaimed_pages.py."""

from datetime import date

from litestar import Request, Response, get
from litestar.params import FromPath

from qa_service import clock
from qa_service.interactions import list_models, queries, reading
from qa_service.interactions.list_models import Asked, ListPage
from qa_service.interactions.reach import is_own_only, sees_names
from qa_service.interactions.talk_models import talk_page
from qa_service.interactions.unclaimed_pages import routes as unclaimed_routes
from qa_service.language import N_, gettext
from qa_service.people.access import Actor, Permission
from qa_service.web.downloads import FILE_ROWS, download, offered, wanted
from qa_service.web.guards import LOGGED_IN
from qa_service.web.parts import Chip
from qa_service.web.policy import policy_with_media
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of


@get("/interactions", opt=LOGGED_IN, include_in_schema=False)
async def list_page(request: Request) -> Response:
    actor = actor_of(request)
    asked = await _asked(request, actor)
    before = queries.read_key(request.query_params.get("before", ""))
    after = queries.read_key(request.query_params.get("after", ""))
    limit = FILE_ROWS if wanted(request) else queries.PAGE
    found = await queries.parts(actor, asked.filter(), before=before, after=after, limit=limit)
    has_names, sees_imports = sees_names(actor) and not is_own_only(actor), actor.may(Permission.IMPORT_READ)
    table = offered(request, list_models.table(asked, found, has_names=has_names, sees_imports=sees_imports))
    if file := await download(request, table, f"interactions-{asked.month:%Y-%m}" if asked.month else "interactions"):
        return file
    return render(request, "interactions/list.html", await _page(actor, asked, table))


async def _page(actor: Actor, asked: Asked, table) -> ListPage:
    previous_href, next_href = list_models.neighbours(asked)
    days, channels = list_models.days(asked), list_models.channels(asked)
    units = [] if is_own_only(actor) else list_models.units(asked, await queries.units_in_reach(actor))
    undated = await queries.has_undated(actor)
    return ListPage(
        lead=gettext(N_("您自己接待的服务记录") if is_own_only(actor) else N_("客户说了什么，谁答的，有没有被质检")),
        month=asked.month,
        previous_href=previous_href,
        next_href=next_href,
        day_label=list_models.chosen(days),
        days=days,
        unit_label=list_models.chosen(units),
        units=units,
        channel_label=list_models.chosen(channels),
        channels=channels,
        undated=_undated(asked) if undated else None,
        person=await _person(asked) if sees_names(actor) else None,
        table=table,
    )


def _undated(asked: Asked) -> Chip:
    if asked.month is None:
        return Chip(label=gettext(N_("有日期的记录")), href="/interactions")
    return Chip(label=gettext(N_("没有日期的记录")), href=asked.href(month=None, day=None))


async def _person(asked: Asked) -> Chip | None:
    """The chip that takes the filter by one person off again."""
    name = await queries.person_name(asked.person) if asked.person is not None else None
    return Chip(label=gettext(N_("只看%(name)s ×"), name=name), href=asked.href(person=None)) if name else None


async def _asked(request: Request, actor: Actor) -> Asked:
    """The address read; what cannot be read counts as not given, and the newest month with records is the default."""
    given = request.query_params
    day = _day(given.get("day", ""))
    month = day.replace(day=1) if day else _day(given.get("month", "") + "-01")
    if month is None and given.get("month") != "none":
        newest = await queries.newest_day(actor)
        month = (newest or clock.today()).replace(day=1)
        month = None if newest is None and await queries.has_undated(actor) else month
    return Asked(
        month=month, day=day,
        unit=queries.number(given.get("unit", "")), person=queries.number(given.get("person", "")),
        channel=given.get("channel", "")[:40], quality=given.get("quality", "")[:40], q=given.get("q", "").strip()[:60],
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2099 else None


@get("/interactions/{interaction_id:int}", opt=LOGGED_IN, include_in_schema=False)
async def interaction_page(request: Request, interaction_id: FromPath[int]) -> Response:
    actor = actor_of(request)
    page = talk_page(actor, await reading.interaction(actor, interaction_id))
    answer = render(request, "interactions/talk.html", page)
    if page.recording_url:
        answer.headers["content-security-policy"] = policy_with_media(page.recording_url)
    return answer


routes = [list_page, interaction_page, *unclaimed_routes]
