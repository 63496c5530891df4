"""Agent parts, monitors and a published plan, straight into the tables."""

from datetime import date, datetime

import msgspec

from qa_service import clock
from qa_service.interactions.tables import AgentPart, ImportBatch, Interaction
from qa_service.people.tables import Post
from qa_service.rule_versions import commands as rules
from qa_service.sampling import commands
from qa_service.sampling.plans import SamplingPlan
from tests.builders import HOUSE, make_account, make_person

# The week of 5-11 October 2026: committed on the Monday after it, drawn when Tuesday's closing value is out.
COMMITTED_AT = datetime(2026, 10, 12, 10, tzinfo=clock.HOUSE_ZONE)
DRAWN_AT = datetime(2026, 10, 13, 16, tzinfo=clock.HOUSE_ZONE)


async def make_commitment(period: int, *, at: datetime = COMMITTED_AT, **given) -> commands.Committed:
    """A frame committed before its value is known, so that it can be drawn today."""
    with clock.standing_at(at):
        return await commands.commit_frame(
            HOUSE, period, **{"plan_code": "shop", "named_value": "上证指数2026-10-13收盘", **given}
        )


async def make_batch(**changes) -> int:
    given = {
        "profile_name": "test", "profile_digest": "0", "source": "shop", "target": "interactions",
        "file_name": "chats.json", "file_sha256": "0", "state": "published", "started_at": clock.now(),
    }  # fmt: skip
    return (await ImportBatch.insert(ImportBatch(**{**given, **changes})).returning(ImportBatch.id))[0]["id"]


async def make_part(
    name: str, *, batch: int, unit: int, person: int | None, on: date = date(2026, 10, 6), **more
) -> int:
    interaction = Interaction(
        source="shop", external_id=name, batch=batch, digest=name, channel="chat", kind="presale", local_on=on
    )
    found = (await Interaction.insert(interaction).returning(Interaction.id))[0]["id"]
    given = {"channel": "chat", "kind": "presale", "message_count": 8, **more}
    part = AgentPart(
        interaction=found, batch=batch, public_id=f"shop:{name}#1", person=person, unit=unit, local_on=on, **given
    )
    return (await AgentPart.insert(part).returning(AgentPart.id))[0]["id"]


async def make_agent(employee_no: str, unit: int) -> int:
    person = await make_person(employee_no, name=f"客服{employee_no}")
    await Post.insert(Post(person=person, unit=unit, position="售前客服", kind="agent", from_on=date(2025, 1, 1)))
    return person


async def make_monitor(employee_no: str) -> int:
    person = await make_person(employee_no, name=f"质检{employee_no}")
    await make_account(employee_no.lower(), "monitor", person=person)
    return person


async def make_plan(**changes) -> int:
    plan = SamplingPlan(**changes)
    rule = await rules.draft(
        HOUSE,
        rules.Draft(
            kind="sampling",
            code="shop",
            name="抽样方案",
            name_en="Sampling plan",
            definition=msgspec.json.encode(plan, order="sorted").decode(),
            from_on=date(2026, 1, 1),
            source="店规",
        ),
    )
    await rules.publish(HOUSE, rule, rules.Papers())
    return rule
