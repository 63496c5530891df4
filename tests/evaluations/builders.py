"""A drawn and assigned item, with a small form, ready to mark."""

from datetime import date

from qa_service import clock
from qa_service.forms.commands import draft_form
from qa_service.interactions.tables import Message
from qa_service.people.access import Role
from qa_service.people.queries import actor_of_account
from qa_service.people.tables import Account
from qa_service.rule_versions.commands import Papers, publish
from qa_service.sampling import commands as sampling
from tests.builders import HOUSE, make_account, make_unit
from tests.sampling.builders import make_agent, make_batch, make_commitment, make_monitor, make_part, make_plan

FORM = """
code = "small"
name = "小表"
name_en = "Small form"
mode = "percent"
source = "测试"
from = 2026-01-01
subject_kinds = ["agent_part"]

[[sections]]
key = "talk"
name = "沟通"
weight = 100

[[sections.items]]
key = "greeting"
text = "首句问候"
type = "yes_no"
weight = 40
evidence_kinds = ["absence"]

[[sections.items]]
key = "answer"
text = "答复正确"
type = "yes_no"
weight = 60
evidence_kinds = ["quote"]
na_reasons = [{ key = "no-question", name = "客户没有提问" }]
"""


async def make_form(text: str = FORM) -> int:
    version = await draft_form(HOUSE, text, "small.toml")
    await publish(HOUSE, version, Papers())
    return version


async def make_assigned() -> dict:
    """One agent with two parts of three messages, one drawn for one of two monitors."""
    unit, batch = await make_unit(), await make_batch()
    agent = await make_agent("K0", unit)
    for i in range(2):
        part = await make_part(f"c{i}", batch=batch, unit=unit, person=agent)
        for n, (sender, body) in enumerate([("customer", "在吗"), ("agent", "什么事"), ("agent", "明天发货亲")], 1):
            from qa_service.database import scalar

            interaction = await scalar("SELECT interaction FROM agent_part WHERE id = {}", part)
            await Message.insert(Message(interaction=interaction, sequence=n, sender=sender, body=body, kind="text"))
    monitors = [await make_monitor("Q1"), await make_monitor("Q2")]
    await make_plan(floor=20, probation_floor=20)
    await make_form()
    periods = await sampling.open_month(HOUSE, unit, date(2026, 10, 1), plan_code="shop")
    frame = await make_commitment(periods[1])
    draw = await sampling.draw_frame(HOUSE, frame.frame, ["1"])
    await sampling.assign_draw(HOUSE, draw)
    await make_account("k0", Role.AGENT, person=agent)
    return {"unit": unit, "agent": agent, "monitors": monitors, "now": clock.now()}


async def actor_of_person(person: int):
    found = await Account.select(Account.id).where(Account.person == person).first()
    return await actor_of_account(found["id"])
