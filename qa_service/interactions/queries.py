"""The list of agent parts in reach, filtered, newest first, paged by key so that the millionth row costs as the first.

The key is (local day, id); parts of a source without days are listed apart, by id.
"""

from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from qa_service.database import among, rows, scalar, tuples
from qa_service.errors import FieldError, InvalidInput, NotFound
from qa_service.interactions import beside
from qa_service.interactions.live import live_in_passing
from qa_service.interactions.reach import NAMELESS, is_own_only, parts_in_reach, sees_names
from qa_service.interactions.schemas import PartFigures, PartOut
from qa_service.language import N_
from qa_service.people.access import Actor, Permission
from qa_service.people.queries import units_below

PAGE = 25
MOST = 200
PEOPLE_FOUND = 200
FIELDS = (
    "SELECT p.id, p.interaction, p.public_id, p.sequence, p.local_on, p.started_at, p.time_known, p.channel, p.kind,"
    " p.person, n.name AS person_name, n.employee_no, p.agent_label, p.unit, u.name AS unit_name,"
    " p.first_reply_seconds, p.handle_seconds, p.message_count, i.external_id, i.order_no, i.category"
    ", {state} AS state{more} FROM agent_part p JOIN interaction i ON i.id = p.interaction"
    " LEFT JOIN person n ON n.id = p.person LEFT JOIN unit u ON u.id = p.unit"
)
FIGURES = "".join(
    f", p.{name}"
    for name in ("ended_at", "average_reply_seconds", "longest_silence_seconds", "closed_after_seconds",
                 "response_seconds", "asked", "replied_in_3_min", "converted", "order_amount_fen", "transferred_out")
)  # fmt: skip


LIVE = live_in_passing("p")


Part = TypeVar("Part", bound=PartOut)


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for; None and "" ask for everything. Both days belong to the span; is_undated asks for records of
    sources that have no days. `search` is a 工号, part of a name, an order number or a record's own number."""

    from_on: date | None = None
    until_on: date | None = None
    is_undated: bool = False
    unit: int | None = None
    person: int | None = None
    channel: str = ""
    state: str = ""
    search: str = ""


class Key(msgspec.Struct, frozen=True):
    """Where a page ends: the day (none for undated records) and the id of its last row."""

    on: date | None
    id: int

    def text(self) -> str:
        return f"{self.on.isoformat() if self.on else 'none'}.{self.id}"


def read_key(text: str) -> Key | None:
    """The key of '2026-10-06.1234'; None for an empty text."""
    if not text:
        return None
    day, _, number = text.partition(".")
    try:
        return Key(None if day == "none" else date.fromisoformat(day), int(number))
    except ValueError:
        raise InvalidInput(fields=[FieldError("before", "bad-key", N_("翻页的位置读不懂，请从第一页开始"))]) from None


def number(text: str) -> int | None:
    """An id as an address gives it; None for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


class PartsPage(msgspec.Struct, frozen=True, kw_only=True):
    """Parts newest first; `before` goes on with older ones, `after` back to newer ones, None where there are none."""

    rows: list[PartOut]
    before: str | None
    after: str | None


async def parts(
    actor: Actor, wanted: Filter, *, before: Key | None = None, after: Key | None = None, limit: int = PAGE
) -> PartsPage:
    """One page of agent parts in reach with the quality state of each; names only for whom they are meant."""
    conditions, values = await _conditions(actor, wanted)
    key = before or after
    if key is not None:
        sign = "<" if before is not None else ">"
        conditions.append(f"p.id {sign} {{}}" if wanted.is_undated else f"(p.local_on, p.id) {sign} ({{}}, {{}})")
        values += [key.id] if wanted.is_undated else [key.on or date.min, key.id]
    is_backwards = before is None and after is not None
    way = "ASC" if is_backwards else "DESC"
    order = f"p.id {way}" if wanted.is_undated else f"p.local_on {way}, p.id {way}"
    answer = await tuples(_text(beside.current().state_sql, "", tuple(conditions), order), *values, limit + 1)
    found = [PartOut(*values) for values in answer]  # the columns stand in the order of its fields
    has_more, shown = len(found) > limit, found[:limit]
    if is_backwards:
        shown.reverse()
    has_older, has_newer = (True, has_more) if is_backwards else (has_more, before is not None)
    return PartsPage(
        rows=shown if sees_names(actor) else [_nameless(part) for part in shown],
        before=_key(shown[-1]).text() if shown and has_older else None,
        after=_key(shown[0]).text() if shown and has_newer else None,
    )


def _key(part: PartOut) -> Key:
    return Key(part.local_on, part.id)


@lru_cache(maxsize=512)
def _text(state: str, more: str, conditions: tuple[str, ...], order: str = "") -> str:
    """The statement: put together once for the same question, whatever the values."""
    fields = FIELDS.replace("{state}", state).replace("{more}", more)
    return f"{fields} WHERE {' AND '.join(conditions)}" + (f" ORDER BY {order} LIMIT {{}}" if order else "")


def _nameless(part: Part) -> Part:
    return msgspec.structs.replace(part, **NAMELESS)


async def part(actor: Actor, part_id: int) -> PartFigures:
    """One agent part with all its figures. Raises NotFound unless it counts and is in reach."""
    reach, values = parts_in_reach(actor)
    conditions = ("p.id = {}", reach, LIVE)
    found = await tuples(_text(beside.current().state_sql, FIGURES, conditions), part_id, *values)
    if not found:
        raise NotFound(N_("这条服务记录"))
    one = PartFigures(*found[0])
    return one if sees_names(actor) else _nameless(one)


async def _conditions(actor: Actor, wanted: Filter) -> tuple[list[str], list[Any]]:
    within = await units_below(wanted.unit) if wanted.unit is not None else None
    reach, values = parts_in_reach(actor, within=within)
    conditions = [reach, LIVE, "p.local_on IS NULL" if wanted.is_undated else "p.local_on IS NOT NULL"]
    for condition, value in (
        ("p.local_on >= {}", wanted.from_on),
        ("p.local_on <= {}", wanted.until_on),
        ("p.person = {}", wanted.person if sees_names(actor) else None),
        ("p.channel = {}", wanted.channel or None),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    if wanted.state:
        conditions.append(_state_condition(wanted.state))
    if wanted.search.strip():
        condition, found = await _search(actor, wanted.search.strip()[:60])
        conditions.append(condition)
        values += found
    return conditions, values


def _state_condition(state: str) -> str:
    known = {one.key: one.condition for one in beside.current().states}
    if state not in known:
        raise InvalidInput(fields=[FieldError("state", "state-unknown", N_("没有这个状态"))])
    return f"({known[state]})"


async def _search(actor: Actor, text: str) -> tuple[str, list[Any]]:
    """People by 工号 or name where names may be seen; else the record of that number."""
    people = await people_named(text) if sees_names(actor) else []
    if len(people) == 1:
        return "p.person = {}", people  # their own index, in the order of the list
    if people:
        return f"p.person IN {among(len(people))}", people
    found = await interactions_numbered(text)
    return f"p.interaction IN {among(len(found))}", found


async def people_named(text: str) -> list[int]:
    text = text.replace("%", "").replace("_", "")  # jokers of LIKE are no part of a name
    if not text:
        return []
    found = await rows(
        "SELECT DISTINCT COALESCE(merged_into, id) AS id FROM person WHERE key = {} OR employee_no = {}"
        " OR name LIKE {} ORDER BY id LIMIT {}",
        text,
        text,
        f"%{text}%",
        PEOPLE_FOUND,
    )
    return [one["id"] for one in found]


async def interactions_numbered(text: str) -> list[int]:
    """Ids of interactions with this number of their own or of their order, in whatever reach."""
    # The sources are named so that the index (source, external_id, revision) is used.
    found = await rows(
        "SELECT id FROM interaction WHERE source IN (SELECT DISTINCT source FROM import_batch) AND external_id = {}"
        " UNION SELECT id FROM interaction WHERE order_no = {} ORDER BY id LIMIT {}",
        text,
        text,
        PEOPLE_FOUND,
    )
    return [one["id"] for one in found]


async def newest_day(actor: Actor) -> date | None:
    """The last day with a record in reach: of each unit in reach, or of the actor, or of all."""
    reach = None if is_own_only(actor) else actor.units(Permission.INTERACTION_READ)
    days = []
    for unit in [None] if reach is None else sorted(reach):
        condition, values = parts_in_reach(actor, within=None if unit is None else frozenset([unit]))
        days.append(
            await scalar(
                f"SELECT p.local_on FROM agent_part p WHERE {condition} AND {live_in_passing('p')}"
                " AND p.local_on IS NOT NULL ORDER BY p.local_on DESC, p.id DESC LIMIT 1",
                *values,
            )
        )
    return max((day for day in days if day is not None), default=None)


async def has_undated(actor: Actor) -> bool:
    reach, values = parts_in_reach(actor)
    sql = f"SELECT p.id FROM agent_part p WHERE {reach} AND {live_in_passing('p')} AND p.local_on IS NULL LIMIT 1"
    return await scalar(sql, *values) is not None


async def units_in_reach(actor: Actor) -> list[dict[str, Any]]:
    """Units to filter by, those that the actor may read."""
    reach = actor.units(Permission.INTERACTION_READ)
    where = "" if reach is None else f" WHERE id IN {among(len(reach))}"
    return await rows(f"SELECT id, name, name_en FROM unit{where} ORDER BY id", *sorted(reach or ()))


async def person_name(person_id: int) -> str | None:
    return await scalar("SELECT name FROM person WHERE id = {}", person_id)
