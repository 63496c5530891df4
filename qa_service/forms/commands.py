"""Load a form from its dated file into a draft version."""

from qa_service.errors import FieldError
from qa_service.forms.errors import FormInvalid
from qa_service.language import N_, current_language
from qa_service.people.access import Actor
from qa_service.rule_versions.commands import Draft, draft
from rubrics.errors import FormRefused
from rubrics.loading import form_to_json, load_form


async def draft_form(actor: Actor, text: str | bytes, place: str) -> int:
    """A form file as the next draft version; every fault of the file is named with its place."""
    try:
        form = load_form(text, place)
    except FormRefused as refused:
        language = current_language()
        fields = [
            FieldError(p.at, p.code, N_("%(reason)s"), {"reason": getattr(p, language)}) for p in refused.problems
        ]
        raise FormInvalid(place=place, count=len(fields), fields=fields) from refused
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
