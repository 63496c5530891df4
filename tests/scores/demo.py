"""The generated department's three months straight in the tables: records, surveys and a month's audits.

The road itself (import, draw, marking) has its own tests; here only what a month's scores are computed from matters.
"""

import gzip
import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from random import Random

import msgspec

from qa_service.database import bulk_insert, rows, transaction
from qa_service.demo import generate
from qa_service.demo.accounts import resolver
from qa_service.demo.form_items import form_item, written_answer
from qa_service.demo.monitors import mark_chat
from qa_service.demo.shapes import DemoData, Trace
from qa_service.demo.talk import AGENT, CUSTOMER
from qa_service.people.tables import Post
from rubrics.loading import load_form
from rubrics.marking import mark
from tests.builders import make_person, make_unit
from tests.sampling.builders import make_batch
from tests.scores.builders import make_mark, make_pack

LIBRARY = Path(__file__).parents[2] / "rubrics" / "library" / "shop-presale-aftersale" / "forms"
KINDS = {"售前": "presale", "售后": "aftersale"}
SHANGHAI = timezone(timedelta(hours=8))
AUDITS = 10


def read_gz(path: Path):
    return json.loads(gzip.decompress(path.read_bytes()))


async def load_department(folder: Path, *, seed: int = 16) -> tuple[DemoData, dict[str, int], int]:
    """The data, ids by staff number, the department's unit."""
    data = generate(folder, seed=seed)
    rules, unit, batch = await make_pack(), await make_unit(), await make_batch()
    people = {}
    for person in data.people:
        people[person.staff_no] = await make_person(person.staff_no, name=person.name)
        if person.kind:
            post = Post(person=people[person.staff_no], unit=unit, position=person.post, kind="agent",
                        from_on=person.hired_on)  # fmt: skip
            await Post.insert(post)
    traces = read_gz(data.behaviours_file)
    held = _holder(data)
    for month in data.months:
        chats = [(chat, held(chat)) for chat in read_gz(month.chats)]
        await _store([(chat, people[who]) for chat, who in chats if who], batch=batch, unit=unit)
        await _answers(month.surveys, batch)
        await _audit(data, month.month, [one for one in chats if one[1]], traces=traces, people=people, unit=unit,
                     rules=rules)  # fmt: skip
    return data, people, unit


def _holder(data: DemoData):
    """Whose chat it was by the list of holders, as the file says it."""
    import csv

    from qa_service.demo.shapes import Holding

    holdings = []
    with data.holders_file.open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            start, end = datetime.fromisoformat(line["起"]), datetime.fromisoformat(line["止"])
            seconds = [at.hour * 3600 + at.minute * 60 for at in (start, end)]
            holdings.append(Holding(platform=line["平台"], account=line["账号"], staff_no=line["工号"], on=start.date(),
                                    start_seconds=seconds[0], end_seconds=seconds[1] or 86_400))  # fmt: skip
    resolve = resolver(data.people, holdings)

    def holder(chat) -> str | None:
        at = datetime.fromisoformat(chat["开始时间"])
        seconds = at.hour * 3600 + at.minute * 60 + at.second
        return chat["客服工号"] or resolve(chat["平台"], chat["店铺账号"], at.date(), seconds)

    return holder


async def _store(chats, *, batch: int, unit: int) -> None:
    async with transaction():
        await bulk_insert(
            "interaction",
            ("source", "external_id", "revision", "batch", "digest", "channel", "kind", "direction", "time_known",
             "local_on", "attributes"),
            [("shop", c["记录编号"], 1, batch, c["记录编号"], "chat", KINDS[c["类型"]], "in", True, _at(c).date(), "{}")
             for c, _ in chats],
        )  # fmt: skip
        ids = {one["external_id"]: one["id"] for one in await rows("SELECT id, external_id FROM interaction")}
        await bulk_insert("agent_part", PART, [_part(c, who, ids[c["记录编号"]], batch, unit) for c, who in chats])


PART = (
    "interaction", "batch", "public_id", "sequence", "person", "unit", "channel", "kind", "local_on", "started_at",
    "time_known", "handle_seconds", "first_reply_seconds", "average_reply_seconds", "asked", "replied_in_3_min",
    "converted", "order_amount_fen", "transferred_out", "message_count", "version",
)  # fmt: skip


def _part(chat, person: int, interaction: int, batch: int, unit: int) -> tuple:
    waits, since = [], None
    for message in chat["消息"]:
        at = datetime.fromisoformat(message["时间"])
        if message["发送方"] == CUSTOMER and since is None:
            since = at
        elif message["发送方"] == AGENT and since is not None:
            waits.append(int((at - since).total_seconds()))
            since = None
    ended = datetime.fromisoformat(chat["结束时间"]).replace(tzinfo=SHANGHAI)
    amount = round(float(chat["订单金额元"]) * 100) if chat["订单金额元"] else None
    return (
        interaction, batch, f"shop:{chat['记录编号']}#1", 1, person, unit, "chat", KINDS[chat["类型"]],
        _at(chat).date(), _at(chat).astimezone(UTC), True, int((ended - _at(chat)).total_seconds()),
        waits[0] if waits else None, round(sum(waits) / len(waits)) if waits else None, True,
        bool(waits) and waits[0] <= 180, chat["咨询下单"], amount, chat["转出"], len(chat["消息"]), 1,
    )  # fmt: skip


def _at(chat) -> datetime:
    return datetime.fromisoformat(chat["开始时间"]).replace(tzinfo=SHANGHAI)


async def _answers(path: Path, batch: int) -> None:
    import csv

    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    known = {one["external_id"]: one["id"] for one in await rows("SELECT id, external_id FROM interaction")}
    async with transaction():
        await bulk_insert(
            "survey_answer",
            ("batch", "interaction", "external_id", "source", "score", "scale_max", "digest"),
            [(batch, known[line["记录编号"]], line["记录编号"], "shop", int(line["满意度"]), 5, "") for line in lines
             if line["记录编号"] in known],
        )  # fmt: skip


async def _audit(data: DemoData, month, chats, *, traces, people, unit: int, rules) -> None:
    forms = {kind: load_form((LIBRARY / f"chat-{key}.toml").read_text("utf-8")) for kind, key in KINDS.items()}
    rng, of_agent = Random(f"audit/{month}"), defaultdict(list)
    for chat, who in chats:
        of_agent[who].append(chat)
    monitors = sorted(data.truth.leniency)
    for who, theirs in sorted(of_agent.items()):
        for place, chat in enumerate(rng.sample(theirs, min(AUDITS, len(theirs)))):
            monitor, form = monitors[place % len(monitors)], forms[chat["类型"]]
            items = [item for section in form.sections for item in section.items]
            found = mark_chat(
                chat["消息"], [form_item(item) for item in items], form=form.code,
                traces=msgspec.convert(traces[chat["记录编号"]], dict[str, Trace]), truth=data.truth, monitor=monitor,
                record_id=chat["记录编号"],
            )  # fmt: skip
            answers = [
                written_answer(item, verdict=one.verdict, reason=one.reason, cause=one.cause)
                for item in items
                if (one := found[item.key])
            ]
            points = mark(form, answers).final_hundredths / 100
            version = rules[f"form:{form.code}"]
            await make_mark(people[who], people[monitor], points, unit=unit, form=version, pay_month=month)
