"""The simulated monitors work off their queues with the same commands as people: open, answer, quote, submit."""

import gzip
import json
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from qa_service.database import row
from qa_service.demo.form_items import form_item, written_answer
from qa_service.demo.monitors import Observed, mark_chat
from qa_service.demo.shapes import DemoData, Trace
from qa_service.evaluations import commands, queries
from qa_service.evaluations.schemas import EvidenceIn, Marking
from qa_service.forms.queries import form_version
from qa_service.imports.configuring import make_masker
from qa_service.people.access import Actor
from rubrics.forms import Form

Progress = Callable[[int, int], Awaitable[None]]
SECONDS_PER_MESSAGE = 14  # what a monitor's clock would show; only for the load figures of the demo


class Material(msgspec.Struct, frozen=True):
    """The chats as exported and what was planted in them, by record id."""

    chats: dict[str, dict[str, Any]]
    traces: dict[str, dict[str, Trace]]


def read_material(data: DemoData) -> Material:
    chats = {
        chat["记录编号"]: chat
        for month in data.months
        for chat in json.loads(gzip.decompress(month.chats.read_bytes()))
    }
    planted = msgspec.json.decode(gzip.decompress(data.behaviours_file.read_bytes()), type=dict[str, dict[str, Trace]])
    return Material(chats, planted)


async def mark_queue(data: DemoData, material: Material, monitor: Actor, *, employee_no: str, leave: int = 0) -> int:
    """Mark what waits for this monitor, but for the last `leave` items; how many were marked."""
    waiting = await queries.queue(monitor, limit=10_000)
    done = waiting[: len(waiting) - leave] if leave else waiting
    for one in done:
        evaluation_id = await commands.open_assignment(monitor, one["assignment"])
        marking = await _marking(data, material, evaluation_id, employee_no)
        await commands.submit_evaluation(monitor, evaluation_id, marking)
    return len(done)


async def _marking(data: DemoData, material: Material, evaluation_id: int, employee_no: str) -> Marking:
    found = await row(
        "SELECT e.version, e.form, e.part, i.external_id FROM evaluation e JOIN agent_part p ON p.id = e.part"
        " JOIN interaction i ON i.id = p.interaction WHERE e.id = {}",
        evaluation_id,
    )
    _version, form = await form_version(found["form"])
    record_id = found["external_id"]
    chat = material.chats[record_id]
    observed = mark_chat(
        chat["消息"],
        [form_item(item) for _section, item in form.items()],
        form=form.code,
        traces=material.traces.get(record_id, {}),
        truth=data.truth,
        monitor=employee_no,
        record_id=record_id,
    )
    messages = await queries.messages(found["part"])
    records = await queries.business_records(found["part"])
    items = {item.key: item for _section, item in form.items()}
    pieces = [_evidence(key, one, messages, records) for key, one in observed.items() if one.kind]
    return Marking(
        version=found["version"],
        answers=[
            written_answer(items[key], verdict=one.verdict, reason=one.reason, cause=one.cause)
            for key, one in observed.items()
        ],
        evidence=[piece for piece in pieces if piece],
        improvement_note=_note(form, observed),
        seconds_spent=SECONDS_PER_MESSAGE * len(messages),
    )


def _evidence(
    key: str, seen: Observed, messages: list[dict[str, Any]], records: list[dict[str, Any]]
) -> EvidenceIn | None:
    """The same evidence as exact places in what was stored; messages lie in the order of the export."""
    if seen.kind == "quote":
        message = messages[seen.message]
        return EvidenceIn(
            item=key, kind="quote", message=message["id"], start=0, end=len(message["body"]), quote=message["body"]
        )
    if seen.kind == "business_record":
        said = make_masker().mask(seen.record)  # what was stored is masked
        fitting = [one["id"] for one in records if said in one["body"]]
        return EvidenceIn(item=key, kind="business_record", business_record=fitting[0]) if fitting else None
    searched = f"{seen.first + 1}-{seen.last + 1}"
    return EvidenceIn(item=key, kind="absence", searched=searched)


def _note(form: Form, observed: dict[str, Observed]) -> str | None:
    """One thing to do better: the heaviest item that was missed, else half done; nobody is told to be praised."""
    for verdict in ("no", "partial"):
        weighted = [item for _section, item in form.items() if item.weight and item.key in observed]
        lacking = [item for item in weighted if observed[item.key].verdict == verdict]
        if lacking:
            return f"下次请做到：{max(lacking, key=lambda item: item.weight or 0).text}"
    return None
