"""Pages that make one person of two entries: who it is, what will move, the reason; and two of one again."""

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service.errors import Refusal
from qa_service.language import N_, gettext, listed
from qa_service.people import directory, merge_queries, merging
from qa_service.people.access import Actor, Permission
from qa_service.people.page_parts import asked_text, errors_in
from qa_service.people.queries import people
from qa_service.web.cells import Cell, Link, Person, Text
from qa_service.web.decoding import form_of
from qa_service.web.figures import Count
from qa_service.web.formatting import month
from qa_service.web.guards import needs
from qa_service.web.parts import Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow

WRITE = needs(Permission.PEOPLE_WRITE)
MOST_PEOPLE = 500


class MergePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/people/merge.html. Without `into` it asks who it is; then it says what will happen."""

    person: int
    title: str
    people: list[Option]
    typed: str
    errors: dict[str, str] = {}
    into: int | None = None
    facts: list[tuple[str, str | Cell]] = []
    obstacles: list[tuple[str, str]] = []  # sentence and address
    counts: Table | None = None


class UnmergePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/people/unmerge.html."""

    person: int
    title: str
    facts: list[tuple[str, str | Cell]]
    error: str = ""


class MergeForm(msgspec.Struct):
    into: int
    reason: str


class UnmergeForm(msgspec.Struct):
    reason: str


@get("/people/{person_id:int}/merge", opt=WRITE, include_in_schema=False)
async def merge_page(request: Request, person_id: FromPath[int]) -> Response:
    typed = asked_text(request, "into")
    try:
        into = await directory.person_named(typed) if typed else None
    except Refusal as refusal:
        return await _page(request, person_id, typed=typed, errors={"into": refusal.text()}, status=refusal.status)
    return await _page(request, person_id, typed=typed, into=into)


async def _page(
    request: Request,
    person_id: int,
    *,
    typed: str = "",
    into: int | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    actor = actor_of(request)
    entry = await merge_queries.entry_in_reach(actor, person_id)
    page = MergePage(
        person=person_id, title=entry.name, people=await _people(actor, person_id), typed=typed, errors=errors or {}
    )
    if into is not None:
        found = await merge_queries.preview(actor, person_id, into)
        page = msgspec.structs.replace(
            page, into=into, facts=_facts(found), counts=_counts(found),
            obstacles=[(merge_queries.told(one), one.href) for one in found.obstacles],
        )  # fmt: skip
    return render(request, "people/merge.html", page, status_code=status)


async def _people(actor: Actor, person_id: int) -> list[Option]:
    found = await people(actor, "", 0, MOST_PEOPLE) if actor.may(Permission.PEOPLE_READ) else []
    others = [one for one in found if one["id"] != person_id]
    return [Option(value=one["employee_no"] or one["key"], label=one["name"]) for one in others]


def _facts(found: merge_queries.Preview) -> list[tuple[str, str | Cell]]:
    former, person = found.former, found.person
    facts: list[tuple[str, str | Cell]] = [
        (gettext(N_("别名")), Person(name=former.name, number=former.employee_no or former.key)),
        (gettext(N_("其实是")), Person(name=person.name, number=person.employee_no or person.key)),
        (gettext(N_("以后")), gettext(N_("来源再写“%(key)s”，就是这个人"), key=former.key)),
    ]
    if found.signed_months:
        months = listed(month(one) for one in found.signed_months)
        stays = gettext(N_("%(months)s已签批，那几个月的内容留在原来的名下"), months=months)
        facts.append((gettext(N_("不动")), stays))
    return facts


def _counts(found: merge_queries.Preview) -> Table:
    moves, stays = ({one.label: one.count for one in part} for part in (found.moves, found.stays))
    rows = [
        TableRow(cells=[Text(text=label), Count(value=moves.get(label, 0)), Count(value=stays.get(label, 0))])
        for label in dict.fromkeys((*moves, *stays))
    ]
    columns = [
        Column(label=gettext(N_("内容")), is_row_header=True),
        Column(label=gettext(N_("转到这个人")), kind="count"),
        Column(label=gettext(N_("留在别名下")), kind="count"),
    ]
    empty = Empty(what=gettext(N_("别名下没有任何内容")))
    return Table(caption=gettext(N_("会怎样")), columns=columns, rows=rows, empty=empty, name="counts")


@post("/people/{person_id:int}/merge", opt=WRITE, include_in_schema=False)
async def merge(request: Request, person_id: FromPath[int]) -> Response:
    raw = await request.form()
    into = str(raw.get("into", ""))
    try:
        form = await form_of(request, MergeForm)
        await merging.merge_people(actor_of(request), person_id, form.into, form.reason)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        known = int(into) if into.isascii() and into.isdecimal() and len(into) < 16 else None
        return await _page(request, person_id, into=known, errors=errors_in(refusal), status=refusal.status)
    request.app.state.actors.forget_all()
    return Redirect(f"/people/{form.into}", status_code=303)


@get("/people/{person_id:int}/unmerge", opt=WRITE, include_in_schema=False)
async def unmerge_page(request: Request, person_id: FromPath[int]) -> Response:
    return await _unmerge(request, person_id)


async def _unmerge(request: Request, person_id: int, refusal: Refusal | None = None) -> Response:
    found = await merging.standing_merge(actor_of(request), person_id)
    facts: list[tuple[str, str | Cell]] = [
        (gettext(N_("别名")), found["former_name"]),
        (gettext(N_("现在是")), Link(text=found["person_name"], href=f"/people/{found['person']}")),
        (gettext(N_("当时的依据")), found["reason"]),
        (gettext(N_("会怎样")), gettext(N_("当时转过去的内容回到别名下；合并以后有了新内容就不能再分开"))),
    ]
    errors = errors_in(refusal)
    error = errors.get("reason") or errors.get("") or ""
    page = UnmergePage(person=person_id, title=found["former_name"], facts=facts, error=error)
    return render(request, "people/unmerge.html", page, status_code=refusal.status if refusal else 200)


@post("/people/{person_id:int}/unmerge", opt=WRITE, include_in_schema=False)
async def unmerge(request: Request, person_id: FromPath[int]) -> Response:
    actor = actor_of(request)
    found = await merging.standing_merge(actor, person_id)
    try:
        form = await form_of(request, UnmergeForm)
        await merging.undo_merge(actor, found["id"], form.reason)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return await _unmerge(request, person_id, refusal)
    request.app.state.actors.forget_all()
    return Redirect(f"/people/{person_id}", status_code=303)


routes = [merge_page, merge, unmerge_page, unmerge]
