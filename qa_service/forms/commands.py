"""Load a form from its dated file into a draft version."""

from collections.abc import Iterator
from contextlib import contextmanager

from qa_service.errors import FieldError
from qa_service.forms.errors import FormInvalid
from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Actor
from qa_service.rule_versions.commands import Draft, draft
from rubrics.errors import FormRefused
from rubrics.loading import form_from_json, form_to_json, load_form


@contextmanager
def naming_faults(place: str) -> Iterator[None]:
    """Turns what the pure package refuses into the refusal that a person reads, every fault with its place."""
    try:
        yield
    except FormRefused as refused:
        language = current_language()
        fields = [
            FieldError(p.at, p.code, N_("%(reason)s"), {"reason": getattr(p, language)}) for p in refused.problems
        ]
        raise FormInvalid(place=place, count=len(fields), fields=fields) from refused


def check_form(definition: str) -> None:
    """What a stored definition of kind 'form' must be. Raises FormInvalid."""
    with naming_faults(gettext(N_("草稿"))):
        form_from_json(definition)


async def draft_form(actor: Actor, text: str | bytes, place: str) -> int:
    """A form file as the next draft version; every fault of the file is named with its place."""
    with naming_faults(place):
        form = load_form(text, place)
    return await draft(
        actor,
        Draft(
            kind="form",
            code=form.code,
            name=form.name,
            name_en=form.name_en or form.name,
            definition=form_to_json(form).decode(),
            from_on=form.from_on,
            source=form.source,
        ),
    )
