"""Who is asking: a session cookie or an API token becomes an Actor; nothing else does.

Only SHA-256 digests of tokens are stored. An actor is remembered for five seconds, so that a busy page costs no
look-up per request and a closed account loses access within five seconds.
"""

import time
from collections.abc import Callable

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from qa_service.language import LANGUAGE_COOKIE, LANGUAGES, set_language
from qa_service.people import queries
from qa_service.people.access import Actor
from qa_service.web.errors import FormExpired

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


class Authentication(AbstractAuthenticationMiddleware):
    async def authenticate_request(self, connection: ASGIConnection) -> AuthenticationResult:
        actor, token = None, None
        header = connection.headers.get("authorization", "")
        cache: ActorCache = connection.app.state.actors
        if header.lower().startswith("bearer "):
            token = header[7:].strip()
            actor = await _find(cache, token, queries.actor_of_api_token)
        elif cookie := connection.cookies.get(COOKIE):
            token = cookie
            actor = await _find(cache, token, queries.actor_of_session)
            if actor is not None:
                _check_api_origin(connection)
        set_language(_language(connection, actor))
        return AuthenticationResult(user=actor, auth=token)


async def _find(cache: ActorCache, token: str, look_up) -> Actor | None:
    digest = queries.token_digest(token)
    actor = cache.get(digest)
    if actor is None:
        actor = await look_up(digest)
        if actor is not None:
            cache.put(digest, actor)
    return actor


def _check_api_origin(connection: ASGIConnection) -> None:
    """A cookie alone must not change anything through the API: the page's script repeats the form token."""
    method = connection.scope.get("method", "GET")
    if method in SAFE or not connection.scope["path"].startswith("/api/"):
        return
    token = connection.cookies.get("csrftoken")
    if not token or connection.headers.get("x-csrftoken") != token:
        raise FormExpired()


def _language(connection: ASGIConnection, actor: Actor | None) -> str:
    chosen = connection.query_params.get("lang") or connection.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    if actor is not None:
        return actor.language
    accepted = connection.headers.get("accept-language", "").lower()
    return "en" if accepted.startswith("en") else "zh"


def actor_of(request: Request) -> Actor:
    """The actor of a request that the guard let through."""
    return request.user
