"""Issue a report: its lines are fixed, digested and kept; page, PDF and sheet are drawn from them ever after."""

from datetime import date
from typing import Any

from qa_service import clock
from qa_service.database import row, transaction
from qa_service.journal.commands import record
from qa_service.journal.queries import head
from qa_service.language import N_, gettext
from qa_service.people.access import Actor, Permission
from qa_service.reports import agent_month, errors, sheet_report, training_needs
from qa_service.reports.model import Report, digest_of, text_of
from qa_service.reports.tables import Report as Issued
from qa_service.rewards.sheet_queries import unit_in_reach

AGENT_MONTH, TRAINING_NEEDS, SHEET = "agent-month", "training-needs", "sheet"
KINDS = {AGENT_MONTH: N_("个人月报"), TRAINING_NEEDS: N_("培训需要报告"), SHEET: N_("奖罚评分表")}


async def issue(
    actor: Actor,
    kind: str,
    *,
    month: date | None = None,
    unit_id: int | None = None,
    person_id: int | None = None,
    sheet_id: int | None = None,
) -> int:
    """Build one report and keep it; its id. When nothing has changed since the last one, that one's id.

    agent-month takes person and month, training-needs unit and month, sheet a sheet. Raises UnknownKind,
    MissingSubject, NotFound outside the actor's reach, NothingToReport before scores are published.
    """
    if kind == AGENT_MONTH:
        built, about = await _agent_month(actor, _given(month, N_("月份")), person_id or actor.person_id)
    elif kind == TRAINING_NEEDS:
        built, about = await _training_needs(actor, _given(month, N_("月份")), _given(unit_id, N_("部门")))
    elif kind == SHEET:
        built, about = await _sheet(actor, _given(sheet_id, N_("哪一张奖罚评分表")))
    else:
        raise errors.UnknownKind(kind=kind, known="、".join(KINDS), field="kind")
    return await _keep(actor, kind, built, about)


def _given(value: Any, what: str) -> Any:
    if value is None:
        raise errors.MissingSubject(what=gettext(what))
    return value


async def _agent_month(actor: Actor, month: date, person_id: int | None) -> tuple[Report, dict[str, Any]]:
    """One's own month, or (it shows money) that of a person whose sheets one may read."""
    person = _given(person_id, N_("哪个人"))
    if person == actor.person_id:
        actor.require(Permission.OWN_READ)
        reach = None
    else:
        actor.require(Permission.REPORT_READ)
        actor.require(Permission.SHEET_READ)
        reach = actor.units(Permission.SHEET_READ)
    built, unit = await agent_month.build(person, month.replace(day=1), reach)
    return built, {"pay_month": month.replace(day=1), "unit": unit, "person": person, "subject": None}


async def _training_needs(actor: Actor, month: date, unit_id: int) -> tuple[Report, dict[str, Any]]:
    actor.require(Permission.REPORT_READ)
    unit = await unit_in_reach(actor, unit_id, Permission.TRAINING_READ)
    built = await training_needs.build(actor, unit, month.replace(day=1))
    return built, {"pay_month": month.replace(day=1), "unit": unit_id, "person": None, "subject": None}


async def _sheet(actor: Actor, sheet_id: int) -> tuple[Report, dict[str, Any]]:
    actor.require(Permission.REPORT_READ)
    built, found = await sheet_report.build(actor, sheet_id)
    return built, {"pay_month": found["pay_month"], "unit": found["unit"], "person": None, "subject": sheet_id}


async def _keep(actor: Actor, kind: str, built: Report, about: dict[str, Any]) -> int:
    text = text_of(built)
    digest = digest_of(text)
    known = await row("SELECT id FROM report WHERE kind = {} AND digest = {} ORDER BY id DESC LIMIT 1", kind, digest)
    if known is not None:
        return known["id"]
    issued = Issued(
        kind=kind, model=text, digest=digest, journal_head=await head(), created_at=clock.now(), **about
    )  # fmt: skip
    async with transaction():
        report_id = (await Issued.insert(issued).returning(Issued.id))[0]["id"]
        await record(actor, "report:issue", f"report:{report_id}", kind, inputs={"model": digest})
    return report_id
