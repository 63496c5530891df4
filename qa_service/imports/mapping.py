"""From named values to a record of the profile's target, with the facts that are computed once on the way in."""

import hashlib
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from qa_service.imports.conversations import message_facts
from qa_service.imports.dates import DateFormat, Moment, moment_reader
from qa_service.imports.masking import Masker
from qa_service.imports.profiles import Messages, Profile, Ratings
from qa_service.imports.records import (
    AccountHolderRecord,
    AgentPartRecord,
    BusinessRecordRecord,
    InteractionRecord,
    MessageRecord,
    PostRecord,
    RatingRecord,
    Record,
    StaffRecord,
    SurveyRecord,
    WageRecordRecord,
)
from qa_service.imports.values import BadValue, Problem, as_text, check_characters, storable

Values = dict[str, Any]
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
PART_FIELDS = (
    "employee_no", "platform", "account", "unit", "supervisor", "manager", "tenure", "shift", "handle_seconds",
    "first_reply_seconds", "average_reply_seconds", "message_count", "converted", "order_amount_fen", "transferred_out",
)  # fmt: skip


class Mapper:
    """Maps the rows of one file. `raw` is the whole JSON record where there is one (messages and ratings lie in it)."""

    def __init__(self, profile: Profile, masker: Masker, present: frozenset[str] = frozenset()) -> None:
        self.profile, self.masker, self.present = profile, masker, present
        self.text_heads = {
            column.field: " ".join((column.field.partition(".")[2], *column.aliases))
            for column in profile.columns
            if column.type in ("text", "free_text", "list")
        }
        self.clearing = frozenset(column.field for column in profile.columns if column.empty_clears)
        self.zone = ZoneInfo(profile.timezone)
        declared = profile.messages
        self.read_time: Callable[[object], Moment] | None = (
            moment_reader(declared.formats, self.zone, midnight_means_unknown=False)
            if declared and declared.time
            else None
        )
        self.occurrences: dict[str, int] = {}
        self.make = {
            "staff": self._staff, "account_holder": self._holder, "interaction": self._interaction,
            "survey": self._survey, "business_record": self._business, "wage_record": self._wage,
        }[profile.target]  # fmt: skip

    def record(self, line: int, values: Values, raw: dict | None) -> Record | list[Problem]:
        """The record, or what is wrong with the row as a whole."""
        values = {**self.profile.constants, **values}
        try:
            return self.make(values, raw or {})
        except BadRecord as bad:
            return [Problem(line=line, column=bad.column, value=bad.value, code=bad.code, facts=bad.facts)]

    def _staff(self, v: Values, _raw: dict) -> StaffRecord:
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

    def _holder(self, v: Values, _raw: dict) -> AccountHolderRecord:
        start, end = _at(v, "from_at"), _at(v, "until_at")
        if end is not None and end <= start:
            raise BadRecord("ends-before-start", "until_at", self._clocked(end), start=self._clocked(start))
        return AccountHolderRecord(
            platform=v["platform"], account=v["account"], employee_no=v["employee_no"], from_at=start, until_at=end
        )

    def _clocked(self, at: datetime) -> str:
        """An instant on the file's own clock, as its reader knows it."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def _interaction(self, v: Values, raw: dict) -> InteractionRecord:
        messages = self._messages(raw, v)
        started, answered = v.get("started_at"), v.get("replied_at")
        ended = v.get("ended_at") or answered
        clock: Moment | None = v.get(self.profile.clock.field) if self.profile.clock else None
        part = self._part(v, messages, started, ended)
        made = InteractionRecord(
            source=self.profile.source, external_id="", digest="", channel=v["channel"], kind=v["kind"],
            direction=v.get("direction", "in"), category=v.get("category"), subcategory=v.get("subcategory"),
            customer_key=v.get("customer_key"), order_no=v.get("order_no"),
            started_at=started.at if started else None, ended_at=ended.at if ended else None,
            answered_on=answered.on if answered else None, local_on=clock.on if clock else None,
            time_known=all(time is None or time.at is not None for time in (started, answered, ended)),
            remark=self._masked(v.get("remark"), v),
            attributes=self._family(v, "attributes."),
            parts=(part,), messages=messages,
        )  # fmt: skip
        made = self._named(made, v)
        return msgspec.structs.replace(made, ratings=self._ratings(raw, made.external_id))

    def _named(self, made: InteractionRecord, v: Values) -> InteractionRecord:
        """Give the record its id by the profile's key, and the digest of its content."""
        digest = hashlib.sha256(msgspec.json.encode(made, order="sorted")).hexdigest()
        key = self.profile.key
        if key.kind == "external_id":
            name = v["external_id"]
        elif key.kind == "natural":
            name = "|".join(_plain(v.get(field, "")) for field in key.fields)
        else:
            self.occurrences[digest] = self.occurrences.get(digest, 0) + 1
            place = self.occurrences[digest] if key.equal_rows == "records" else 1
            name = f"{digest[:32]}-{place}"
        return msgspec.structs.replace(made, external_id=name, digest=digest)

    def _part(
        self, v: Values, messages: tuple[MessageRecord, ...], started: Moment | None, ended: Moment | None
    ) -> AgentPartRecord:
        at = (started.at if started else None, ended.at if ended else None)
        answered: Moment | None = v.get("replied_at")
        part = AgentPartRecord(
            agent_key=v.get("agent_key") or v.get("employee_no"),
            started_at=at[0], ended_at=at[1],
            response_seconds=_seconds_between(at[0], answered.at if answered else None),
            **{name: v[name] for name in PART_FIELDS if name in v},
        )  # fmt: skip
        if not messages:
            return part
        facts = message_facts(messages, at[1])
        computed = {
            name: getattr(facts, name)
            for name in ("asked", "asked_at", "first_reply_seconds", "average_reply_seconds", "longest_silence_seconds",
                         "closed_after_seconds", "replied_in_3_min", "message_count")
        }  # fmt: skip
        handled = (
            part.handle_seconds if part.handle_seconds is not None else _seconds_between(*at) or facts.span_seconds
        )
        return msgspec.structs.replace(part, handle_seconds=handled, **computed)

    def _messages(self, raw: dict, v: Values) -> tuple[MessageRecord, ...]:
        declared = self.profile.messages
        if declared is None:
            return ()
        made: list[MessageRecord] = []
        for place, entry in enumerate(_entries(raw, declared.field), 1):
            made += self._message(declared, entry, len(made), place, v)
        return tuple(made)

    def _message(self, declared: Messages, entry: dict, before: int, place: int, v: Values) -> list[MessageRecord]:
        said = as_text(entry.get(declared.sender)).strip()
        sender = declared.senders.get(said)
        if sender is None:
            facts = {"sequence": place, "name": declared.sender, "allowed": {"as_is": list(declared.senders)}}
            raise BadRecord("unknown-sender", declared.field, said, **facts)
        sent_at = self._sent_at(declared, entry, place)
        texts = entry.get(declared.text)
        kind = declared.kinds.get(as_text(entry.get(declared.kind))) if declared.kind else None
        made = []
        for text in texts if isinstance(texts, list) else [texts]:
            body = as_text(text)
            try:
                check_characters(body)
            except BadValue as bad:
                raise BadRecord(bad.code, declared.field, body, **bad.facts) from None
            made.append(
                MessageRecord(
                    sequence=before + len(made) + 1, part=1, sender=sender,
                    kind=kind or (declared.empty_text_kind if not body.strip() else "text"),
                    text=self._masked(body, v) or "", sent_at=sent_at,
                )
            )  # fmt: skip
        return made

    def _sent_at(self, declared: Messages, entry: dict, place: int) -> datetime | None:
        if self.read_time is None or entry.get(declared.time) in (None, ""):
            return None
        try:
            return self.read_time(entry[declared.time]).at
        except BadValue:
            text, example = as_text(entry[declared.time]), DateFormat(declared.formats[0]).example()
            raise BadRecord(
                "bad-message-time", declared.field, text, sequence=place, name=declared.time, example=example
            ) from None

    def _ratings(self, raw: dict, external_id: str) -> tuple[RatingRecord, ...]:
        declared = self.profile.ratings
        if declared is None:
            return ()
        made = []
        for place, entry in enumerate(_entries(raw, declared.field), 1):
            given = entry.get(declared.items_field)
            items = {name: _rating(declared, given, place, name) for name in declared.items}
            made.append(RatingRecord(external_id=external_id, rater=declared.rater_label % place, items=items))
        return tuple(made)

    def _survey(self, v: Values, _raw: dict) -> SurveyRecord:
        return SurveyRecord(
            source=self.profile.source, external_id=v["external_id"], score=v["score"],
            scale_max=self.profile.scale_max, responded_on=_on(v, "responded_on"),
            comment=self._masked(v.get("comment"), v),
        )  # fmt: skip

    def _business(self, v: Values, _raw: dict) -> BusinessRecordRecord:
        when: Moment | None = v.get("recorded_at")
        return BusinessRecordRecord(
            kind=v["kind"], order_no=v.get("order_no"), buyer_key=v.get("buyer_key"),
            recorded_at=when.at if when else None, recorded_on=when.on if when else None,
            recorded_by=v.get("recorded_by"), text=self._masked(v.get("text"), v) or "",
            columns=self._family(v, "columns."),
        )  # fmt: skip

    def _wage(self, v: Values, _raw: dict) -> WageRecordRecord:
        return WageRecordRecord(
            employee_no=v["employee_no"], month=v["month"], base_fen=v["base_fen"],
            variable_base_fen=v.get("variable_base_fen"), normal_wage_fen=v.get("normal_wage_fen"),
            region=v.get("region"), contract_kind=v.get("contract_kind"),
        )  # fmt: skip

    def _family(self, v: Values, start: str) -> dict[str, str]:
        """Columns that a profile names freely: numbers as they are, texts by what their heads say that they are."""
        found = {}
        for name, value in v.items():
            if name.startswith(start):
                head, text = self.text_heads.get(name), _plain(value)
                found[name.removeprefix(start)] = text if head is None else self.masker.mask_field(head, text, keep(v))
        return found

    def _masked(self, text: str | None, v: Values) -> str | None:
        """Free text with personal data masked; the record's own numbers stay readable."""
        if not text:
            return text
        return self.masker.mask(text, keep=keep(v))


def keep(v: Values) -> tuple[str, ...]:
    """The record's own numbers, which stay readable in its texts."""
    return tuple(v[name] for name in ("order_no", "external_id") if name in v)


class BadRecord(Exception):
    """A row whose cells are right but whose whole is not: a code of values.PROBLEMS."""

    def __init__(self, code: str, column: str, value: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.column, self.value, self.facts = code, column, storable(value)[:200], facts


def _entries(raw: dict, field: str) -> list[dict]:
    """The entries of a list in a JSON record; nothing there is an empty list."""
    entries = raw.get(field)
    if entries is None or entries == "":
        return []
    if not isinstance(entries, list):
        raise BadRecord("not-a-list", field, as_text(entries))
    for place, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            raise BadRecord("bad-entry", field, as_text(entry), sequence=place)
    return entries


def _rating(declared: Ratings, given: object, place: int, name: str) -> int:
    value = given.get(name) if isinstance(given, dict) else None
    number = int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else None
    if number is None or not declared.minimum <= number <= declared.maximum:
        limits = {"minimum": declared.minimum, "maximum": declared.maximum}
        raise BadRecord("ratings-broken", declared.field, as_text(value), sequence=place, name=name, **limits)
    return number


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


def _seconds_between(start: datetime | None, end: datetime | None) -> int | None:
    """Whole seconds; None where a clock is missing or they run backwards."""
    if start is None or end is None or end < start:
        return None
    return int((end - start).total_seconds())


def _plain(value: object) -> str:
    if isinstance(value, Moment):
        return value.on.isoformat() if value.at is None else value.at.isoformat()
    return as_text(value)
