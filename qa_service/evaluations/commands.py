"""Open, save, submit and release an evaluation."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from typing import Any

import msgspec

from qa_service import clock
from qa_service.calendar.queries import working_calendar
from qa_service.calendar.rules import WorkCalendar, add_working_days
from qa_service.database import rows, scalar, transaction
from qa_service.errors import FieldError, NotFound, StaleEdit
from qa_service.evaluations import errors, queries, tables, words
from qa_service.evaluations.improving import check_note, take_note
from qa_service.evaluations.proving import beside, proven
from qa_service.evaluations.schemas import EvidenceIn, Marking, Saved, Submitted
from qa_service.evaluations.tables import Evaluation
from qa_service.forms.queries import form_for, form_version
from qa_service.journal.commands import record
from qa_service.language import N_, current_language
from qa_service.notices.commands import tell
from qa_service.people.access import Actor, Permission
from rubrics import tally
from rubrics.answer_checks import check_answers
from rubrics.answers import Answer, Evidence
from rubrics.errors import AnswersRefused, Problem
from rubrics.explaining import explain
from rubrics.forms import Form, is_weighted
from rubrics.marking import mark
from rubrics.marks import RunningRange, half_up


async def open_assignment(actor: Actor, assignment_id: int) -> int:
    """The evaluation of an assigned item, made when it is first opened; nothing in it is prefilled."""
    actor.require(Permission.EVALUATION_WRITE)
    found = await queries.assignment(assignment_id)
    if found is None:
        raise NotFound(N_("这条待评"))
    if found["monitor"] != actor.person_id:
        raise errors.NotYourItem()
    if found["person"] == actor.person_id:
        raise errors.MarkingOneself()
    known = await scalar("SELECT id FROM evaluation WHERE draw_item = {} AND revision = 1", found["draw_item"])
    if known:
        return known
    if found["ended_at"] is not None or found["item_state"] != "drawn":
        raise errors.AssignmentEnded()
    form = await form_for("agent_part", found["channel"], found["kind"], found["local_on"])
    async with transaction():
        evaluation_id = await _insert_evaluation(actor, found, form)
        await record(actor, "evaluation:open", f"evaluation:{evaluation_id}", inputs={"form": form})
    return evaluation_id


async def _insert_evaluation(actor: Actor, found: dict[str, Any], form: int) -> int:
    now = clock.now()
    made = Evaluation(
        subject_kind="agent_part",
        part=found["part"],
        person=found["person"],
        unit=found["unit"],
        form=form,
        origin=found["stream"],
        draw_item=found["draw_item"],
        monitor=actor.person_id,
        exemption=found["exemption"],
        state="draft",
        pay_month=found["pay_month"],
        opened_at=now,
        due_on=found["due_on"],
        created_at=now,
    )
    return (await Evaluation.insert(made).returning(Evaluation.id))[0]["id"]


async def own_draft(actor: Actor, evaluation_id: int) -> tuple[dict[str, Any], Form]:
    """A draft of the actor's own with its form; refused once it was submitted."""
    actor.require(Permission.EVALUATION_WRITE)
    found = await queries.visible(actor, evaluation_id)
    if found is None:
        raise NotFound(N_("这条质检评分"))
    if found["monitor"] != actor.person_id:
        raise errors.NotYourItem()
    if found["state"] not in ("queued", "draft"):
        raise errors.AlreadySubmitted(id=evaluation_id)
    if await queries.is_given_up(found["draw_item"]):
        raise errors.AssignmentEnded()
    return found, (await form_version(found["form"]))[1]


async def save_marking(actor: Actor, evaluation_id: int, marking: Marking) -> Saved:
    """Autosave of a draft: answers and evidence as they stand. A working copy, so it leaves no journal line."""
    found, form = await own_draft(actor, evaluation_id)
    running = running_range(form, marking.answers)
    against = await beside(found["part"])
    pieces = proven(form, marking.evidence, against)
    marking = msgspec.structs.replace(marking, evidence=pieces)
    async with transaction():
        version = await _write_marking(found, form, marking, "draft")
    told = words.told([msgspec.structs.asdict(piece) for piece in pieces], form, against.record)
    repeating = {item.key for _section, item in form.items() if item.repeats}
    facts = {_place(piece, repeating): piece["fact"] for piece in told if piece["fact"]}
    low, high = running.low_hundredths, running.high_hundredths
    weighted = {item.key for _section, item in form.items() if is_weighted(form, item)}
    weights = {one.key: one.weight_hundredths for one in mark(form, marking.answers).items if one.key in weighted}
    return Saved(evaluation_id, version, low, high, list(running.open_items), facts, weights)


def _place(piece: dict[str, Any], repeating: set[str]) -> str:
    """Where the fact of a piece stands: at its item, or at its occurrence of an item that repeats."""
    return f"{piece['item']}.{piece['occurrence']}" if piece["item"] in repeating else piece["item"]


def running_range(form: Form, answers: list[Answer]) -> RunningRange:
    """The live tally; answers that do not fit the form are named item by item."""
    try:
        return tally.running_range(form, answers)
    except AnswersRefused as refused:
        fields = problem_fields(refused.problems)
        raise errors.AnswersIncomplete(count=len(fields), fields=fields) from refused


def problem_fields(problems: Iterable[Problem]) -> list[FieldError]:
    """Problems of the pure package as field errors in the language of the moment."""
    language = current_language()
    return [FieldError(p.at, p.code, N_("%(reason)s"), {"reason": getattr(p, language)}) for p in problems]


async def _write_marking(found: dict[str, Any], form: Form, marking: Marking, state: str) -> int:
    """Replace answers and evidence of a draft; the version read must still be the version stored."""
    evaluation_id = found["id"]
    done = await rows(
        "UPDATE evaluation SET state = {}, improvement_note = {}, seconds_spent = {}, version = version + 1"
        " WHERE id = {} AND version = {} AND state IN ('queued', 'draft') RETURNING version",
        state,
        marking.improvement_note,
        max(0, marking.seconds_spent),
        evaluation_id,
        marking.version,
    )
    if not done:
        raise StaleEdit(N_("这条质检评分"))
    await rows("DELETE FROM evidence WHERE evaluation = {}", evaluation_id)
    await rows("DELETE FROM answer WHERE evaluation = {}", evaluation_id)
    await insert_answers(evaluation_id, form, marking.answers)
    await insert_evidence(evaluation_id, marking.evidence)
    return done[0]["version"]


async def insert_answers(evaluation_id: int, form: Form, answers: list[Answer]) -> None:
    """Answers with the fraction that each earned (× 10,000), for sums in SQL."""
    fractions = {one.key: one.fraction for one in mark(form, answers).items}
    for answer in answers:
        fraction = fractions.get(answer.item)
        value = msgspec.to_builtins(answer)
        value.pop("item")
        await tables.Answer.insert(
            tables.Answer(
                evaluation=evaluation_id,
                item=answer.item,
                value=msgspec.json.encode(value, order="sorted").decode(),
                points_hundredths=None if fraction is None else ten_thousandths(fraction),
            )
        )


def ten_thousandths(fraction: str) -> int:
    return half_up(Fraction(fraction) * 100)


async def insert_evidence(evaluation_id: int, evidence: list[EvidenceIn]) -> None:
    for piece in evidence:
        await tables.Evidence.insert(tables.Evidence(evaluation=evaluation_id, **msgspec.structs.asdict(piece)))


async def submit_evaluation(actor: Actor, evaluation_id: int, marking: Marking) -> Submitted:
    """Check everything, compute the mark, release it to the agent; refused as a whole with every missing point."""
    found, form = await own_draft(actor, evaluation_id)
    marking = msgspec.structs.replace(marking, evidence=proven(form, marking.evidence, await beside(found["part"])))
    pieces = [Evidence(item=e.item, kind=e.kind, occurrence=e.occurrence) for e in marking.evidence]
    if fields := problem_fields(check_answers(form, marking.answers, pieces)):
        raise errors.AnswersIncomplete(count=len(fields), fields=fields)
    result = mark(form, marking.answers)
    check_note(result, marking.improvement_note)
    async with transaction():
        await _write_marking(found, form, marking, "submitted")
        version = await release(found, form, marking.answers)
        await take_note(found, marking.improvement_note)
        await record(
            actor,
            "evaluation:submit",
            f"evaluation:{evaluation_id}",
            inputs={"final": result.final_hundredths, "form": found["form"]},
        )
    base, final = result.base_hundredths, result.final_hundredths
    return Submitted(evaluation_id, version, "released", base, final, result.outcome)


async def release(found: dict[str, Any], form: Form, answers: list[Answer]) -> int:
    """Store the mark with its explanation and tell the agent (inside the caller's transaction)."""
    result, now = mark(form, answers), clock.now()
    days = (await queries.appeal_times(clock.local_day(now))).file_working_days
    until = respond_by(now, await working_calendar(), days)
    done = await rows(
        "UPDATE evaluation SET state = 'released', raw_hundredths = {}, final_hundredths = {}, outcome = {}, mark = {},"
        " submitted_at = {}, released_at = {}, respond_by_at = {}, version = version + 1 WHERE id = {}"
        " RETURNING version",
        result.base_hundredths,
        result.final_hundredths,
        result.outcome,
        msgspec.json.encode(explain(form, answers), order="sorted").decode(),
        now,
        now,
        until,
        found["id"],
    )
    await _tell_released(found, form, until)
    return done[0]["version"]


async def _tell_released(found: dict[str, Any], form: Form, until: datetime) -> None:
    """Which talk, by which form, until when: several marks of one day must not read alike."""
    on = await scalar("SELECT local_on FROM agent_part WHERE id = {}", found["part"]) if found["part"] else None
    last_on = clock.local_day(until - timedelta(seconds=1))  # the instant is the midnight after the last day
    facts = {"form": form.name, "form_en": form.name_en, "on": on, "until": last_on}
    sentence = N_("新的质检评分：%(on)s的服务记录，质检表“%(form)s”，最晚%(until)s回应")
    if on is None:
        sentence = N_("新的质检评分：质检表“%(form)s”，最晚%(until)s回应")
    await tell(found["person"], f"evaluation:{found['id']}", sentence, facts, f"/evaluations/{found['id']}")


def respond_by(released_at: datetime, calendar: WorkCalendar, days: int) -> datetime:
    """The end of the last of so many working days after the release, in house time, as UTC."""
    last_on = add_working_days(calendar, clock.local_day(released_at), days)
    midnight = datetime.combine(last_on + timedelta(days=1), time(), clock.HOUSE_ZONE)
    return midnight.astimezone(UTC)
