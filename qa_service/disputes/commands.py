"""申诉 of one item of a released mark: filed in time, decided by somebody else who sees neither mark nor monitor."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import msgspec

from qa_service import clock
from qa_service.calendar.queries import working_calendar
from qa_service.calendar.rules import add_working_days
from qa_service.database import row, rows, transaction
from qa_service.disputes import errors
from qa_service.disputes.tables import Dispute
from qa_service.errors import NotFound, StaleEdit
from qa_service.evaluations import queries as evaluations
from qa_service.evaluations.answering import note_response
from qa_service.evaluations.errors import AnswersIncomplete
from qa_service.evaluations.revising import stored_answers, write_revision
from qa_service.forms.queries import form_version
from qa_service.journal.commands import record
from qa_service.language import N_, current_language
from qa_service.notices.commands import tell
from qa_service.people.access import Actor, Permission
from qa_service.web.formatting import deadline
from rubrics.answer_checks import check_answers
from rubrics.answers import Answer, chosen_keys
from rubrics.forms import Item

OPEN, DECIDED, WITHDRAWN = "open", "decided", "withdrawn"
KEEP, PROPOSED, OTHER = "keep", "proposed", "other"
LIMIT = 2000


async def file(actor: Actor, evaluation_id: int, item: str, reason: str, proposed: Answer) -> int:
    """Appeal one item of a released mark about oneself, with the answer that one holds right; the dispute's id.

    Raises NotYours, FiledTooLate (with the deadline), ItemUnknown, SameAnswer, AlreadyDisputed, ReasonMissing.
    """
    actor.require(Permission.OWN_RESPOND)
    found = await evaluations.visible(actor, evaluation_id)
    if found is None:
        raise NotFound(N_("这条质检评分"))
    if actor.person_id is None or found["person"] != actor.person_id:
        raise errors.NotYours()
    if found["state"] != "released":
        raise errors.DisputeClosed()
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")
    now = clock.now()
    if found["respond_by_at"] is not None and now >= found["respond_by_at"]:
        raise errors.FiledTooLate(until=deadline(found["respond_by_at"]))
    known = await _item_of(found["form"], item)
    if _same(known, proposed, await _answer_now(evaluation_id, item)):
        raise errors.SameAnswer(field="answer")
    if await row("SELECT id FROM dispute WHERE evaluation = {} AND item = {} AND state <> 'withdrawn'",
                 evaluation_id, item) is not None:  # fmt: skip
        raise errors.AlreadyDisputed()
    wanted = Dispute(
        evaluation=evaluation_id, item=item, filed_by=actor.person_id, reason=reason.strip()[:LIMIT],
        proposed=_json(proposed), filed_at=now, decide_by_at=await _decide_by(now),
    )  # fmt: skip
    async with transaction():
        await rows(
            "DELETE FROM dispute WHERE evaluation = {} AND item = {} AND state = 'withdrawn' RETURNING id",
            evaluation_id,
            item,
        )
        dispute = (await Dispute.insert(wanted).returning(Dispute.id))[0]["id"]
        await note_response(found, "appeal", item=item, at=now)
        inputs = {"evaluation": evaluation_id, "item": item, "proposed": msgspec.to_builtins(proposed)}
        await record(actor, "dispute:file", f"dispute:{dispute}", reason, inputs=inputs)
    return dispute


async def _item_of(form_id: int, key: str) -> Item:
    _version, form = await form_version(form_id)
    found = next((item for _section, item in form.items() if item.key == key), None)
    if found is None:
        raise errors.ItemUnknown(item=key, field="item")
    return found


async def _answer_now(evaluation_id: int, item: str) -> Answer | None:
    return next((given for given in await stored_answers(evaluation_id) if given.item == item), None)


def _same(item: Item, given: Answer, standing: Answer | None) -> bool:
    """Whether two answers say the same; cause and notes aside, and of a fault that repeats only how often."""
    if standing is None or len(given.occurrences) != len(standing.occurrences):
        return False
    names = ("none_chosen", "number", "text", "on", "na_reason")
    is_chosen_alike = chosen_keys(item, given) == chosen_keys(item, standing)
    return is_chosen_alike and all(getattr(given, name) == getattr(standing, name) for name in names)


def _json(answer: Answer) -> str:
    return msgspec.json.encode(answer, order="sorted").decode()


async def _decide_by(now: datetime) -> datetime:
    """The end of the last working day for a decision, in house time."""
    today = clock.local_day(now)
    days = (await evaluations.appeal_times(today)).decide_working_days
    last_on = add_working_days(await working_calendar(), today, days)
    return datetime.combine(last_on + timedelta(days=1), time(), clock.HOUSE_ZONE).astimezone(UTC)


async def withdraw(actor: Actor, dispute_id: int, *, version: int) -> None:
    """Take one's own open appeal back; it may be filed again while there is time."""
    found = await row("SELECT * FROM dispute WHERE id = {}", dispute_id)
    if found is None or actor.person_id is None or found["filed_by"] != actor.person_id:
        raise NotFound(N_("这件申诉"))
    if found["state"] != OPEN:
        raise errors.DisputeClosed()
    async with transaction():
        await _close(dispute_id, version, {"state": WITHDRAWN, "closed_at": clock.now()})
        await record(actor, "dispute:withdraw", f"dispute:{dispute_id}")


async def decide(actor: Actor, dispute_id: int, answer: Answer, reason: str, *, version: int) -> str:
    """Answer the item anew, without having been shown the first mark: keep, proposed or other follows from the answer.

    Another answer makes a new revision of the evaluation; the old one stays visible. Late decisions are marked as
    late, not refused. Raises OwnMark, OwnCase, AnswerUnfit, DisputeClosed, ReasonMissing, StaleEdit.
    """
    found = await in_reach(actor, dispute_id)
    if found["state"] != OPEN:
        raise errors.DisputeClosed()
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")
    standing = await _answer_now(found["evaluation"], found["item"])
    given = await _with_cause(found["form"], msgspec.structs.replace(answer, item=found["item"]), standing)
    proposed = msgspec.json.decode(found["proposed"], type=Answer)
    await _check(found["form"], given)
    item = await _item_of(found["form"], found["item"])
    verdict = KEEP if _same(item, given, standing) else PROPOSED if _same(item, given, proposed) else OTHER
    now = clock.now()
    async with transaction():
        made = None
        if verdict != KEEP:
            made = await _revised(actor, found, given, reason.strip())
            # Other items of the same mark that are still under appeal go on with the new revision.
            await rows(
                "UPDATE dispute SET evaluation = {} WHERE evaluation = {} AND state = 'open' AND id <> {} RETURNING id",
                made,
                found["evaluation"],
                dispute_id,
            )
        changes = {
            "state": DECIDED, "verdict": verdict, "verdict_answer": _json(given), "verdict_reason": reason.strip(),
            "decided_by": actor.account_id, "closed_at": now, "is_late": now > found["decide_by_at"],
            "new_evaluation": made,
        }  # fmt: skip
        await _close(dispute_id, version, changes)
        await _tell(found, verdict, dispute_id)
        inputs = {"verdict": verdict, "answer": msgspec.to_builtins(given), "new_evaluation": made}
        await record(actor, "dispute:decide", f"dispute:{dispute_id}", reason, inputs=inputs)
    return verdict


async def _revised(actor: Actor, found: dict[str, Any], given: Answer, reason: str) -> int:
    """The new revision; whoever decides blind has no evidence at hand, so a deduction that had none is refused."""
    try:
        return await write_revision(actor, found["evaluation"], [given], reason)
    except AnswersIncomplete as refused:
        if any(one.field == found["item"] for one in refused.fields):
            raise errors.DeductionUnproven(field="answer") from refused
        raise


async def _with_cause(form_id: int, given: Answer, standing: Answer | None) -> Answer:
    """An answer that is still low keeps the cause that stood, which whoever decides was not shown."""
    _version, form = await form_version(form_id)
    is_missing = any(one.code == "cause-missing" and one.at == given.item for one in check_answers(form, [given]))
    return msgspec.structs.replace(given, cause=standing.cause) if is_missing and standing is not None else given


async def _check(form_id: int, given: Answer) -> None:
    """The answer must be one that the item knows; evidence and causes are asked for by the revision."""
    _version, form = await form_version(form_id)
    for one_problem in check_answers(form, [given]):
        if one_problem.at == given.item and not one_problem.code.startswith(("evidence", "cause")):
            raise errors.AnswerUnfit(why=getattr(one_problem, current_language()), field="answer")


async def _tell(found: dict[str, Any], verdict: str, dispute_id: int) -> None:
    sentence = N_("您的申诉维持原评分") if verdict == KEEP else N_("您的申诉有了结果，评分已更正")
    await tell(found["filed_by"], N_("申诉"), sentence, {}, f"/disputes/{dispute_id}")
    if verdict != KEEP and found["monitor"] is not None:
        await tell(
            found["monitor"], N_("申诉"), N_("您的一条评分经申诉更正"), {}, f"/evaluations/{found['evaluation']}"
        )


async def in_reach(actor: Actor, dispute_id: int) -> dict[str, Any]:
    """A dispute that this actor may decide: in reach, about neither their own work nor their own marking."""
    actor.require(Permission.DISPUTE_DECIDE)
    found = await row(
        "SELECT d.*, e.form, e.monitor, e.person, e.unit, e.part FROM dispute d"
        " JOIN evaluation e ON e.id = d.evaluation WHERE d.id = {}",
        dispute_id,
    )
    reach = actor.units(Permission.DISPUTE_DECIDE)
    if found is None or (reach is not None and found["unit"] not in reach):
        raise NotFound(N_("这件申诉"))
    if actor.person_id is not None and found["person"] == actor.person_id:
        raise errors.OwnCase()
    if actor.person_id is not None and found["monitor"] == actor.person_id:
        raise errors.OwnMark()
    return found


async def _close(dispute_id: int, version: int, changes: dict[str, Any]) -> None:
    names = ", ".join(f"{name} = {{}}" for name in changes)
    moved = await rows(
        f"UPDATE dispute SET {names}, version = version + 1 WHERE id = {{}} AND version = {{}} RETURNING id",
        *changes.values(),
        dispute_id,
        version,
    )
    if not moved:
        raise StaleEdit()
