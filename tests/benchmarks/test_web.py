"""The web as people's browsers meet it: one process, SQLite, logged in and scoped, 32 clients, against a bare Litestar
endpoint in the same run. Load comes from wrk where it is installed, else from a second Python process.
"""

import os
import subprocess
import sys
from contextlib import closing
from statistics import median

import msgspec
import pytest

from tests.benchmarks.load import CLIENTS, Load, load, load_tool
from tests.conftest import ROOT
from tests.served import free_port, log_in, process_at, serve

pytestmark = pytest.mark.benchmark
SHARES = {"one record (JSON)": 0.40, "25 rows (JSON)": 0.16, "25 rows (HTML)": 0.05}
P99_MS = 60
ROUNDS = 21
LEADER = "1002"  # leads one unit, and reads that and nothing else


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    """The demo department served by one process, and the bare endpoint by another."""
    folder = tmp_path_factory.mktemp("web")
    made = [sys.executable, "-m", "qa_service.cli", "demo", "--folder", str(folder), "--json"]
    subprocess.run(made, check=True, capture_output=True, timeout=300)
    port = free_port()
    bare = [sys.executable, str(ROOT / "tests" / "benchmarks" / "bare.py"), str(port)]
    with (
        serve(folder / "qa.sqlite", QA_DEMO="1") as service,
        process_at(bare, port=port, env=dict(os.environ), folder=folder) as floor,
    ):
        yield service.url, f"{floor.url}/record"


def test_reads_keep_their_share_of_a_bare_endpoint(addresses):
    """Rates as shares of the bare endpoint's, and the 99th percentile of the waits.

    A shared machine changes its pace from second to second, by a half and more: the bare endpoint and the pages take
    turns in short rounds, each share is taken within its round, and the median round counts.
    """
    service, bare = addresses
    with closing(log_in(service, LEADER)) as client:
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        listed = client.get("/api/interactions", params={"limit": 25}).json()["parts"]
    assert len(listed) == 25
    paths = {
        "one record (JSON)": f"/api/agent-parts/{listed[0]['id']}",
        "one record with its talk (JSON)": f"/api/interactions/{listed[0]['interaction']}",
        "25 rows (JSON)": "/api/interactions?limit=25",
        "25 rows (HTML)": "/interactions?limit=25",
    }
    for address in (bare, *(service + path for path in paths.values())):
        load(address, cookie, seconds=1)
    rounds = {what: [_round(bare, service + path, cookie) for _ in range(ROUNDS)] for what, path in paths.items()}
    found = {what: Figures.of(one) for what, one in rounds.items()}
    print(f"\n{load_tool()}, {CLIENTS} clients, {ROUNDS} rounds; medians")
    for what, one in found.items():
        print(one.told(what))
    for what, one in found.items():
        assert one.failed == 0, what
        assert one.share >= SHARES.get(what, 0), what
        assert one.p99_ms <= P99_MS, what


def _round(bare: str, address: str, cookie: str) -> tuple[Load, Load]:
    return load(bare, seconds=1), load(address, cookie, seconds=1)


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The median round of one address beside the bare endpoint."""

    bare_per_second: float
    per_second: float
    share: float
    p99_ms: float
    failed: int

    @classmethod
    def of(cls, rounds: list[tuple[Load, Load]]) -> "Figures":
        return cls(
            bare_per_second=median(bare.per_second for bare, _ in rounds),
            per_second=median(one.per_second for _, one in rounds),
            share=median(one.per_second / bare.per_second for bare, one in rounds),
            p99_ms=median(one.p99_ms for _, one in rounds),
            failed=sum(one.failed for _, one in rounds),
        )

    def told(self, what: str) -> str:
        wanted = f", wanted {SHARES[what]:.2f}" if what in SHARES else ""
        rates = f"{self.per_second:,.0f}/s beside {self.bare_per_second:,.0f}/s"
        return f"{what}: {rates}, {self.share:.3f} of bare{wanted}; p99 {self.p99_ms:.0f} ms"
