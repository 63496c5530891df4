"""What leaves the house about a draw: a period in full, a frame to draw from again, one's own proof."""

import csv
import io
from typing import Any

import msgspec

from qa_service.errors import NotFound
from qa_service.language import N_, gettext, speaking
from qa_service.people.access import Actor
from qa_service.sampling import assigning, proofs, queries, reading, rules, schemas, tickets
from qa_service.sampling.frames import parse_leaf
from qa_service.web.tables import neutral

FRAME_FORMAT = "qa-frame/1"
FILE_HEADS = ("place", "leaf", "id", "agent", "channel", "kind", "local_on", "ticket")


def period_text(period: dict[str, Any]) -> str:
    """The period as it enters the seed."""
    return f"{period['from_on'].isoformat()}/{period['until_on'].isoformat()}"


def seed_text(period: dict[str, Any], frame: dict[str, Any]) -> str | None:
    """The text whose SHA-256 is the seed; None before the draw."""
    if frame["draw"] is None:
        return None
    return tickets.seed_text(frame["root"], period_text(period), frame["seed_values"])


async def period_detail(actor: Actor, period_id: int) -> schemas.PeriodDetail:
    period = await reading.period(actor, period_id)
    frames = [await _frame_out(actor, period, frame) for frame in await reading.frames(period_id)]
    names = ("id", "unit", "unit_name", "pay_month", "from_on", "until_on", "state", "is_whole")
    return schemas.PeriodDetail(**{name: period[name] for name in names}, frames=frames)


async def _frame_out(actor: Actor, period: dict[str, Any], frame: dict[str, Any]) -> schemas.FrameOut:
    is_whole, is_drawn = period["is_whole"], frame["draw"] is not None
    items = await reading.items(frame["draw"]) if is_whole and is_drawn else []
    given = {
        **frame,
        "seed_text": seed_text(period, frame),
        "unassigned_why": await assigning.why_unassigned(period, frame) if is_whole else [],
        "quotas": await reading.quotas(period, frame) if is_whole else [],
        "items": [{**one, "part": one["public_id"]} for one in items],
        "own": [],
    }
    own = [ticket_out(one) for one in await reading.own_tickets(actor, frame)]
    return msgspec.structs.replace(msgspec.convert(given, schemas.FrameOut), own=own)


def ticket_out(one: dict[str, Any]) -> schemas.TicketOut:
    known = {name: one[name] for name in ("part", "interaction", "local_on", "channel", "kind")}
    why = one["explanation"]
    if why is None:
        return schemas.TicketOut(**known)
    return schemas.TicketOut(
        **known, ticket=why.ticket, place=why.place, size=why.size, taken=why.taken, is_drawn=why.is_drawn,
        sentence=why.text(),
    )  # fmt: skip


async def frame_file(actor: Actor, frame_id: int) -> schemas.FrameFile:
    period, frame = await reading.frame(actor, frame_id, whole=True)
    return schemas.FrameFile(
        format=FRAME_FORMAT,
        root=frame["root"],
        count=frame["leaf_count"],
        period=period_text(period),
        named_value=frame["named_value"],
        value_known=frame["value_known"],
        deviation=frame["deviation"],
        remarks=remarks(frame),
        values=frame["seed_values"],
        seed=frame["seed"],
        exclusions=frame["exclusions"],
        quotas=msgspec.json.decode(frame["quotas"], type=list[tuple[str, str, str, int]]),
        leaves=await reading.leaves(frame_id),
    )


def remarks(frame: dict[str, Any]) -> list[str]:
    """What must stand on every print of a frame and every proof from it, in both languages."""
    said = []
    for language in ("zh", "en"):
        with speaking(language):
            if frame["value_known"]:
                said.append(gettext(rules.VALUE_KNOWN))
            if frame["deviation"]:
                said.append(gettext(rules.DEVIATES, reason=frame["deviation"]))
    return said


def frame_csv(file: schemas.FrameFile) -> bytes:
    """The frame as a table for a spreadsheet; remarks stand above its heads."""
    text = io.StringIO()
    table = [*([one] for one in file.remarks), FILE_HEADS, *frame_rows(file)]
    csv.writer(text).writerows([neutral(value) for value in row] for row in table)
    return text.getvalue().encode("utf-8-sig")


def frame_rows(file: schemas.FrameFile) -> list[list[str]]:
    """A frame as a table: place, the line itself, its fields in plain letters, and the ticket once there is a seed."""
    parts = [parse_leaf(text) for text in file.leaves]
    numbers = tickets.tickets([part.id for part in parts], file.seed) if file.seed else [""] * len(parts)
    return [
        [str(place), text, part.id, part.agent, part.channel, part.kind, part.local_on.isoformat(), number]
        for place, (text, part, number) in enumerate(zip(file.leaves, parts, numbers, strict=True))
    ]


async def own_proof(actor: Actor, draw_id: int) -> dict[str, object]:
    """The proof bundle of one's own records: drawn or not drawn, to be checked without this server."""
    key = await queries.person_key(actor.person_id)
    loaded = await queries.load_draw(draw_id) if key else None
    if loaded is None:
        raise NotFound(N_("这次抽样"))
    found, frame, draw = loaded
    return proofs.bundle(
        frame,
        draw,
        agent=key,
        period=period_text(found),
        values=msgspec.json.decode(found["draw"]["seed_values"]),
        plan_version=f"{found['plan_code']}/{found['plan_version']}",
        named_value=found["named_value"],
        remarks=remarks(found),
    )
