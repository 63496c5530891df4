"""更正: the QA lead answers one item of a released mark anew, with the reason; the former revision stays visible."""

from collections.abc import Mapping

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from qa_service.errors import NotFound, Refusal
from qa_service.evaluations import proving, queries, reading, revising
from qa_service.evaluations.errors import NotReleased
from qa_service.evaluations.faults import Fault, errors_of, faults_of
from qa_service.evaluations.occurrences import adjusted, item_adjusted
from qa_service.evaluations.rendered import typed_of
from qa_service.evaluations.typed import read_typed
from qa_service.evaluations.views import Given, ItemView, item_view, said, shown_messages
from qa_service.evaluations.workspace import record_options
from qa_service.forms.queries import form_version
from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Permission
from qa_service.web.guards import needs
from qa_service.web.parts import Message
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of
from rubrics.explaining import answer_text
from rubrics.forms import Form


class CorrectionPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/evaluations/correction.html: which item, then its answer. items: (key, number, text, answer)."""

    id: int
    title: str
    items: list[tuple[str, int, str, str]]
    item: ItemView | None
    messages: list[Message]
    reason: str = ""
    errors: dict[str, str] = {}
    faults: list[Fault] = []


@get("/evaluations/{evaluation_id:int}/correction", opt=needs(Permission.EVALUATION_MANAGE), include_in_schema=False)
async def correction_page(request: Request, evaluation_id: FromPath[int]) -> Response:
    return await _page(request, evaluation_id, request.query_params.get("item", ""))


async def _page(
    request: Request,
    evaluation_id: int,
    key: str,
    refusal: Refusal | None = None,
    *,
    typed: Mapping[str, list[str]] | None = None,
) -> Response:
    whole = await reading.whole(actor_of(request), evaluation_id)
    found = whole["evaluation"]
    if found["state"] != "released":
        raise NotReleased(id=evaluation_id)
    _version, form = await form_version(found["form"])
    numbers = {one["id"]: one["sequence"] for one in whole["messages"]}
    record = (await proving.beside(found["part"])).record
    places = {item.key: (place, item) for place, (_section, item) in enumerate(form.items(), 1)}
    view = None
    if key in places:
        place, item = places[key]
        given = Given(form, whole, typed, numbers)
        view = item_view(item, place, given, mark=None, records=record_options(whole), record=record)
    page = CorrectionPage(
        id=evaluation_id,
        title=gettext(N_("更正一项")),
        items=await _items(evaluation_id, form),
        item=view,
        messages=shown_messages(whole["messages"]),
        reason=(typed or {}).get("reason", [""])[-1],
        errors=errors_of(refusal),
        faults=faults_of(refusal, form),
    )
    return render(request, "evaluations/correction.html", page, status_code=refusal.status if refusal else 200)


async def _items(evaluation_id: int, form: Form) -> list[tuple[str, int, str, str]]:
    answers = {one.item: one for one in await revising.stored_answers(evaluation_id)}
    pick = 1 if current_language() == "en" else 0
    return [
        (item.key, place, said(item, "text"), answer_text(item, answers.get(item.key))[pick])
        for place, (_section, item) in enumerate(form.items(), 1)
    ]


@post("/evaluations/{evaluation_id:int}/correction", opt=needs(Permission.EVALUATION_MANAGE), include_in_schema=False)
async def correct_page(request: Request, evaluation_id: FromPath[int]) -> Response:
    actor, typed = actor_of(request), await typed_of(request)
    found = await queries.visible(actor, evaluation_id)
    if found is None:
        raise NotFound(N_("这条质检评分"))
    _version, form = await form_version(found["form"])
    try:
        if key := item_adjusted(typed):
            return await _page(request, evaluation_id, key, typed=adjusted(form, typed))
        marking = read_typed(form, typed, await queries.messages(found["part"]), version=0)
        reason = typed.get("reason", [""])[-1]
        made = await revising.revise(actor, evaluation_id, marking.answers, reason, evidence=marking.evidence)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return await _page(request, evaluation_id, typed.get("item", [""])[-1], refusal, typed=typed)
    return Redirect(f"/evaluations/{made}?notice=corrected", status_code=303)


routes = [correction_page, correct_page]
