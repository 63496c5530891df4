"""Speed of a month's scores. Both sides are printed: what was measured, and what is allowed."""

import time
from datetime import date, timedelta

import numpy as np
import pytest

import qa_service.database as database
from qa_service.database import bulk_insert, rows, transaction
from qa_service.kpis.facts import needed
from qa_service.kpis.queries import agent_days
from qa_service.kpis.rules import kpi_column
from qa_service.scores.estimates import PersonEstimate, qa_column
from rubrics.pack_records import Kpi
from rubrics.packs import load_pack
from scoring.scorecards import Line, score_cards, scorecard
from tests.builders import make_unit
from tests.sampling.builders import make_batch

pytestmark = [pytest.mark.anyio, pytest.mark.benchmark]
MONTH = date(2026, 10, 1)
KPIS = load_pack("shop-presale-aftersale").all(Kpi, MONTH)
PART = (
    "interaction", "batch", "public_id", "sequence", "person", "unit", "channel", "kind", "local_on", "started_at",
    "time_known", "handle_seconds", "first_reply_seconds", "average_reply_seconds", "closed_after_seconds", "asked",
    "replied_in_3_min", "converted", "order_amount_fen", "transferred_out", "message_count", "version",
)  # fmt: skip


@pytest.fixture
async def sqlite_engine(sqlite_url, anyio_backend):
    engine = database.make_engine(sqlite_url)
    database.bind(engine)
    await engine.start_connection_pool()
    yield engine
    await engine.close_connection_pool()


async def fill(parts: int, agents: int) -> None:
    """Agent parts of one month with surveys on a fifth of them, in the order of time, as exports come, spread over
    agents."""
    unit, batch = await make_unit(), await make_batch()
    async with transaction():
        await bulk_insert("person", ("key", "name", "created_at", "version"),
                          [(f"P{i}", f"P{i}", "2026-10-01 00:00:00+00:00", 1) for i in range(agents)])  # fmt: skip
        people = [one["id"] for one in await rows("SELECT id FROM person ORDER BY id")]
        await bulk_insert(
            "interaction",
            ("source", "external_id", "revision", "batch", "digest", "channel", "kind", "direction", "time_known",
             "local_on", "attributes"),
            (("shop", str(i), 1, batch, "", "chat", "presale", "in", True, _day(i, parts), "{}") for i in range(parts)),
        )  # fmt: skip
        first = (await rows("SELECT MIN(id) AS id FROM interaction"))[0]["id"]
        made = (_part(i, first + i, batch, people, unit, _day(i, parts)) for i in range(parts))
        await bulk_insert("agent_part", PART, made)
        await bulk_insert(
            "survey_answer",
            ("batch", "interaction", "external_id", "source", "score", "scale_max", "digest"),
            ((batch, first + i, str(i), "shop", 1 + i % 5, 5, "") for i in range(0, parts, 5)),
        )
    await rows("SELECT COUNT(*) AS n FROM agent_part")


def _day(i: int, parts: int) -> date:
    return MONTH + timedelta(days=i * 31 // parts)


def _part(i: int, interaction: int, batch: int, people: list[int], unit: int, on: date) -> tuple:
    return (
        interaction, batch, f"shop:{i}#1", 1, people[i * 31 % len(people)], unit, "chat", "presale", on,
        f"{on} {i % 14:02d}:00:00+00:00", True, 60 + i % 900, 5 + i % 50, 8 + i % 60, i % 1200, True, i % 9 > 0,
        i % 3 == 0, 9_900 if i % 3 == 0 else None, i % 20 == 0, 12, 1,
    )  # fmt: skip


async def month_kpis() -> int:
    days = await agent_days(None, MONTH, date(2026, 10, 31), wanted=needed(KPIS))
    people = sorted(set(days.person.tolist()))
    facts = days.by_person(people)
    qa = qa_column([PersonEstimate(n=0, monitors=0)] * len(people))
    columns = [
        kpi_column(key, kpi, facts, size=len(people), qa=qa, complaints_known=days.complaints_known)
        for key, kpi in KPIS.items()
    ]
    assert sum(column.present.any() for column in columns) >= 9
    return len(people)


async def measure(what: str, allowed: float, repeat: int = 3) -> None:
    best = min([await _timed() for _ in range(repeat)])
    print(f"\n{what}: {best:.2f} s, allowed {allowed:.0f} s")
    assert best <= allowed


async def _timed() -> float:
    start = time.perf_counter()
    await month_kpis()
    return time.perf_counter() - start


async def test_month_kpis_of_the_86k_set(sqlite_engine):
    await fill(85_907, 1_371)
    await measure("KPIs of 85,907 parts, 1,371 agents", 1)


async def test_kpis_of_a_million_interactions(sqlite_engine):
    await fill(1_000_000, 2_000)
    await measure("KPIs of 1,000,000 parts, 2,000 agents", 10, repeat=1)


def test_scorecards_of_50_000_agents_with_30_kpis():
    rng = np.random.default_rng(1)
    weights = [334] * 10 + [333] * 20
    card = scorecard([Line(kpi=f"k{i}", weight_hundredths=w, minimum_n=5) for i, w in enumerate(weights)])
    points, n = rng.integers(0, 12_000, (50_000, 30)), rng.integers(0, 60, (50_000, 30))
    start = time.perf_counter()
    found = score_cards(card, points, n > 0, n=n, low_hundredths=points - 1, high_hundredths=points + 1)
    taken = time.perf_counter() - start
    print(f"\nscorecards of 50,000 agents x 30 KPIs: {taken:.2f} s, allowed 1 s")
    assert found.is_scored.any()
    assert taken <= 1
