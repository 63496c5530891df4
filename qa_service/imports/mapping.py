"""From values to records of the profile's target: here lists of people, scores, business records and wages; records of
service have a module of their own.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from qa_service.imports.columns import Chunk
from qa_service.imports.dates import Moment
from qa_service.imports.day_records import DayRecords
from qa_service.imports.masking import Masker
from qa_service.imports.profiles import Profile
from qa_service.imports.records import (
    AccountHolderRecord,
    BusinessRecordRecord,
    PostRecord,
    RatingRecord,
    Record,
    StaffRecord,
    SurveyRecord,
    WageRecordRecord,
)
from qa_service.imports.rows import BadRecord, keep, masked_family
from qa_service.imports.service_records import ServiceRecords

Values = dict[str, Any]
Made = tuple[Record, tuple[RatingRecord, ...]]


class Mapper:
    """Maps the rows of one file. `present` are the fields that its head has."""

    def __init__(self, profile: Profile, masker: Masker, present: frozenset[str] = frozenset()) -> None:
        self.profile, self.masker, self.present = profile, masker, present
        self.clearing = frozenset(column.field for column in profile.columns if column.empty_clears)
        self.zone = ZoneInfo(profile.timezone)
        self.service_records = ServiceRecords(profile, masker)
        self.make = {
            "staff": self._staff, "account_holder": self._holder, "survey": self._survey, "wage_record": self._wage,
            **DayRecords(profile).make,
        }  # fmt: skip

    def records(self, chunk: Chunk, raws: Sequence[list | dict]) -> list[Made | BadRecord]:
        """For each whole row its record with its ratings, or what is wrong with the row as a whole."""
        if self.profile.target == "interaction":
            return self.service_records.records(chunk, raws)
        constants, rows = self.profile.constants, range(len(chunk.whole))
        values = [{**constants, **chunk.row(place)} for place in rows]
        if self.profile.target == "business_record":
            kept = [keep(v.get("order_no")) for v in values]
            families = masked_family(chunk, self.profile, self.masker, "columns.", kept)
            return [(self._business(v, columns), ()) for v, columns in zip(values, families, strict=True)]
        return [self._record(v) for v in values]

    def _record(self, values: Values) -> Made | BadRecord:
        try:
            return self.make[self.profile.target](values), ()
        except BadRecord as bad:
            return bad

    def _staff(self, v: Values) -> StaffRecord:
        departments, groups = v.get("department", []), v.get("group", [])
        positions, roles = v.get("position", []), v.get("role", [])
        roles, scopes = (_listed(part) for part in (roles, v.get("scope", [])))
        parts = (departments, groups, positions, roles, scopes)
        count = max(1, *map(len, parts))
        if any(len(part) not in (0, 1, count) for part in parts):
            raise BadRecord("posts-differ", "", "")
        posts = tuple(
            PostRecord(
                tuple(name for name in (_pick(departments, i), _pick(groups, i)) if name),
                _pick(positions, i), _pick(roles, i), _pick(scopes, i), "group" in self.present or bool(groups),
            )
            for i in range(count)
        )  # fmt: skip
        blanks = frozenset(self.present - v.keys())
        return StaffRecord(
            employee_no=v["employee_no"], name=v["name"], posts=posts, accounts=tuple(v.get("accounts", ())),
            manager_numbers=tuple(v.get("manager_numbers", ())), hired_on=_on(v, "hired_on"), left_on=_on(v, "left_on"),
            contract_kind=v.get("contract_kind"), contract_from_on=_on(v, "contract_from_on"),
            contract_until_on=_on(v, "contract_until_on"), probation_until_on=_on(v, "probation_until_on"),
            blanks=blanks, clears=blanks & self.clearing,
        )  # fmt: skip

    def _holder(self, v: Values) -> AccountHolderRecord:
        start, end = _at(v, "from_at"), _at(v, "until_at")
        if end is not None and end <= start:
            raise BadRecord("ends-before-start", "until_at", self._clocked(end), start=self._clocked(start))
        return AccountHolderRecord(
            platform=v["platform"], account=v["account"], employee_no=v["employee_no"], from_at=start, until_at=end
        )

    def _clocked(self, at: datetime) -> str:
        """An instant on the file's own clock, as its reader knows it."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def _survey(self, v: Values) -> SurveyRecord:
        return SurveyRecord(
            source=self.profile.source, external_id=v["external_id"], score=v["score"],
            scale_max=self.profile.scale_max, responded_on=_on(v, "responded_on"),
            comment=self._masked(v.get("comment"), v),
        )  # fmt: skip

    def _business(self, v: Values, columns: dict[str, str]) -> BusinessRecordRecord:
        when: Moment | None = v.get("recorded_at")
        return BusinessRecordRecord(
            kind=v["kind"], order_no=v.get("order_no"), buyer_key=v.get("buyer_key"),
            recorded_at=when.at if when else None, recorded_on=when.on if when else None,
            recorded_by=v.get("recorded_by"), text=self._masked(v.get("text"), v) or "",
            columns=columns,
        )  # fmt: skip

    def _wage(self, v: Values) -> WageRecordRecord:
        return WageRecordRecord(
            employee_no=v["employee_no"], month=v["month"], base_fen=v["base_fen"],
            variable_base_fen=v.get("variable_base_fen"), normal_wage_fen=v.get("normal_wage_fen"),
            region=v.get("region"), contract_kind=v.get("contract_kind"),
        )  # fmt: skip

    def _masked(self, text: str | None, v: Values) -> str | None:
        """Free text with personal data masked; the record's own numbers stay readable."""
        if not text:
            return text
        return self.masker.mask(text, keep=keep(v.get("order_no"), v.get("external_id")))


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _pick(parts: list[str], place: int) -> str | None:
    if not parts:
        return None
    return parts[place] if len(parts) > 1 else parts[0]


def _on(v: Values, name: str) -> date | None:
    return v[name].on if name in v else None


def _at(v: Values, name: str) -> datetime | None:
    return v[name].at if name in v else None
