"""What keeps a marking from being submitted, grouped for the top of the page and laid beside its fields."""

import msgspec

from qa_service.errors import FieldError, Refusal
from qa_service.evaluations.typed import place_of
from qa_service.evaluations.views import said
from qa_service.language import N_, gettext
from rubrics.forms import Form

MISSING = "answer-missing"


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence of the summary of what is wrong, with links (label, href) to the items that it speaks of."""

    sentence: str
    links: list[tuple[str, str]] = []


def errors_of(refusal: Refusal | None) -> dict[str, str]:
    """The sentence beside each field."""
    return {place_of(one.field): one.text() for one in refusal.fields} if refusal else {}


def faults_of(refusal: Refusal | None, form: Form) -> list[Fault]:
    """What is wrong, the open items in one sentence with a link to each instead of one sentence per item."""
    if refusal is None:
        return []
    names = {item.key: said(item, "text") for _section, item in form.items()}
    missing = [one for one in refusal.fields if one.code == MISSING]
    found = [_fault(one) for one in refusal.fields if one.code != MISSING]
    if missing:
        links = [(names.get(one.field, one.field), f"#f-{place_of(one.field)}") for one in missing]
        found.insert(0, Fault(sentence=gettext(N_("还有%(count)s项没有评："), count=len(missing)), links=links))
    return found or [Fault(sentence=refusal.text())]


def _fault(one: FieldError) -> Fault:
    return Fault(sentence="", links=[(one.text(), f"#f-{place_of(one.field)}")])
