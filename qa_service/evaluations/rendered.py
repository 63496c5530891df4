"""The page of one evaluation as an answer: marking while it is one's own draft, else the result."""

from collections.abc import Mapping

from litestar import Request, Response

from qa_service.errors import Refusal
from qa_service.evaluations import reading
from qa_service.evaluations.workspace import work_page
from qa_service.language import N_, gettext
from qa_service.web.rendering import render
from qa_service.web.sessions import actor_of

NOTICES = {
    "seen": N_("已记录：已阅"),
    "agreed": N_("已记录：同意"),
    "followed": N_("已记录跟进结果，并已通知本人"),
    "already-submitted": N_("这次评分已经提交过，下面是公布的结果；要改的，请质检主管更正并写明原因"),
    "corrected": N_("已更正：这是新的一版，原来的一版仍然可见"),
}


async def evaluation_response(
    request: Request,
    evaluation_id: int,
    *,
    typed: Mapping[str, list[str]] | None = None,
    refusal: Refusal | None = None,
) -> Response:
    """What was typed stands in the fields again when the page comes with a refusal."""
    whole = await reading.whole(actor_of(request), evaluation_id)
    page = await work_page(actor_of(request), whole, typed=typed, refusal=refusal)
    template = "evaluations/marking.html" if page.is_marking else "evaluations/result.html"
    status = refusal.status if refusal else 200
    return render(request, template, page, status_code=status, notices=notices(request))


def notices(request: Request) -> list[tuple[str, str]] | None:
    sentence = NOTICES.get(request.query_params.get("notice", ""))
    return [("done", gettext(sentence))] if sentence else None


async def typed_of(request: Request) -> dict[str, list[str]]:
    form = await request.form()
    return {name: [str(value)[:5000] for value in form.getall(name)] for name in form}
