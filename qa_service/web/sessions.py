"""Who is asking: a session cookie or an API token becomes an Actor; nothing else does. No route opens before that.

Only SHA-256 digests of tokens are stored. An actor is remembered for five seconds, so that a busy page costs no
look-up per request and a closed account loses access within five seconds.
"""

import time
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import parse_qs

from litestar import Request
from litestar.middleware.csrf import CSRFMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send
from litestar.utils.scope.state import ScopeState

from qa_service.language import LANGUAGE_COOKIE, LANGUAGES, set_language
from qa_service.people import queries
from qa_service.people.access import Actor
from qa_service.web.errors import FormExpired
from qa_service.web.guards import check_access, check_query

COOKIE = "qa_session"
REMEMBER_SECONDS = 5.0
SAFE = {"GET", "HEAD", "OPTIONS"}


class ActorCache:
    """Actors by token digest for a few seconds, bounded."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.held: dict[str, tuple[float, Actor]] = {}

    def get(self, digest: str) -> Actor | None:
        found = self.held.get(digest)
        return found[1] if found and found[0] > self.clock() else None

    def put(self, digest: str, actor: Actor) -> None:
        if len(self.held) > 5_000:
            self.held.clear()
        self.held[digest] = (self.clock() + REMEMBER_SECONDS, actor)

    def forget(self, digest: str) -> None:
        self.held.pop(digest, None)

    def forget_all(self) -> None:
        self.held.clear()


class Authentication:
    """ASGI middleware: the actor and the language of each request, and whether its route opens to them.

    Written against the bare scope: Litestar's authentication base builds a connection, its headers, cookies and query
    for every request, a third of the whole time of a small answer (tests/benchmarks/test_web.py).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if await identify(scope):
            _check_api_origin(scope)
        check_access(scope)
        check_query(scope)
        await self.app(scope, receive, send)


class FormTokens(CSRFMiddleware):
    """Litestar's form tokens. Whoever reads a page and brings the cookie keeps it: nothing is built, parsed or set."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = _cookies_of(dict(scope["headers"])).get(self.config.cookie_name)
        if token and scope.get("method") in self.config.safe_methods:
            ScopeState.from_scope(scope).csrf_token = token
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


async def identify(scope: Scope) -> bool:
    """Put who is asking into the scope, set the language of this task; whether it was a cookie that told."""
    headers = dict(scope["headers"])
    cookies = _cookies_of(headers)
    cache: ActorCache = scope["litestar_app"].state.actors
    authorization = headers.get(b"authorization", b"").decode("latin-1")
    actor, token, is_cookie = None, None, False
    if authorization[:7].lower() == "bearer ":
        token = authorization[7:].strip()
        actor = await _find(cache, token, queries.actor_of_api_token)
    elif token := cookies.get(COOKIE):
        actor = await _find(cache, token, queries.actor_of_session)
        is_cookie = actor is not None
    scope["user"], scope["auth"] = actor, token
    set_language(_language(scope, headers, cookies, actor))
    return is_cookie


def _cookies_of(headers: dict[bytes, bytes]) -> dict[str, str]:
    return _cookies(headers.get(b"cookie", b""))


@lru_cache(maxsize=1024)
def _cookies(header: bytes) -> dict[str, str]:
    """The cookies of a header; ours hold letters, digits, - and _ only, so nothing is quoted."""
    pairs = (pair.partition("=") for pair in header.decode("latin-1").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}


async def _find(cache: ActorCache, token: str, look_up) -> Actor | None:
    digest = queries.token_digest(token)
    actor = cache.get(digest)
    if actor is None:
        actor = await look_up(digest)
        if actor is not None:
            cache.put(digest, actor)
    return actor


def _check_api_origin(scope: Scope) -> None:
    """A cookie alone must not change anything through the API: the page's script repeats the form token."""
    if scope.get("method", "GET") in SAFE or not scope["path"].startswith("/api/"):
        return
    headers = dict(scope["headers"])
    token = _cookies_of(headers).get("csrftoken")
    if not token or headers.get(b"x-csrftoken", b"").decode("latin-1") != token:
        raise FormExpired()


def _language(scope: Scope, headers: dict[bytes, bytes], cookies: dict[str, str], actor: Actor | None) -> str:
    query = scope.get("query_string", b"")
    asked = parse_qs(query.decode("latin-1")).get("lang", [""])[0] if b"lang=" in query else ""
    chosen = asked or cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    if actor is not None:
        return actor.language
    return "en" if headers.get(b"accept-language", b"").lower().startswith(b"en") else "zh"


def actor_of(request: Request) -> Actor:
    """The actor of a request that the guard let through."""
    return request.user
