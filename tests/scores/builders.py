"""A small department with the pack in force, records, marks and what becomes of them."""

from datetime import date

from qa_service import clock
from qa_service.evaluations.tables import Evaluation
from qa_service.rule_versions.packs import apply_pack
from tests.builders import HOUSE, make_person, make_unit
from tests.kpis.builders import make_chat
from tests.sampling.builders import make_agent, make_batch

PACK, MONTH = "shop-presale-aftersale", date(2026, 10, 1)


async def make_pack(on: date = date(2026, 8, 1)) -> dict[str, int]:
    return await apply_pack(HOUSE, PACK, on=on)


async def make_mark(person: int, monitor: int, points: float, *, unit: int, form: int, **more) -> int:
    given = {
        "subject_kind": "agent_part", "origin": "random", "state": "released", "pay_month": MONTH,
        "created_at": clock.now(), "final_hundredths": round(points * 100),
    }  # fmt: skip
    row = Evaluation(person=person, monitor=monitor, unit=unit, form=form, **{**given, **more})
    return (await Evaluation.insert(row).returning(Evaluation.id))[0]["id"]


async def make_department(agents: int = 3, *, chats: int = 40, marks: int = 6) -> dict:
    """Agents K0.. with `chats` chats each and `marks` marks by each of two monitors; Q2 takes 10 points more."""
    rules = await make_pack()
    unit, batch = await make_unit(), await make_batch()
    people = [await make_agent(f"K{i}", unit) for i in range(agents)]
    monitors = [await make_person(f"Q{i}", name=f"质检{i}") for i in (1, 2)]
    form = rules["form:chat-presale"]
    for i, person in enumerate(people):
        for j in range(chats):
            await make_chat(f"{i}-{j}", batch=batch, unit=unit, person=person, first_reply_seconds=8 + (i + j) % 5,
                            converted=j % 3 == 0, order_amount_fen=9_000 + j if j % 3 == 0 else None)  # fmt: skip
        for j in range(marks):
            for k, monitor in enumerate(monitors):
                await make_mark(person, monitor, 88 - 3 * i - 10 * k + (j * 7 + k) % 5, unit=unit, form=form)
    return {"unit": unit, "batch": batch, "people": people, "monitors": monitors, "rules": rules, "form": form}
