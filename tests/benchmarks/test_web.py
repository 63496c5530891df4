"""The web as a monitor's browser meets it: one process, SQLite, logged in and scoped, 32 clients, against a bare
Litestar endpoint in the same run. Load comes from wrk where it is installed, else from a second Python process.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import msgspec
import pytest

pytestmark = pytest.mark.benchmark
CLIENTS, SECONDS = 32, 5
ALLOWED = {"one record (JSON)": 0.40, "25 rows (JSON)": 0.16, "25 rows (HTML)": 0.05}
P99_MS = 60
BARE = """
import uvicorn
from litestar import Litestar, get

@get("/")
async def bare() -> dict[str, str]:
    return {"status": "ok"}

uvicorn.run(Litestar([bare], openapi_config=None), host="127.0.0.1", port=PORT, log_level="error")
"""
LOAD = """
import asyncio, json, sys, time
import httpx

async def main(url, cookie, clients, seconds):
    taken, until = [], time.perf_counter() + seconds
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=clients)) as client:
        async def one():
            while time.perf_counter() < until:
                start = time.perf_counter()
                answer = await client.get(url, headers={"cookie": cookie})
                assert answer.status_code == 200, answer.status_code
                taken.append(time.perf_counter() - start)
        await asyncio.gather(*(one() for _ in range(clients)))
    taken.sort()
    print(json.dumps([len(taken) / seconds, taken[int(len(taken) * 0.99)] * 1000]))

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
"""


class Rate(msgspec.Struct):
    per_second: float
    p99_ms: float


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The demo department served by one process, and the bare endpoint by another; both ports."""
    folder = tmp_path_factory.mktemp("web")
    command = [sys.executable, "-m", "qa_service.cli"]
    subprocess.run([*command, "demo", "--folder", str(folder), "--json"], check=True, capture_output=True, timeout=300)
    port, bare = free_port(), free_port()
    env = dict(os.environ, QA_DEMO="1", QA_DATABASE_URL=f"sqlite:///{folder}/qa.sqlite")
    running = [
        subprocess.Popen([*command, "serve", "--port", str(port)], env=env, stdout=subprocess.DEVNULL),
        subprocess.Popen([sys.executable, "-c", BARE.replace("PORT", str(bare))], stdout=subprocess.DEVNULL),
    ]
    try:
        for one in (port, bare):
            wait_for(one)
        yield port, bare
    finally:
        for process in running:
            process.terminate()
            process.wait(timeout=20)


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on {port}")


def log_in(port: int, username: str = "1002") -> str:
    """The cookie header of a group leader, whose reach is one unit."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = opener.open(f"http://127.0.0.1:{port}/login").read().decode()
    token = re.search(r'name="_csrf_token" value="([^"]+)"', page).group(1)
    given = {"_csrf_token": token, "username": username, "password": "demo-demo-2026", "next": "/"}
    opener.open(f"http://127.0.0.1:{port}/login", urllib.parse.urlencode(given).encode())
    return "; ".join(f"{one.name}={one.value}" for one in jar)


def load(url: str, cookie: str = "", seconds: float = SECONDS) -> Rate:
    if shutil.which("wrk"):
        command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds:g}s", "--latency", "-H", f"Cookie: {cookie}", url]
        text = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + 30).stdout
        assert "Non-2xx" not in text, text
        value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()
        return Rate(
            float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)),
            float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit],
        )
    command = [sys.executable, "-c", LOAD, url, cookie, str(CLIENTS), str(seconds)]
    return Rate(*json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def test_reads_keep_their_share_of_a_bare_endpoint(served):
    """Rates as shares of the bare endpoint's, and the 99th percentile of each route at this load."""
    port, bare = served
    cookie = log_in(port)
    address = f"http://127.0.0.1:{port}"
    request = urllib.request.Request(f"{address}/api/interactions?limit=25", headers={"cookie": cookie})
    first = json.loads(urllib.request.urlopen(request).read())
    listed = first if isinstance(first, list) else first["parts"]
    assert len(listed) == 25
    paths = {
        "one record (JSON)": f"/api/interactions/{listed[0]['interaction']}",
        "25 rows (JSON)": "/api/interactions?limit=25",
        "25 rows (HTML)": "/interactions?limit=25",
    }
    for path in paths.values():
        load(address + path, cookie, 1)
    before = load(f"http://127.0.0.1:{bare}/")
    rates = {what: load(address + path, cookie) for what, path in paths.items()}
    base = max(before.per_second, load(f"http://127.0.0.1:{bare}/").per_second)
    print(f"\nbare endpoint: {base:,.0f}/s")
    for what, rate in rates.items():
        share = rate.per_second / base
        print(
            f"{what}: {rate.per_second:,.0f}/s, {share:.3f} of bare, wanted {ALLOWED[what]}; p99 {rate.p99_ms:.0f} ms"
        )
    for what, rate in rates.items():
        assert rate.per_second >= ALLOWED[what] * base, what
        assert rate.p99_ms <= P99_MS, what
