"""A monitor works off the queue by page; a refused submission keeps what was typed; the agent reads and agrees."""

import re

import pytest

from qa_service.database import row
from tests.builders import PASSWORD, client_of

from .test_evaluations import desk  # noqa: F401  (the fixture of the room: a drawn, assigned chat)

pytestmark = pytest.mark.anyio


async def log_in(client, username):
    page = await client.get("/login")
    token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)[1]
    await client.post("/login", data={"_csrf_token": token, "username": username, "password": PASSWORD})
    return token


async def test_from_the_queue_to_a_refused_and_a_kept_marking(desk, database_url):  # noqa: F811
    async with client_of(database_url) as client:
        account = await row("SELECT username FROM account WHERE id = {}", desk["monitor"].account_id)
        await log_in(client, account["username"])
        page = await client.get("/queue")
        assert page.status_code == 200
        token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)[1]
        marking = await client.get(f"/evaluations/{desk['evaluation']}")
        assert marking.status_code == 200
        assert "data-autosave" in marking.text
        version = re.search(r'name="version" value="(\d+)"', marking.text)[1]
        typed = {"_csrf_token": token, "version": version, "improvement_note": "先核对地址", "m.none": "1"}
        refused = await client.post(f"/evaluations/{desk['evaluation']}/submit", data=typed)
        assert refused.status_code == 422
        assert "先核对地址" in refused.text
        assert "error-summary" in refused.text
        saved = await client.post(f"/evaluations/{desk['evaluation']}/draft", data=typed)
        assert saved.status_code == 200
        assert saved.json()["version"] > int(version)
        stale = await client.post(f"/evaluations/{desk['evaluation']}/draft", data=typed)
        assert stale.status_code == 409
        kept = await row("SELECT improvement_note FROM evaluation WHERE id = {}", desk["evaluation"])
        assert kept["improvement_note"] == "先核对地址"
        english = await client.get(f"/evaluations/{desk['evaluation']}?lang=en")
        assert "Improvement note" in english.text
