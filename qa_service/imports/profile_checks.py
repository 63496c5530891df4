"""What cannot work in a well-formed mapping profile: each fault with its place, such as columns[3].formats. Pure."""

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from qa_service.errors import FieldError
from qa_service.imports.dates import DateFormat
from qa_service.imports.profiles import FIELDS, NEEDED, Column, Messages, Profile, fold
from qa_service.interactions.revising import can_keep
from qa_service.language import N_

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
LONGEST_TEXT, HIGHEST_VERSION = 200, 1_000_000
MOST_GAP_MINUTES = 10_080  # a week
SENDERS, KINDS = ("customer", "agent", "robot", "system"), ("text", "image", "card", "voice", "recalled")


def _error(place: str, code: str, sentence: str, **facts: object) -> FieldError:
    return FieldError(place, code, sentence, facts)


def check_profile(profile: Profile) -> list[FieldError]:
    """Everything in a well-formed profile that cannot work."""
    filled = {column.field for column in profile.columns} | set(profile.constants)
    errors = _head_errors(profile)
    for number, column in enumerate(profile.columns, 1):
        errors += _column_errors(profile.target, column, f"columns[{number}]")
    errors += _uniqueness_errors(profile) + _constant_errors(profile) + _keeping_errors(profile)
    for field in NEEDED[profile.target]:
        if not any(name == field or (field.endswith(".") and name.startswith(field)) for name in filled):
            errors.append(_error("columns", "profile-lacks-field", N_("没有任何列或常量给出“%(field)s”"), field=field))
    errors += _key_errors(profile, filled) + _clock_errors(profile)
    return errors + _message_errors(profile) + _rating_errors(profile)


def _head_errors(profile: Profile) -> list[FieldError]:
    errors = []
    if not NAME.fullmatch(profile.name):
        sentence = N_("名称“%(name)s”只能用小写字母、数字和连字符，最多60个")
        errors.append(_error("name", "profile-name", sentence, name=profile.name))
    if not 1 <= profile.version <= HIGHEST_VERSION:
        sentence = N_("版本号应是1至%(limit)s的整数")
        errors.append(_error("version", "profile-version", sentence, limit=HIGHEST_VERSION))
    for field in ("name_zh", "name_en", "source"):
        errors += _text_errors(field, getattr(profile, field))
    try:
        ZoneInfo(profile.timezone)
    except (KeyError, ValueError, OSError):  # an unknown zone is a KeyError, a forbidden name a ValueError
        errors.append(_error("timezone", "unknown-timezone", N_("没有名为“%(zone)s”的时区"), zone=profile.timezone))
    return errors


def _text_errors(place: str, text: str) -> list[FieldError]:
    """Texts that are stored with every batch: something to read, in one line."""
    if text.strip() and text.isprintable() and len(text) <= LONGEST_TEXT:
        return []
    sentence = N_("应是一行文字，不能为空，最多%(limit)s个字符")
    return [_error(place, "profile-text", sentence, limit=LONGEST_TEXT)]


def allowed_types(target: str, field: str) -> tuple[str, ...] | None:
    """The types that a field of a target can take, or None for an unknown field."""
    fields = FIELDS[target]
    if field in fields and not field.endswith("."):
        return fields[field]
    family, dot, rest = field.partition(".")
    return fields.get(family + dot) if rest else None


def _column_errors(target: str, column: Column, place: str) -> list[FieldError]:
    errors = []
    types = allowed_types(target, column.field)
    if types is None:
        errors.append(_unknown_field(f"{place}.field", target, column.field))
    elif column.type not in types:
        errors.append(
            _error(f"{place}.type", "wrong-type", N_("字段“%(field)s”的类型应是%(types)s，不能是%(type)s"),
                   field=column.field, types=list(types), type=column.type))  # fmt: skip
    if not any(fold(alias) for alias in column.aliases):
        errors.append(_error(f"{place}.aliases", "no-alias", N_("字段“%(field)s”没有列名"), field=column.field))
    if column.type in ("date", "datetime") and not column.formats:
        errors.append(_error(place, "no-date-format", N_("字段“%(field)s”没有声明日期格式"), field=column.field))
    if column.type == "choice" and not column.values:
        errors.append(_error(place, "no-values", N_("字段“%(field)s”没有值对照表"), field=column.field))
    if column.minimum is not None and column.maximum is not None and column.minimum > column.maximum:
        errors.append(_error(f"{place}.minimum", "no-range", N_("下限大于上限，没有值能通过")))
    if column.earliest is not None and column.latest is not None and column.earliest > column.latest:
        errors.append(_error(f"{place}.earliest", "no-range", N_("下限大于上限，没有值能通过")))
    if column.max_length is not None and column.max_length < 1:
        errors.append(_error(f"{place}.max_length", "no-length", N_("最大长度应大于0")))
    return errors + _format_errors(f"{place}.formats", column.formats)


def _unknown_field(place: str, target: str, field: str) -> FieldError:
    sentence = N_("%(target)s没有字段“%(field)s”；可用的是%(known)s")
    known = [f"{name}…" if name.endswith(".") else name for name in FIELDS[target]]
    return _error(place, "unknown-field", sentence, target=target, field=field, known={"as_is": known})


def _format_errors(place: str, formats: Iterable[str]) -> list[FieldError]:
    errors = []
    for layout in formats:
        try:
            DateFormat(layout)
        except (ValueError, re.error):
            errors.append(_error(place, "bad-date-format", N_("日期格式“%(layout)s”不能用"), layout=layout))
    return errors


def _keeping_errors(profile: Profile) -> list[FieldError]:
    """A blank can leave a value where a former record is known, and where no day and no person hangs on it."""
    errors = []
    for number, column in enumerate(profile.columns, 1):
        place = f"columns[{number}].keeps_filled"
        if column.keeps_filled and (profile.target != "interaction" or not can_keep(column.field)):
            sentence = N_("字段“%(field)s”不能保留原值；只有服务记录的类别、备注、订单、时长等内容可以")
            errors.append(_error(place, "keeps-nothing", sentence, field=column.field))
        elif column.keeps_filled and profile.key.kind == "digest":
            errors.append(_error(place, "keeps-no-key", N_("没有编号的记录认不出改过的行，不能保留原值")))
    return errors


def _uniqueness_errors(profile: Profile) -> list[FieldError]:
    errors, fields, heads = [], set(profile.constants), {}
    for number, column in enumerate(profile.columns, 1):
        place = f"columns[{number}]"
        if column.field in fields:
            errors.append(
                _error(f"{place}.field", "field-twice", N_("字段“%(field)s”给了两次"), field=column.field)
            )  # fmt: skip
        fields.add(column.field)
        for alias in {fold(alias) for alias in column.aliases}:
            if heads.setdefault(alias, column.field) != column.field:
                errors.append(
                    _error(f"{place}.aliases", "alias-twice", N_("列名“%(alias)s”同时属于“%(one)s”和“%(two)s”"),
                           alias=alias, one=heads[alias], two=column.field))  # fmt: skip
    return errors


def _constant_errors(profile: Profile) -> list[FieldError]:
    """A constant stands for a column of text; what is counted or dated comes from the file."""
    errors = []
    for field, text in profile.constants.items():
        place, types = f"constants.{field}", allowed_types(profile.target, field)
        if types is None:
            errors.append(_unknown_field(place, profile.target, field))
        elif "text" not in types and "id" not in types:
            errors.append(_error(place, "no-constant", N_("字段“%(field)s”不能是常量"), field=field))
        errors += _text_errors(place, text)
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
    sentence = N_("归月用的时间“%(field)s”不是日期列")
    return [_error("clock.field", "clock-field", sentence, field=profile.clock.field)]


def _message_errors(profile: Profile) -> list[FieldError]:
    declared = profile.messages
    if declared is None:
        return []
    errors = _format_errors("messages.formats", declared.formats)
    for name, words, allowed in (("senders", declared.senders, SENDERS), ("kinds", declared.kinds, KINDS)):
        errors += [
            _error(f"messages.{name}", "message-word", N_("消息的“%(word)s”只能是%(allowed)s"), word=word,
                   allowed=list(allowed))
            for word in words.values() if word not in allowed
        ]  # fmt: skip
    errors += _session_errors(profile, declared)
    if declared.time and not declared.formats:
        errors.append(_error("messages", "no-date-format", N_("字段“%(field)s”没有声明日期格式"), field=declared.time))
    return errors


def _session_errors(profile: Profile, declared: Messages) -> list[FieldError]:
    errors = []
    if any(not one.removesuffix("*").strip() for one in declared.robots):
        errors.append(_error("messages.robots", "no-phrase", N_("自动回复的话不能为空，也不能只是*")))
    if declared.agent is not None and profile.agent.by == "none":
        sentence = N_("消息里写了客服（messages.agent），请在agent.by里写明按姓名、工号还是账号认人")
        errors.append(_error("agent.by", "agent-unknown", sentence))
    if declared.gap_minutes is not None and not 1 <= declared.gap_minutes <= MOST_GAP_MINUTES:
        sentence = N_("沉默的分钟数应是1至%(limit)s的整数")
        errors.append(_error("messages.gap_minutes", "gap-minutes", sentence, limit=MOST_GAP_MINUTES))
    if declared.gap_minutes is not None and declared.time is None:
        sentence = N_("按沉默分段需要每条消息的时间（messages.time）")
        errors.append(_error("messages.gap_minutes", "gap-needs-time", sentence))
    return errors


def _rating_errors(profile: Profile) -> list[FieldError]:
    declared, errors = profile.ratings, []
    if declared is None:
        return []
    if not declared.items:
        errors.append(_error("ratings.items", "no-items", N_("没有写出评分的项目")))
    if declared.minimum > declared.maximum:
        errors.append(_error("ratings.minimum", "no-range", N_("下限大于上限，没有值能通过")))
    if not re.fullmatch(r"[^%]*%0?\d?d[^%]*", declared.rater_label):
        errors.append(_error("ratings.rater_label", "bad-label", N_("评分人的写法应含一个编号的位置，如R%%02d")))
    return errors
