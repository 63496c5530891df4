"""Builders with keywords and valid, odd defaults: a test states only what matters to it."""

from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import httpx

from qa_service import clock
from qa_service.app import create_app
from qa_service.database.facts import DEMO, put_fact
from qa_service.people import commands
from qa_service.people.access import Role, house_actor
from qa_service.people.tables import Person, Unit, UnitPlace
from qa_service.settings import Settings

HOUSE = house_actor("test")
PASSWORD = "correct horse 9"


def make_settings(url: str, **changes) -> Settings:
    given = {
        "database_url": url,
        "data_folder": Path("/nonexistent"),
        "journal_key": b"a key for tests only",
        "cookie_secret": b"another key for tests only",
        "masking_key": b"a third key for tests only",
    }
    return Settings(**{**given, **changes})


async def make_unit(code: str = "ke-fu", *, name: str = "客服部", parent: int | None = None) -> int:
    unit = (await Unit.insert(Unit(code=code, name=name, name_en=code)).returning(Unit.id))[0]["id"]
    await UnitPlace.insert(UnitPlace(unit=unit, parent=parent, from_on=date(2020, 1, 1), until_on=None))
    return unit


async def make_person(employee_no: str = "K017", *, name: str = "沈若溪") -> int:
    person = Person(key=employee_no, employee_no=employee_no, name=name, created_at=clock.now())
    return (await Person.insert(person).returning(Person.id))[0]["id"]


async def make_account(username: str, role: Role = Role.ADMIN, *, unit: int | None = None, person: int | None = None):
    return await commands.create_account(
        HOUSE, username, roles=[(role, unit)], person_id=person, password=PASSWORD, language="zh"
    )


@asynccontextmanager
async def client_of(url: str, *, is_demo: bool = False, **settings):
    """A client of the whole application on the test's own loop; the test has opened the database."""
    if is_demo:
        await put_fact(DEMO, "yes")
    app = create_app(make_settings(url, **settings), manage_database=False)
    transport = httpx.ASGITransport(app=app)
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        client.app = app
        yield client


async def bearer(username: str, role: Role = Role.ADMIN, **more) -> dict[str, str]:
    """Headers of a session of a new account, as a program would send them."""
    account = await make_account(username, role, **more)
    from qa_service.people import queries

    actor = await queries.actor_of_account(account)
    token = await commands.create_token(actor, "test", sorted(actor.permissions))
    return {"authorization": f"Bearer {token}"}
