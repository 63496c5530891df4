"""Mapping profiles: which column of a file means what, in which units, under which key and clock.

A profile is one TOML file (rubrics/library/profiles/ holds those that come with the house). It is checked as a whole
and refused with all its errors at once; `digest` names its meaning, so that comments and order of lines do not count.
"""

import hashlib
import json
import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import msgspec

import rubrics
from qa_service.errors import FieldError
from qa_service.imports.dates import DateFormat
from qa_service.imports.errors import ProfileInvalid, ProfileNotFound, ProfileUnreadable
from qa_service.language import N_, current_language

LIBRARY = Path(rubrics.__file__).parent / "library" / "profiles"

Target = Literal["staff", "account_holder", "interaction", "survey", "business_record", "wage_record", "rating"]
Type = Literal[
    "text", "free_text", "id", "datetime", "date", "month", "seconds", "duration", "integer", "decimal", "money",
    "choice", "bool", "list", "accounts",
]  # fmt: skip

# What a column may fill, per target: field → the types that it can take. Open families end with a dot.
_TEXT, _WHEN = ("text", "choice", "id"), ("datetime",)
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
        "shift": _TEXT, "handle_seconds": ("seconds", "duration"), "first_reply_seconds": ("seconds", "duration"),
        "average_reply_seconds": ("seconds", "duration"), "message_count": ("integer",), "converted": ("bool",),
        "order_amount_fen": ("money",), "transferred_out": ("bool",), "attributes.": get_args(Type),
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
    "rating": {"external_id": ("id",), "rater": _TEXT, "items.": ("integer",)},
}  # fmt: skip
NEEDED = {
    "staff": ("employee_no", "name"), "account_holder": ("platform", "account", "employee_no", "from_at"),
    "interaction": ("channel", "kind"), "survey": ("external_id", "score"), "business_record": ("kind",),
    "wage_record": ("employee_no", "month", "base_fen"), "rating": ("external_id", "rater", "items."),
}  # fmt: skip


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One column: the field that it fills, the heads under which it is known, and how its cells are read."""

    field: str
    aliases: list[str]
    type: Type = "text"
    required: bool = False
    formats: list[str] = []  # of dates, tried in this order
    values: dict[str, str] = {}  # choice, or each entry of a list: what the file says → what we store
    keep_others: bool = False  # choice: other values stay as they are
    empty_clears: bool = False  # staff: an empty cell takes the stored value away; else it says nothing
    missing: list[str] = []  # texts that mean "nothing here"
    max_length: int | None = None
    minimum: int | None = None  # in the unit of the stored value
    maximum: int | None = None
    midnight_means_unknown: bool = False  # 00:00 is a lost time of day, the date stays


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
    """Where the messages of a JSON record stand, and the words for senders and kinds."""

    field: str
    sender: str
    text: str
    kind: str | None = None
    time: str | None = None
    formats: list[str] = []
    senders: dict[str, str]
    kinds: dict[str, str] = {}
    empty_text_kind: Literal["text", "image"] = "text"


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
    def digest(self) -> str:
        """SHA-256 of what the profile says, comments and layout aside."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()


_SEPARATING = re.compile(r"[\s_\-/\ufeff\u200b-\u200d\u2060.:：()（）]+")


def fold(head: str) -> str:
    """A head with case, blanks, underscores, marks and full width taken away."""
    return _SEPARATING.sub("", unicodedata.normalize("NFKC", head)).casefold()


@cache
def known_profiles(folder: Path = LIBRARY) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.toml"))


@cache
def load_profile(name: str, folder: Path = LIBRARY) -> Profile:
    """A profile of the library by its name; never a path, since names come from outside."""
    if name not in known_profiles(folder):
        raise ProfileNotFound(profile=name[:100], known=known_profiles(folder))
    return read_profile(folder / f"{name}.toml")


def title_of(profile: Profile) -> str:
    return profile.name_en if current_language() == "en" else profile.name_zh


def read_profile(path: Path) -> Profile:
    """A profile from a file of one's own: for the command line alone."""
    name = path.name
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileUnreadable(profile=str(name), reason=getattr(error, "strerror", None) or str(error)) from None
    return parse_profile(text, name=path.stem)


def parse_profile(text: str, name: str = "") -> Profile:
    """A checked profile from its TOML or JSON text; all errors at once."""
    raw = _raw(text, name)
    errors = _shape_errors(raw)
    if not errors:
        profile = msgspec.convert(raw, Profile)
        errors = check_profile(profile)
        if not errors:
            return profile
    name = str(raw.get("name") or name)
    raise ProfileInvalid(
        profile=name, count=len(errors), problems={"sentences": [error.text() for error in errors]}, fields=errors
    )


def _raw(text: str, name: str) -> dict:
    try:
        raw = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ProfileUnreadable(profile=name, reason=str(error)) from None
    return raw


_PIECES = {"key": Key, "clock": Clock, "agent": Agent, "messages": Messages, "ratings": Ratings}


def _shape_errors(raw: dict) -> list[FieldError]:
    """Each piece is converted on its own, so that one wrong piece does not hide the next."""
    errors = []
    columns = raw.get("columns", [])
    for place, column in enumerate(columns if isinstance(columns, list) else [], 1):
        errors += _convert(column, Column, f"columns[{place}]")
    for name, kind in _PIECES.items():
        if name in raw:
            errors += _convert(raw[name], kind, name)
    if not errors:
        errors = _convert(raw, Profile, "")
    return errors


def _convert(raw: object, kind: type, place: str) -> list[FieldError]:
    try:
        msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        return [_error(place or "profile", "profile-shape", N_("%(place)s写得不对：%(reason)s"), reason=str(error))]
    return []


def _error(place: str, code: str, sentence: str, **facts: object) -> FieldError:
    return FieldError(place, code, sentence, {"place": place, **facts})


def allowed_types(target: str, field: str) -> tuple[str, ...] | None:
    """The types that a field of a target can take, or None for an unknown field."""
    fields = FIELDS[target]
    if field in fields and not field.endswith("."):
        return fields[field]
    family, dot, rest = field.partition(".")
    return fields.get(family + dot) if rest else None


def check_profile(profile: Profile) -> list[FieldError]:
    """Everything in a well-formed profile that cannot work."""
    errors = [error for column in profile.columns for error in _column_errors(profile, column)]
    errors += _uniqueness_errors(profile)
    filled = {column.field for column in profile.columns} | set(profile.constants)
    for field in NEEDED[profile.target]:
        if not any(name == field or (field.endswith(".") and name.startswith(field)) for name in filled):
            errors.append(_error("columns", "profile-lacks-field", N_("没有任何列或常量给出“%(field)s”"), field=field))
    errors += _key_errors(profile, filled) + _clock_errors(profile) + _message_errors(profile)
    try:
        ZoneInfo(profile.timezone)
    except (ValueError, OSError):
        errors.append(
            _error("timezone", "unknown-timezone", N_("没有名为“%(zone)s”的时区"), zone=profile.timezone)
        )  # fmt: skip
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", profile.name):
        errors.append(
            _error("name", "profile-name", N_("名称“%(name)s”只能用小写字母、数字和连字符"), name=profile.name)
        )
    return errors


def _column_errors(profile: Profile, column: Column) -> list[FieldError]:
    place, errors = f"columns.{column.field}", []
    types = allowed_types(profile.target, column.field)
    if types is None:
        errors.append(
            _error(place, "unknown-field", N_("%(target)s没有字段“%(field)s”"),
                   target=profile.target, field=column.field))  # fmt: skip
    elif column.type not in types:
        errors.append(
            _error(place, "wrong-type", N_("字段“%(field)s”的类型应是%(types)s，不能是%(type)s"),
                   field=column.field, types=list(types), type=column.type))  # fmt: skip
    if not any(fold(alias) for alias in column.aliases):
        errors.append(_error(place, "no-alias", N_("字段“%(field)s”没有列名"), field=column.field))
    if column.type in ("date", "datetime") and not column.formats:
        errors.append(_error(place, "no-date-format", N_("字段“%(field)s”没有声明日期格式"), field=column.field))
    if column.type == "choice" and not column.values:
        errors.append(_error(place, "no-values", N_("字段“%(field)s”没有值对照表"), field=column.field))
    return errors + _format_errors(place, column.formats)


def _format_errors(place: str, formats: list[str]) -> list[FieldError]:
    errors = []
    for layout in formats:
        try:
            DateFormat(layout)
        except (ValueError, re.error):
            errors.append(_error(place, "bad-date-format", N_("日期格式“%(layout)s”不能用"), layout=layout))
    return errors


def _uniqueness_errors(profile: Profile) -> list[FieldError]:
    errors, fields, heads = [], set(profile.constants), {}
    for column in profile.columns:
        if column.field in fields:
            errors.append(_error(f"columns.{column.field}", "field-twice", N_("字段“%(field)s”给了两次"),
                                 field=column.field))  # fmt: skip
        fields.add(column.field)
        for alias in {fold(alias) for alias in column.aliases}:
            if heads.setdefault(alias, column.field) != column.field:
                errors.append(
                    _error(f"columns.{column.field}", "alias-twice", N_("列名“%(alias)s”同时属于“%(one)s”和“%(two)s”"),
                           alias=alias, one=heads[alias], two=column.field))  # fmt: skip
    return errors


def _key_errors(profile: Profile, filled: set[str]) -> list[FieldError]:
    wanted = {"external_id": ["external_id"], "natural": profile.key.fields, "digest": []}[profile.key.kind]
    errors = [
        _error("key", "key-field", N_("键用到的字段“%(field)s”没有列"), field=field) for field in wanted
        if field not in filled
    ]  # fmt: skip
    if profile.key.kind == "natural" and not profile.key.fields:
        errors.append(_error("key", "key-empty", N_("自然键没有写出字段")))
    optional = [column.field for column in profile.columns if column.field in wanted and not column.required]
    if profile.key.kind == "external_id" and optional:
        errors.append(_error("key", "key-optional", N_("键“%(field)s”必须是必填列"), field=optional))
    return errors


def _clock_errors(profile: Profile) -> list[FieldError]:
    if profile.clock is None:
        return []
    times = {column.field for column in profile.columns if column.type in ("date", "datetime")}
    if profile.clock.field in times:
        return []
    return [_error("clock", "clock-field", N_("归月用的时间“%(field)s”不是日期列"), field=profile.clock.field)]


SENDERS, KINDS = ("customer", "agent", "robot", "system"), ("text", "image", "card", "voice", "recalled")


def _message_errors(profile: Profile) -> list[FieldError]:
    declared = profile.messages
    if declared is None:
        return []
    errors = _format_errors("messages", declared.formats)
    for words, allowed in ((declared.senders, SENDERS), (declared.kinds, KINDS)):
        errors += [
            _error("messages", "message-word", N_("消息的“%(word)s”只能是%(allowed)s"), word=word,
                   allowed=list(allowed))
            for word in words.values() if word not in allowed
        ]  # fmt: skip
    if declared.time and not declared.formats:
        errors.append(_error("messages", "no-date-format", N_("字段“%(field)s”没有声明日期格式"), field=declared.time))
    return errors
