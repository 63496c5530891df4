"""A run's people a page at a time: searched, sorted, paged by key, so that 1,371 people are not one page of 850 KB.

Sorted by who and by state, never by score: a list in order of score would be a league table without rank intervals.
"""

from typing import Any

import msgspec

from qa_service.database import rows, scalar
from qa_service.people.access import Actor
from qa_service.scores import queries

PAGE = 50
MOST = 500  # of one answer to a program
SORTS = {
    "number": "n.key",
    "name": "n.name",
    "state": "c.state",
    "weight": "c.weight_present_hundredths",
}
QA_COLUMNS = (
    "n", "monitors", "raw_mean_hundredths", "shrunk_hundredths", "shrunk_lower_hundredths", "shrunk_upper_hundredths",
    "corrected_hundredths", "corrected_lower_hundredths", "corrected_upper_hundredths", "state",
)  # fmt: skip


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a run's people: some letters of name or 工号, the order, and beside whom the page begins."""

    search: str = ""
    sort: str = "number"
    is_descending: bool = False
    after: int | None = None
    before: int | None = None
    limit: int = PAGE


class CardsPage(msgspec.Struct, frozen=True, kw_only=True):
    """Scorecards of one page, each with its QA estimate under `qa`; how many answer to the search."""

    rows: list[dict[str, Any]]
    total: int
    has_previous: bool
    has_next: bool


async def page_of_cards(actor: Actor, run_id: int, asked: Asked) -> CardsPage:
    """One page of a run in reach, else NotFound."""
    where, values = _wanted(await queries.run(actor, run_id), asked)
    total = await scalar(f"SELECT COUNT(*) AS n FROM scorecard c JOIN person n ON n.id = c.person{where}", *values)
    is_back = asked.before is not None
    edge, edges = _beyond(run_id, asked)
    estimates = ", ".join(f"e.{name} AS qa_{name}" for name in QA_COLUMNS)
    found = await rows(
        f"SELECT c.*, {queries.PERSON}, {estimates} FROM scorecard c JOIN person n ON n.id = c.person"
        f" JOIN qa_estimate e ON e.run = c.run AND e.person = c.person{where}{edge}"
        f" ORDER BY {_order(asked, is_back=is_back)} LIMIT {{}}",
        *values,
        *edges,
        asked.limit + 1,
    )
    kept = found[: asked.limit]
    has_more = len(found) > asked.limit
    return CardsPage(
        rows=[_shaped(one) for one in (reversed(kept) if is_back else kept)],
        total=total,
        has_previous=has_more if is_back else asked.after is not None,
        has_next=True if is_back else has_more,
    )


def _wanted(run: dict[str, Any], asked: Asked) -> tuple[str, list[Any]]:
    within, values = queries.people_of(run, "c.person")
    literal = asked.search.strip().lower().replace("%", "").replace("_", "")
    if not literal:
        return f" WHERE c.run = {{}}{within}", [run["id"], *values]
    like = f"%{literal}%"
    letters = " AND (LOWER(n.name) LIKE {} OR LOWER(n.employee_no) LIKE {})"
    return f" WHERE c.run = {{}}{within}{letters}", [run["id"], *values, like, like]


def _beyond(run_id: int, asked: Asked) -> tuple[str, list[Any]]:
    """The rows behind (or before) a person, who may have come from any page of this order."""
    edge = asked.before if asked.before is not None else asked.after
    if edge is None:
        return "", []
    column = SORTS[asked.sort]
    sign = "<" if asked.is_descending != (asked.before is not None) else ">"
    place = f"SELECT {column}, n.id FROM scorecard c JOIN person n ON n.id = c.person"
    place += " WHERE c.run = {} AND n.id = {}"
    return f" AND ({column}, n.id) {sign} ({place})", [run_id, edge]


def _order(asked: Asked, *, is_back: bool) -> str:
    way = "DESC" if asked.is_descending != is_back else "ASC"
    return f"{SORTS[asked.sort]} {way}, n.id {way}"


def _shaped(found: dict[str, Any]) -> dict[str, Any]:
    card = queries.decoded(found)
    card["qa"] = {name: card.pop(f"qa_{name}") for name in QA_COLUMNS}
    return card


async def people_on_page(actor: Actor, run_id: int, *, after: int | None, limit: int) -> list[int]:
    """People of a run in order of 工号, those behind `after`: which rows of several a page of people has."""
    asked = Asked(after=after, limit=limit)
    where, values = _wanted(await queries.run(actor, run_id), asked)
    edge, edges = _beyond(run_id, asked)
    found = await rows(
        f"SELECT c.person FROM scorecard c JOIN person n ON n.id = c.person{where}{edge}"
        f" ORDER BY {_order(asked, is_back=False)} LIMIT {{}}",
        *values,
        *edges,
        limit,
    )
    return [one["person"] for one in found]
