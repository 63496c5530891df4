"""All facts of a stretch of days in one statement: one row per person and local day."""

from collections.abc import Collection, Sequence
from datetime import date

import msgspec
import numpy as np
from numpy.typing import NDArray

from qa_service.database import among, is_sqlite, scalar, tuples
from qa_service.interactions.live import PUBLISHED, live
from qa_service.kpis import facts as known

IntArray = NDArray[np.int64]


class AgentDays(msgspec.Struct, frozen=True, kw_only=True):
    """Columns of equal length in order of person and day; `day` holds proleptic ordinals (date.toordinal).

    `complaints_known` is False where the house never recorded a complaint: then none were counted, which is not 0.
    """

    person: IntArray
    day: IntArray
    facts: dict[str, IntArray]
    complaints_known: bool = True

    def by_person(self, people: Sequence[int]) -> dict[str, IntArray]:
        """Sums of all days for these people (ids in rising order), with the derived counts."""
        place = np.searchsorted(people, self.person)
        inside = place < len(people)
        inside[inside] = np.asarray(people, dtype=np.int64)[place[inside]] == self.person[inside]
        found = {}
        for name, column in self.facts.items():
            total = np.zeros(len(people), dtype=np.int64)
            np.add.at(total, place[inside], column[inside])
            found[name] = total
        for name, (whole, part) in known.DIFFERENCES.items():
            if whole in found and part in found:
                found[name] = found[whole] - found[part]
        return found


async def agent_days(
    units: Collection[int] | None, from_on: date, until_on: date, *, wanted: Collection[str] | None = None
) -> AgentDays:
    """Facts of every person and local day between two dates (both included), of these units or of the whole house.

    Only published, unsuperseded records count; parts in 待认领 belong to nobody and are absent. A survey answer goes to
    the last part of its record, and only the first answer counts. `wanted` names the facts to count, all unless told.
    """
    names = known.fact_names() if wanted is None else sorted(wanted)
    text, values = _statement(units, from_on, until_on, names=names)
    found = await tuples(text, *values)
    ordinals = {on: _ordinal(on) for on in {one[1] for one in found}}
    person = np.array([one[0] for one in found], dtype=np.int64)
    day = np.array([ordinals[one[1]] for one in found], dtype=np.int64)
    order = np.lexsort((day, person))  # here: SQL would sort thirty wide columns
    counts = np.array([one[2:] for one in found], dtype=np.int64).reshape(len(found), len(names))
    return AgentDays(
        person=person[order],
        day=day[order],
        facts={name: counts[order, place] for place, name in enumerate(names)},
        complaints_known=await has_complaints(until_on),
    )


async def has_complaints(until_on: date) -> bool:
    """Whether the house records complaints at all."""
    return bool(
        await scalar(
            "SELECT EXISTS (SELECT 1 FROM business_record b WHERE b.recorded_on <= {}"
            f" AND b.kind IN {among(len(known.COMPLAINT_KINDS))} AND b.batch IN {PUBLISHED}) AS found",
            until_on,
            *known.COMPLAINT_KINDS,
        )
    )


def _ordinal(on: date | str) -> int:
    # SQLite gives a date that passed through a UNION back as text.
    return (date.fromisoformat(on) if isinstance(on, str) else on).toordinal()


def _statement(
    units: Collection[int] | None, from_on: date, until_on: date, *, names: Sequence[str]
) -> tuple[str, list[object]]:
    """One arm per source of facts, each grouped by person and day; an arm that nobody wants is left away."""
    where = "" if units is None else f" AND p.unit IN {among(len(units))}"
    between = f"p.person IS NOT NULL AND p.local_on BETWEEN {{}} AND {{}}{where}"
    values = [from_on, until_on, *(sorted(units) if units is not None else [])]
    arms = [(_parts(names, between), values)]
    if set(names) & set(known.survey_facts()):
        arms.append((_surveys(names, between), values))
    if set(names) & set(known.complaint_facts()):
        arms.append((_complaints(names), [from_on, until_on, *known.COMPLAINT_KINDS]))
    return " UNION ALL ".join(text for text, _ in arms), [value for _, given in arms for value in given]


def _parts(names: Sequence[str], between: str) -> str:
    columns = _columns("p", known.part_facts(_local_hour()), names)
    return f"SELECT {columns} FROM agent_part p WHERE {between} AND {live('p')} GROUP BY p.person, p.local_on"


def _surveys(names: Sequence[str], between: str) -> str:
    return (
        f"SELECT {_columns('p', known.survey_facts(), names)} FROM survey_answer s"
        " JOIN interaction i ON i.source = s.source AND i.external_id = s.external_id"
        f" JOIN agent_part p ON p.interaction = i.id WHERE {between} AND {live('s')} AND {live('p')}"
        " AND NOT EXISTS (SELECT 1 FROM agent_part t WHERE t.interaction = p.interaction AND t.sequence > p.sequence)"
        " AND NOT EXISTS (SELECT 1 FROM survey_answer f WHERE f.interaction = s.interaction AND f.id < s.id"
        f" AND {live('f')}) GROUP BY p.person, p.local_on"
    )


def _complaints(names: Sequence[str]) -> str:
    return (
        f"SELECT {_columns('b', known.complaint_facts(), names, 'recorded_on')} FROM business_record b"
        " WHERE b.person IS NOT NULL AND b.recorded_on BETWEEN {} AND {}"
        f" AND b.kind IN {among(len(known.COMPLAINT_KINDS))} AND b.batch IN {PUBLISHED}"
        " GROUP BY b.person, b.recorded_on"
    )


def _columns(alias: str, given: dict[str, str], names: Sequence[str], day: str = "local_on") -> str:
    """The same columns in each arm of the union."""
    facts = [f"{_whole(given.get(name, '0'))} AS {name}" for name in names]
    return f"{alias}.person AS person, {alias}.{day} AS local_on, " + ", ".join(facts)


def _whole(expression: str) -> str:
    """A whole number of 64 bits: PostgreSQL's SUM of a bigint is numeric."""
    return expression if is_sqlite() else f"CAST({expression} AS BIGINT)"


def _local_hour() -> str:
    """Hour of the beginning on the house's clock (UTC+8 without summer time); instants are stored in UTC."""
    if is_sqlite():
        return "(CAST(substr(p.started_at, 12, 2) AS INTEGER) + 8) % 24"
    return "EXTRACT(HOUR FROM p.started_at AT TIME ZONE 'Asia/Shanghai')"
