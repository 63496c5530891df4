"""Pages of log-ins: the list, a new one, one with its roles, and the slips with one-time codes."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service import clock
from qa_service.errors import Refusal
from qa_service.language import LANGUAGES, N_, clauses, gettext
from qa_service.people import account_queries, commands
from qa_service.people.access import ROLE_NAMES, Actor, Permission, Role
from qa_service.people.account_commands import PrintedCode
from qa_service.people.account_queries import AccountFilter
from qa_service.people.own_pages import token_table
from qa_service.people.page_parts import (
    asked_choice,
    asked_page,
    asked_text,
    asked_whole,
    done,
    errors_in,
    href,
    notices_in,
    numbered_pager,
    typed,
)
from qa_service.people.rules import CODE_LIFE
from qa_service.people.words import STATES, unit_name
from qa_service.web.cells import Actions, Cell, Link, Moment, Nothing, StateCell, Text
from qa_service.web.decoding import form_of
from qa_service.web.downloads import FILE_ROWS, download, offered, wanted
from qa_service.web.guards import needs
from qa_service.web.parts import Action, Chip, Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Batch, Column, Empty, Search, Table, TableRow

HERE = "/accounts"
HOUSE = "house"  # the whole house, as a value of the unit field
KEEPER = needs(Permission.ACCOUNT_WRITE)
NOTICES = {
    "granted": N_("已加上角色"),
    "revoked": N_("已去掉角色"),
    "closed": N_("已停用，这个账号立即退出登录"),
    "reopened": N_("已恢复使用"),
    "made": N_("账号已建立"),
    "revoked-token": N_("令牌已作废"),
}


class AccountsPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/people/accounts.html."""

    table: Table
    roles: list[Chip]
    role_label: str
    actions: list[Action]
    errors: dict[str, str] = {}


class NewPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/people/account_new.html."""

    people: list[Option]
    roles: list[Option]
    units: list[Option]
    languages: list[Option]
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class AccountPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/people/account.html. is_own: nobody changes their own roles, so the page only shows them."""

    id: int
    version: int
    title: str
    is_own: bool
    is_closed: bool
    facts: list[tuple[str, str | Cell]]
    grants: Table
    tokens: Table
    roles: list[Option]
    units: list[Option]
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class CodesPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/people/codes.html: shown once, printed, cut apart. address: where a code is typed in."""

    codes: list[PrintedCode]
    address: str
    days: int
    until: str


class AccountForm(msgspec.Struct):
    role: str
    unit: str
    username: str = ""
    person: int | None = None
    language: str = "zh"


class GrantForm(msgspec.Struct):
    role: str
    unit: str
    version: int


class ReasonForm(msgspec.Struct):
    reason: str = ""


class KeysForm(msgspec.Struct):
    keys: list[int]


@get(HERE, opt=KEEPER, include_in_schema=False)
async def accounts_page(request: Request) -> Response:
    return await _accounts(request)


async def _accounts(request: Request, refusal: Refusal | None = None) -> Response:
    asked = AccountFilter(
        search=asked_text(request, "q"),
        state=asked_choice(request, "having", STATES),
        role=asked_choice(request, "role", set(Role)),
        sort=asked_choice(request, "sort", account_queries.SORTS) or "username",
        page=asked_page(request),
    )
    size = FILE_ROWS if wanted(request) else account_queries.PAGE
    found, total = await account_queries.accounts(actor_of(request), asked, size)
    table = offered(request, _table(asked, found, total))
    if (file := await download(request, table, "accounts")) is not None:
        return file
    roles = _role_chips(asked)
    page = AccountsPage(
        table=table,
        roles=roles,
        role_label=next(chip.label for chip in roles if chip.is_current),
        actions=[Action(label=gettext(N_("新建账号")), href=f"{HERE}/new", kind="primary", icon="plus")],
        errors=errors_in(refusal),
    )
    status = refusal.status if refusal else 200
    return render(request, "people/accounts.html", page, status_code=status, notices=notices_in(request, NOTICES))


def _asked(asked: AccountFilter, **changes: Any) -> dict[str, Any]:
    sort = "" if asked.sort == "username" else asked.sort
    return {"q": asked.search, "having": asked.state, "role": asked.role, "sort": sort, **changes}


def _role_chips(asked: AccountFilter) -> list[Chip]:
    every = Chip(label=gettext(N_("全部角色")), href=href(HERE, **_asked(asked, role="")), is_current=not asked.role)
    return [every] + [
        Chip(label=gettext(name), href=href(HERE, **_asked(asked, role=role.value)), is_current=asked.role == role)
        for role, name in ROLE_NAMES.items()
    ]


def _table(asked: AccountFilter, found: list[dict[str, Any]], total: int) -> Table:
    def head(label: str, key: str, kind: str, **more: Any) -> Column:
        direction = "descending" if key == "created" else "ascending"
        to = href(HERE, **_asked(asked, sort=key))
        return Column(label=label, kind=kind, sort_href=to, sorted=direction if asked.sort == key else "", **more)

    states = {"": ("", N_("全部")), **STATES}
    return Table(
        caption=gettext(N_("账号管理")),
        columns=[
            head(gettext(N_("用户名")), "username", "link", is_row_header=True),
            head(gettext(N_("姓名")), "name", "text", more_label=gettext(N_("工号"))),
            Column(label=gettext(N_("角色和范围"))),
            head(gettext(N_("建立时间")), "created", "moment", is_wide_only=True),
            Column(label=gettext(N_("状态")), kind="state"),
        ],
        rows=[_row(one) for one in found],
        name="accounts",
        chips=[
            Chip(label=gettext(word), href=href(HERE, **_asked(asked, having=key)), is_current=asked.state == key)
            for key, (_look, word) in states.items()
        ],
        search=Search(
            action=HERE,
            value=asked.search,
            placeholder=gettext(N_("用户名、工号或姓名")),
            keep={name: value for name, value in _asked(asked, q="").items() if value},
        ),
        pager=numbered_pager(
            HERE, _asked(asked), page=asked.page, shown=len(found), total=total, size=account_queries.PAGE
        ),
        batch=Batch(actions=[Action(label=gettext(N_("打印一次性代码")), href=f"{HERE}/codes", icon="print")]),
        empty=Empty(what=gettext(N_("没有符合条件的账号")), next_label=gettext(N_("看全部账号")), next_href=HERE),
    )


def _row(one: dict[str, Any]) -> TableRow:
    look, word = STATES[one["state"]]
    return TableRow(
        key=str(one["id"]),
        name=one["username"],
        cells=[
            Link(text=one["username"], href=f"{HERE}/{one['id']}"),
            Text(text=one["name"], sub=one["employee_no"] or "")
            if one["name"]
            else Nothing(reason=gettext(N_("不属于某个人"))),
            Text(text=clauses(_grant(grant) for grant in one["grants"]) or gettext(N_("没有角色"))),
            Moment(at=one["created_at"], year=True),
            StateCell(kind=look, word=gettext(word)),
        ],
    )


def _scope(grant: dict[str, Any]) -> str:
    return grant["unit_name"] or gettext(N_("全公司"))


def _grant(grant: dict[str, Any]) -> str:
    return gettext(N_("%(role)s（%(scope)s）"), role=gettext(ROLE_NAMES[Role(grant["role"])]), scope=_scope(grant))


@get("/accounts/new", opt=KEEPER, include_in_schema=False)
async def new_page(request: Request) -> Response:
    person = asked_whole(request, "person")
    return await _new(request, {"person": str(person or "")})


async def _new(request: Request, values: dict[str, str], refusal: Refusal | None = None) -> Response:
    actor = actor_of(request)
    people = await account_queries.people_without_account()
    page = NewPage(
        people=[
            Option(value=str(one["id"]), label=f"{one['name']} {one['employee_no'] or one['key']}") for one in people
        ],
        roles=_role_options(actor),
        units=await _unit_options(actor),
        languages=[Option(value=key, label=name) for key, name in LANGUAGES.items()],
        values=values,
        errors=errors_in(refusal),
    )
    return render(request, "people/account_new.html", page, status_code=refusal.status if refusal else 200)


def _role_options(actor: Actor) -> list[Option]:
    """Roles that this actor may give: an administrator's is an administrator's."""
    is_admin = any(grant.role is Role.ADMIN for grant in actor.grants)
    known = [(role, name) for role, name in ROLE_NAMES.items() if is_admin or role is not Role.ADMIN]
    return [Option(value=role.value, label=gettext(name)) for role, name in known]


async def _unit_options(actor: Actor) -> list[Option]:
    units = [Option(value=str(one["id"]), label=unit_name(one)) for one in await account_queries.units(actor)]
    if actor.units(Permission.ACCOUNT_WRITE) is not None:
        return units
    return [Option(value=HOUSE, label=gettext(N_("全公司"))), *units]


def _unit(text: str) -> int | None:
    """The unit of a posted form; HOUSE is the whole house, and what is no number is no unit at all."""
    if text == HOUSE:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else -1


@post("/accounts/new", opt=KEEPER, include_in_schema=False)
async def create(request: Request) -> Response:
    actor = actor_of(request)
    try:
        form = await form_of(request, AccountForm)
        username = form.username or await account_queries.number_of(form.person)
        account_id = await commands.create_account(
            actor, username, roles=[(form.role, _unit(form.unit))], person_id=form.person, language=form.language
        )
        codes = await commands.print_codes(actor, [account_id])
    except Refusal as refusal:
        return await _new(request, await typed(request), refusal)
    return codes_to_print(request, codes)


@post("/accounts/codes", opt=KEEPER, include_in_schema=False)
async def print_codes(request: Request) -> Response:
    """The answer is the page to print itself: codes are readable once, so there is no address to come back to."""
    try:
        form = await form_of(request, KeysForm)
        codes = await commands.print_codes(actor_of(request), form.keys)
    except Refusal as refusal:
        return await _accounts(request, refusal)
    return codes_to_print(request, codes)


@get("/accounts/codes", opt=KEEPER, include_in_schema=False)
async def codes_page(request: Request) -> Redirect:
    """Back to the list, in the language that is asked for: codes that were shown once are shown nowhere again."""
    return Redirect(href(HERE, lang=asked_text(request, "lang")), status_code=303)


def codes_to_print(request: Request, codes: list[PrintedCode]) -> Response:
    """The page with one slip a person; it is the answer to the step that made the codes, and is not kept anywhere."""
    until = clock.local_day(clock.now() + CODE_LIFE)
    page = CodesPage(
        codes=codes,
        address=f"{request.url.scheme}://{request.url.netloc}/first-login",
        days=CODE_LIFE.days,
        until=until.isoformat(),
    )
    answer = render(request, "people/codes.html", page)
    answer.headers["cache-control"] = "no-store"
    return answer


@get("/accounts/{account_id:int}", opt=KEEPER, include_in_schema=False)
async def account_page(request: Request, account_id: FromPath[int]) -> Response:
    return await _account(request, account_id)


async def _account(request: Request, account_id: int, refusal: Refusal | None = None) -> Response:
    actor = actor_of(request)
    found = await account_queries.account(actor, account_id)
    is_own = actor.account_id == account_id
    page = AccountPage(
        id=account_id,
        version=found["version"],
        title=found["username"],
        is_own=is_own,
        is_closed=found["state"] == "closed",
        facts=_facts(found),
        grants=_grants(found, may_change=not is_own),
        tokens=token_table(await account_queries.tokens_of(actor, account_id), f"{HERE}/{account_id}/tokens"),
        roles=_role_options(actor),
        units=await _unit_options(actor),
        values=await typed(request) if refusal else {},
        errors=errors_in(refusal),
    )
    status = refusal.status if refusal else 200
    return render(request, "people/account.html", page, status_code=status, notices=notices_in(request, NOTICES))


def _facts(found: dict[str, Any]) -> list[tuple[str, str | Cell]]:
    look, word = STATES[found["state"]]
    whose: Cell = Nothing(reason=gettext(N_("不属于某个人")))
    if found["person"]:
        whose = Link(text=found["name"], href=f"/people/{found['person']}", sub=found["employee_no"] or "")
    facts: list[tuple[str, str | Cell]] = [
        (gettext(N_("状态")), StateCell(kind=look, word=gettext(word))),
        (gettext(N_("姓名")), whose),
        (gettext(N_("语言")), LANGUAGES.get(found["language"], found["language"])),
        (gettext(N_("建立时间")), Moment(at=found["created_at"], year=True)),
        (gettext(N_("最近使用")), Moment(at=found["seen_at"], year=True, reason=gettext(N_("现在没有登录")))),
    ]
    if found["code_expires_at"] and found["code_expires_at"] > clock.now():
        facts.append((gettext(N_("一次性代码有效至")), Moment(at=found["code_expires_at"], year=True)))
    return facts


def _grants(found: dict[str, Any], *, may_change: bool) -> Table:
    columns = [Column(label=gettext(N_("角色"))), Column(label=gettext(N_("范围")))]
    if may_change:
        columns.append(Column(label=gettext(N_("操作")), kind="actions", is_label_hidden=True))
    return Table(
        caption=gettext(N_("角色")),
        columns=columns,
        rows=[
            TableRow(
                cells=[
                    Text(text=gettext(ROLE_NAMES[Role(grant["role"])])),
                    Text(text=_scope(grant)),
                    *([Actions(actions=[_removal(found, grant)])] if may_change else []),
                ]
            )
            for grant in found["grants"]
        ],
        name="grants",
        empty=Empty(what=gettext(N_("没有角色")), why=gettext(N_("没有角色的账号登录后什么也看不到"))),
    )


def _removal(found: dict[str, Any], grant: dict[str, Any]) -> Action:
    fields = {"role": grant["role"], "unit": str(grant["unit"] or HOUSE), "version": str(found["version"])}
    return Action(
        label=gettext(N_("去掉")),
        href=f"{HERE}/{found['id']}/roles/removal",
        method="post",
        kind="quiet",
        fields=fields,
    )


@post("/accounts/{account_id:int}/roles", opt=KEEPER, include_in_schema=False)
async def grant_role(request: Request, account_id: FromPath[int]) -> Response:
    return await _change_role(request, account_id, commands.grant_role, "granted")


@post("/accounts/{account_id:int}/roles/removal", opt=KEEPER, include_in_schema=False)
async def revoke_role(request: Request, account_id: FromPath[int]) -> Response:
    return await _change_role(request, account_id, commands.revoke_role, "revoked")


async def _change_role(request: Request, account_id: int, command, notice: str) -> Response:
    try:
        form = await form_of(request, GrantForm)
        await command(actor_of(request), account_id, form.role, _unit(form.unit), version=form.version)
    except Refusal as refusal:
        return await _account(request, account_id, refusal)
    request.app.state.actors.forget_all()
    return done(f"{HERE}/{account_id}", notice)


@post("/accounts/{account_id:int}/close", opt=KEEPER, include_in_schema=False)
async def close(request: Request, account_id: FromPath[int]) -> Response:
    return await _set_state(request, account_id, commands.close_account, "closed")


@post("/accounts/{account_id:int}/reopen", opt=KEEPER, include_in_schema=False)
async def reopen(request: Request, account_id: FromPath[int]) -> Response:
    return await _set_state(request, account_id, commands.reopen_account, "reopened")


@post("/accounts/{account_id:int}/tokens/{token_id:int}/revocation", opt=KEEPER, include_in_schema=False)
async def revoke_token(request: Request, account_id: FromPath[int], token_id: FromPath[int]) -> Response:
    await commands.revoke_token_of(actor_of(request), account_id, token_id)
    request.app.state.actors.forget_all()
    return done(f"{HERE}/{account_id}", "revoked-token")


async def _set_state(request: Request, account_id: int, command, notice: str) -> Response:
    try:
        form = await form_of(request, ReasonForm)
        await command(actor_of(request), account_id, form.reason)
    except Refusal as refusal:
        return await _account(request, account_id, refusal)
    request.app.state.actors.forget_all()
    return done(f"{HERE}/{account_id}", notice)


routes = [
    accounts_page, new_page, create, print_codes, codes_page, account_page, grant_role, revoke_role, close, reopen,
    revoke_token,
]  # fmt: skip
