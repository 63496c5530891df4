"""One search over people, records and evaluations; each group is scoped in its own query as its own room scopes it."""

from typing import Any

from qa_service import clock
from qa_service.database import among, rows
from qa_service.evaluations.queries import visible
from qa_service.forms.queries import form_version
from qa_service.interactions.live import live
from qa_service.interactions.queries import interactions_numbered
from qa_service.interactions.reach import parts_in_reach, sees_names
from qa_service.language import current_language
from qa_service.people.access import Actor, Permission
from qa_service.search.rules import is_spelled, is_spelling

MOST = 20
MOST_NAMES = 50_000


async def people(actor: Actor, text: str) -> list[dict[str, Any]]:
    """People in reach by the beginning of a 工号, part of a name, or the spelling of a name; with their units."""
    if not actor.may(Permission.PEOPLE_READ) or not _literal(text):
        return []
    where, values = _with_posts_in_reach(actor)
    if is_spelling(text):
        named = await rows(f"SELECT p.id, p.name FROM person p WHERE 1 = 1{where} ORDER BY p.id LIMIT {MOST_NAMES}",
                           *values)  # fmt: skip
        spelled = [one["id"] for one in named if is_spelled(one["name"], text.lower())][:MOST]
    else:
        spelled = []
    found = await rows(
        "SELECT p.id, p.key, p.employee_no, p.name, p.left_on FROM person p WHERE (p.key = {} OR p.employee_no LIKE {}"
        f" OR p.name LIKE {{}} OR p.id IN {among(len(spelled))}){where}"
        " ORDER BY CASE WHEN p.employee_no = {} THEN 0 ELSE 1 END, p.left_on IS NOT NULL, p.id LIMIT {}",
        text,
        f"{_literal(text)}%",
        f"%{_literal(text)}%",
        *spelled,
        *values,
        text,
        MOST,
    )
    units = await _units([one["id"] for one in found])
    return [{**one, "units": units.get(one["id"], [])} for one in found]


def _literal(text: str) -> str:
    """A text in which LIKE finds no joker."""
    return text.replace("%", "").replace("_", "")


def _with_posts_in_reach(actor: Actor) -> tuple[str, list[Any]]:
    """In reach, and nobody's alias."""
    reach, own = actor.units(Permission.PEOPLE_READ), " AND p.merged_into IS NULL"
    if reach is None:
        return own, []
    places = among(len(reach))
    return f"{own} AND EXISTS (SELECT 1 FROM post q WHERE q.person = p.id AND q.unit IN {places})", sorted(reach)


async def _units(people_ids: list[int]) -> dict[int, list[str]]:
    """Names of the units in which each person holds a post today."""
    today = clock.today()
    found = await rows(
        "SELECT DISTINCT q.person, u.name, u.name_en, u.id FROM post q JOIN unit u ON u.id = q.unit"
        f" WHERE q.person IN {among(len(people_ids))} AND q.from_on <= {{}}"
        " AND (q.until_on IS NULL OR q.until_on >= {}) ORDER BY q.person, u.id",
        *people_ids,
        today,
        today,
    )
    units: dict[int, list[str]] = {}
    for one in found:
        name = (one["name_en"] if current_language() == "en" else "") or one["name"]
        units.setdefault(one["person"], []).append(name)
    return units


async def interactions(actor: Actor, text: str) -> list[dict[str, Any]]:
    """Records of this number, their own or of their order, with a part in reach; without names for monitors."""
    numbered = await interactions_numbered(text)
    reach, values = parts_in_reach(actor)
    found = await rows(
        "SELECT p.id AS part, i.id, i.external_id, i.order_no, i.local_on, p.channel, p.kind, n.name AS person_name,"
        " n.employee_no FROM interaction i JOIN agent_part p ON p.interaction = i.id"
        f" LEFT JOIN person n ON n.id = p.person WHERE i.id IN {among(len(numbered))} AND {live('p')} AND {reach}"
        " ORDER BY i.local_on DESC, i.id DESC, p.sequence LIMIT {}",
        *numbered,
        *values,
        MOST,
    )
    hidden = {} if sees_names(actor) else {"person_name": None, "employee_no": None}
    return [{**one, **hidden} for one in found]


async def evaluations(actor: Actor, text: str) -> list[dict[str, Any]]:
    """The evaluation of this number, where the actor may open it."""
    number = text.removeprefix("#")
    if not (number.isascii() and number.isdecimal() and len(number) < 18):
        return []
    found = await visible(actor, int(number))
    if found is None:
        return []
    version, form = await form_version(found["form"])
    name = (form.name_en if current_language() == "en" else "") or version["name"]
    known = {key: found[key] for key in ("id", "state", "final_hundredths", "released_at", "revision")}
    return [{**known, "form": name}]
