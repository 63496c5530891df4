"""A page of the list of records costs the millionth row as the first: ratios within one run, both sides printed."""

import time
from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from qa_service.evaluations.of_parts import QualityOfParts
from qa_service.interactions import beside, queries
from qa_service.interactions.queries import Filter, Key
from qa_service.people.access import Actor, Grant, Role
from tests.benchmarks.test_kpis import fill, sqlite_engine  # noqa: F401 -- a fixture
from tests.builders import HOUSE

pytestmark = [pytest.mark.anyio, pytest.mark.benchmark]
OCTOBER = {"from_on": date(2026, 10, 1), "until_on": date(2026, 10, 31)}


async def best_of(call: Callable[[], Awaitable[object]], repeat: int = 5) -> float:
    taken = []
    for _ in range(repeat):
        start = time.perf_counter()
        await call()
        taken.append(time.perf_counter() - start)
    return min(taken)


@pytest.mark.parametrize(("parts", "agents"), [(85_907, 1_371), (1_000_000, 2_000)])
async def test_pages_of_records_do_not_grow_with_the_table(sqlite_engine, parts, agents):  # noqa: F811
    """Against one look-up by key in the same run; a scan of the table would be tens of thousands of times that."""
    await fill(parts, agents)
    beside.register(QualityOfParts())
    lead = Actor(account_id=None, person_id=None, name="x", grants=(Grant(Role.SUPERVISOR, frozenset([1])),))
    base = await best_of(lambda: queries.person_name(1))
    asked = {
        "first page": lambda: queries.parts(HOUSE, Filter(**OCTOBER)),
        "deep page": lambda: queries.parts(HOUSE, Filter(), before=Key(date(2026, 10, 3), parts // 2)),
        "page of a unit": lambda: queries.parts(lead, Filter(**OCTOBER)),
        "page of a person": lambda: queries.parts(HOUSE, Filter(person=7)),
        "a record's number": lambda: queries.parts(HOUSE, Filter(search="500")),
        "newest day": lambda: queries.newest_day(lead),
    }
    for what, call in asked.items():
        taken = await best_of(call)
        print(f"\n{what} of {parts:,} parts: {taken * 1000:.2f} ms, {taken / base:.0f} x one look-up, allowed 500 x")
        assert taken <= 500 * base, what
