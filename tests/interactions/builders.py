"""Two groups of a shop with a few talks, one of them passed on between the groups, and one account of nobody."""

from datetime import UTC, date, datetime

from qa_service import clock
from qa_service.interactions.tables import AgentPart, BusinessRecord, Interaction, Message, SurveyAnswer
from qa_service.people.access import Actor, Grant, Role
from qa_service.people.tables import AccountHolder, PlatformAccount
from tests.builders import make_unit
from tests.sampling.builders import make_agent, make_batch, make_part

NOON = datetime(2026, 10, 6, 4, tzinfo=UTC)


def make_actor(role: Role, *units: int, person: int | None = None) -> Actor:
    return Actor(account_id=None, person_id=person, name="x", grants=(Grant(role, frozenset(units) or None),))


async def make_message(interaction: int, n: int, *, part: int = 1, sender: str = "agent", body: str = "好的亲") -> None:
    await Message.insert(
        Message(interaction=interaction, sequence=n, part_sequence=part, sender=sender, body=body, kind="text")
    )


async def make_shop() -> dict[str, int]:
    """K1 of the pre-sale group answers and passes on to K2 of after-sale; K1 has two more talks, K2 one."""
    root = await make_unit("shop", name="网店客服")
    before, after = await make_unit("pre", name="售前组", parent=root), await make_unit("post", parent=root)
    batch = await make_batch()
    one, two = await make_agent("K1", before), await make_agent("K2", after)
    made = {"root": root, "before": before, "after": after, "batch": batch, "one": one, "two": two}
    made["part"] = await make_part("c1", batch=batch, unit=before, person=one, first_reply_seconds=12)
    part = await AgentPart.objects().get(AgentPart.id == made["part"])
    made["talk"] = part.interaction
    passed = AgentPart(
        interaction=made["talk"], batch=batch, public_id="shop:c1#2", sequence=2, person=two, unit=after,
        channel="chat", kind="aftersale", local_on=date(2026, 10, 6), message_count=2,
    )  # fmt: skip
    made["passed"] = (await AgentPart.insert(passed).returning(AgentPart.id))[0]["id"]
    await make_message(made["talk"], 1, sender="customer", body="地址是***路，能改吗")
    await make_message(made["talk"], 2, body="转售后的同事")
    await make_message(made["talk"], 3, part=2, body="已经改好了")
    await Interaction.update({Interaction.order_no: "DD1", Interaction.customer_key: "买家***"}).where(
        Interaction.id == made["talk"]
    )
    await BusinessRecord.insert(
        BusinessRecord(
            batch=batch, kind="订单备注", order_no="DD1", buyer_key="买家***", body="改地址", digest="1",
            recorded_on=date(2026, 10, 6), recorded_by="K1",
        ),
        BusinessRecord(batch=batch, kind="退货记录表", order_no="DD0", buyer_key="买家***", body="旧单", digest="2"),
    )  # fmt: skip
    await SurveyAnswer.insert(
        SurveyAnswer(batch=batch, interaction=made["talk"], external_id="c1", source="shop", score=2, comment="慢",
                     digest="1")
    )  # fmt: skip
    await make_part("c2", batch=batch, unit=before, person=one, on=date(2026, 10, 7))
    await make_part("c3", batch=batch, unit=before, person=one, on=date(2026, 9, 30), channel="call_in")
    await make_part("c4", batch=batch, unit=after, person=two, on=date(2026, 10, 8))
    return made


async def make_waiting(made: dict[str, int], *, count: int = 3) -> int:
    """An account that K1 held in the morning, with parts of the afternoon that nobody held it for."""
    account = PlatformAccount(platform="旗舰店", name="小宜", created_at=clock.now())
    account_id = (await PlatformAccount.insert(account).returning(PlatformAccount.id))[0]["id"]
    span = (datetime(2026, 10, 6, 0, tzinfo=UTC), datetime(2026, 10, 6, 3, tzinfo=UTC))
    held = AccountHolder(platform_account=account_id, person=made["one"], from_at=span[0], until_at=span[1])
    await AccountHolder.insert(held)
    for i in range(count):
        await make_part(
            f"w{i}", batch=made["batch"], unit=None, person=None, on=date(2026, 10, 6 + i), started_at=NOON,
            platform_account=account_id, agent_label="旗舰店/小宜",
        )  # fmt: skip
    return account_id
