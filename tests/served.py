"""The service as a process of its own, as people start it: for benchmarks, kills and walks in the browser."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

DEMO_PASSWORD = "demo-demo-2026"


class Served:
    """A running `qa serve`: where it listens, its process, and what it printed so far."""

    def __init__(self, process: subprocess.Popen, port: int, printed: Path) -> None:
        self.process, self.port, self.printed = process, port, printed
        self.url = f"http://127.0.0.1:{port}"

    def text(self) -> str:
        return self.printed.read_text(encoding="utf-8")

    def kill(self) -> None:
        """As a power cut would: no goodbye."""
        self.process.kill()
        self.process.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def environment(database: Path, **more: str) -> dict[str, str]:
    return dict(os.environ, QA_DATABASE_URL=f"sqlite:///{database}", **more)


def qa(database: Path, *words: str, **more: str) -> subprocess.CompletedProcess:
    """One `qa` command on this database, to its end."""
    command = [sys.executable, "-m", "qa_service.cli", *words]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment(database, **more), cwd=database.parent, timeout=300
    )


@contextmanager
def serve(database: Path, **more: str) -> Iterator[Served]:
    """`qa serve` on this SQLite file until the block ends; it answers before the block begins."""
    port = free_port()
    command = [sys.executable, "-m", "qa_service.cli", "serve", "--port", str(port)]
    with process_at(command, port=port, env=environment(database, **more), folder=database.parent) as served:
        yield served


@contextmanager
def process_at(command: list[str], *, port: int, env: dict[str, str], folder: Path) -> Iterator[Served]:
    """A server process that listens on a port; stopped, at last with force, when the block ends."""
    printed = folder / f"printed-{port}.txt"
    with printed.open("wb") as output:
        process = subprocess.Popen(command, env=env, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
    served = Served(process, port, printed)
    try:
        wait_until_up(served)
        yield served
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_up(served: Served, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert served.process.poll() is None, served.text()
        try:
            with socket.create_connection(("127.0.0.1", served.port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nothing listens after {seconds} s: {served.text()}")


def log_in(url: str, username: str, password: str = DEMO_PASSWORD) -> httpx.Client:
    """A client with the session of this account, logged in through the page as a person does."""
    client = httpx.Client(base_url=url, timeout=30)
    token = re.search(r'name="_csrf_token" value="([^"]+)"', client.get("/login").text)
    answer = client.post("/login", data={"username": username, "password": password, "_csrf_token": token[1]})
    assert (answer.status_code, "qa_session" in client.cookies) == (303, True), answer.text
    return client
