"""Outside ratings come in once and drive no money; a corrected mark is a new revision beside the old one."""

import gzip
import json

import pytest

from qa_service.database import row, rows, scalar
from qa_service.evaluations import agreement
from qa_service.evaluations.agreement import rater_agreement
from qa_service.evaluations.ratings import take_ratings
from qa_service.imports import sinks
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import configure
from qa_service.people.access import Role
from qa_service.rule_versions.commands import check_drives_money
from qa_service.rule_versions.errors import NotDrivingMoney
from tests.builders import HOUSE, bearer, client_of

pytestmark = pytest.mark.anyio
RATERS = 4


@pytest.fixture(autouse=True)
def configured(tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")
    sinks.register("rating", take_ratings)


def dialogue(number: int, *, shift: int = 0) -> dict:
    level = number % 4 - 2
    marks = [max(-2, min(2, level + shift + (-1 if rater == 0 else 0))) for rater in range(RATERS)]
    turns = [{"sender": "customer", "utterances": ["在吗", ""]}, {"sender": "helpdesk", "utterances": ["在的"]}]
    annotations = [{"quality": {"A": m, "S": m, "E": m}, "nugget": []} for m in marks]
    return {"id": f"38304012967968{number:02d}", "turns": turns, "annotations": annotations}


def write(folder, dialogues):
    path = folder / "rated.json.gz"
    path.write_bytes(gzip.compress(json.dumps(dialogues).encode()))
    return path


async def test_ratings_are_imported_evaluations_once_and_never_for_pay(engine, tmp_path):
    path = write(tmp_path, [dialogue(n) for n in range(12)])
    report = await import_file(HOUSE, path, "helpdesk-rated")
    assert report.accepted == 12
    found = await rows("SELECT origin, state, person, pay_month FROM evaluation")
    assert len(found) == 12 * RATERS
    assert {(one["origin"], one["state"], one["person"], one["pay_month"]) for one in found} == {
        ("imported", "released", None, None)
    }
    assert await scalar("SELECT COUNT(*) AS n FROM answer") == 12 * RATERS * 3
    await import_file(HOUSE, path, "helpdesk-rated")
    assert await scalar("SELECT COUNT(*) AS n FROM evaluation") == 12 * RATERS
    with pytest.raises(NotDrivingMoney):
        check_drives_money(await row("SELECT * FROM rule_version WHERE code = 'helpdesk-3'"))


async def test_a_changed_rating_is_a_new_revision(engine, tmp_path):
    await import_file(HOUSE, write(tmp_path, [dialogue(1)]), "helpdesk-rated")
    await import_file(HOUSE, write(tmp_path, [dialogue(1, shift=1)]), "helpdesk-rated")
    states = [one["state"] for one in await rows("SELECT state FROM evaluation ORDER BY id")]
    assert states == ["superseded"] * RATERS + ["released"] * RATERS
    assert await scalar("SELECT MAX(revision) AS n FROM evaluation") == 2


async def test_the_strict_rater_is_found_with_an_interval(engine, tmp_path):
    await import_file(HOUSE, write(tmp_path, [dialogue(n) for n in range(24)]), "helpdesk-rated")
    found = await rater_agreement(HOUSE, "helpdesk")
    assert found.ratings == 24 * RATERS
    assert {one.item for one in found.items} == {"A", "S", "E"}
    strict = found.raters[0]
    assert (strict.rater, strict.n) == ("R01", 24)
    assert strict.points < 0
    assert strict.excludes_zero


async def test_raters_are_shown_on_a_page_by_the_api_and_as_files(engine, database_url, tmp_path):
    report = await import_file(HOUSE, write(tmp_path, [dialogue(n) for n in range(24)]), "helpdesk-rated")
    async with client_of(database_url) as client:
        lead = await bearer("lead", Role.QA_LEAD)
        home = (await client.get("/ratings", headers=lead)).text
        assert 'href="/ratings/helpdesk"' in home
        assert home.count('href="/ratings"') >= 1, "in the QA lead's navigation"
        page = (await client.get("/ratings/helpdesk", headers=lead)).text
        for words in ("任务完成", "一致性α", "n=24", "R01", "偏严", "区间不含0"):
            assert words in page, words
        assert "Strict" in (await client.get("/ratings/helpdesk?lang=en", headers=lead)).text
        items = (await client.get("/ratings/helpdesk/items.csv", headers=lead)).content.decode("utf-8-sig")
        assert len(items.splitlines()) == 4
        workbook = await client.get("/ratings/helpdesk/raters.xlsx", headers=lead)
        assert workbook.content.startswith(b"PK")
        assert (await client.get("/ratings/helpdesk/other.csv", headers=lead)).status_code == 404
        assert 'href="/ratings/helpdesk"' in (await client.get(f"/imports/{report.batch}", headers=lead)).text
        found = (await client.get("/api/ratings/helpdesk/agreement", headers=lead)).json()
        assert found["raters"][0]["upper"] < 0
        sources = (await client.get("/api/ratings", headers=lead)).json()
        assert sources == [{"source": "helpdesk", "ratings": 96, "raters": 4, "records": 24}]
        nothing = await client.get("/api/ratings/shop/agreement", headers=lead)
        assert (nothing.status_code, nothing.json()["type"]) == (404, "urn:qa:source-unrated")


async def test_a_new_rating_gives_new_numbers_and_the_same_ratings_are_computed_once(engine, tmp_path, monkeypatch):
    computed = []
    compute = agreement._compute
    monkeypatch.setattr(agreement, "_compute", lambda *given: computed.append(given) or compute(*given))
    await import_file(HOUSE, write(tmp_path, [dialogue(n) for n in range(20)]), "helpdesk-rated")
    first = await rater_agreement(HOUSE, "helpdesk")
    assert await rater_agreement(HOUSE, "helpdesk") is first
    assert len(computed) == 1
    await import_file(HOUSE, write(tmp_path, [dialogue(n) for n in range(21)]), "helpdesk-rated")
    assert (await rater_agreement(HOUSE, "helpdesk")).ratings == 21 * RATERS
    assert len(computed) == 2


async def test_a_half_way_import_of_ratings_is_swept_by_the_next(engine, tmp_path):
    await import_file(HOUSE, write(tmp_path, [dialogue(1)]), "helpdesk-rated")
    await rows("UPDATE evaluation SET state = 'submitted' RETURNING id")
    await import_file(HOUSE, write(tmp_path, [dialogue(1)]), "helpdesk-rated")
    assert await scalar("SELECT COUNT(*) AS n FROM evaluation WHERE state = 'released'") == RATERS
    assert await scalar("SELECT COUNT(*) AS n FROM evaluation") == RATERS
