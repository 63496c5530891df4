"""The web as people's browsers meet it: one process, SQLite, logged in and scoped, 32 clients, against a bare Litestar
endpoint in the same run. Load comes from wrk where it is installed, else from a second Python process.
"""

import os
import subprocess
import sys

import pytest

from tests.benchmarks.load import CLIENTS, Load, load, load_tool
from tests.conftest import ROOT
from tests.served import free_port, log_in, process_at, serve

pytestmark = pytest.mark.benchmark
SHARES = {"one record (JSON)": 0.40, "25 rows (JSON)": 0.16, "25 rows (HTML)": 0.05}
P99_MS = 60
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
    """Rates as shares of the bare endpoint's, measured before and after, and the 99th percentile of the waits."""
    service, bare = addresses
    client = log_in(service, LEADER)
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    listed = client.get("/api/interactions", params={"limit": 25}).json()["parts"]
    assert len(listed) == 25
    paths = {
        "one record (JSON)": f"/api/agent-parts/{listed[0]['id']}",
        "one record with its talk (JSON)": f"/api/interactions/{listed[0]['interaction']}",
        "25 rows (JSON)": "/api/interactions?limit=25",
        "25 rows (HTML)": "/interactions?limit=25",
    }
    for path in paths.values():
        load(service + path, cookie, seconds=1)
    before = load(bare)
    loads = {what: load(service + path, cookie) for what, path in paths.items()}
    floor = max(before.per_second, load(bare).per_second)
    print(f"\n{load_tool()}, {CLIENTS} clients; bare endpoint: {floor:,.0f}/s")
    for what, found in loads.items():
        print(told(what, found, floor))
    for what, found in loads.items():
        assert found.failed == 0, what
        assert found.per_second >= SHARES.get(what, 0) * floor, what
        assert found.p99_ms <= P99_MS, what


def told(what: str, found: Load, floor: float) -> str:
    share = f"{found.per_second / floor:.3f} of bare"
    wanted = f", wanted {SHARES[what]:.2f}" if what in SHARES else ""
    return f"{what}: {found.per_second:,.0f}/s, {share}{wanted}; p99 {found.p99_ms:.0f} ms"
