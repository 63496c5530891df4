"""Pages of disputes: one's own and those to decide, the form that files one, one dispute with its talk."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service.disputes import commands, queries
from qa_service.disputes.errors import AnswerUnfit
from qa_service.errors import NotFound, Refusal
from qa_service.evaluations.typed import Unclear, answer_of
from qa_service.evaluations.views import input_kind, options_of, said, shown_messages
from qa_service.forms.queries import form_version
from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Permission
from qa_service.web.cells import Cell, Link, Moment, StateCell, Text
from qa_service.web.decoding import form_of
from qa_service.web.figures import Mark
from qa_service.web.formatting import deadline, field_errors
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.listing import browsed
from qa_service.web.parts import Chip, Message, Option
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from qa_service.web.tables import Column, Empty, Table, TableRow
from rubrics.forms import Form, Item

LOOKS = {"open": "wait", "decided": "done", "withdrawn": "none"}
NOTICES = {
    "filed": N_("申诉已提交"), "withdrawn": N_("申诉已撤回"),
    "decided": N_("裁决已记录，并已通知本人"),
}  # fmt: skip


class DisputesPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/disputes/list.html."""

    title: str
    lead: str
    chips: list[Chip]
    table: Table


class ItemInput(msgspec.Struct, frozen=True, kw_only=True):
    """How an item is answered here: kind choice, multiple, number or text; name a.KEY.

    `often_name` is n.KEY where the item repeats: how often, `often` times as typed. `causes` of a low mark, in c.KEY,
    are asked of whoever decides."""

    name: str
    label: str
    kind: str
    options: list[Option]
    value: str = ""
    values: list[str] = []
    often_name: str = ""
    often: str = "1"
    causes: list[Option] = []
    cause_name: str = ""
    cause: str = ""


class FilePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/disputes/new.html: first which item, then what one holds right."""

    evaluation: int
    title: str
    is_open: bool
    until: str
    items: list[tuple[str, str, str, str]]
    item: ItemInput | None
    item_key: str
    answer_now: str
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class DisputePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/disputes/dispute.html."""

    id: int
    version: int
    title: str
    state: StateCell
    facts: list[tuple[str, str | Cell]]
    guidance: str
    messages: list[Message]
    item: ItemInput | None
    may_decide: bool
    may_withdraw: bool
    evaluation_href: str
    values: dict[str, str] = {}
    errors: dict[str, str] = {}


class FileForm(msgspec.Struct):
    evaluation: int
    item: str
    reason: str = ""


class DecideForm(msgspec.Struct):
    version: int
    reason: str = ""


class VersionForm(msgspec.Struct):
    version: int


@get("/disputes", opt=LOGGED_IN, include_in_schema=False)
async def disputes_page(request: Request) -> Response:
    """Tabs: my own; to decide; decided, as the roles open them."""
    actor = actor_of(request)
    tabs = [("mine", N_("我的申诉"))] if actor.may(Permission.OWN_READ) and actor.person_id is not None else []
    if actor.may(Permission.DISPUTE_DECIDE):
        tabs = [("waiting", N_("待裁决")), ("decided", N_("已裁决")), *tabs]
    if not tabs:
        raise NotFound()
    wanted = request.query_params.get("tab", "")
    tab = wanted if wanted in dict(tabs) else tabs[0][0]
    found = await queries.mine(actor) if tab == "mine" else await queries.waiting(actor, decided=tab == "decided")
    table, file = await browsed(request, _table(found, is_own=tab == "mine"), f"disputes-{tab}")
    if file is not None:
        return file
    page = DisputesPage(
        title=gettext(N_("申诉")),
        lead=gettext(N_("裁决人不看原来的分和评分人，按对话自己答一遍；没有裁决的部分，奖罚先待定。")),
        chips=[Chip(label=gettext(word), href=f"/disputes?tab={key}", is_current=key == tab) for key, word in tabs],
        table=table,
    )
    return render(request, "disputes/list.html", page, notices=_notices(request))


def _table(found: list[dict[str, Any]], *, is_own: bool) -> Table:
    rows = [
        TableRow(
            cells=[
                Link(text=one["item_name"], href=f"/disputes/{one['id']}", sub=_form_name(one)),
                Text(text=one["reason"] if is_own else one["person_name"], sub=one["employee_no"] or ""),
                Moment(at=one["decide_by_at"], is_deadline=True),
                StateCell(
                    kind="warn" if one["is_late"] and one["state"] == "open" else LOOKS[one["state"]],
                    word=one["verdict_name"] or one["state_name"],
                    note=gettext(N_("已过期限")) if one["is_late"] else "",
                ),
            ]
        )
        for one in found
    ]
    empty = (
        Empty(what=gettext(N_("您没有申诉过")), why=gettext(N_("在“我的质检”里打开一条评分，对其中一项提出")))
        if is_own
        else Empty(what=gettext(N_("没有申诉")))
    )
    return Table(
        caption=gettext(N_("申诉，先到期的在前")),
        columns=[
            Column(label=gettext(N_("评分项")), kind="link", more_label=gettext(N_("质检表")), is_row_header=True),
            Column(label=gettext(N_("理由")) if is_own else gettext(N_("申诉人")), more_label=gettext(N_("工号"))),
            Column(label=gettext(N_("裁决期限")), kind="moment"),
            Column(label=gettext(N_("状态")), kind="state"),
        ],
        rows=rows,
        name="disputes",
        empty=empty,
    )


def _form_name(one: dict[str, Any]) -> str:
    return one["form_name_en"] if current_language() == "en" and one["form_name_en"] else one["form_name"]


def _text(item: Item) -> str:
    return item.text_en if current_language() == "en" and item.text_en else item.text


def _input(item: Item, raw: Any, label: str, *, asks_cause: bool = False) -> ItemInput:
    typed = [str(one)[:2000] for one in raw.getall(f"a.{item.key}", [])] if raw is not None else []
    return ItemInput(
        name=f"a.{item.key}", label=label, kind=input_kind(item), options=options_of(item),
        value=typed[-1] if typed else "", values=typed, often_name=f"n.{item.key}" if item.repeats else "",
        often=str(raw.get(f"n.{item.key}", "1"))[:4] if raw is not None else "1",
        causes=[Option(value=one.key, label=said(one, "name")) for one in item.causes] if asks_cause else [],
        cause_name=f"c.{item.key}", cause=str(raw.get(f"c.{item.key}", ""))[:40] if raw is not None else "",
    )  # fmt: skip


def _notices(request: Request) -> list[tuple[str, str]] | None:
    sentence = NOTICES.get(request.query_params.get("notice", ""))
    return [("done", gettext(sentence))] if sentence else None


def _errors(refusal: Refusal | None) -> dict[str, str]:
    return {} if refusal is None else field_errors(refusal.fields) or {"": refusal.text()}


@get("/disputes/new", opt=needs(Permission.OWN_RESPOND), include_in_schema=False)
async def new_page(request: Request) -> Response:
    text = request.query_params.get("evaluation", "")
    if not text.isdecimal() or len(text) > 18:
        raise NotFound(N_("这条质检评分"))
    return await _new(request, int(text), request.query_params.get("item", ""))


async def _new(request: Request, evaluation: int, key: str, refusal: Refusal | None = None) -> Response:
    found = await queries.fileable(actor_of(request), evaluation)
    raw = await request.form() if refusal else None
    before = {one["item"]: one for one in found["before"]}
    item = queries.item_of(found["form"], key)
    page = FilePage(
        evaluation=evaluation,
        title=gettext(N_("申诉一项")),
        is_open=found["is_open"],
        until=deadline(found["until"]) if found["until"] else "",
        items=[
            (
                one.key,
                _text(one),
                queries.words_of(one, found["answers"].get(one.key)),
                gettext(queries.STATE_NAMES[before[one.key]["state"]]) if one.key in before else "",
            )
            for _section, one in found["form"].items()
        ],
        item=_input(item, raw, gettext(N_("您认为应当是"))) if item else None,
        item_key=key,
        answer_now=queries.words_of(item, found["answers"].get(key)) if item else "",
        values={name: str(value)[:2000] for name, value in raw.items()} if raw else {},
        errors=_errors(refusal),
    )
    return render(request, "disputes/new.html", page, status_code=refusal.status if refusal else 200)


@post("/disputes", opt=needs(Permission.OWN_RESPOND), include_in_schema=False)
async def file(request: Request) -> Response:
    actor = actor_of(request)
    form = await form_of(request, FileForm)
    found = await queries.fileable(actor, form.evaluation)
    try:
        item = queries.item_of(found["form"], form.item)
        answer = await _answer(request, found["form"], item) if item else None
        if answer is None:
            raise AnswerUnfit(why=gettext(N_("请选择或填写")), field="answer")
        made = await commands.file(actor, form.evaluation, form.item, form.reason, answer)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return await _new(request, form.evaluation, form.item, refusal)
    return Redirect(f"/disputes/{made}?notice=filed", status_code=303)


async def _answer(request: Request, form: Form, item: Item) -> Any:
    raw = await request.form()
    typed = {name: [str(one)[:5000] for one in raw.getall(name, [])] for name in raw}
    try:
        return answer_of(form, item, typed)
    except Unclear as unclear:
        raise AnswerUnfit(why=gettext(unclear.sentence), field="answer") from None


@get("/disputes/{dispute_id:int}", opt=LOGGED_IN, include_in_schema=False)
async def dispute_page(request: Request, dispute_id: FromPath[int]) -> Response:
    return await _dispute(request, dispute_id)


async def _dispute(request: Request, dispute_id: int, refusal: Refusal | None = None) -> Response:
    found = await queries.dispute(actor_of(request), dispute_id)
    _version, form = await form_version(found["form"])
    item = queries.item_of(form, found["item"])
    raw = await request.form() if refusal else None
    page = DisputePage(
        id=dispute_id,
        version=found["version"],
        title=gettext(N_("申诉：%(item)s"), item=found["item_name"]),
        state=StateCell(kind=LOOKS[found["state"]], word=found["verdict_name"] or found["state_name"]),
        facts=_facts(found),
        guidance=found["guidance"],
        messages=shown_messages(await queries.transcript(dispute_id)),
        item=_input(item, raw, gettext(N_("按对话，您的答案")), asks_cause=True)
        if item and found["may_decide"]
        else None,
        may_decide=found["may_decide"],
        may_withdraw=found["is_own"] and found["state"] == "open",
        evaluation_href=f"/evaluations/{found['new_evaluation'] or found['evaluation']}" if found["is_own"] else "",
        values={name: str(value)[:2000] for name, value in raw.items()} if raw else {},
        errors=_errors(refusal),
    )
    code = refusal.status if refusal else 200
    return render(request, "disputes/dispute.html", page, status_code=code, notices=_notices(request))


def _facts(found: dict[str, Any]) -> list[tuple[str, str | Cell]]:
    facts: list[tuple[str, str | Cell]] = [
        (gettext(N_("质检表")), _form_name(found)),
        (gettext(N_("申诉人")), found["person_name"]),
        (gettext(N_("理由")), found["reason"]),
        (gettext(N_("主张的答案")), found["proposed_words"]),
        (gettext(N_("提交时间")), Moment(at=found["filed_at"])),
        (gettext(N_("裁决期限")), Moment(at=found["decide_by_at"], is_deadline=True)),
    ]
    if found["answer_now"] and found["state"] == "open":
        facts.append((gettext(N_("原来的答案")), found["answer_now"]))
    if found["state"] == "decided":
        late = gettext(N_("（已过期限）")) if found["is_late"] else ""
        facts += [
            (gettext(N_("裁决的答案")), found["decided_words"]),
            (gettext(N_("裁决理由")), found["verdict_reason"] + late),
            (gettext(N_("裁决时间")), Moment(at=found["closed_at"])),
        ]
    if found["new_final_hundredths"] is not None and found["final_hundredths"] is not None:
        facts.append((gettext(N_("原来的得分")), Mark(value_hundredths=found["final_hundredths"])))
        facts.append((gettext(N_("更正后的得分")), Mark(value_hundredths=found["new_final_hundredths"])))
    return facts


@post("/disputes/{dispute_id:int}/withdrawal", opt=needs(Permission.OWN_RESPOND), include_in_schema=False)
async def withdraw(request: Request, dispute_id: FromPath[int]) -> Response:
    try:
        form = await form_of(request, VersionForm)
        await commands.withdraw(actor_of(request), dispute_id, version=form.version)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _dispute(request, dispute_id, refusal)
    return Redirect("/disputes?tab=mine&notice=withdrawn", status_code=303)


@post("/disputes/{dispute_id:int}/decision", opt=needs(Permission.DISPUTE_DECIDE), include_in_schema=False)
async def decide(request: Request, dispute_id: FromPath[int]) -> Response:
    actor = actor_of(request)
    found = await queries.dispute(actor, dispute_id)
    _version, form = await form_version(found["form"])
    item = queries.item_of(form, found["item"])
    try:
        given = await form_of(request, DecideForm)
        answer = await _answer(request, form, item) if item else None
        if answer is None:
            raise AnswerUnfit(why=gettext(N_("请选择或填写")), field="answer")
        await commands.decide(actor, dispute_id, answer, given.reason, version=given.version)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _dispute(request, dispute_id, refusal)
    return Redirect(f"/disputes/{dispute_id}?notice=decided", status_code=303)


routes = [disputes_page, new_page, file, dispute_page, withdraw, decide]
