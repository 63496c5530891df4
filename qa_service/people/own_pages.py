"""The page of one's own log-in: language, password, tokens for programs."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath

from qa_service import clock
from qa_service.errors import FieldError, InvalidInput, Refusal
from qa_service.language import LANGUAGE_COOKIE, LANGUAGES, N_, gettext, listed
from qa_service.people import account_queries, commands, queries
from qa_service.people.access import PERMISSION_NAMES, ROLE_NAMES, Actor
from qa_service.people.page_parts import done, errors_in, notices_in, typed
from qa_service.web.cells import Actions, Cell, Link, Moment, StateCell, Text
from qa_service.web.decoding import form_of
from qa_service.web.guards import IN_PERSON
from qa_service.web.parts import Action, Option
from qa_service.web.rendering import render
from qa_service.web.sessions import COOKIE, actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow

HERE = "/account"
NOTICES = {
    "language": N_("语言已保存"),
    "password": N_("密码已改，其他设备上的登录已退出"),
    "revoked": N_("令牌已作废"),
}
LIVES = (30, 90, 365)


class OwnPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/people/own.html. token is the new one, readable on this page only; part: the form that failed."""

    facts: list[tuple[str, str | Cell]]
    language: str
    languages: list[Option]
    tokens: Table
    scopes: list[Option]
    lives: list[Option]
    token: str = ""
    part: str = ""
    chosen: list[str] = []
    values: dict[str, str] = {}
    errors: dict[str, str] = {}

    def errors_of(self, part: str) -> dict[str, str]:
        return self.errors if self.part == part else {}


class LanguageForm(msgspec.Struct):
    language: str


class PasswordForm(msgspec.Struct):
    current: str
    new: str
    repeat: str


class TokenForm(msgspec.Struct):
    name: str
    days: int
    scopes: list[str]


@get(HERE, opt=IN_PERSON, include_in_schema=False)
async def own_page(request: Request) -> Response:
    return await _own(request)


async def _own(request: Request, *, refusal: Refusal | None = None, part: str = "", token: str = "") -> Response:
    actor = actor_of(request)
    account = await account_queries.own_account(actor)
    page = OwnPage(
        facts=_facts(actor, account),
        language=account["language"],
        languages=[Option(value=key, label=name) for key, name in LANGUAGES.items()],
        tokens=token_table(await account_queries.own_tokens(actor), f"{HERE}/tokens"),
        scopes=[
            Option(value=one.value, label=f"{gettext(PERMISSION_NAMES[one])} {one.value}")
            for one in PERMISSION_NAMES
            if actor.may(one)
        ],
        lives=[Option(value=str(days), label=gettext(N_("%(days)s天"), days=days)) for days in LIVES],
        token=token,
        part=part,
        chosen=[str(one) for one in (await request.form()).getall("scopes", [])] if refusal else [],
        values=await typed(request) if refusal else {},
        errors=errors_in(refusal),
    )
    status = refusal.status if refusal else 200
    answer = render(request, "people/own.html", page, status_code=status, notices=notices_in(request, NOTICES))
    if token:
        answer.headers["cache-control"] = "no-store"
    return answer


def _facts(actor: Actor, account: dict[str, Any]) -> list[tuple[str, str | Cell]]:
    roles = listed(gettext(ROLE_NAMES[role]) for role in dict.fromkeys(grant.role for grant in actor.grants))
    facts: list[tuple[str, str | Cell]] = [
        (gettext(N_("用户名")), account["username"]),
        (gettext(N_("角色")), roles or gettext(N_("没有角色"))),
    ]
    if actor.person_id is not None:
        facts.append((gettext(N_("本人资料")), Link(text=actor.name, href=f"/people/{actor.person_id}")))
    return facts


def token_table(found: list[dict[str, Any]], base: str) -> Table:
    """Tokens of an account; each living one can be ended at `base`/id/revocation."""
    return Table(
        caption=gettext(N_("令牌")),
        columns=[
            Column(label=gettext(N_("名称")), is_row_header=True),
            Column(label=gettext(N_("权限"))),
            Column(label=gettext(N_("建立时间")), kind="moment"),
            Column(label=gettext(N_("有效至")), kind="moment"),
            Column(label=gettext(N_("状态")), kind="state"),
            Column(label=gettext(N_("操作")), kind="actions", is_label_hidden=True),
        ],
        rows=[_token_row(one, base) for one in found],
        name="tokens",
        empty=Empty(what=gettext(N_("还没有令牌")), why=gettext(N_("程序用令牌代替密码；权限不会超过您自己的"))),
    )


def _token_row(one: dict[str, Any], base: str) -> TableRow:
    if one["revoked_at"] is not None:
        state, is_live = StateCell(kind="none", word=gettext(N_("已作废"))), False
    elif one["expires_at"] is not None and one["expires_at"] <= clock.now():
        state, is_live = StateCell(kind="none", word=gettext(N_("已过期"))), False
    else:
        state, is_live = StateCell(kind="done", word=gettext(N_("使用中"))), True
    end = Action(label=gettext(N_("作废")), href=f"{base}/{one['id']}/revocation", method="post", kind="quiet")
    return TableRow(
        cells=[
            Text(text=one["name"]),
            Text(text=" ".join(one["scopes"]), clip=True),
            Moment(at=one["created_at"], year=True),
            Moment(at=one["expires_at"], year=True, reason=gettext(N_("没有期限"))),
            state,
            Actions(actions=[end] if is_live else []),
        ]
    )


@post("/account/language", opt=IN_PERSON, include_in_schema=False)
async def choose_language(request: Request) -> Response:
    try:
        form = await form_of(request, LanguageForm)
        await commands.choose_language(actor_of(request), form.language)
    except Refusal as refusal:
        return await _own(request, refusal=refusal, part="language")
    request.app.state.actors.forget_all()
    answer = done(HERE, "language")
    answer.set_cookie(
        Cookie(key=LANGUAGE_COOKIE, value=form.language, max_age=31_536_000, httponly=True, samesite="lax")
    )
    return answer


@post("/account/password", opt=IN_PERSON, include_in_schema=False)
async def change_password(request: Request) -> Response:
    try:
        form = await form_of(request, PasswordForm)
        if form.new != form.repeat:
            raise InvalidInput(fields=[FieldError("repeat", "repeat-differs", N_("两次输入的新密码不一样"))])
        address = request.client.host if request.client else "-"
        keep = queries.token_digest(request.cookies.get(COOKIE, ""))
        await commands.change_password(actor_of(request), form.current, form.new, address=address, keep=keep)
    except Refusal as refusal:
        return await _own(request, refusal=refusal, part="password")
    request.app.state.actors.forget_all()
    return done(HERE, "password")


@post("/account/tokens", opt=IN_PERSON, include_in_schema=False)
async def create_token(request: Request) -> Response:
    """The answer shows the token itself: it is readable once, so there is no address to come back to."""
    try:
        form = await form_of(request, TokenForm)
        if not form.scopes:
            raise InvalidInput(fields=[FieldError("scopes", "missing", N_("至少选一项权限"))])
        token = await commands.create_token(actor_of(request), form.name, form.scopes, days=form.days)
    except Refusal as refusal:
        return await _own(request, refusal=refusal, part="token")
    return await _own(request, token=token)


@post("/account/tokens/{token_id:int}/revocation", opt=IN_PERSON, include_in_schema=False)
async def revoke_token(request: Request, token_id: FromPath[int]) -> Response:
    await commands.revoke_token(actor_of(request), token_id)
    request.app.state.actors.forget_all()
    return done(HERE, "revoked")


routes = [own_page, choose_language, change_password, create_token, revoke_token]
