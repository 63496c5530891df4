"""Pages of flags: the flags of a month, one flag with what a person found, flags about oneself."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service.errors import Refusal
from qa_service.flags import commands, queries
from qa_service.flags.words import WHAT_TO_DO
from qa_service.language import N_, gettext
from qa_service.people.access import Permission
from qa_service.scores import queries as scores
from qa_service.web.cells import Cell, Lines, Link, Moment, StateCell, Text
from qa_service.web.decoding import form_of
from qa_service.web.formatting import field_errors, month, number
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.listing import browsed
from qa_service.web.parts import Chip, Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow

SHOWN = 5  # reasons of one flag in the list
STATES = {"open": "wait", "followed_up": "done", "dismissed": "none"}
NOTICES = {"disposed": N_("已记录处理结果"), "answered": N_("您的说明已记录")}


class FlagsPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/flags/list.html. runs: months to choose among; method and lead say how far to trust the flags."""

    runs: list[Chip]
    lead: str
    method: str
    table: Table


class FlagPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/flags/flag.html. may_dispose and may_answer are what this reader can do with it now."""

    id: int
    version: int
    title: str
    is_own: bool
    run_id: int
    person_href: str
    sentences: list[str]
    what_to_do: str
    facts: list[tuple[str, str | Cell]]
    may_dispose: bool
    may_answer: bool
    options: list[Option] = []
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class MyFlagsPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/flags/mine.html."""

    table: Table


class DisposeForm(msgspec.Struct):
    state: str
    reason: str
    version: int


class AnswerForm(msgspec.Struct):
    answer: str


@get("/flags", opt=needs(Permission.FLAG_READ), include_in_schema=False)
async def flags_page(request: Request) -> Response:
    actor = actor_of(request)
    runs = await queries.judged_runs(actor)
    wanted = request.query_params.get("run", "")
    chosen = await scores.run(actor, int(wanted)) if wanted.isdecimal() else (runs[0] if runs else None)
    found = await queries.flags(actor, chosen["id"]) if chosen else []
    judged = await queries.flag_run(actor, chosen["id"]) if chosen else None
    name = f"flags-{chosen['pay_month']:%Y-%m}" if chosen else "flags"
    table, file = await browsed(request, _table(found, empty=_empty(judged)), name)
    if file is not None:
        return file
    page = FlagsPage(
        runs=[
            Chip(
                label=f"{month(run['pay_month'])} {run['unit_name']}",
                href=f"/flags?run={run['id']}",
                is_current=bool(chosen) and run["id"] == chosen["id"],
            )
            for run in runs
        ],
        lead=_lead(judged),
        method=judged["method"] if judged else "",
        table=table,
    )
    return render(request, "flags/list.html", page)


def _lead(judged: dict[str, Any] | None) -> str:
    if judged is None or not judged["people"]:
        return ""
    return gettext(
        N_("看了%(people)s人；如果谁都没有异常，平均也会有%(false)s条误报。"),
        people=judged["people"],
        false=number(judged["expected_false_alarms_hundredths"] / 100, 1),
    )


def _empty(judged: dict[str, Any] | None) -> Empty:
    if judged is None:
        return Empty(
            what=gettext(N_("这个月还没有做异常提示")),
            why=gettext(N_("计算当月得分时会一并提示")),
            next_label=gettext(N_("去计算")),
            next_href="/scores",
        )
    return Empty(what=gettext(N_("这个月没有异常提示")), why=judged["method"])


def _table(found: list[dict[str, Any]], *, empty: Empty, is_own: bool = False) -> Table:
    lines = [
        TableRow(
            cells=[
                Link(text=month(one["pay_month"]) if is_own else one["person_name"], href=f"/flags/{one['id']}",
                     sub="" if is_own else one["employee_no"] or ""),
                _reasons(one),
                Text(text=one["rarity"]),
                StateCell(kind=STATES[one["state"]], word=one["state_name"]),
            ]
        )
        for one in found
    ]  # fmt: skip
    return Table(
        caption=gettext(N_("异常提示，最少见的在前")),
        columns=[
            Column(
                label=gettext(N_("月份")) if is_own else gettext(N_("姓名")), kind="link",
                more_label=gettext(N_("工号")),
            ),
            Column(label=gettext(N_("理由")), kind="lines"),
            Column(
                label=gettext(N_("少见程度")),
                hint=gettext(N_("在当月看过的人里排第几；往月够多时，也说多少个人月里才有一次")),
            ),
            Column(label=gettext(N_("状态")), kind="state"),
        ],
        rows=lines,
        name="flags",
        empty=empty,
    )


def _reasons(one: dict[str, Any]) -> Lines:
    """The strongest reasons, one a line; the page of the flag has them all."""
    sentences = one["sentences"] or [gettext(N_("各指标都略偏，合起来少见"))]
    more = len(sentences) - SHOWN
    rest = [gettext(N_("另有%(count)s条理由"), count=more)] if more > 0 else []
    return Lines(lines=sentences[:SHOWN] + rest)


@get("/flags/{flag_id:int}", opt=LOGGED_IN, include_in_schema=False)
async def flag_page(request: Request, flag_id: FromPath[int]) -> Response:
    return await _flag(request, flag_id)


async def _flag(
    request: Request, flag_id: int, *, values: dict[str, str] | None = None, refusal: Refusal | None = None
) -> Response:
    actor = actor_of(request)
    found = await queries.flag(actor, flag_id)
    is_own = actor.person_id is not None and found["person"] == actor.person_id
    errors = {} if refusal is None else field_errors(refusal.fields) or {"": refusal.text()}
    page = FlagPage(
        id=flag_id,
        version=found["version"],
        title=gettext(N_("%(name)s，%(month)s"), name=found["person_name"], month=month(found["pay_month"])),
        is_own=is_own,
        run_id=found["run"],
        person_href="/my/month" if is_own else f"/scores/{found['run']}/people/{found['person']}",
        sentences=found["sentences"],
        what_to_do="" if is_own else gettext(WHAT_TO_DO),
        facts=_facts(found),
        may_dispose=actor.may(Permission.FLAG_DISPOSE) and found["state"] == "open" and not is_own,
        may_answer=is_own and found["state"] == "followed_up" and found["agent_answer"] is None,
        options=[
            Option(value="followed_up", label=gettext(N_("已跟进")), help=gettext(N_("看过记录或谈过，写下结论"))),
            Option(value="dismissed", label=gettext(N_("不成立")), help=gettext(N_("有正常的原因，写下是什么"))),
        ],
        values=values or {},
        errors=errors,
    )
    notices = _notices(request)
    return render(request, "flags/flag.html", page, status_code=refusal.status if refusal else 200, notices=notices)


def _notices(request: Request) -> list[tuple[str, str]] | None:
    sentence = NOTICES.get(request.query_params.get("notice", ""))
    return [("done", gettext(sentence))] if sentence else None


def _facts(found: dict[str, Any]) -> list[tuple[str, str | Cell]]:
    facts: list[tuple[str, str | Cell]] = [
        (gettext(N_("状态")), StateCell(kind=STATES[found["state"]], word=found["state_name"])),
        (gettext(N_("少见程度")), found["rarity"]),
    ]
    if found["disposition"]:
        facts += [
            (gettext(N_("处理理由")), found["disposition"]),
            (gettext(N_("处理时间")), Moment(at=found["disposed_at"])),
            (gettext(N_("处理人")), found["disposed_by_name"] or gettext(N_("系统"))),
        ]
    if found["agent_answer"]:
        facts.append((gettext(N_("本人说明")), found["agent_answer"]))
    return facts


@post("/flags/{flag_id:int}/disposition", opt=needs(Permission.FLAG_DISPOSE), include_in_schema=False)
async def dispose(request: Request, flag_id: FromPath[int]) -> Response:
    raw = await request.form()
    values = {name: str(raw.get(name, ""))[:2_000] for name in ("state", "reason")}
    try:
        form = await form_of(request, DisposeForm)
        await commands.dispose_flag(actor_of(request), flag_id, form.state, form.reason, version=form.version)
    except Refusal as refusal:
        return await _flag(request, flag_id, values=values, refusal=refusal)
    return Redirect(f"/flags/{flag_id}?notice=disposed", status_code=303)


@post("/flags/{flag_id:int}/answer", opt=needs(Permission.OWN_RESPOND), include_in_schema=False)
async def answer(request: Request, flag_id: FromPath[int]) -> Response:
    raw = await request.form()
    try:
        form = await form_of(request, AnswerForm)
        await commands.answer_flag(actor_of(request), flag_id, form.answer)
    except Refusal as refusal:
        return await _flag(request, flag_id, values={"answer": str(raw.get("answer", ""))[:2_000]}, refusal=refusal)
    return Redirect(f"/flags/{flag_id}?notice=answered", status_code=303)


@get("/my/flags", opt=needs(Permission.OWN_READ), include_in_schema=False)
async def mine(request: Request) -> Response:
    found = await queries.my_flags(actor_of(request))
    empty = Empty(
        what=gettext(N_("没有关于您的异常提示")),
        why=gettext(N_("提示要先有人跟进，才会给本人看；它不改分，也不动钱。")),
    )
    page = MyFlagsPage(table=_table(found, empty=empty, is_own=True))
    return render(request, "flags/mine.html", page)


routes = [flags_page, flag_page, dispose, answer, mine]
