"""Codes that stood readable in the result of a job of before are gone after the upgrade, and open nothing."""

import importlib
import json

import pytest

from qa_service import clock
from qa_service.database import scalar, transaction
from qa_service.jobs.tables import Job
from qa_service.people import commands, errors
from tests.builders import HOUSE, PASSWORD

pytestmark = pytest.mark.anyio
roles_by_post = importlib.import_module("qa_service.database.migrations.qa_2026_11_28t00_00_02_roles_by_post")


async def test_readable_codes_leave_old_results_and_stop_working(engine):
    account = await commands.create_account(HOUSE, "k1", roles=[("agent", None)])
    code = await commands.print_code(HOUSE, account)
    result = json.dumps({"href": "/imports/1", "codes": [{"employee_no": "K1", "code": code}]})
    made = Job(kind="import", state="done", result=result, created_at=clock.now())
    await Job.insert(made)
    async with transaction():
        await roles_by_post.forget_codes()
    assert json.loads(await scalar("SELECT result FROM job")) == {"href": "/imports/1"}
    with pytest.raises(errors.CodeInvalid):
        await commands.choose_password(code, PASSWORD)
