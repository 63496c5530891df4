"""A chunk of totals into its batch: what nobody is known for waits under its label, the fate of every row is told."""

from qa_service.database import rows
from qa_service.day_totals.commands import Place, add_chunk
from qa_service.imports.loading import Mapped
from qa_service.imports.loads import Load, refuse
from qa_service.people.access import Permission

AT_ONCE = 350  # rows of one transaction: with their indexes they hold the writer for less than 50 ms
DAY_TARGETS = ("agent_day", "unit_day", "team_day", "absence")


async def load_day_totals(load: Load, chunk: list[Mapped]) -> None:
    """Totals of days and absences, whichever the profile brings."""
    units = await _units_named() if any(one.record.unit_label for one in chunk) else {}
    chunk = [one for one in chunk if _has_place(load, one, units)]
    agent = load.profile.agent
    place = Place(
        batch=load.batch if load.writes else 0, table=load.profile.target, source=load.profile.source,
        people=load.directory.people, units=load.units, units_named=units,
        unit=load.unit, unknown_agent="reject" if agent.unknown == "reject" else "hold",
    )  # fmt: skip
    records = [one.record for one in chunk]
    outcomes = []
    for start in range(0, len(records), AT_ONCE):
        outcomes += await add_chunk(place, records[start : start + AT_ONCE], load.seen)
    for one, outcome in zip(chunk, outcomes, strict=True):
        if outcome.kind != "rejected":
            load.tally.add("duplicate" if outcome.reason else outcome.kind)
        elif outcome.reason == "unknown-agent":
            refuse(load, one, outcome.reason, _named_by(one), one.record.agent_label)
        else:
            refuse(load, one, outcome.reason or "rejected", _first_of_key(load), one.record.key)


def _has_place(load: Load, one: Mapped, units: dict[str, int]) -> bool:
    """Whether the unit that the row names is there, and one for which the importer may bring rows in."""
    name = one.record.unit_label
    if name is None:
        return True
    if name not in units:
        refuse(load, one, "unknown-unit", "unit", name)
        return False
    reach = load.actor.units(Permission.IMPORT_WRITE)
    if reach is None or units[name] in reach:
        return True
    refuse(load, one, "unit-out-of-reach", "unit", name)
    return False


async def _units_named() -> dict[str, int]:
    """Of two units of one name neither is meant: the first would be a guess."""
    found: dict[str, int] = {}
    twice = set()
    for one in await rows("SELECT id, name, code FROM unit ORDER BY id"):
        for name in {one["name"], one["code"]}:
            twice |= {name} & found.keys()
            found.setdefault(name, one["id"])
    return {name: unit for name, unit in found.items() if name not in twice}


def _named_by(one: Mapped) -> str:
    heads = {bound.column.field for bound in one.binding.bound}
    return "agent_key" if "agent_key" in heads else "employee_no"


def _first_of_key(load: Load) -> str:
    return next(iter(load.profile.key.fields), "")
