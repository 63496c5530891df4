"""create_app(settings): all wiring, in one readable function. Nothing happens at import time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from litestar import Litestar, Router, get
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.types import Message, Scope

import qa_service.database as database
from qa_service.calendar import api as calendar_api
from qa_service.calendar import pages as calendar_pages
from qa_service.database.facts import is_demo
from qa_service.database.failures import NoDatabase, shown_address
from qa_service.database.migrating import applied_migrations, check_version, check_writable, in_words, migrate
from qa_service.day_totals import api as day_totals_api
from qa_service.day_totals import pages as day_totals_pages
from qa_service.disputes import api as disputes_api
from qa_service.disputes import pages as disputes_pages
from qa_service.evaluations import api as evaluations_api
from qa_service.evaluations import pages as evaluations_pages
from qa_service.evaluations import rating_pages
from qa_service.evaluations.merging import PeopleInMarks
from qa_service.evaluations.of_parts import QualityOfParts
from qa_service.evaluations.ratings import take_ratings
from qa_service.evaluations.uses import BatchInMarks
from qa_service.flags import api as flags_api
from qa_service.flags import pages as flags_pages
from qa_service.flags.jobs import SCORE
from qa_service.follow_ups import api as follow_ups_api
from qa_service.follow_ups import pages as follow_ups_pages
from qa_service.follow_ups.uses import BatchInFollowUps
from qa_service.forms.commands import check_form
from qa_service.help import pages as help_pages
from qa_service.home import pages as home_pages
from qa_service.imports import api as imports_api
from qa_service.imports import describe_api, describe_pages, look_pages, noted_pages, profile_pages, sinks, undo_pages
from qa_service.imports import pages as imports_pages
from qa_service.imports.commands import sweep_unfinished
from qa_service.imports.configuring import configure as configure_imports
from qa_service.imports.staffing import register_check
from qa_service.imports.undoing import UNDO, UNDO_JOB
from qa_service.imports.uploads import IMPORT, IMPORT_JOB
from qa_service.imports.watching import IMPORT_WATCHED, WATCH_JOB, watcher
from qa_service.interactions import api as interactions_api
from qa_service.interactions import beside, uses
from qa_service.interactions import pages as interactions_pages
from qa_service.jobs import api as jobs_api
from qa_service.jobs import kinds, running
from qa_service.jobs import pages as jobs_pages
from qa_service.journal import api as journal_api
from qa_service.journal import heads
from qa_service.journal import pages as journal_pages
from qa_service.journal.commands import set_key
from qa_service.notices import api as notices_api
from qa_service.notices import pages as notices_pages
from qa_service.operations import keys
from qa_service.operations.errors import NotADemo
from qa_service.operations.heads import written_heads
from qa_service.people import api as people_api
from qa_service.people import merge_api, merge_pages, merge_rooms
from qa_service.people import pages as people_pages
from qa_service.probation import api as probation_api
from qa_service.probation import pages as probation_pages
from qa_service.probation.listed import lawful_probation
from qa_service.reports import api as reports_api
from qa_service.reports import pages as reports_pages
from qa_service.rewards import api as rewards_api
from qa_service.rewards import pages as rewards_pages
from qa_service.rewards.merging import PeopleOnSheets
from qa_service.rewards.uses import BatchInRewards
from qa_service.rewards.wage_commands import take_wages
from qa_service.roster import api as roster_api
from qa_service.roster import pages as roster_pages
from qa_service.rule_versions import api as rule_versions_api
from qa_service.rule_versions import checking
from qa_service.rule_versions import pages as rule_versions_pages
from qa_service.sampling import api as sampling_api
from qa_service.sampling import pages as sampling_pages
from qa_service.sampling.merging import PeopleInDraws
from qa_service.sampling.plans import read_plan
from qa_service.sampling.uses import BatchInDraws
from qa_service.scores import api as scores_api
from qa_service.scores import pages as scores_pages
from qa_service.scores.commands import JOB as SCORE_JOB
from qa_service.scores.commands import sweep_runs
from qa_service.scores.uses import BatchInScores
from qa_service.search import api as search_api
from qa_service.search import pages as search_pages
from qa_service.settings import Settings, with_cookie_key
from qa_service.training_plans import api as training_api
from qa_service.training_plans import pages as training_pages
from qa_service.web import api_docs, static
from qa_service.web.errors import render_error
from qa_service.web.guards import PUBLIC
from qa_service.web.policy import CONTENT_POLICY
from qa_service.web.sessions import ActorCache, Authentication, FormTokens

SECURITY_HEADERS = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
NEVER_KEPT = (b"cache-control", b"no-store")

API = (
    people_api.routes,
    merge_api.routes,
    journal_api.routes,
    rule_versions_api.routes,
    interactions_api.routes,
    day_totals_api.routes,
    sampling_api.routes,
    evaluations_api.routes,
    disputes_api.routes,
    jobs_api.routes,
    imports_api.routes,
    describe_api.routes,
    scores_api.routes,
    flags_api.routes,
    notices_api.routes,
    calendar_api.routes,
    rewards_api.routes,
    follow_ups_api.routes,
    roster_api.routes,
    probation_api.routes,
    training_api.routes,
    reports_api.routes,
    search_api.routes,
)
PAGES = (
    *home_pages.routes,
    *help_pages.routes,
    *people_pages.routes,
    *merge_pages.routes,
    *journal_pages.routes,
    *rule_versions_pages.routes,
    *interactions_pages.routes,
    *day_totals_pages.routes,
    *sampling_pages.routes,
    *evaluations_pages.routes,
    *rating_pages.routes,
    *disputes_pages.routes,
    *jobs_pages.routes,
    *imports_pages.routes,
    *look_pages.routes,
    *noted_pages.routes,
    *undo_pages.routes,
    *describe_pages.routes,
    *profile_pages.routes,
    *scores_pages.routes,
    *flags_pages.routes,
    *notices_pages.routes,
    *calendar_pages.routes,
    *rewards_pages.routes,
    *follow_ups_pages.routes,
    *roster_pages.routes,
    *probation_pages.routes,
    *training_pages.routes,
    *reports_pages.routes,
    *search_pages.routes,
)


def configure_rooms(settings: Settings) -> None:
    """Hand the rooms what they need of the settings, and name who takes rows and long work of another room."""
    set_key(settings.journal_key)
    configure_imports(settings.masking_key, settings.data_folder, watched=settings.watch_folder)
    kinds.register(SCORE_JOB, SCORE)
    kinds.register(IMPORT_JOB, IMPORT)
    kinds.register(WATCH_JOB, IMPORT_WATCHED)
    kinds.register(UNDO_JOB, UNDO)
    register_sinks()
    register_uses()
    register_merging()
    register_checks()
    register_check(lawful_probation)
    beside.register(QualityOfParts())
    heads.register("operations", written_heads)


def register_sinks() -> None:
    """Rows of an import that belong to a room further down the road."""
    sinks.register("wage", take_wages)
    sinks.register("rating", take_ratings)


def register_uses() -> None:
    """Rooms further down the road that say what of theirs rests on an import batch."""
    uses.register("sampling", BatchInDraws())
    uses.register("evaluations", BatchInMarks())
    uses.register("scores", BatchInScores())
    uses.register("follow_ups", BatchInFollowUps())
    uses.register("rewards", BatchInRewards())


def register_merging() -> None:
    """Rooms further down the road that say whether two entries may become one person, and which months are signed."""
    merge_rooms.register("sampling", PeopleInDraws())
    merge_rooms.register("evaluations", PeopleInMarks())
    merge_rooms.register("rewards", PeopleOnSheets())


def register_checks() -> None:
    """Rules whose definitions a room further down the road reads."""
    checking.register("form", check_form)
    checking.register("sampling", read_plan)


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """An open database: the settings with the keys that fit it, whether it is a demo, the migrations that ran."""

    settings: Settings
    is_demo: bool
    migrations: list[str]


@asynccontextmanager
async def open_database(settings: Settings, *, may_create: bool = False) -> AsyncIterator[Opened]:
    """Bind the engine, check that the keys are this database's, bring the schema to this version, open the pool.

    Raises NoDatabase where there is none and `may_create` is not said; DatabaseReadOnly, KeyMissing, KeyWrong and the
    other refusals of database.failures, each before anything is written.
    """
    url, label = settings.database_url, shown_address(settings.database_url)
    file = database.file_of(url)
    is_there = file is None or file.is_file()
    if not is_there and not may_create:
        raise NoDatabase(database=label)
    engine = database.make_engine(url)
    database.bind(engine)
    try:
        with in_words(engine, label):
            applied = await applied_migrations(engine) if is_there else set()
            if is_there:  # to look into a file that is not there would make it
                await check_version(engine, applied, label)
            if not applied and not may_create:
                raise NoDatabase(database=label)
            held = await keys.held(applied, database.rows, as_bytes=database.is_sqlite())
        settings = keys.fitting(settings, held)
        ran = await migrate(engine, label)
        await check_writable(engine, label)
        await keys.note(settings, held)
        configure_rooms(settings)
        if database.is_sqlite():
            await engine.start_connection_pool()
        else:
            await engine.start_connection_pool(min_size=2, max_size=10)
        yield Opened(settings=settings, is_demo=await is_demo(), migrations=ran)
    finally:
        await engine.close_connection_pool()


def refuse_as_demo(settings: Settings, is_demo: bool) -> None:
    """QA_DEMO makes no demo of real data: it can only say that one is expected. Raises NotADemo."""
    if settings.expects_demo and not is_demo:
        raise NotADemo(database=shown_address(settings.database_url))


@get("/healthz", opt=PUBLIC, include_in_schema=False)
async def health() -> dict[str, str]:
    """Alive, and the database answers."""
    await database.scalar("SELECT 1 AS one")
    return {"status": "ok"}


async def add_security_headers(message: Message, scope: Scope) -> None:
    if message["type"] == "http.response.start":
        given = message["headers"]
        present = dict(given)
        wanted = (*SECURITY_HEADERS, NEVER_KEPT) if is_private(scope["path"]) else SECURITY_HEADERS
        message["headers"] = [*given, *[pair for pair in wanted if pair[0] not in present]]


def is_private(path: str) -> bool:
    """Answers that no cache may keep: the API's, and the pages on which a password or a code is typed."""
    return path.startswith("/api/") or path in ("/login", "/setup", "/first-login")


def pages(settings: Settings) -> Router:
    """Every page, its forms held to the form token. The API is held to it by the session middleware, which lets bearer
    tokens through."""
    config = CSRFConfig(
        secret=settings.cookie_secret.decode("utf-8", "replace"),
        cookie_httponly=True,
        cookie_secure=settings.secure_cookies,
        cookie_samesite="lax",
    )
    return Router("/", route_handlers=PAGES, middleware=[DefineMiddleware(FormTokens, config=config)])


def create_app(settings: Settings, *, manage_database: bool = True) -> Litestar:
    """The service for these settings. With manage_database=False the caller has bound and opened the database."""

    settings = with_cookie_key(settings)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        if not manage_database:
            configure_rooms(settings)
            app.state.is_demo = await is_demo()
            yield
            return
        async with open_database(settings, may_create=True) as opened:
            app.state.is_demo = opened.is_demo
            refuse_as_demo(settings, opened.is_demo)
            await sweep_unfinished()
            await sweep_runs()
            async with running.worker(), watcher(settings.watch_folder):
                yield

    return Litestar(
        route_handlers=[health, static.serve, *api_docs.routes, *API, pages(settings)],
        lifespan=[lifespan],
        state=State({"settings": settings, "actors": ActorCache(), "is_demo": False}),
        middleware=[DefineMiddleware(Authentication)],
        exception_handlers={Exception: render_error, 500: render_error},
        before_send=[add_security_headers],
        request_max_body_size=2_000_000,
        openapi_config=OpenAPIConfig(
            title="客服质检与绩效 API",
            version="0.1.0",
            render_plugins=[],  # page and description (web/api_description.py) are ours: offline, open by declaration
        ),
    )
