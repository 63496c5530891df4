"""Pages of 奖惩记录: the month's records with the form to enter one, and one record with what can be done."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from qa_service import clock
from qa_service.errors import Refusal
from qa_service.language import N_, gettext
from qa_service.people.access import Actor, Permission
from qa_service.rewards import commands, event_queries, queries
from qa_service.rewards.event_commands import party
from qa_service.rewards.evidence import with_hrefs
from qa_service.rewards.lines import typed_fen, yuan
from qa_service.rewards.page_parts import (
    done,
    errors_in,
    event_state,
    kind_word,
    named,
    neighbours,
    notices_in,
    people_options,
    typed,
)
from qa_service.rewards.schemas import EventIn, EvidenceItem, Id, Note, Short, Words
from qa_service.web.cells import Cell, Date, Link, Person, Text
from qa_service.web.decoding import form_of
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.listing import browsed
from qa_service.web.months import asked_month
from qa_service.web.parts import Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow

EVENTS = "/rewards/events"


class EventsPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/rewards/events.html: the month's records, and the form for who may enter one."""

    month: date
    previous_href: str
    next_href: str
    table: Table
    may_enter: bool
    people: list[Option] = []
    rules: list[Option] = []
    today: str = ""
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class EventPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/rewards/event.html. evidence: number, words, address of the record.

    The may_… flags are what this reader can do with it now.
    """

    id: int
    version: int
    title: str
    lead: str
    facts: list[tuple[str, str | Cell]]
    evidence: list[tuple[str, str, str]]
    may_approve: bool
    may_appeal: bool
    may_decide: bool
    may_void: bool
    errors: dict[str, str] = {}
    values: dict[str, str] = {}


class EventForm(msgspec.Struct):
    person_id: Id
    happened_on: date
    rule_code: str
    body: Words
    reference: Short = ""
    quote: Note = ""
    loss: str = ""
    contract_clause: Short | None = None
    own_cause: Note | None = None


class JudgeForm(msgspec.Struct):
    version: int
    reason: Note = ""
    verdict: str = "keep"


# 奖惩记录


@get(EVENTS, opt=LOGGED_IN, include_in_schema=False)
async def events_page(request: Request) -> Response:
    return await _events(request)


async def _events(request: Request, *, values: dict[str, str] | None = None, refusal: Refusal | None = None):
    actor = actor_of(request)
    month = asked_month(request, await event_queries.newest_month(actor))
    previous_href, next_href = neighbours(EVENTS, month)
    may_enter = actor.may(Permission.EVENT_WRITE)
    table, file = await browsed(
        request, events_table(await queries.events(actor, month=month), may_enter=may_enter), f"events-{month:%Y-%m}"
    )
    if file is not None:
        return file
    page = EventsPage(
        month=month, previous_href=previous_href, next_href=next_href, may_enter=may_enter,
        table=table,
        people=people_options(await event_queries.people_to_record(actor)) if may_enter else [],
        rules=await _rule_options() if may_enter else [],
        today=clock.today().isoformat(), values=values or {}, errors=errors_in(refusal) if refusal else {},
    )  # fmt: skip
    code = refusal.status if refusal else 200
    return render(request, "rewards/events.html", page, status_code=code, notices=notices_in(request))


async def _rule_options() -> list[Option]:
    try:
        rules = await queries.event_rules(clock.today())
    except Refusal:
        return []  # no scheme is in force yet: the page says so beside the empty choice
    return [Option(value=code, label=named(rule), group=kind_word(rule.kind)) for code, rule in rules.items()]


def events_table(found: list[dict[str, Any]], *, may_enter: bool = False) -> Table:
    columns = [
        Column(label=gettext(N_("日期")), kind="date"), Column(label=gettext(N_("姓名")), kind="person"),
        Column(label=gettext(N_("类别"))), Column(label=gettext(N_("事项")), kind="link", is_row_header=True),
        Column(label=gettext(N_("怎么算"))), Column(label=gettext(N_("状态")), kind="state"),
    ]  # fmt: skip
    rows = [
        TableRow(
            key=str(one["id"]),
            cells=[
                Date(on=one["happened_on"]), Person(name=one["person_name"], number=one["employee_no"] or ""),
                Text(text=kind_word(one["kind"])),
                Link(text=named(one, "rule_name"), href=f"{EVENTS}/{one['id']}", sub=one["body"], clip=True),
                Text(text=worth(one)), event_state(one["state"]),
            ],
        )
        for one in found
    ]  # fmt: skip
    why = gettext(N_("好的和要改进的都在当天记下，本人当天看到")) if may_enter else ""
    empty = Empty(what=gettext(N_("这个月没有奖惩记录")), why=why)
    return Table(caption=gettext(N_("奖惩记录")), columns=columns, rows=rows, empty=empty, name="events")


def worth(event: dict[str, Any]) -> str:
    """What a record does to money, in words."""
    if event["kind"] == "loss_compensation":
        return gettext(N_("实际损失%(amount)s元"), amount=yuan(event["loss_fen"] or 0))
    if event["amount_fen"] is not None:
        return gettext(N_("奖励%(amount)s元"), amount=yuan(event["amount_fen"]))
    return gettext(N_("操作规范部分的%(percent)s%%"), percent=event["points"] or 0)


@post(EVENTS, opt=needs(Permission.EVENT_WRITE), include_in_schema=False)
async def enter(request: Request) -> Response:
    try:
        form = await form_of(request, EventForm)
        event_id = await commands.enter_event(actor_of(request), entry_of(form))
    except Refusal as refusal:
        return await _events(request, values=await typed(request), refusal=refusal)
    return done(f"{EVENTS}/{event_id}", "entered")


def entry_of(form: EventForm) -> EventIn:
    kind = "chat" if form.reference else "quote"
    given = {name: getattr(form, name) for name in ("person_id", "happened_on", "rule_code", "body")}
    return EventIn(
        **given,
        evidence=[EvidenceItem(kind=kind, reference=form.reference, quote=form.quote)],
        loss_fen=typed_fen(form.loss, "loss") if form.loss else None,
        contract_clause=form.contract_clause,
        own_cause=form.own_cause,
    )


@get("/rewards/events/{event_id:int}", opt=LOGGED_IN, include_in_schema=False)
async def event_page(request: Request, event_id: FromPath[int]) -> Response:
    return await _event(request, event_id)


async def _event(request: Request, event_id: int, refusal: Refusal | None = None) -> Response:
    actor = actor_of(request)
    event = await queries.event(actor, event_id)
    evidence = await with_hrefs(event["evidence"])
    page = event_model(actor, event, evidence, errors=errors_in(refusal) if refusal else {})
    if refusal:
        page = msgspec.structs.replace(page, values=await typed(request))
    code = refusal.status if refusal else 200
    return render(request, "rewards/event.html", page, status_code=code, notices=notices_in(request))


def event_model(
    actor: Actor, event: dict[str, Any], evidence: list[tuple[str, str, str]], errors: dict[str, str]
) -> EventPage:
    state, mine = event["state"], actor.person_id is not None and event["person"] == actor.person_id
    may_judge = actor.may(Permission.EVENT_APPROVE) and party(actor) not in (event["entered_party"], event["person"])
    return EventPage(
        id=event["id"], version=event["version"], title=named(event, "rule_name"),
        lead=named(event, "rule_sentence"), facts=_event_facts(event), errors=errors,
        evidence=evidence,
        may_approve=may_judge and state == "waiting_second",
        may_appeal=mine and event["appealed_at"] is None and state != "dropped",
        may_decide=may_judge and state == "appealed", may_void=may_judge and state in ("entered", "waiting_second"),
    )  # fmt: skip


def _event_facts(event: dict[str, Any]) -> list[tuple[str, str | Cell]]:
    pairs: list[tuple[str, str | Cell]] = [
        (gettext(N_("姓名")), Person(name=event["person_name"], number=event["employee_no"] or "")),
        (gettext(N_("日期")), Date(on=event["happened_on"], year=True)),
        (gettext(N_("类别")), kind_word(event["kind"])),
        (gettext(N_("怎么算")), worth(event)),
        (gettext(N_("经过")), event["body"]),
        (gettext(N_("录入")), event["entered_by_name"]),
        (gettext(N_("状态")), event_state(event["state"])),
    ]
    optional = (
        ("contract_clause", N_("合同条款")), ("own_cause", N_("本人原因")), ("appeal", N_("申诉理由")),
        ("appeal_verdict", N_("裁决理由")),
    )  # fmt: skip
    return pairs + [(gettext(label), event[name]) for name, label in optional if event[name]]


async def _judge(request: Request, event_id: int, notice: str, command) -> Response:
    """One of the small forms of a record: run its command, or show the record again with what is wrong."""
    try:
        await command(await form_of(request, JudgeForm))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _event(request, event_id, refusal)
    return done(f"{EVENTS}/{event_id}", notice)


@post("/rewards/events/{event_id:int}/approve", opt=needs(Permission.EVENT_APPROVE), include_in_schema=False)
async def approve(request: Request, event_id: FromPath[int]) -> Response:
    actor = actor_of(request)
    return await _judge(
        request, event_id, "approved", lambda form: commands.approve_event(actor, event_id, version=form.version)
    )


@post("/rewards/events/{event_id:int}/appeal", opt=needs(Permission.OWN_RESPOND), include_in_schema=False)
async def appeal(request: Request, event_id: FromPath[int]) -> Response:
    actor = actor_of(request)
    return await _judge(
        request, event_id, "appealed",
        lambda form: commands.appeal_event(actor, event_id, form.reason, version=form.version),
    )  # fmt: skip


@post("/rewards/events/{event_id:int}/decide", opt=needs(Permission.EVENT_APPROVE), include_in_schema=False)
async def decide(request: Request, event_id: FromPath[int]) -> Response:
    actor = actor_of(request)

    async def run(form: JudgeForm) -> None:
        verdict = "drop" if form.verdict == "drop" else "keep"
        await commands.decide_event(actor, event_id, verdict, form.reason, version=form.version)

    return await _judge(request, event_id, "decided", run)


@post("/rewards/events/{event_id:int}/void", opt=needs(Permission.EVENT_APPROVE), include_in_schema=False)
async def void(request: Request, event_id: FromPath[int]) -> Response:
    actor = actor_of(request)
    return await _judge(
        request, event_id, "void", lambda form: commands.drop_event(actor, event_id, form.reason, version=form.version)
    )


routes = [events_page, enter, event_page, approve, appeal, decide, void]
