"""Log-in, set-up, first password: the pages that everybody meets; staff, accounts and one's own stand beside."""

from urllib.parse import urlsplit

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromQuery
from litestar.response import Redirect

from qa_service.errors import Refusal
from qa_service.language import N_, gettext
from qa_service.people import account_pages, commands, own_pages, queries, schemas, staff_pages
from qa_service.people.rules import DEMO_PASSWORD
from qa_service.web.decoding import form_of
from qa_service.web.errors import headers_of
from qa_service.web.guards import LOGGED_IN, PUBLIC
from qa_service.web.rendering import render
from qa_service.web.sessions import COOKIE


class LoginPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/people/login.html. demo_accounts only where the service says that it is a demo."""

    username: str = ""
    next: str = "/"
    message: str = ""
    errors: dict[str, str] = {}
    demo_accounts: list[queries.DemoAccount] = []
    demo_password: str = DEMO_PASSWORD


class CodePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/people/code.html: set-up of an empty database, or a person's first password."""

    title: str
    lead: str
    action: str
    asks_username: bool
    code: str = ""
    username: str = ""
    message: str = ""
    errors: dict[str, str] = {}


class LoginForm(msgspec.Struct):
    username: str
    password: str
    next: str = "/"


def field_texts(refusal: Refusal) -> dict[str, str]:
    return {fault.field: fault.text() for fault in refusal.fields}


def local_path(address: str) -> str:
    """Where to go after the log-in: only a path of this service, never another host."""
    parts = urlsplit(address)
    is_local = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_local and not parts.scheme and not parts.netloc else "/"


@get("/login", opt=PUBLIC, include_in_schema=False)
async def login_page(request: Request, next: FromQuery[str] = "/") -> Response:
    if not await queries.has_accounts():
        return Redirect("/setup", status_code=303)
    return await _login(request, LoginPage(next=local_path(next)))


async def _login(request: Request, page: LoginPage, status_code: int = 200) -> Response:
    if request.app.state.is_demo:
        page = msgspec.structs.replace(page, demo_accounts=await queries.demo_accounts())
    return render(request, "people/login.html", page, status_code=status_code)


def _refused(answer: Response, refusal: Refusal) -> Response:
    answer.headers.update(headers_of(refusal))
    return answer


@post("/login", opt=PUBLIC, include_in_schema=False)
async def log_in(request: Request) -> Response:
    settings = request.app.state.settings
    raw = await request.form()
    typed = {"username": str(raw.get("username", ""))[:60], "next": local_path(str(raw.get("next", "/")))}
    try:
        form = await form_of(request, LoginForm)
        token = await commands.log_in(
            form.username, form.password, address=_address(request), hours=settings.session_hours
        )
    except Refusal as refusal:
        page = LoginPage(**typed, message=refusal.text(), errors=field_texts(refusal))
        return _refused(await _login(request, page, refusal.status), refusal)
    answer = Redirect(typed["next"], status_code=303)
    answer.set_cookie(_cookie(request, COOKIE, token, settings.session_hours * 3600))
    return answer


def _address(request: Request) -> str:
    return request.client.host if request.client else "-"


def _cookie(request: Request, key: str, value: str, seconds: int) -> Cookie:
    secure = request.app.state.settings.secure_cookies
    return Cookie(key=key, value=value, max_age=seconds, httponly=True, samesite="lax", secure=secure, path="/")


@post("/logout", opt=LOGGED_IN, include_in_schema=False)
async def log_out(request: Request) -> Response:
    token = request.cookies.get(COOKIE, "")
    await commands.log_out(token)
    request.app.state.actors.forget(queries.token_digest(token))
    answer = Redirect("/login", status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


def _setup_page(**more) -> CodePage:
    return CodePage(
        title=gettext(N_("首次设置")),
        lead=gettext(N_("还没有管理员。请输入服务启动时打印的一次性代码，建立第一个管理员。")),
        action="/setup",
        asks_username=True,
        **more,
    )


def _first_page(**more) -> CodePage:
    return CodePage(
        title=gettext(N_("设置密码")),
        lead=gettext(N_("请输入发给您的一次性代码，并选择自己的密码。代码只能用一次。")),
        action="/first-login",
        asks_username=False,
        **more,
    )


@get("/setup", opt=PUBLIC, include_in_schema=False)
async def setup_page(request: Request) -> Response:
    if await queries.has_administrator():
        return Redirect("/login", status_code=303)
    return render(request, "people/code.html", _setup_page())


@post("/setup", opt=PUBLIC, include_in_schema=False)
async def set_up(request: Request) -> Response:
    raw = await request.form()
    try:
        form = await form_of(request, schemas.SetUp)
        await commands.set_up(form.code, form.username, form.password, address=_address(request))
    except Refusal as refusal:
        typed = {name: str(raw.get(name, ""))[:60] for name in ("code", "username")}
        page = _setup_page(**typed, message=refusal.text(), errors=field_texts(refusal))
        return _refused(render(request, "people/code.html", page, status_code=refusal.status), refusal)
    return Redirect("/login", status_code=303)


@get("/first-login", opt=PUBLIC, include_in_schema=False)
async def first_page(request: Request) -> Response:
    return render(request, "people/code.html", _first_page())


@post("/first-login", opt=PUBLIC, include_in_schema=False)
async def choose_password(request: Request) -> Response:
    raw = await request.form()
    try:
        form = await form_of(request, schemas.FirstPassword)
        await commands.choose_password(form.code, form.password, address=_address(request))
    except Refusal as refusal:
        code = str(raw.get("code", ""))[:60]
        page = _first_page(code=code, message=refusal.text(), errors=field_texts(refusal))
        return _refused(render(request, "people/code.html", page, status_code=refusal.status), refusal)
    return Redirect("/login", status_code=303)


routes = [
    login_page, log_in, log_out, setup_page, set_up, first_page, choose_password,
    *staff_pages.routes, *account_pages.routes, *own_pages.routes,
]  # fmt: skip
