"""Load with 32 clients: wrk where it is installed, else a second process of ours with plain sockets.

As a program (`python -m tests.benchmarks.load URL COOKIE SECONDS`) it prints the answer as JSON.
"""

import asyncio
import json
import re
import shutil
import subprocess
import sys
import time
from urllib.parse import urlsplit

import msgspec

CLIENTS = 32
UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1_000.0}


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: answers per second, the 99th percentile of the waits in milliseconds, answers that were none."""

    per_second: float
    p99_ms: float
    failed: int


def load(url: str, cookie: str = "", *, seconds: int = 5) -> Load:
    return (_wrk if shutil.which("wrk") else _second_process)(url, cookie, seconds)


def load_tool() -> str:
    return "wrk" if shutil.which("wrk") else "a second process of ours"


def _wrk(url: str, cookie: str, seconds: int) -> Load:
    command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds}s", "--latency", "-H", f"Cookie: {cookie}", url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    p99, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", told).groups()
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", told)
    return Load(
        per_second=float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]),
        p99_ms=float(p99) * UNITS_MS[unit],
        failed=(int(bad[1]) if bad else 0) + (sum(map(int, broken.groups())) if broken else 0),
    )


def _second_process(url: str, cookie: str, seconds: int) -> Load:
    command = [sys.executable, "-m", "tests.benchmarks.load", url, cookie, str(seconds)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return msgspec.json.decode(told, type=Load)


async def _clients(url: str, cookie: str, seconds: int) -> Load:
    waits: list[float] = []
    failures = [0]
    until = time.perf_counter() + seconds
    await asyncio.gather(*(_client(url, cookie, until=until, waits=waits, failures=failures) for _ in range(CLIENTS)))
    waits.sort()
    p99 = waits[int(len(waits) * 0.99)] * 1_000 if waits else float("inf")
    return Load(per_second=len(waits) / seconds, p99_ms=p99, failed=failures[0])


async def _client(url: str, cookie: str, *, until: float, waits: list[float], failures: list[int]) -> None:
    """One keep-alive connection that asks again as soon as it was answered."""
    at = urlsplit(url)
    path = at.path + (f"?{at.query}" if at.query else "")
    asked = f"GET {path} HTTP/1.1\r\nHost: {at.netloc}\r\nCookie: {cookie}\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    while (start := time.perf_counter()) < until:
        writer.write(asked)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        await reader.readexactly(int(length[1]))
        waits.append(time.perf_counter() - start)
        failures[0] += not head.startswith(b"HTTP/1.1 2")
    writer.close()


if __name__ == "__main__":
    print(json.dumps(msgspec.to_builtins(asyncio.run(_clients(sys.argv[1], sys.argv[2], int(sys.argv[3]))))))
