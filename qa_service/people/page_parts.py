"""What pages of small rooms share: the asked address, paging by number, a refusal beside its field, what was done."""

from collections.abc import Mapping
from urllib.parse import urlencode

from litestar import Request
from litestar.response import Redirect

from qa_service.errors import Refusal
from qa_service.language import gettext
from qa_service.web.formatting import field_errors
from qa_service.web.tables import Pager

MOST_PAGES = 100_000


def href(path: str, **asked: object) -> str:
    """An address with what is asked; what is empty is left out."""
    given = {name: value for name, value in asked.items() if value not in ("", None)}
    return f"{path}?{urlencode(given)}" if given else path


def asked_text(request: Request, name: str, limit: int = 60) -> str:
    return request.query_params.get(name, "").strip()[:limit]


def asked_choice(request: Request, name: str, known: Mapping[str, object] | set[str]) -> str:
    """One of the known words, else ''."""
    value = request.query_params.get(name, "")
    return value if value in known else ""


def asked_whole(request: Request, name: str) -> int | None:
    """A whole number above 0, else None."""
    value = request.query_params.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and 0 < len(value) < 16 and int(value) > 0 else None


def asked_page(request: Request) -> int:
    return min(asked_whole(request, "page") or 1, MOST_PAGES)


def numbered_pager(path: str, asked: dict[str, object], *, page: int, shown: int, total: int, size: int) -> Pager:
    """Previous and next of pages that are counted."""
    return Pager(
        shown=shown,
        total=total,
        previous_href=href(path, **asked, page=page - 1 if page > 2 else None) if page > 1 else "",
        next_href=href(path, **asked, page=page + 1) if page * size < total else "",
    )


def notices_in(request: Request, sentences: Mapping[str, str]) -> list[tuple[str, str]] | None:
    """What was just done, from ?notice=, as the shell shows it."""
    sentence = sentences.get(request.query_params.get("notice", ""))
    return [("done", gettext(sentence))] if sentence else None


def done(path: str, notice: str) -> Redirect:
    return Redirect(f"{path}{'&' if '?' in path else '?'}{urlencode({'notice': notice})}", status_code=303)


def errors_in(refusal: Refusal | None) -> dict[str, str]:
    """Sentences by field; "" holds what belongs to none."""
    return {} if refusal is None else field_errors(refusal.fields) or {"": refusal.text()}


async def typed(request: Request) -> dict[str, str]:
    """What was typed, to fill the form again; cut, and never a password."""
    form = await request.form()
    secret = {"password", "current", "new", "repeat", "_csrf_token"}
    return {name: str(value)[:2000] for name, value in form.items() if isinstance(value, str) and name not in secret}
