"""Why a line says what it says: from the rule version over KPI value, evaluation and answer down to the quote."""

import re
from typing import Any

import msgspec

from qa_service.database import among, row, rows
from qa_service.journal.links import openable
from qa_service.language import N_, bracketed, current_language, gettext, labelled
from qa_service.people.access import Actor
from qa_service.rewards import sheet_queries, storing
from qa_service.rewards.event_queries import shown as shown_event
from qa_service.rewards.lines import yuan
from qa_service.rewards.schemas import TraceStep
from qa_service.web import formatting

RULE, RECORD, SCORE, KPI, MARK, ANSWER = (
    N_("规则版本"), N_("所据奖惩记录"), N_("本月得分"), N_("指标值"), N_("质检评分"), N_("答案")
)  # fmt: skip
LINKED = re.compile(r"/(rules|scores|evaluations|rewards/events)/(\d+)")
SUBJECTS = {"rules": "rule", "scores": "score", "evaluations": "evaluation", "rewards/events": "event"}
DECISION, EARLIER = N_("人工加入"), N_("以前的明细")


async def trace(actor: Actor, sheet_id: int, line_id: int) -> list[TraceStep]:
    """The chain of one line, for whoever may read the line."""
    line = await sheet_queries.line(actor, sheet_id, line_id)
    steps: list[TraceStep] = []
    by_kind: dict[str, list[int]] = {}
    for basis in storing.basis_of(line):
        by_kind.setdefault(basis.kind, []).append(int(basis.id))
    for kind, ids in by_kind.items():
        steps += await TRACERS[kind](ids, line)
    return await _with_open_doors(actor, line, steps)


async def _with_open_doors(actor: Actor, line: dict[str, Any], steps: list[TraceStep]) -> list[TraceStep]:
    """The steps with links to what this reader may open; one's own line leads to one's own month."""
    named = {step.href: found for step in steps if step.href and (found := LINKED.match(step.href))}
    subjects = {href: f"{SUBJECTS[found[1]]}:{found[2]}" for href, found in named.items()}
    doors = await openable(actor, subjects.values())
    is_own = actor.person_id is not None and actor.person_id == line["person"]

    def door(href: str) -> str:
        if href not in subjects or subjects[href] in doors:
            return href
        return ("/my/month" if href.startswith("/scores/") else href) if is_own else ""

    return [msgspec.structs.replace(step, href=door(step.href)) if step.href else step for step in steps]


def _own(data: dict[str, Any], name: str) -> str:
    """A text in the reader's language."""
    return data.get(f"{name}_en" if current_language() == "en" else name) or data.get(name) or ""


async def _rule(ids: list[int], line: dict[str, Any]) -> list[TraceStep]:
    found = await row("SELECT * FROM rule_version WHERE id = {}", ids[0])
    papers = gettext(
        N_("批准：%(approver)s；征求意见：%(consulted)s；公示：%(published)s"),
        approver=found["approver_label"] or "—",
        consulted=formatting.day(found["consulted_on"], year=True, weekday=False),
        published=formatting.day(found["published_on"], year=True, weekday=False),
    )
    rule = msgspec.json.decode(found["definition"]).get(line["rule_code"], {})
    return [
        TraceStep(
            kind=gettext(RULE),
            title=gettext(N_("%(name)s第%(version)s版"), name=_own(found, "name"), version=found["version"]),
            lines=[papers, found["source"]],
            href=f"/rules/{found['id']}",
            quote=_own(rule, "sentence"),
        )
    ]


async def _scorecard(ids: list[int], line: dict[str, Any]) -> list[TraceStep]:
    found = await row("SELECT * FROM scorecard WHERE id = {}", ids[0])
    text = _score(found["total_hundredths"], found["lower_hundredths"], found["upper_hundredths"])
    title = gettext(N_("绩效表得分%(score)s"), score=text)
    return [TraceStep(kind=gettext(SCORE), title=title, href=f"/scores/{found['run']}/people/{found['person']}")]


async def _qa(ids: list[int], line: dict[str, Any]) -> list[TraceStep]:
    found = await row("SELECT * FROM qa_estimate WHERE id = {}", ids[0])
    text = _score(
        found["corrected_hundredths"], found["corrected_lower_hundredths"], found["corrected_upper_hundredths"]
    )
    title = gettext(N_("本月得分（奖罚用）%(score)s，n=%(n)s"), score=text, n=found["n"])
    return [TraceStep(kind=gettext(SCORE), title=title, href=f"/scores/{found['run']}/people/{found['person']}")]


def _score(value: int | None, low: int | None, high: int | None) -> str:
    if value is None:
        return gettext(N_("样本不足"))
    if low is None or high is None:
        return gettext(N_("%(value)s（区间无法确定）"), value=formatting.score(value))
    return bracketed(formatting.score(value), formatting.score_interval(low, high, 2))


async def _kpis(ids: list[int], line: dict[str, Any]) -> list[TraceStep]:
    found = await rows(
        "SELECT k.*, v.definition FROM kpi_result k JOIN score_run r ON r.id = k.run"
        f" JOIN rule_version v ON v.id = r.parameters WHERE k.id IN {among(len(ids))} ORDER BY k.id",
        *ids,
    )
    names = msgspec.json.decode(found[0]["definition"]) if found else {}
    texts = [
        gettext(
            N_("%(name)s：%(points)s分，权重%(weight)s，n=%(n)s"),
            name=_own(names.get(f"kpi.{one['kpi']}", {"name": one["kpi"]}), "name"),
            points=formatting.score(one["points_hundredths"]),
            weight=formatting.score(one["weight_hundredths"]),
            n=one["n"],
        )
        for one in found
    ]
    return [TraceStep(kind=gettext(KPI), title=gettext(N_("%(count)s个指标"), count=len(texts)), lines=texts)]


async def _evaluations(ids: list[int], line: dict[str, Any]) -> list[TraceStep]:
    """Each evaluation with what it cost, and the evidence of every deduction."""
    found = await rows(
        f"SELECT id, final_hundredths, revision, mark FROM evaluation WHERE id IN {among(len(ids))} ORDER BY id", *ids
    )
    evidence = await rows(
        f"SELECT evaluation, item, quote, fact FROM evidence WHERE evaluation IN {among(len(ids))} ORDER BY id", *ids
    )
    steps = []
    for one in found:
        title = gettext(N_("第%(id)s号：%(mark)s分"), id=one["id"], mark=formatting.score(one["final_hundredths"]))
        steps.append(TraceStep(kind=gettext(MARK), title=title, href=f"/evaluations/{one['id']}"))
        mine = [piece for piece in evidence if piece["evaluation"] == one["id"]]
        steps += [_answer(item, mine) for item in _deductions(one["mark"])]
    return steps


def _deductions(mark: str) -> list[dict[str, Any]]:
    """The items of an explained mark that cost something."""
    sections = msgspec.json.decode(mark).get("sections", [])
    lines = [line for section in sections for line in section.get("lines", [])]
    return [line for line in lines if (line["mark"]["cost_hundredths"] or 0) > 0 or line["mark"]["critical"]]


def _answer(item: dict[str, Any], evidence: list[dict[str, Any]]) -> TraceStep:
    words = [piece["quote"] or piece["fact"] for piece in evidence if piece["item"] == item["mark"]["key"]]
    cost = gettext(N_("少得%(cost)s分"), cost=formatting.score(item["mark"]["cost_hundredths"] or 0))
    title = labelled(_own(item, "text"), _own(item, "answer"))
    return TraceStep(kind=gettext(ANSWER), title=title, lines=[cost], quote=" / ".join(filter(None, words)))


async def _event(ids: list[int], line: dict[str, Any]) -> list[TraceStep]:
    found = await row(
        "SELECT e.*, v.definition FROM reward_event e JOIN rule_version v ON v.id = e.rule WHERE e.id = {}", ids[0]
    )
    event = shown_event(found)
    words = [piece["reference"] for piece in event["evidence"] if piece["reference"]]
    if event["loss_fen"]:
        proof = gettext(
            N_("实际损失%(loss)s元；合同条款：%(clause)s；本人原因：%(cause)s"),
            loss=yuan(event["loss_fen"]), clause=event["contract_clause"], cause=event["own_cause"],
        )  # fmt: skip
        words.append(proof)
    return [
        TraceStep(
            kind=gettext(RECORD), title=f"{event['happened_on'].isoformat()} {event['body']}", lines=words,
            href=f"/rewards/events/{event['id']}",
            quote=" / ".join(piece["quote"] for piece in event["evidence"] if piece["quote"]),
        )
    ]  # fmt: skip


async def _edit(ids: list[int], line: dict[str, Any]) -> list[TraceStep]:
    """Whose decision it was; of a correction also the line of the closed month."""
    found = await row(
        "SELECT e.reason, e.at, e.of_line, COALESCE(p.name, a.username, '') AS actor FROM sheet_edit e"
        " LEFT JOIN account a ON a.id = e.account LEFT JOIN person p ON p.id = a.person WHERE e.id = {}",
        ids[0],
    )
    when = f"{found['actor']} {formatting.moment(found['at'], year=True)}"
    step = TraceStep(kind=gettext(DECISION), title=found["reason"], lines=[when])
    earlier = await row(
        "SELECT l.*, s.pay_month FROM sheet_line l JOIN sheet s ON s.id = l.sheet WHERE l.id = {}",
        found["of_line"] or 0,
    )
    if earlier is None:
        return [step]
    title = f"{formatting.month(earlier['pay_month'])} {storing.line_of(earlier).shown()}"
    href = f"/sheets/{earlier['sheet']}/lines/{earlier['id']}"
    return [step, TraceStep(kind=gettext(EARLIER), title=title, href=href)]


async def _nothing(ids: list[int], line: dict[str, Any]) -> list[TraceStep]:
    return []  # the corrected line is shown with the edit that names it


TRACERS = {
    "rule": _rule, "scorecard": _scorecard, "qa": _qa, "kpi": _kpis, "evaluation": _evaluations, "event": _event,
    "edit": _edit, "line": _nothing,
}  # fmt: skip
