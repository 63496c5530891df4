"""A number that no database takes is refused with a sentence, not a crash."""

import pytest

from tests.builders import bearer, client_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["/api/evaluations/99999999999999999999", "/api/jobs/-99999999999999999999"])
async def test_an_absurd_number_is_refused_with_a_sentence(engine, database_url, path):
    headers = await bearer("admin-1")
    async with client_of(database_url) as client:
        answer = await client.get(path, headers=headers)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "Traceback" not in answer.text
