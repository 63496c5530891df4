"""The API keeps to its own description: whatever schemathesis sends, nothing crashes and every answer fits its schema.

A small scored department is served by a process of its own, read and written by an account that holds every role.
Refusals are as good as answers: a rule of the house may refuse what is well formed.
"""

import asyncio
import os

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

import qa_service.database as database
from qa_service.app import open_database
from qa_service.people.access import Role
from qa_service.people.commands import create_token
from qa_service.people.queries import actor_of_account
from tests.builders import make_account, make_settings
from tests.scores.builders import make_department
from tests.served import serve

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
EXAMPLES = int(os.environ.get("QA_CONTRACT_EXAMPLES", "3"))
RELAXED = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)


async def _fill(url: str) -> str:
    """A department with records and marks; a token of an account with every role."""
    async with open_database(make_settings(url), may_create=True):
        made = await make_department(2, chats=12, marks=3)
        account = await make_account("all", Role.ADMIN, person=made["people"][0])
        for role in set(Role) - {Role.ADMIN}:
            await database.rows(
                "INSERT INTO account_role (account, role) VALUES ({}, {})",
                account,
                role.value,
            )
        actor = await actor_of_account(account)
        return await create_token(actor, "contract", sorted(actor.permissions))


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Address and token of a running service on a database of its own."""
    file = tmp_path_factory.mktemp("contract") / "qa.sqlite"
    token = asyncio.run(_fill(f"sqlite:///{file}"))
    keys = make_settings("")  # the service needs the keys that the database was made with
    with serve(file, QA_JOURNAL_KEY=keys.journal_key.decode(), QA_MASKING_KEY=keys.masking_key.decode()) as service:
        yield service.url, token


@pytest.mark.slow
def test_nothing_crashes_and_every_answer_fits_its_schema(served):
    """Every operation of the description, each with a few generated cases; all that goes wrong is listed."""
    address, token = served
    description = schemathesis.openapi.from_url(f"{address}/openapi.json").exclude(path_regex="/live$")
    wrong, asked = [], 0
    for found in description.get_all_operations():
        operation = found.ok()
        asked += 1
        try:
            _ask(operation, address, token)
        except (Exception, BaseExceptionGroup) as failure:  # one group per case, and all of them shall be seen
            wrong.append(f"{operation.label}: {_first_lines(failure)}")
    assert asked > 100
    assert not wrong, "\n\n".join(wrong)


def _ask(operation, address: str, token: str) -> None:
    @RELAXED
    @given(case=operation.as_strategy())
    def ask(case):
        case.call_and_validate(base_url=address, headers={"authorization": f"Bearer {token}"}, checks=CHECKS)

    ask()


def _first_lines(failure: BaseException) -> str:
    inner = failure.exceptions[0] if isinstance(failure, BaseExceptionGroup) else failure
    return " | ".join(line for line in str(inner).splitlines() if line.strip())[:700]
