"""A small department in a fresh database: scored, paid, with the pack's scheme in force. Valid, odd defaults."""

import json
from datetime import UTC, date, datetime

import msgspec

from qa_service import clock
from qa_service.journal.commands import set_key
from qa_service.people import queries as people
from qa_service.people.access import Actor, Role
from qa_service.people.tables import Person, Post
from qa_service.rewards import commands
from qa_service.rewards.schemas import EventIn, EvidenceItem
from qa_service.rewards.wage_commands import WageEntry
from qa_service.rule_versions.packs import apply_pack
from qa_service.scores.tables import KpiResult, QaEstimate, Scorecard, ScoreRun
from tests.builders import HOUSE, make_account, make_unit

PACK = "shop-presale-aftersale"
OCTOBER = date(2026, 10, 1)
HANGZHOU = "浙江省杭州市"
TUESDAY = datetime(2026, 11, 10, 1, 30, tzinfo=UTC)  # 09:30 on the house's clock, payday is Friday the 13th


class Department(msgspec.Struct):
    """Ids of a unit and of its people; actors are fetched by role."""

    unit: int
    rules: dict[str, int]
    shen: int  # marks that are surely below a line
    bai: int  # marks that are surely above it
    run: int = 0

    async def actor(self, username: str) -> Actor:
        from qa_service.database import scalar

        account = await scalar("SELECT id FROM account WHERE username = {}", username)
        return await people.actor_of_account(account)


async def make_worker(employee_no: str, name: str, unit: int, *, hired_on=date(2024, 3, 4), kind="agent") -> int:
    row = Person(key=employee_no, employee_no=employee_no, name=name, hired_on=hired_on, created_at=clock.now())
    person = (await Person.insert(row).returning(Person.id))[0]["id"]
    await Post.insert(Post(person=person, unit=unit, position=name, kind=kind, from_on=hired_on))
    return person


async def make_department(*, papers: bool = True) -> Department:
    """Two agents, a supervisor who writes, a manager and a second one who approve, an HR clerk; wages of October."""
    set_key(b"a key for tests only")
    unit = await make_unit("online-shop", name="网店客服")
    rules = await apply_pack(HOUSE, PACK, on=OCTOBER)
    shen = await make_worker("K017", "沈若溪", unit)
    bai = await make_worker("K018", "白小满", unit)
    for name, role, number in (
        ("shen", Role.AGENT, shen), ("bai", Role.AGENT, bai), ("lead", Role.SUPERVISOR, "Z01"),
        ("boss", Role.MANAGER, "J01"), ("vice", Role.MANAGER, "J02"), ("hr", Role.HR, "R01"),
    ):  # fmt: skip
        person = number if isinstance(number, int) else await make_worker(number, name, unit, kind=role.value)
        await make_account(name, role, unit=unit, person=person)
    for employee_no in ("K017", "K018"):
        await commands.set_wage(HOUSE, make_wage_entry(employee_no))
    made = Department(unit=unit, rules=rules, shen=shen, bai=bai)
    made.run = await make_run(made)
    return made


def make_wage_entry(employee_no: str = "K017", **changes) -> WageEntry:
    given = {
        "month": OCTOBER, "base_fen": 420000, "variable_base_fen": 100000, "region": HANGZHOU,
        "contract_kind": "固定期限", "variable_source": "合同第五条",
    }  # fmt: skip
    return WageEntry(employee_no=employee_no, **(given | changes))


async def make_run(department: Department, *, state: str = "published", month: date = OCTOBER) -> int:
    """Shen: scorecard 70 (68-72), month score 75 (73-77) of 8. Bai: 90 and 91, no interval lost."""
    now = clock.now()
    row = ScoreRun(
        unit=department.unit, pay_month=month, state=state, parameters=department.rules["kpis"],
        results_digest="d" * 64, created_at=now, published_at=now,
    )  # fmt: skip
    run = (await ScoreRun.insert(row).returning(ScoreRun.id))[0]["id"]
    for person, card, qa in ((department.shen, 7000, 7500), (department.bai, 9000, 9100)):
        parts = [{"kpi": "first_reply", "weight": 100, "points": card / 100, "n": 120, "state": "ok"}]
        explanation = {"position": "presale", "reason": "", "dimensions": [], "kpis": parts}
        await Scorecard.insert(
            Scorecard(
                run=run, person=person, total_hundredths=card, lower_hundredths=card - 200,
                upper_hundredths=card + 200, weight_present_hundredths=10000, explanation=json.dumps(explanation),
            )
        )  # fmt: skip
        await QaEstimate.insert(
            QaEstimate(
                run=run, person=person, n=8, monitors=2, raw_mean_hundredths=qa, corrected_hundredths=qa,
                corrected_lower_hundredths=qa - 200, corrected_upper_hundredths=qa + 200,
            )
        )  # fmt: skip
        await KpiResult.insert(
            KpiResult(run=run, person=person, kpi="first_reply", n=120, points_hundredths=card, weight_hundredths=10000)
        )
    return run


def make_entry(department: Department, rule_code: str = "late-remark", **changes) -> EventIn:
    evidence = [EvidenceItem(kind="chat", reference="服务记录20261012-7", quote="颜色改成蓝色的，麻烦了")]
    given = {
        "person_id": department.shen, "happened_on": date(2026, 10, 12), "rule_code": rule_code,
        "body": "改颜色没有备注", "evidence": evidence,
    }  # fmt: skip
    return EventIn(**(given | changes))


LOSS = {"loss_fen": 3180, "contract_clause": "合同第九条", "own_cause": "改色后没有备注"}
