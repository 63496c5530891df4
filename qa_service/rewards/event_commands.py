"""奖惩记录: entered on the day, shown to the person the same day, approved by a second when late, appealed, decided."""

from datetime import date, timedelta
from typing import Any

import msgspec

from qa_service import clock
from qa_service.calendar.months import month_first
from qa_service.database import among, row, rows, scalar, transaction
from qa_service.errors import NotFound, StaleEdit
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.notices.commands import tell
from qa_service.people.access import Actor, Permission
from qa_service.rewards import errors, event_queries
from qa_service.rewards.corrections import wage_from
from qa_service.rewards.evidence import check_references
from qa_service.rewards.gathering import loss_proof, scheme_versions
from qa_service.rewards.rules import check_proof
from qa_service.rewards.schemas import EventIn
from qa_service.rewards.schemes import SchemeVersion, version_on
from qa_service.rewards.tables import RewardEvent
from rubrics.pack_records import EventRule

THIS_EVENT = N_("这条奖惩记录")
CLOSED = ("approved", "locked", "paid")


async def enter_event(actor: Actor, entry: EventIn) -> int:
    """Record what happened, by a rule of the scheme of that day; late entries wait for a second approver."""
    actor.require(Permission.EVENT_WRITE)
    if actor.person_id == entry.person_id:
        raise errors.EventOnOneself()
    today = clock.today()
    if entry.happened_on > today:
        raise errors.EventInFuture(on=entry.happened_on.isoformat(), field="happened_on")
    unit = await _unit_in_reach(actor, entry.person_id, entry.happened_on)
    await _check_month_open(entry.person_id, entry.happened_on)
    version = version_on(await scheme_versions(entry.happened_on, entry.happened_on), entry.happened_on)
    rule = check_entry(entry, version)
    await check_references(entry.evidence, entry.happened_on)
    if rule.kind == "unearned":
        await _check_base(entry)
    is_late = today - entry.happened_on > timedelta(days=version.scheme.payday.late_event_days)
    async with transaction():
        await _check_new(entry)
        event_id = await _insert(actor, entry, version, rule=rule, unit=unit, is_late=is_late)
        await _tell(event_id, entry, rule)
        await record(actor, "event:enter", f"event:{event_id}", entry.body, inputs=_inputs(entry, version))
    return event_id


def check_entry(entry: EventIn, version: SchemeVersion) -> EventRule:
    """The rule that the entry names; refuses an unknown rule, missing evidence, an unproved loss."""
    rule = version.scheme.events.get(entry.rule_code)
    if rule is None:
        raise errors.EventRuleUnknown(on=entry.happened_on.isoformat(), rule=entry.rule_code, field="rule_code")
    if not any(piece.reference.strip() or piece.quote.strip() for piece in entry.evidence):
        raise errors.EventWithoutEvidence(field="evidence")
    if rule.kind == "loss_compensation":
        check_proof(loss_proof(msgspec.structs.asdict(entry)), entry.loss_fen or 0)
    return rule


async def _check_base(entry: EventIn) -> None:
    """What the newest wage record up to that month says; before HR has listed any, the sheet will look."""
    found = await row(
        "SELECT w.*, p.name FROM wage_record w JOIN person p ON p.id = w.person WHERE w.person = {}"
        " AND w.pay_month <= {} ORDER BY w.pay_month DESC, w.id DESC LIMIT 1",
        entry.person_id, month_first(entry.happened_on),
    )  # fmt: skip
    if found is not None and not wage_from(found).has_variable:
        raise errors.EventWithoutBase(month=f"{found['pay_month']:%Y-%m}", name=found["name"], field="rule_code")


async def _unit_in_reach(actor: Actor, person_id: int, on: date) -> int | None:
    """The person's unit on the day, within the actor's reach; nobody outside it can be found."""
    reach = actor.units(Permission.EVENT_WRITE)
    within = "" if reach is None else f" AND unit IN {among(len(reach))}"
    post = await row(
        "SELECT unit FROM post WHERE person = {} AND from_on <= {} AND (until_on IS NULL OR until_on >= {})"
        f"{within} ORDER BY from_on DESC, id DESC LIMIT 1",
        person_id, on, on, *(sorted(reach) if reach is not None else ()),
    )  # fmt: skip
    known = post or (reach is None and await scalar("SELECT id FROM person WHERE id = {}", person_id))
    if not known:
        raise NotFound(N_("这位员工"))
    return post["unit"] if post else None


async def _check_month_open(person_id: int, on: date) -> None:
    """An approved month takes no more records: what comes to light later is a correction of the next."""
    found = await scalar(
        "SELECT s.id FROM sheet s JOIN sheet_person p ON p.sheet = s.id"
        f" WHERE p.person = {{}} AND s.pay_month = {{}} AND s.state IN {among(len(CLOSED))} ORDER BY s.id LIMIT 1",
        person_id, month_first(on), *CLOSED,
    )  # fmt: skip
    if found:
        raise errors.EventMonthClosed(month=f"{on:%Y-%m}", field="happened_on")


async def _check_new(entry: EventIn) -> None:
    """The same words about the same person, day and rule are a form that was sent twice."""
    known = await scalar(
        "SELECT id FROM reward_event WHERE person = {} AND happened_on = {} AND rule_code = {} AND body = {}"
        " AND state <> 'dropped' ORDER BY id LIMIT 1",
        entry.person_id, entry.happened_on, entry.rule_code, entry.body,
    )  # fmt: skip
    if known:
        raise errors.EventKnown(on=entry.happened_on.isoformat(), id=known)


async def _insert(
    actor: Actor, entry: EventIn, version: SchemeVersion, *, rule: EventRule, unit: int | None, is_late: bool
) -> int:
    now = clock.now()
    given = msgspec.structs.asdict(entry)
    made = RewardEvent(
        **{name: given[name] for name in ("happened_on", "rule_code", "body", "contract_clause", "own_cause")},
        person=entry.person_id,
        unit=unit,
        kind=rule.kind,
        rule=version.rule.version_id,
        amount_fen=rule.amount_fen,
        points=rule.off_percent,
        loss_fen=entry.loss_fen if rule.kind == "loss_compensation" else None,
        evidence=msgspec.json.encode(entry.evidence).decode(),
        entered_by=actor.account_id or 0,
        entered_at=now,
        is_late=is_late,
        shown_at=now,
        state="waiting_second" if is_late else "entered",
    )
    return (await RewardEvent.insert(made).returning(RewardEvent.id))[0]["id"]


async def _tell(event_id: int, entry: EventIn, rule: EventRule) -> None:
    sentence = N_("%(on)s记入一条奖惩记录：%(name)s；有不同意见可以马上申诉")
    facts = {"on": entry.happened_on.isoformat(), "name": rule.name, "name_en": rule.name_en}
    await tell(entry.person_id, f"event:{event_id}", sentence, facts, f"/rewards/events/{event_id}")


def _inputs(entry: EventIn, version: SchemeVersion) -> dict[str, object]:
    return {"person": entry.person_id, "rule": version.rule.version_id, "rule_code": entry.rule_code}


async def approve_event(actor: Actor, event_id: int, *, version: int) -> None:
    """The second approval of a late entry: by neither its author nor its subject."""
    event = await _to_judge(actor, event_id)
    if event["state"] != "waiting_second":
        raise errors.EventNotWaiting()
    if party(actor) in (event["entered_party"], event["person"]):
        raise errors.SecondApproverWrong()
    async with transaction():
        await _change(
            event_id, version, state="entered", second_approver=actor.account_id or 0, second_approved_at=clock.now()
        )
        await record(actor, "event:approve", f"event:{event_id}")


async def appeal_event(actor: Actor, event_id: int, reason: str, *, version: int) -> None:
    """An appeal by the person concerned, from the first day; while it is open the line is 待定."""
    actor.require(Permission.OWN_RESPOND)
    event = await event_queries.event(actor, event_id)
    if actor.person_id is None or event["person"] != actor.person_id:
        raise NotFound(THIS_EVENT)
    if event["appealed_at"] is not None or event["state"] == "dropped":
        raise errors.EventAppealClosed()
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")
    async with transaction():
        await _change(event_id, version, state="appealed", appeal=reason.strip(), appealed_at=clock.now())
        await record(actor, "event:appeal", f"event:{event_id}", reason)


async def decide_event(actor: Actor, event_id: int, verdict: str, answer: str, *, version: int) -> None:
    """keep: the record stands; drop: it is void. Decided by somebody who neither entered it nor is its subject."""
    event = await _to_judge(actor, event_id)
    if event["state"] != "appealed":
        raise errors.EventNotAppealed()
    if party(actor) in (event["entered_party"], event["person"]):
        raise errors.DeciderIsAuthor()
    if not answer.strip():
        raise errors.ReasonMissing(field="answer")
    # A late entry that was appealed before its second approval still needs that approval.
    kept = "waiting_second" if event["is_late"] and event["second_approved_at"] is None else "upheld"
    async with transaction():
        state = kept if verdict == "keep" else "dropped"
        await _change(event_id, version, state=state, appeal_verdict=answer.strip())
        sentence = N_("您的申诉有了结果：记录维持") if verdict == "keep" else N_("您的申诉有了结果：记录作废")
        await tell(event["person"], f"event:{event_id}", sentence, {}, f"/rewards/events/{event_id}")
        await record(actor, f"event:{verdict}", f"event:{event_id}", answer)


async def drop_event(actor: Actor, event_id: int, reason: str, *, version: int) -> None:
    """Void a record that was entered by mistake; it stays readable with the reason."""
    event = await _to_judge(actor, event_id)
    if event["state"] == "dropped":
        raise errors.EventDropped()
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")
    await _check_month_open(event["person"], event["happened_on"])
    async with transaction():
        await _change(event_id, version, state="dropped", appeal_verdict=reason.strip())
        await tell(event["person"], f"event:{event_id}", N_("一条奖惩记录已经作废"), {}, f"/rewards/events/{event_id}")
        await record(actor, "event:drop", f"event:{event_id}", reason)


async def _to_judge(actor: Actor, event_id: int) -> dict[str, Any]:
    actor.require(Permission.EVENT_APPROVE)
    return await event_queries.event(actor, event_id)


async def _change(event_id: int, version: int, **values: object) -> None:
    changed = ", ".join(f"{name} = {{}}" for name in values)
    done = await rows(
        f"UPDATE reward_event SET {changed}, version = version + 1 WHERE id = {{}} AND version = {{}} RETURNING id",
        *values.values(), event_id, version,
    )  # fmt: skip
    if not done:
        raise StaleEdit(THIS_EVENT)


def party(actor: Actor) -> int:
    """Who acts, as gates compare them: the person, so that two log-ins stay one; else the account, below zero."""
    return actor.person_id if actor.person_id is not None else -(actor.account_id or 0)
