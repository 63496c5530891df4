"""Mapping profiles: which column of a file means what, in which units, under which key and clock.

`digest` names a profile's meaning, so that comments and order of lines do not count. What cannot work in one stands in
profile_checks.py, how one is read from its text in profile_texts.py.
"""

import hashlib
import re
import unicodedata
from datetime import date
from typing import Literal, get_args

import msgspec

from qa_service.interactions.revising import ATTRIBUTES, Keeps
from qa_service.language import current_language

Target = Literal[
    "staff", "account_holder", "interaction", "survey", "business_record", "wage_record", "agent_day", "unit_day",
    "team_day", "absence",
]  # fmt: skip
Type = Literal[
    "text", "free_text", "id", "datetime", "date", "month", "seconds", "duration", "minutes", "hours", "days",
    "integer", "decimal", "money", "choice", "bool", "list", "accounts", "url", "percent", "share", "weekday",
    "month_number",
]  # fmt: skip

# What a column may fill, per target: field → the types that it can take. Open families end with a dot.
_TEXT, _WHEN, _SPAN = ("text", "choice", "id"), ("datetime",), ("seconds", "duration", "minutes", "days")
_DAY, _RATE = ("date", "datetime"), ("share", "percent")
_TIME, _WEEKDAY = ("minutes", "hours", "seconds", "duration"), ("weekday", "choice")
FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "staff": {
        "employee_no": ("id",), "name": _TEXT, "department": ("list",), "group": ("list",), "position": ("list",),
        "role": ("list", "choice"), "scope": ("list", "choice"),
        "manager_numbers": ("list",), "accounts": ("accounts",), "hired_on": ("date",),
        "left_on": ("date",), "contract_kind": ("choice",), "contract_from_on": ("date",),
        "contract_until_on": ("date",), "probation_until_on": ("date",),
    },
    "account_holder": {
        "platform": _TEXT, "account": _TEXT, "employee_no": ("id",), "from_at": _WHEN, "until_at": _WHEN,
    },
    "interaction": {
        "external_id": ("id",), "channel": _TEXT, "kind": _TEXT, "direction": ("choice",), "category": _TEXT,
        "subcategory": _TEXT, "customer_key": _TEXT, "order_no": ("id",), "ordered_at": _WHEN, "started_at": _WHEN,
        "replied_at": _WHEN, "ended_at": _WHEN, "remark": ("free_text",), "agent_key": _TEXT, "employee_no": ("id",),
        "platform": _TEXT, "account": _TEXT, "unit": _TEXT, "supervisor": _TEXT, "manager": _TEXT, "tenure": _TEXT,
        "shift": _TEXT, "handle_seconds": _SPAN, "first_reply_seconds": _SPAN,
        "average_reply_seconds": _SPAN, "message_count": ("integer",), "converted": ("bool",),
        "order_amount_fen": ("money",), "transferred_out": ("bool",), "recording_url": ("url",),
        "attributes.": get_args(Type),
    },
    "survey": {
        "external_id": ("id",), "score": ("integer",), "responded_on": ("date", "datetime"), "comment": ("free_text",),
    },
    "business_record": {
        "kind": _TEXT, "order_no": ("id",), "buyer_key": _TEXT, "recorded_at": _WHEN, "recorded_by": _TEXT,
        "text": ("free_text",), "columns.": ("text", "id", "free_text"),
    },
    "wage_record": {
        "employee_no": ("id",), "month": ("month",), "base_fen": ("money",), "variable_base_fen": ("money",),
        "normal_wage_fen": ("money",), "region": _TEXT, "contract_kind": ("choice",),
    },
    "agent_day": {
        "local_on": _DAY, "agent_key": _TEXT, "employee_no": ("id",), "client": _TEXT, "unit": _TEXT,
        "direction": ("choice",), "is_internal": ("bool",), "is_missed": ("bool",), "call_count": ("integer",),
        "talk_seconds": _SPAN, "total_seconds": _SPAN,
    },
    "unit_day": {
        "local_on": _DAY, "unit": _TEXT, "received_count": ("integer",), "answered_count": ("integer",),
        "abandoned_count": ("integer",), "answered_percent": _RATE, "in_time_percent": _RATE, "answer_seconds": _SPAN,
        "talk_seconds": _SPAN, "wait_seconds": _SPAN,
    },
    "team_day": {
        "local_on": _DAY, "weekday": _WEEKDAY, "department": _TEXT, "team": _TEXT, "unit": _TEXT,
        "target_percent": _RATE, "reached_percent": _RATE, "head_count": ("decimal",), "overtime_seconds": _TIME,
        "idle_seconds": _TIME, "bonus_fen": ("money",), "currency": _TEXT,
    },
    "absence": {
        "agent_key": _TEXT, "employee_no": ("id",), "unit": _TEXT, "absent_on": _DAY,
        "month_number": ("month_number",), "weekday": _WEEKDAY, "absent_seconds": _TIME, "reason": _TEXT,
        "work_load": ("integer",), "target_percent": _RATE,
    },
}  # fmt: skip
NEEDED = {
    "staff": ("employee_no", "name"), "account_holder": ("platform", "account", "employee_no", "from_at"),
    "interaction": ("channel", "kind"), "survey": ("external_id", "score"), "business_record": ("kind",),
    "wage_record": ("employee_no", "month", "base_fen"), "agent_day": ("local_on", "call_count"),
    "unit_day": ("local_on", "received_count", "answered_count"), "team_day": ("local_on", "team", "target_percent"),
    "absence": ("absent_seconds",),
}  # fmt: skip


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One column: the field that it fills, the heads under which it is known, and how its cells are read."""

    field: str
    aliases: list[str]
    type: Type = "text"
    required: bool = False
    formats: list[str] = []  # of dates, tried in this order
    values: dict[str, str] = {}  # choice, bool or each entry of a list: what the file says → what we store
    keep_others: bool = False  # choice: other values stay as they are
    empty_clears: bool = False  # staff: an empty cell takes the stored value away; else it says nothing
    keeps_filled: bool = False  # interaction: a later blank does not take a value away; else the later row wins
    missing: list[str] = []  # texts that mean "nothing here"
    max_length: int | None = None
    minimum: int | None = None  # in the unit of the stored value
    maximum: int | None = None
    midnight_means_unknown: bool = False  # 00:00 is a lost time of day, the date stays
    earliest: date | None = None  # a day before or after these is a fault of the source
    latest: date | None = None
    decimal_mark: Literal[".", ","] = "."  # of numbers: 1,234.5 or 1.234,5


class Key(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a record is known again: by its own id, by named fields, or by its content and occurrence."""

    kind: Literal["external_id", "natural", "digest"]
    fields: list[str] = []
    equal_rows: Literal["duplicates", "records"] = "duplicates"  # digest: are equal rows of one file the same record?


class Clock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The field whose local date puts a record into a month, and why this one."""

    field: str
    why: str
    why_en: str


class Agent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the agent is named, and what becomes of one whom nobody knows."""

    by: Literal["none", "name", "employee_no", "account"] = "none"
    unknown: Literal["create", "hold", "reject"] = "hold"


class Messages(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the messages of a JSON record stand, and the words for senders and kinds.

    `agent` is the field of a message that names who speaks for the shop; another name begins a part of its own.
    """

    field: str
    sender: str
    text: str
    kind: str | None = None
    time: str | None = None
    formats: list[str] = []
    senders: dict[str, str]
    kinds: dict[str, str] = {}
    empty_text_kind: Literal["text", "image"] = "text"
    robots: list[str] = []  # what a robot or an automatic reply says; with * at the end: how it begins
    agent: str | None = None
    gap_minutes: int | None = None  # a longer silence ends a session: what comes later is a new part or a new record
    after_gap: Literal["part", "record"] = "part"


LATER_OF_COLUMNS = {"earliest": None, "latest": None, "keeps_filled": False, "decimal_mark": "."}
LATER = {"robots": [], "agent": None, "gap_minutes": None, "after_gap": "part"}


class Ratings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Marks by outside raters inside a JSON record: a list, one entry a rater, named by place."""

    field: str
    items_field: str
    items: list[str]
    minimum: int
    maximum: int
    rater_label: str = "R%02d"


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    name_zh: str
    name_en: str
    version: int
    target: Target
    source: str
    timezone: str
    key: Key
    columns: list[Column]
    note_zh: str = ""
    note_en: str = ""
    sheet: str | None = None
    scale_max: int = 5
    clock: Clock | None = None
    agent: Agent = Agent()
    constants: dict[str, str] = {}
    messages: Messages | None = None
    ratings: Ratings | None = None

    @property
    def is_nested(self) -> bool:
        """Whether its records hold lists, which JSON can say and a table cannot."""
        return self.messages is not None or self.ratings is not None

    @property
    def keeps(self) -> Keeps:
        """What a later blank leaves as it is known."""
        fields = frozenset(column.field for column in self.columns if column.keeps_filled)
        names = [*self.constants, *(column.field for column in self.columns)] if fields else []
        return Keeps(fields, tuple(name.removeprefix(ATTRIBUTES) for name in names if name.startswith(ATTRIBUTES)))

    @property
    def digest(self) -> str:
        """SHA-256 of what the profile says, comments and layout aside.

        What came to be sayable later and is not said changes no digest: a kept profile stays the one that it is.
        """
        said = msgspec.to_builtins(self)
        for name, unsaid in LATER.items() if self.messages is not None else ():
            if getattr(self.messages, name) == unsaid:
                del said["messages"][name]
        for column in said["columns"]:
            for name, unsaid in LATER_OF_COLUMNS.items():
                if column[name] == unsaid:
                    del column[name]
        return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()


_SEPARATING = re.compile(r"[\s_\-/\ufeff\u200b-\u200d\u2060.:：()（）]+")


def fold(head: str) -> str:
    """A head with case, blanks, underscores, marks and full width taken away."""
    return _SEPARATING.sub("", unicodedata.normalize("NFKC", head)).casefold()


def title_of(profile: Profile) -> str:
    return profile.name_en if current_language() == "en" else profile.name_zh
