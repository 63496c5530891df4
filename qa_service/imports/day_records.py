"""From values to records of totals: days of agents, of units, of teams with their target, and absences."""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from qa_service.day_totals.records import AbsenceRecord, AgentDayRecord, TeamDayRecord, TotalRecord, UnitDayRecord
from qa_service.imports.dates import Moment
from qa_service.imports.profiles import Profile
from qa_service.imports.rows import BadRecord
from qa_service.imports.values import as_text

Values = dict[str, Any]
DIRECTIONS = ("in", "out")


class DayRecords:
    """Maps the rows of one file; occurrences of equal rows are counted over all of them."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.occurrences: dict[str, int] = {}
        self.make: dict[str, Callable[[Values], TotalRecord]] = {
            "agent_day": self._of(_agent_day), "unit_day": self._of(_unit_day), "team_day": self._of(_team_day),
            "absence": self._of(_absence),
        }  # fmt: skip

    def _of(self, made: Callable[[Values], TotalRecord]) -> Callable[[Values], TotalRecord]:
        return lambda values: self._known_by(made(values), values)

    def _known_by(self, made: TotalRecord, values: Values) -> TotalRecord:
        """Give it its content's digest, and the key under which it is known again."""
        digest, key = hashlib.sha256(msgspec.json.encode(made)).hexdigest(), self.profile.key
        if key.kind == "natural":
            name = "|".join(_named(values.get(field)) for field in key.fields)
        else:
            place = self.occurrences[digest] = self.occurrences.get(digest, 0) + 1
            name = f"{digest[:32]}-{place if key.equal_rows == 'records' else 1}"
        return msgspec.structs.replace(made, key=name, digest=digest)


def _named(value: object) -> str:
    """The part of a natural key; a blank cell is a part too. The day as it is written, whatever its offset."""
    return value.on.isoformat() if isinstance(value, Moment) else as_text(value)


def _on(v: Values, name: str) -> date | None:
    return v[name].on if name in v else None


def _weekday(v: Values) -> int | None:
    """A profile may translate a source's own numbers; what comes out must be a weekday."""
    said = v.get("weekday")
    if said is None or isinstance(said, int):
        return said
    if said not in set("1234567"):
        raise BadRecord("bad-weekday", "weekday", said)
    return int(said)


def _agent_day(v: Values) -> AgentDayRecord:
    direction = v.get("direction", "in")
    if direction not in DIRECTIONS:
        raise BadRecord("unknown-choice", "direction", direction, allowed={"as_is": list(DIRECTIONS)})
    return AgentDayRecord(
        local_on=v["local_on"].on, agent_label=v.get("agent_key") or v.get("employee_no"), client=v.get("client"),
        direction=direction, is_internal=v.get("is_internal"), is_missed=bool(v.get("is_missed")),
        call_count=v["call_count"], talk_seconds=v.get("talk_seconds"), total_seconds=v.get("total_seconds"),
        unit_label=v.get("unit"),
    )  # fmt: skip


def _unit_day(v: Values) -> UnitDayRecord:
    received, answered = v["received_count"], v["answered_count"]
    if answered > received:
        raise BadRecord("more-answered-than-received", "answered_count", str(answered), received=received)
    return UnitDayRecord(
        local_on=v["local_on"].on, unit_label=v.get("unit"), received_count=received, answered_count=answered,
        abandoned_count=v.get("abandoned_count", received - answered),
        given_answered_percent_hundredths=v.get("answered_percent"),
        given_in_time_percent_hundredths=v.get("in_time_percent"), given_answer_seconds=v.get("answer_seconds"),
        given_talk_seconds=v.get("talk_seconds"), given_wait_seconds=v.get("wait_seconds"),
    )  # fmt: skip


def _team_day(v: Values) -> TeamDayRecord:
    return TeamDayRecord(
        local_on=v["local_on"].on, department=v.get("department"), team=v["team"], unit_label=v.get("unit"),
        target_percent_hundredths=v["target_percent"], reached_percent_hundredths=v.get("reached_percent"),
        head_hundredths=v.get("head_count"), overtime_seconds=v.get("overtime_seconds"),
        idle_seconds=v.get("idle_seconds"), bonus_fen=v.get("bonus_fen"), currency=v.get("currency", "CNY"),
        said_weekday=_weekday(v),
    )  # fmt: skip


def _absence(v: Values) -> AbsenceRecord:
    absent_on = _on(v, "absent_on")
    return AbsenceRecord(
        absent_on=absent_on, agent_label=v.get("agent_key") or v.get("employee_no"), unit_label=v.get("unit"),
        month_number=v.get("month_number") or (absent_on and absent_on.month),
        weekday=_weekday(v) or (absent_on and absent_on.isoweekday()), absent_seconds=v["absent_seconds"],
        reason=v.get("reason"), work_load=v.get("work_load"), target_percent_hundredths=v.get("target_percent"),
    )  # fmt: skip
