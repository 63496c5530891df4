"""The inputs of a line in the reader's words: amounts in yuan, marks in points, people by their names."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

import msgspec

from qa_service.journal.words import NOUNS, THINGS
from qa_service.language import N_, bracketed, clauses, gettext, labelled, listed
from qa_service.web import formatting

DIGEST = re.compile(r"[0-9a-f]{64}")
DIGEST_SHOWN = 12  # as much as tells two apart; the whole stands in the API and in the command line's journal
WORDS = {
    "pass": N_("转正"), "end": N_("解除"), "keep": N_("维持"), "proposed": N_("按申诉改"), "other": N_("另定"),
    "sheet": N_("评分表报告"), "agent-month": N_("个人月报"), "training-needs": N_("培训需要报告"),
    "promised_callback": N_("承诺回电"), "complaint": N_("投诉处理"), "repair_recheck": N_("维修复查"),
    "service_callback": N_("服务回访"),
    "working": N_("上班"), "rest": N_("休息"), "statutory": N_("法定节假日"), "workday": N_("上班"),
    "agent": N_("客服"), "monitor": N_("质检员"), "qa_lead": N_("质检主管"), "supervisor": N_("主管"),
    "manager": N_("经理"), "hr": N_("人事"), "auditor": N_("审计"), "admin": N_("管理员"),
    "score": N_("计算当月得分"), "import": N_("导入文件"), "import-undo": N_("清理撤销的批次"),
    "zh": N_("中文"), "en": N_("英文"),
}  # fmt: skip


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What numbers stand for, as far as this reader may know it."""

    people: dict[int, str] = {}
    units: dict[int, str] = {}
    rules: dict[int, str] = {}
    accounts: dict[int, str] = {}
    permissions: dict[str, str] = {}


Reader = Callable[[Any, Names], str]


def _count(value: Any, _names: Names) -> str:
    return formatting.count(value) if isinstance(value, int) else str(value)


def _text(value: Any, _names: Names) -> str:
    return listed(value) if isinstance(value, list) else str(value)


def _size(value: Any, _names: Names) -> str:
    return formatting.count(len(value))


def _word(value: Any, _names: Names) -> str:
    """A code of the service as its word; several in a row, each perhaps with the unit that it reaches."""
    codes = [one[0] if isinstance(one, list) else one for one in (value if isinstance(value, list) else [value])]
    return listed(gettext(WORDS.get(one, one)) for one in codes)


def _grants(value: Any, _names: Names) -> str:
    """Roles given to people or taken from them: employee number, role, and the unit that it reaches."""
    return listed(bracketed(number, gettext(WORDS.get(role, role))) for number, role, _scope in value)


def _permissions(value: Any, names: Names) -> str:
    return listed(gettext(names.permissions.get(one, one)) for one in value)


def _yuan(value: Any, _names: Names) -> str:
    return gettext(N_("%(yuan)s元"), yuan=formatting.money(value))


def _points(value: Any, _names: Names) -> str:
    """Hundredths as points; several (one per item) in the order of their items."""
    found = value.values() if isinstance(value, dict) else [value]
    return listed(gettext(N_("%(points)s分"), points=formatting.score(one)) for one in found)


def _people(value: Any, names: Names) -> str:
    """One person, or several; whom the reader may not know is counted."""
    if isinstance(value, str):
        return value
    asked = value if isinstance(value, list) else [value]
    known = [names.people[one] for one in asked if one in names.people]
    if not (unknown := len(asked) - len(known)):
        return listed(known)
    return listed([*known, gettext(N_("另%(count)s人") if known else N_("%(count)s人"), count=unknown)])


def _heads(value: Any, names: Names) -> str:
    """A number of people, or the people themselves."""
    return _people(value, names) if isinstance(value, list) else gettext(N_("%(count)s人"), count=_count(value, names))


def _unit(value: Any, names: Names) -> str:
    return names.units.get(value, gettext(N_("%(number)s号"), number=value)) if value is not None else ""


def _rule(value: Any, names: Names) -> str:
    """A rule by its name; older kinds of line hold its digest."""
    return _digest(value, names) if isinstance(value, str) else names.rules.get(value, str(value))


def _accounts(value: Any, names: Names) -> str:
    return listed(names.accounts.get(one, str(one)) for one in value)


def _digest(value: Any, _names: Names) -> str:
    return f"{value[:DIGEST_SHOWN]}…" if isinstance(value, str) and DIGEST.fullmatch(value) else str(value)


def _day(value: Any, names: Names) -> str:
    """A day, an instant or a month, as it was written down; a person where something passes from one to another."""
    if not isinstance(value, str) or not value:
        return _people(value, names) if value else ""
    try:
        if len(value) == len("2026-10"):
            return formatting.month(date.fromisoformat(f"{value}-01"))
        if len(value) > len("2026-10-01"):
            return formatting.moment(datetime.fromisoformat(value), year=True)
        return formatting.day(date.fromisoformat(value), year=True)
    except ValueError:
        return value


def _month(value: Any, _names: Names) -> str:
    try:
        return formatting.month(date.fromisoformat(f"{value[:7]}-01"))
    except ValueError:
        return value


def _excluded(value: Any, _names: Names) -> str:
    """How many stay out of a frame, reason by reason."""
    return str(sum(value.values())) if isinstance(value, dict) else _text(value, _names)


def _yes(value: Any, _names: Names) -> str:
    return gettext(N_("是")) if value else ""


def _numbers(value: Any, _names: Names) -> str:
    """Lines of a sheet by their numbers on it."""
    return listed(gettext(N_("第%(line)s条"), line=one) for one in value)


FACTS: dict[str, tuple[str, Reader]] = {
    "accepted": (N_("接受"), _count),
    "accounts": (N_("账号"), _accounts),
    "account": (N_("账号"), _text),
    "assigned": (N_("分出"), _count),
    "attended": (N_("到场"), _heads),
    "by": (N_("换成"), _text),
    "cells": (N_("格数"), _count),
    "claimed": (N_("确定的需求"), _count),
    "closed": (N_("停用的账号"), _text),
    "codes": (N_("班次数"), _size),
    "created": (N_("新建"), _count),
    "digest": (N_("摘要"), _digest),
    "deviation": (N_("没有按方案点名的原因"), _text),
    "due_at": (N_("期限"), _day),
    "duplicates": (N_("重复"), _count),
    "duties": (N_("值日次数"), _count),
    "ends_on": (N_("到"), _day),
    "evaluation": (N_("质检评分"), _count),
    "evaluations": (N_("质检评分数"), _count),
    "exclusions": (N_("排除"), _excluded),
    "faults": (N_("有错"), _count),
    "file": (N_("文件摘要"), _digest),
    "former": (N_("别名"), _text),
    "final": (N_("最后得分"), _points),
    "flagged": (N_("有提示"), _heads),
    "form": (N_("质检表"), _rule),
    "from": (N_("原来"), _day),
    "from_on": (N_("从"), _day),
    "granted": (N_("授予的角色"), _grants),
    "held": (N_("待认领"), _count),
    "inputs": (N_("输入摘要"), _digest),
    "key": (N_("来源中的名称"), _text),
    "kind": (N_("种类"), _word),
    "language": (N_("语言"), _word),
    "late": (N_("过了期限"), _yes),
    "leaves": (N_("客服段"), _count),
    "lines": (N_("汇报关系"), _count),
    "lines_cut": (N_("因下限少扣的明细"), _numbers),
    "lines_on_hold": (N_("因申诉待定的明细"), _numbers),
    "part": (N_("客服段编号"), _text),
    "public_from": (N_("公开值何时公布"), _day),
    "unassigned": (N_("没有分出"), _count),
    "value_known": (N_("承诺时公开值已知"), _yes),
    "model": (N_("内容摘要"), _digest),
    "month": (N_("月份"), _month),
    "name": (N_("名称"), _text),
    "needs": (N_("需求"), _count),
    "new_evaluation": (N_("新的评分"), _count),
    "on": (N_("日期"), _day),
    "outcome": (N_("决定"), _word),
    "participants": (N_("参加"), _heads),
    "parts": (N_("客服段"), _count),
    "joined": (N_("接上的行"), _count),
    "people": (N_("人员"), _heads),
    "person": (N_("涉及的人"), _people),
    "plan": (N_("方案摘要"), _digest),
    "quotas": (N_("配额摘要"), _digest),
    "ratings": (N_("评分"), _count),
    "reasons": (N_("理由条数"), _count),
    "records_read": (N_("读入"), _count),
    "recommendation": (N_("建议"), _word),
    "rejected": (N_("拒绝"), _count),
    "responsible": (N_("负责人"), _people),
    "results": (N_("结果摘要"), _digest),
    "revoked": (N_("收回的角色"), _grants),
    "role": (N_("角色"), _word),
    "roles": (N_("角色"), _word),
    "root": (N_("根"), _digest),
    "rows": (N_("行数"), _count),
    "rule": (N_("规则版本"), _rule),
    "run": (N_("计算"), _count),
    "scopes": (N_("权限"), _permissions),
    "scores": (N_("各项"), _points),
    "seed": (N_("种子"), _digest),
    "source": (N_("依据"), _text),
    "starts_on": (N_("从"), _day),
    "superseded": (N_("不再有效的得分计算"), _text),
    "supersedes": (N_("更正的评分"), _count),
    "title": (N_("标题"), _text),
    "to": (N_("改为"), _day),
    "told_on": (N_("告知日"), _day),
    "total": (N_("合计"), _points),
    "total_fen": (N_("合计"), _yuan),
    "unchanged": (N_("未变"), _count),
    "unit": (N_("部门"), _unit),
    "until_on": (N_("到"), _day),
    "updated": (N_("更新"), _count),
    "username": (N_("用户名"), _text),
    "verdict": (N_("裁决"), _word),
    "without_wages": (N_("不等没有工资记录的人"), _yes),
}
# Codes, keys and stored structures: the page of the thing shows them in words, the API has them as they were written.
LEFT_OUT = {
    "answer", "arguments", "batch", "code", "edit", "item", "notes", "proposed", "rule_code", "version", "id",
    "created_at", "paid_break_minutes", "unpaid_break_minutes", "start_minute", "end_minute", "name_en",
}  # fmt: skip
REASON_CODES = {"report:issue"}  # lines whose reason is a code of the service, not somebody's words
HASH_LIKE = {"digest", "file", "inputs", "model", "plan", "quotas", "results", "root", "seed"}
_COUNTED_WHEN_ANY = {
    "closed", "duplicates", "faults", "granted", "held", "reasons", "rejected", "revoked", "unchanged", "updated",
}  # fmt: skip


def in_words(action: str, inputs: str, names: Names) -> str:
    """The facts of a line as one sentence, digests last; a zero that says nothing is left out."""
    facts = _facts(inputs)
    said = [(key, _said(key, value, names)) for key, value in facts.items() if key not in LEFT_OUT]
    said = [(key, text) for key, text in said if text and not (key in _COUNTED_WHEN_ANY and not facts[key])]
    return clauses(text for _key, text in sorted(said, key=lambda one: one[0] in HASH_LIKE))


def _said(key: str, value: Any, names: Names) -> str:
    label, read = FACTS.get(key, (key, _text))
    try:
        text = read(value, names)
    except (AttributeError, IndexError, TypeError, ValueError):
        text = str(value)  # a line that was tampered with, or of an older form, is shown as it stands
    return labelled(gettext(label), text) if text else ""


def reason_of(action: str, reason: str) -> str:
    return gettext(WORDS.get(reason, reason)) if action in REASON_CODES else reason


def _facts(inputs: str) -> dict[str, Any]:
    try:
        given = json.loads(inputs)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def numbers_in(lines: Iterable[dict[str, Any]]) -> dict[str, set[int]]:
    """The people, units, rules and accounts that the inputs of these lines name by number."""
    found: dict[str, set[int]] = {"people": set(), "units": set(), "rules": set(), "accounts": set()}
    kinds = {"person": "people", "people": "people", "responsible": "people", "from": "people", "to": "people",
             "unit": "units", "rule": "rules", "form": "rules", "accounts": "accounts"}  # fmt: skip
    for line in lines:
        for key, value in _facts(line["inputs"]).items():
            numbers = value if isinstance(value, list) else [value] if key != "people" else []
            if key in kinds:
                found[kinds[key]].update(one for one in numbers if isinstance(one, int) and not isinstance(one, bool))
    return found


def thing(kind: str, number: int | None, name: str, subject: str) -> str:
    """奖罚评分表1号, or by its name where the reader may know it: 部门：售前组."""
    rest = subject.partition(":")[2]
    if kind == "day":
        return _day(rest, Names())
    if kind in THINGS and rest:
        return gettext(THINGS[kind], number=name or rest)
    return gettext(NOUNS.get(kind, kind))
