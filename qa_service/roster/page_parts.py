"""What the pages of the roster share: the month and unit of the address, what was just done."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request

from qa_service.language import N_, current_language, gettext
from qa_service.people.access import Permission
from qa_service.roster import queries
from qa_service.scores.queries import units_in_reach
from qa_service.web.months import asked_month
from qa_service.web.parts import Chip
from qa_service.web.sessions import actor_of


class NoUnitPage(msgspec.Struct, frozen=True):
    """For templates/roster/no_unit.html: title says whose page is empty, the roster's or the cleaning rota's."""

    title: str


NOTICES = {
    "adopted": N_("已取用岗位包的班次"), "shift": N_("班次已保存"), "opened": N_("已新建草稿，可以开始排班"),
    "filled": N_("草稿已保存"), "published": N_("已公布，并已通知有关的人"), "made": N_("值日表已排好"),
    "swapped": N_("已换人，并已通知两个人"), "done": N_("已记为做完"),
}  # fmt: skip


async def asked(request: Request, path: str) -> tuple[int | None, date, list[Chip]]:
    """Unit and month of the address, else the newest roster's, else the first unit's next month; units to choose."""
    actor = actor_of(request)
    units = await units_in_reach(actor, Permission.ROSTER_READ)
    known = await queries.months(actor)
    text = request.query_params.get("unit", "")
    unit = int(text) if text.isdecimal() and len(text) < 19 else None
    if not any(one["id"] == unit for one in units):
        unit = known[0]["unit"] if known else units[0]["id"] if units else None
    month = asked_month(request, known[0]["pay_month"] if known else None)
    chips = [
        Chip(label=_named(one), href=f"{path}?unit={one['id']}&month={month:%Y-%m}", is_current=one["id"] == unit)
        for one in units
    ]
    return unit, month, chips


def _named(one: dict[str, Any]) -> str:
    return one["name_en"] if current_language() == "en" and one["name_en"] else one["name"]


def notices_in(request: Request) -> list[tuple[str, str]] | None:
    sentence = NOTICES.get(request.query_params.get("notice", ""))
    return [("done", gettext(sentence))] if sentence else None
