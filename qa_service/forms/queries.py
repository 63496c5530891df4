"""Reads of forms: a version's form (immutable, so remembered), and the form that fits a record."""

from datetime import date
from functools import lru_cache

from qa_service.database import row, rows
from qa_service.errors import NotFound
from qa_service.forms.errors import NoFormFits
from qa_service.language import N_
from rubrics.forms import Form
from rubrics.loading import form_from_json


@lru_cache(maxsize=256)
def read_form(definition: str) -> Form:
    """The form of a stored definition."""
    return form_from_json(definition)


async def form_version(version_id: int) -> tuple[dict, Form]:
    found = await row("SELECT * FROM rule_version WHERE id = {} AND kind = 'form'", version_id)
    if found is None:
        raise NotFound(N_("这张质检表"))
    return found, read_form(found["definition"])


async def form_for(subject_kind: str, channel: str, kind: str, on: date) -> int:
    """The newest published form in force that names this subject, channel and kind; the most specific one wins."""
    found = await rows(
        "SELECT id, definition FROM rule_version WHERE kind = 'form' AND state = 'published' AND from_on <= {}"
        " ORDER BY from_on DESC, version DESC, id DESC",
        on,
    )
    fitting = []
    for version in found:
        form = read_form(version["definition"])
        if subject_kind not in form.subject_kinds:
            continue
        if (form.channels and channel not in form.channels) or (form.kinds and kind not in form.kinds):
            continue
        fitting.append((-(bool(form.channels) + bool(form.kinds)), len(fitting), version["id"]))
    if not fitting:
        raise NoFormFits(channel=channel, kind=kind)
    return min(fitting)[2]
