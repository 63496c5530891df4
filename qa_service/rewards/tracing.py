"""Why a line says what it says: from the rule version over KPI value, evaluation and answer down to the quote."""

import re
from fractions import Fraction
from typing import Any

import msgspec

from qa_service.database import among, row, rows
from qa_service.evaluations import queries as evaluations
from qa_service.journal.links import openable
from qa_service.kpis.facts import QA_FACT
from qa_service.language import N_, current_language, gettext, labelled
from qa_service.people.access import Actor, Permission
from qa_service.rewards import sheet_queries, storing
from qa_service.rewards.arithmetic import event_steps, share_steps
from qa_service.rewards.event_queries import shown as shown_event
from qa_service.rewards.lines import Line, yuan
from qa_service.rewards.schemas import TraceStep
from qa_service.web import formatting

RULE, RECORD, SCORE, KPI, MARK, ANSWER, SUM = (
    N_("规则版本"), N_("所据奖惩记录"), N_("本月得分"), N_("指标值"), N_("质检评分"), N_("答案"), N_("算法")
)  # fmt: skip
LINKED = re.compile(r"/(rules|scores|evaluations|rewards/events)/(\d+)")
SUBJECTS = {"rules": "rule", "scores": "score", "evaluations": "evaluation", "rewards/events": "event"}
DECISION, EARLIER = N_("人工加入"), N_("以前的明细")


async def trace(actor: Actor, sheet_id: int, line_id: int) -> list[TraceStep]:
    """The chain of one line, for whoever may read the line."""
    line = await sheet_queries.line(actor, sheet_id, line_id)
    line["reader"] = actor
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
            href=f"/rules/{found['id']}" if line["reader"].may(Permission.RULE_READ) else "",
            quote=_own(rule, "sentence"),
        ),
        *await _sum(rule, line),
    ]


async def _sum(rule: dict[str, Any], line: dict[str, Any]) -> list[TraceStep]:
    """How the amount follows from the rule: the lines between the bands, the decision, the arithmetic."""
    made = storing.line_of(line)
    if line["rule_code"].startswith("share."):
        low, high = await _interval(made)
        said = share_steps(rule, made, low=low, high=high)
    else:
        said = event_steps(rule, made)
    return [TraceStep(kind=gettext(SUM), title=gettext(N_("这一条怎么算")), lines=said)] if said else []


async def _interval(line: Line) -> tuple[int | None, int | None]:
    """The interval that decided a share: of the scorecard or of the month score that it rests on."""
    columns = {"scorecard": "lower_hundredths AS low, upper_hundredths AS high",
               "qa": "corrected_lower_hundredths AS low, corrected_upper_hundredths AS high"}  # fmt: skip
    for step in line.basis:
        if step.kind in columns:
            table = "scorecard" if step.kind == "scorecard" else "qa_estimate"
            found = await row(f"SELECT {columns[step.kind]} FROM {table} WHERE id = {{}}", int(step.id))
            return found["low"], found["high"]
    return None, None


def _result_href(found: dict[str, Any], line: dict[str, Any]) -> str:
    """Where this reader may look at the result: a lead in the run, the person in their own month."""
    actor = line["reader"]
    if actor.may(Permission.SCORE_READ):
        return f"/scores/{found['run']}/people/{found['person']}"
    is_own = actor.person_id == found["person"] and actor.may(Permission.OWN_READ)
    return f"/my/month?month={line['pay_month']:%Y-%m}" if is_own else ""


async def _scorecard(ids: list[int], line: dict[str, Any]) -> list[TraceStep]:
    found = await row("SELECT * FROM scorecard WHERE id = {}", ids[0])
    text = _score(found["total_hundredths"], found["lower_hundredths"], found["upper_hundredths"])
    title = gettext(N_("绩效表得分%(score)s"), score=text)
    return [TraceStep(kind=gettext(SCORE), title=title, href=_result_href(found, line))]


async def _qa(ids: list[int], line: dict[str, Any]) -> list[TraceStep]:
    found = await row("SELECT * FROM qa_estimate WHERE id = {}", ids[0])
    text = _score(
        found["corrected_hundredths"], found["corrected_lower_hundredths"], found["corrected_upper_hundredths"]
    )
    title = gettext(N_("本月得分（奖罚用）%(score)s，n=%(n)s"), score=text, n=found["n"])
    return [TraceStep(kind=gettext(SCORE), title=title, href=_result_href(found, line))]


def _score(value: int | None, low: int | None, high: int | None) -> str:
    if value is None:
        return gettext(N_("样本不足"))
    if low is None or high is None:
        return gettext(N_("%(value)s（区间无法确定）"), value=formatting.score(value))
    return gettext(
        N_("%(value)s（区间%(range)s）"), value=formatting.score(value), range=formatting.score_interval(low, high, 2)
    )


async def _kpis(ids: list[int], line: dict[str, Any]) -> list[TraceStep]:
    found = await rows(
        "SELECT k.*, v.definition FROM kpi_result k JOIN score_run r ON r.id = k.run"
        f" JOIN rule_version v ON v.id = r.parameters WHERE k.id IN {among(len(ids))} ORDER BY k.id",
        *ids,
    )
    found = await _in_card_order(found)
    names = msgspec.json.decode(found[0]["definition"]) if found else {}
    texts = [
        gettext(
            N_("%(name)s：%(points)s分，权重%(weight)s，n=%(n)s")
            if one["weight_hundredths"]
            else N_("%(name)s：%(points)s分，不计入，n=%(n)s"),
            name=_own(names.get(f"kpi.{one['kpi']}", {"name": one["kpi"]}), "name"),
            points=formatting.score(one["points_hundredths"]),
            weight=_weight(one["weight_hundredths"]),
            n=one["n"],
        )
        for one in found
    ]
    counted = sum(one["weight_hundredths"] > 0 for one in found)
    step = TraceStep(kind=gettext(KPI), title=gettext(N_("%(count)s个指标"), count=counted), lines=texts)
    behind = await _marks_behind(found[0]["run"], line) if any(_is_mark(one, names) for one in found) else []
    return [step, *await _evaluations(behind, line)]


def _weight(hundredths: int) -> str:
    """12.00 % reads 12%, 13.64 % reads 13.6%."""
    return formatting.share(Fraction(hundredths, 10_000), 1 if hundredths % 100 else 0)


def _is_mark(one: dict[str, Any], names: dict[str, Any]) -> bool:
    """Does this KPI count in the card, and is it the mean of QA marks?"""
    return one["weight_hundredths"] > 0 and names.get(f"kpi.{one['kpi']}", {}).get("fact") == QA_FACT


async def _in_card_order(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As the scorecard lists them, those that it does not hold last."""
    card = await row(
        "SELECT explanation FROM scorecard WHERE run = {} AND person = {}",
        found[0]["run"] if found else 0, found[0]["person"] if found else 0,
    )  # fmt: skip
    listed = [one["kpi"] for one in msgspec.json.decode(card["explanation"]).get("kpis", [])] if card else []
    places = {key: place for place, key in enumerate(listed)}
    last = len(places)
    return sorted(found, key=lambda one: (one["weight_hundredths"] == 0, places.get(one["kpi"], last), one["id"]))


async def _marks_behind(run_id: int, line: dict[str, Any]) -> list[int]:
    """The released marks of the random stream of this person and month that were there when the run was computed."""
    found = await rows(
        "SELECT e.id FROM evaluation e JOIN score_run r ON r.id = {} WHERE e.person = {} AND e.pay_month = {}"
        " AND e.state = 'released' AND e.origin = 'random' AND (e.released_at IS NULL OR e.released_at <= r.created_at)"
        " ORDER BY e.id",
        run_id, line["person"], line["pay_month"],
    )  # fmt: skip
    return [one["id"] for one in found]


async def _evaluations(ids: list[int], line: dict[str, Any]) -> list[TraceStep]:
    """Each evaluation with what it cost, and the evidence of every deduction."""
    found = await rows(
        f"SELECT id, final_hundredths, revision, mark FROM evaluation WHERE id IN {among(len(ids))} ORDER BY id", *ids
    )
    evidence = await rows(
        f"SELECT evaluation, item, quote, fact FROM evidence WHERE evaluation IN {among(len(ids))} ORDER BY id", *ids
    )
    left_out = await _left_out_of_the_scores(ids, line)
    steps = []
    for one in found:
        title = gettext(N_("第%(id)s号：%(mark)s分"), id=one["id"], mark=formatting.score(one["final_hundredths"]))
        may_open = await evaluations.visible(line["reader"], one["id"]) is not None
        said = [gettext(N_("计分时申诉未决，没有计入得分和n"))] if one["id"] in left_out else []
        href = f"/evaluations/{one['id']}" if may_open else ""
        steps.append(TraceStep(kind=gettext(MARK), title=title, lines=said, href=href))
        mine = [piece for piece in evidence if piece["evaluation"] == one["id"]]
        steps += [_answer(item, mine) for item in _deductions(one["mark"])]
    return steps


async def _left_out_of_the_scores(ids: list[int], line: dict[str, Any]) -> set[int]:
    """Which of these marks were under appeal when the sheet's scores were computed: shown, but not counted in n."""
    found = await rows(
        "SELECT d.evaluation FROM dispute d JOIN sheet s ON s.id = {} JOIN score_run r ON r.id = s.run"
        f" WHERE d.evaluation IN {among(len(ids))} AND d.filed_at <= r.created_at"
        " AND (d.state = 'open' OR d.closed_at > r.created_at) ORDER BY d.evaluation",
        line["sheet"], *ids,
    )  # fmt: skip
    return {one["evaluation"] for one in found}


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
