"""One's own absences beside one's month: those with a date in it. What has a month and no year belongs to none."""

from datetime import date

from qa_service.calendar.months import month_last
from qa_service.day_totals import queries
from qa_service.day_totals.lists import hours_text
from qa_service.language import N_, gettext
from qa_service.people.access import Actor
from qa_service.web.formatting import day


async def own_absences(actor: Actor, month: date) -> list[tuple[str, str, str]]:
    """(day, how long, reason as the source has it), in order."""
    if actor.person_id is None:
        return []
    found = (await queries.absences(actor, person=actor.person_id)).absences
    dated = [one for one in found if one.absent_on and month <= one.absent_on <= month_last(month)]
    dated.sort(key=lambda one: one.absent_on)
    return [(day(one.absent_on), _length(one.absent_seconds), one.reason or "") for one in dated]


def _length(seconds: int) -> str:
    return gettext(N_("缺勤%(hours)s小时"), hours=hours_text(seconds))
