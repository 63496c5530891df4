"""Pages of the staff: the list, and one person with posts, platform accounts and contract."""

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from qa_service import clock
from qa_service.language import N_, clauses, gettext, listed
from qa_service.people import directory
from qa_service.people.access import ROLE_NAMES, Actor, Permission, Role
from qa_service.people.merge_queries import aliases, merge_of
from qa_service.people.page_parts import asked_choice, asked_page, asked_text, asked_whole, href, numbered_pager
from qa_service.people.queries import PeopleFilter
from qa_service.people.words import CONTRACTS, HOLDER_SOURCES, STATES, unit_name
from qa_service.web.cells import Cell, Date, Link, Moment, Nothing, Person, StateCell, Text
from qa_service.web.downloads import FILE_ROWS, download, offered, wanted
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.listing import browsed
from qa_service.web.parts import Action, Chip
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Search, Table, TableRow

HERE = "/people"
WHO_WORKS = {"here": N_("在职"), "left": N_("已离职")}


class PeoplePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/people/list.html. units: chips to filter by a unit and all below it."""

    unit_label: str
    units: list[Chip]
    table: Table


class PersonPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/people/person.html. contract is empty where the reader may not see it."""

    title: str
    may_list: bool
    is_own: bool
    actions: list[Action]
    facts: list[tuple[str, str | Cell]]
    contract: list[tuple[str, str | Cell]]
    posts: Table
    holders: Table
    spells: int
    spells_href: str


class HoldersPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/people/holders.html."""

    title: str
    href: str
    table: Table


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The address of the list, read."""

    q: str = ""
    unit: int | None = None
    having: str = ""
    sort: str = ""

    def href(self, **changes: Any) -> str:
        return href(HERE, **{**msgspec.structs.asdict(self), **changes})


@get(HERE, opt=needs(Permission.PEOPLE_READ), include_in_schema=False)
async def people_page(request: Request) -> Response:
    actor, page = actor_of(request), asked_page(request)
    asked = Asked(
        q=asked_text(request, "q"),
        unit=asked_whole(request, "unit"),
        having=asked_choice(request, "having", WHO_WORKS),
        sort=asked_choice(request, "sort", directory.SORTS),
    )
    size = FILE_ROWS if wanted(request) else directory.PAGE
    filter = PeopleFilter(search=asked.q, unit=asked.unit, state=asked.having)
    found, total = await directory.page_of_people(actor, filter, sort=asked.sort, page=page, limit=size)
    may_import = actor.may(Permission.IMPORT_WRITE)
    table = offered(request, _table(asked, found, page=page, total=total, may_import=may_import))
    if (file := await download(request, table, "people")) is not None:
        return file
    units = _units(asked, await directory.units_in_reach(actor))
    label = next((chip.label for chip in units if chip.is_current), units[0].label)
    return render(request, "people/list.html", PeoplePage(unit_label=label, units=units, table=table))


def _units(asked: Asked, found: list[dict[str, Any]]) -> list[Chip]:
    every = Chip(label=gettext(N_("全部部门")), href=asked.href(unit=None), is_current=asked.unit is None)
    return [every] + [
        Chip(label=unit_name(one), href=asked.href(unit=one["id"]), is_current=asked.unit == one["id"]) for one in found
    ]


def _table(asked: Asked, found: list[dict[str, Any]], *, page: int, total: int, may_import: bool) -> Table:
    def head(label: str, key: str, kind: str = "text", **more: Any) -> Column:
        is_sorted = (asked.sort or "number") == key
        direction = ("descending" if key == "hired" else "ascending") if is_sorted else ""
        return Column(label=label, kind=kind, sort_href=asked.href(sort=key), sorted=direction, **more)

    states = {"": N_("全部"), **WHO_WORKS}
    return Table(
        caption=gettext(N_("人员")),
        columns=[
            head(gettext(N_("工号")), "number"),
            head(gettext(N_("姓名")), "name", "link", is_row_header=True),
            Column(label=gettext(N_("部门和岗位"))),
            head(gettext(N_("入职日期")), "hired", "date"),
            Column(label=gettext(N_("状态")), kind="state"),
        ],
        rows=[_row(one) for one in found],
        name="people",
        chips=[
            Chip(label=gettext(word), href=asked.href(having=key), is_current=asked.having == key)
            for key, word in states.items()
        ],
        search=Search(
            action=HERE,
            value=asked.q,
            placeholder=gettext(N_("工号或姓名")),
            keep={name: str(value) for name, value in msgspec.structs.asdict(asked).items() if value and name != "q"},
        ),
        pager=numbered_pager(
            HERE, msgspec.structs.asdict(asked), page=page, shown=len(found), total=total, size=directory.PAGE
        ),
        empty=_empty(asked, may_import=may_import),
    )


def _empty(asked: Asked, *, may_import: bool) -> Empty:
    if asked == Asked(sort=asked.sort):
        return Empty(
            what=gettext(N_("还没有人员")),
            why=gettext(N_("人员、岗位和账号从员工名册导入")),
            next_label=gettext(N_("导入员工名册")),
            next_href="/imports/new" if may_import else "",
        )
    return Empty(what=gettext(N_("没有符合条件的人员")), next_label=gettext(N_("看全部人员")), next_href=HERE)


def _row(one: dict[str, Any]) -> TableRow:
    posts = clauses(f"{post['unit_name']} {post['position']}".strip() for post in one["posts"])
    return TableRow(
        cells=[
            Text(text=one["employee_no"] or one["key"]),
            Link(text=one["name"], href=f"{HERE}/{one['id']}"),
            Text(text=posts) if posts else Nothing(reason=gettext(N_("现在没有岗位"))),
            Date(on=one["hired_on"], year=True, weekday=False, reason=gettext(N_("名册没有写"))),
            _works(one),
        ]
    )


def _works(one: dict[str, Any]) -> StateCell:
    has_left = one["left_on"] is not None and one["left_on"] < clock.today()
    return StateCell(kind="none" if has_left else "done", word=gettext(WHO_WORKS["left" if has_left else "here"]))


@get("/people/{person_id:int}", opt=LOGGED_IN, include_in_schema=False)
async def person_page(request: Request, person_id: FromPath[int]) -> Response:
    actor = actor_of(request)
    found = await directory.person(actor, person_id)
    log_in = await directory.account_of(person_id) if actor.may(Permission.ACCOUNT_WRITE) else None
    page = PersonPage(
        title=found["name"],
        may_list=actor.may(Permission.PEOPLE_READ),
        is_own=actor.person_id == person_id,
        actions=_actions(actor, found),
        facts=_facts(actor, found, log_in) + await _identity(person_id),
        contract=_contract(found["contract"]),
        posts=_posts(found["posts"]),
        holders=_holders(_newest(found["holders"]), gettext(N_("平台账号现在或最近的持有人"))),
        spells=len(found["holders"]),
        spells_href=f"{HERE}/{person_id}/holders",
    )
    return render(request, "people/person.html", page)


@get("/people/{person_id:int}/holders", opt=LOGGED_IN, include_in_schema=False)
async def holders_page(request: Request, person_id: FromPath[int]) -> Response:
    """Who held the accounts of this person from when until when; one's own spells for oneself."""
    actor = actor_of(request)
    found = await directory.person(actor, person_id)
    whole = _holders(found["holders"], gettext(N_("平台账号的使用经过，新的在前")))
    newest_first = sorted(whole.rows, key=lambda row: row.cells[2].at, reverse=True)
    table, file = await browsed(request, msgspec.structs.replace(whole, rows=newest_first), f"holders-{person_id}")
    if file is not None:
        return file
    page = HoldersPage(title=found["name"], href=f"{HERE}/{person_id}", table=table)
    return render(request, "people/holders.html", page)


def _actions(actor: Actor, found: dict[str, Any]) -> list[Action]:
    here, actions = f"{HERE}/{found['id']}", []
    if actor.may(Permission.PEOPLE_READ) and actor.may(Permission.INTERACTION_READ):
        actions.append(Action(label=gettext(N_("看服务记录")), href=f"/interactions?person={found['id']}"))
    if actor.may(Permission.PEOPLE_WRITE):
        is_alias = found["merged_into"] is not None
        label, href = (N_("撤销合并"), f"{here}/unmerge") if is_alias else (N_("合并到另一个人"), f"{here}/merge")
        actions.append(Action(label=gettext(label), href=href, kind="quiet"))
    return actions


async def _identity(person_id: int) -> list[tuple[str, str | Cell]]:
    """Whom this entry stands for, or which entries stand for this person."""
    merge = await merge_of(person_id)
    if merge is not None:
        link = Link(text=merge["person_name"], href=f"{HERE}/{merge['person']}", sub=merge["employee_no"] or "")
        return [(gettext(N_("其实是")), link), (gettext(N_("依据")), merge["reason"])]
    return [
        (gettext(N_("别名")), Link(text=one["name"], href=f"{HERE}/{one['id']}", sub=one["key"]))
        for one in await aliases(person_id)
    ]


def _facts(actor: Actor, found: dict[str, Any], log_in: dict[str, Any] | None) -> list[tuple[str, str | Cell]]:
    managers = listed(one["name"] for one in found["managers"] if one["until_on"] is None)
    unwritten = gettext(N_("名册没有写"))
    facts: list[tuple[str, str | Cell]] = [
        (gettext(N_("工号")), found["employee_no"] or found["key"]),
        (gettext(N_("状态")), _works(found)),
        (gettext(N_("入职日期")), Date(on=found["hired_on"], year=True, weekday=False, reason=unwritten)),
        (gettext(N_("直属主管")), managers or Nothing(reason=unwritten)),
    ]
    if found["left_on"]:
        facts.append((gettext(N_("离职日期")), Date(on=found["left_on"], year=True, weekday=False)))
    if found["probation_until_on"]:
        facts.append((gettext(N_("试用期至")), Date(on=found["probation_until_on"], year=True, weekday=False)))
    if actor.may(Permission.ACCOUNT_WRITE):
        facts.append((gettext(N_("登录账号")), _log_in(found["id"], log_in)))
    return facts


def _log_in(person_id: int, log_in: dict[str, Any] | None) -> Cell:
    if log_in is None:
        return Link(text=gettext(N_("还没有，去建立")), href=f"/accounts/new?person={person_id}")
    return Link(text=log_in["username"], href=f"/accounts/{log_in['id']}", sub=gettext(STATES[log_in["state"]][1]))


def _contract(contract: dict[str, Any] | None) -> list[tuple[str, str | Cell]]:
    if contract is None:
        return []
    unwritten = gettext(N_("名册没有写"))
    kind = CONTRACTS.get(contract["kind"] or "")
    until = unwritten if contract["kind"] != "open" else gettext(N_("无固定期限"))
    return [
        (gettext(N_("合同种类")), gettext(kind) if kind else Nothing(reason=unwritten)),
        (gettext(N_("起")), Date(on=contract["from_on"], year=True, weekday=False, reason=unwritten)),
        (gettext(N_("止")), Date(on=contract["until_on"], year=True, weekday=False, reason=until)),
    ]


def _posts(found: list[dict[str, Any]]) -> Table:
    today = gettext(N_("至今"))
    return Table(
        caption=gettext(N_("岗位，现在的在前")),
        columns=[
            Column(label=gettext(N_("部门"))),
            Column(label=gettext(N_("岗位"))),
            Column(label=gettext(N_("职责"))),
            Column(label=gettext(N_("起")), kind="date"),
            Column(label=gettext(N_("止"))),
        ],
        rows=[
            TableRow(
                cells=[
                    Text(text=one["unit_name"]),
                    Text(text=one["position"]),
                    Text(text=gettext(ROLE_NAMES[Role(one["kind"])]) if one["kind"] in set(Role) else one["kind"]),
                    Date(on=one["from_on"], year=True, weekday=False),
                    Date(on=one["until_on"], year=True, weekday=False) if one["until_on"] else Text(text=today),
                ],
                state="off" if one["until_on"] and one["until_on"] < clock.today() else "",
            )
            for one in found
        ],
        name="posts",
        empty=Empty(what=gettext(N_("没有岗位"))),
    )


def _newest(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The present or latest spell of each account: `found` has each account's spells newest first."""
    newest: dict[int, dict[str, Any]] = {}
    for one in found:
        newest.setdefault(one["platform_account"], one)
    return list(newest.values())


def _holders(found: list[dict[str, Any]], caption: str) -> Table:
    return Table(
        caption=caption,
        columns=[
            Column(label=gettext(N_("平台账号")), is_row_header=True),
            Column(label=gettext(N_("持有人")), kind="person"),
            Column(label=gettext(N_("起")), kind="moment"),
            Column(label=gettext(N_("止")), kind="moment"),
            Column(label=gettext(N_("来源"))),
        ],
        rows=[TableRow(cells=_spell(one)) for one in found],
        name="holders",
        empty=Empty(
            what=gettext(N_("没有平台账号")),
            why=gettext(N_("共用账号的持有时间从持有表导入；没有持有人的会话留在待认领")),
        ),
    )


def _spell(one: dict[str, Any]) -> list[Cell]:
    source = HOLDER_SOURCES.get(one["source"])
    return [
        Text(text=f"{one['platform']}/{one['name']}"),
        Person(name=one["person_name"], number=one["employee_no"] or "", href=f"{HERE}/{one['person']}"),
        Moment(at=one["from_at"], year=True),
        Moment(at=one["until_at"], year=True) if one["until_at"] else Text(text=gettext(N_("至今"))),
        Text(text=gettext(source) if source else one["source"]),
    ]


routes = [people_page, person_page, holders_page]
