"""奖罚评分表 on paper: every line under its person with its rule, the steps it took, and room for signatures."""

from typing import Any

from qa_service.language import N_, clauses, gettext, speaking
from qa_service.people.access import Actor
from qa_service.reports import cells
from qa_service.reports.model import Cell, Column, Fact, Report, Row, Section, Sheet
from qa_service.rewards import queries as rewards
from qa_service.rewards.gates import STATE_NAMES, SheetState
from qa_service.rewards.lines import Kind
from qa_service.rewards.page_parts import kind_word, line_state
from qa_service.rewards.rule_names import named_in, rule_names, schemes_of
from qa_service.rewards.sheet_models import STEP_WORDS, change_words, title_of
from qa_service.web.formatting import day, moment

FINAL = ("locked", "paid")


async def build(actor: Actor, sheet_id: int) -> tuple[Report, dict[str, Any]]:
    """The report and the sheet's row. NotFound where the actor does not reach the sheet."""
    both = {}
    schemes = await schemes_of(await rewards.sheet_lines(actor, sheet_id))
    for language in ("zh", "en"):
        with speaking(language):
            found = await rewards.sheet(actor, sheet_id)  # read again: its sentences are in the language of the moment
            both[language] = _sheet(found, schemes)
    return Report(**both), found


def _sheet(found: dict[str, Any], schemes: list[dict[str, Any]]) -> Sheet:
    state = gettext(STATE_NAMES[SheetState(found["state"])])
    warning = gettext(N_("状态是“%(state)s”，还没有锁定，不作发薪依据"), state=state)
    return Sheet(
        title=title_of(found),
        warning="；".join([*([] if found["state"] in FINAL else [warning]), *_changed(found)]),
        facts=_facts(found, state),
        sections=[_lines(found, schemes), _sums(found), *_left_out(found), _steps(found)],
        notes=[
            gettext(N_("待定的部分没有计入合计；裁决后作为下月的更正补发，已锁定的表不改。")),
            gettext(
                N_(
                    "约定工资足额支付（劳动合同法第30条）；损失赔偿每月不超过当月工资的20%，余额不低于最低工资（工资支付暂行规定第16条）。"
                )
            ),
            *found["floor_notes"],
        ],
        signatures=[gettext(N_("编制人")), gettext(N_("批准人")), gettext(N_("人事"))],
        is_wide=True,
    )


def _changed(found: dict[str, Any]) -> list[str]:
    """A paper of lines that no longer hold says so before anything else."""
    return [change_words(found)] if found["changes"] else []


def _facts(found: dict[str, Any], state: str) -> list[Fact]:
    facts = [
        Fact(gettext(N_("状态")), state),
        Fact(gettext(N_("人数")), str(found["people"])),
        Fact(gettext(N_("发薪日")), day(found["payday_on"], year=True)),
        Fact(gettext(N_("提交期限")), moment(found["submit_by_at"], year=True)),
        Fact(gettext(N_("批准期限")), moment(found["approve_by_at"], year=True)),
    ]
    if found["digest"]:
        facts.append(Fact(gettext(N_("内容摘要")), found["digest"]))
    if found["journal_head"]:
        facts.append(Fact(gettext(N_("锁定时的日志头")), found["journal_head"]))
    return facts


def _lines(found: dict[str, Any], schemes: list[dict[str, Any]]) -> Section:
    body: list[Row] = []
    names = rule_names(schemes)
    versions = {
        one["id"]: gettext(N_("%(name)s第%(version)s版"), name=named_in(one), version=one["version"]) for one in schemes
    }
    for person in found["persons"]:
        own = [line for line in found["lines"] if line["person"] == person["person"]]
        body += [
            _line(
                person if not place else None,
                line,
                cells.text(names.get((line["rule"], line["rule_code"]), ""), versions.get(line["rule"], "")),
            )
            for place, line in enumerate(own)
        ]
        if own:
            subtotal = gettext(N_("%(name)s小计"), name=person["person_name"])
            sums = [cells.money(sum(line[name] for line in own)) for name in ("amount_fen", "payable_fen")]
            body.append(Row([cells.text(subtotal), *[cells.text("")] * 6, *sums], is_total=True))
    if body:
        sums = [cells.money(sum(line[name] for line in found["lines"])) for name in ("amount_fen", "payable_fen")]
        body.append(Row([cells.text(gettext(N_("全表合计"))), *[cells.text("")] * 6, *sums], is_total=True))
    return Section(
        title=gettext(N_("每个人的明细")),
        columns=[
            Column(gettext(N_("姓名")), 3),
            Column(gettext(N_("工号")), 2),
            Column(gettext(N_("第几条")), 1, is_end=True),
            Column(gettext(N_("类别")), 2),
            Column(gettext(N_("内容和来由")), 9),
            Column(gettext(N_("规则版本")), 4),
            Column(gettext(N_("状态")), 2),
            Column(gettext(N_("按规则（元）")), 2, is_end=True),
            Column(gettext(N_("本月计发（元）")), 2, is_end=True),
        ],
        rows=body,
        empty=gettext(N_("表里没有明细")),
    )


def _line(person: dict[str, Any] | None, line: dict[str, Any], rule: Cell) -> Row:
    """One line with its number; the name stands on the first of a person's lines only."""
    return Row(
        [
            cells.text(person["person_name"] if person else ""),
            cells.text(person["employee_no"] or "" if person else ""),
            cells.count(line["position"]),
            cells.text(kind_word(line["kind"])),
            cells.text(line["text"], clauses(line["notes"])),
            rule,
            cells.text(line_state(line["state"]).word),
            cells.money(line["amount_fen"]),
            cells.money(line["payable_fen"]),
        ]
    )


def _sums(found: dict[str, Any]) -> Section:
    body = []
    for kind in Kind:
        own = [line for line in found["lines"] if line["kind"] == kind]
        if own:
            total = cells.money(sum(line["payable_fen"] for line in own))
            body.append(Row([cells.text(kind_word(kind)), cells.count(len(own)), total]))
    body.append(Row([cells.text(gettext(N_("待定（不计入合计）"))), cells.text(""), cells.money(found["pending_fen"])]))
    body.append(
        Row([cells.text(gettext(N_("合计"))), cells.count(len(found["lines"])), cells.money(found["total_fen"])],
            is_total=True)
    )  # fmt: skip
    return Section(
        title=gettext(N_("按类别合计")),
        columns=[
            Column(gettext(N_("类别")), 4),
            Column(gettext(N_("条数")), 2, is_end=True),
            Column(gettext(N_("本月计发（元）")), 2, is_end=True),
        ],
        rows=body,
    )


def _left_out(found: dict[str, Any]) -> list[Section]:
    body = [
        Row([cells.text(one["person_name"]), cells.text(one["employee_no"] or ""), cells.text(words)])
        for one in found["persons"]
        for words in (*one["refused"], *one["notes"])
    ]
    if not body:
        return []
    columns = [Column(gettext(N_("姓名")), 2), Column(gettext(N_("工号")), 1), Column(gettext(N_("原因")), 8)]
    return [Section(title=gettext(N_("没有入表的和受限的")), columns=columns, rows=body)]


def _steps(found: dict[str, Any]) -> Section:
    return Section(
        title=gettext(N_("进度")),
        columns=[
            Column(gettext(N_("步骤")), 2),
            Column(gettext(N_("谁")), 2),
            Column(gettext(N_("时间")), 3),
            Column(gettext(N_("说明")), 5),
            Column(gettext(N_("当时的合计（元）")), 2, is_end=True),
        ],
        rows=[
            Row(
                [
                    cells.text(gettext(STEP_WORDS[one["step"]])),
                    cells.text(one["actor"] or gettext(N_("系统"))),
                    cells.text(moment(one["at"], year=True)),
                    cells.text(one["note"] or ""),
                    cells.money(one["total_fen"]) if one["total_fen"] is not None else cells.text(""),
                ]
            )
            for one in found["steps"]
        ],
    )
