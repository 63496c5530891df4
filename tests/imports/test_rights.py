"""Who may read what came in, who gets the codes of new log-ins, and what a list may not do for its bringer."""

import pytest

from qa_service import clock
from qa_service.database import row, rows, scalar
from qa_service.errors import NotAllowed, NotFound
from qa_service.imports import queries
from qa_service.imports.codes import print_batch_codes, print_new_codes
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import configure
from qa_service.imports.errors import NoCodesWaiting, ProfileNotFound, UnitOutOfReach
from qa_service.imports.profile_texts import LIBRARY
from qa_service.imports.storing import store_profile
from qa_service.imports.tables import ImportProfile
from qa_service.imports.uploads import IMPORT, IMPORT_JOB, keep_upload
from qa_service.jobs import commands as jobs
from qa_service.jobs import kinds, running
from qa_service.jobs import queries as job_queries
from qa_service.people import commands as people
from qa_service.people.access import Role
from qa_service.people.queries import actor_of_account
from qa_service.rewards.wage_commands import take_wages
from tests.builders import HOUSE, PASSWORD, bearer, client_of, make_account, make_person
from tests.imports.test_import_file import HEAD, contact, write

pytestmark = pytest.mark.anyio
CONTACTS = "ecommerce-contacts"
STAFF = "工号,姓名,部门,组别,岗位,角色,直属主管工号\n"
ROWS = "K1,沈若溪,客服部,售前组,客服,客服,\nK2,林一禾,客服部,售前组,组长,主管,\n"
ADMIN = "K3,万事通,客服部,,系统管理员,管理员,\n"
WAGES = "工号,月份,基本工资\nK1,2026-08,5000\nK9,2026-08,9876.54\n"


@pytest.fixture(autouse=True)
def configured(tmp_path):
    from qa_service.imports import sinks

    configure(b"a masking key of tests", tmp_path / "data")
    kinds.register(IMPORT_JOB, IMPORT)
    sinks.register("wage", take_wages)


async def actor(role: Role, **more):
    return await actor_of_account(await make_account(f"the-{role.value}", role, **more))


class Upload:
    """As much of a web upload as is read."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    async def read(self, size: int) -> bytes:
        taken, self.content = self.content[:size], self.content[size:]
        return taken


async def import_job(who, text: str, profile: str = "staff-list") -> int:
    kept = await keep_upload(Upload(text.encode()), limit_mb=5)
    job = await jobs.start(who, IMPORT_JOB, {"upload": kept, "file": "名册.csv", "profile": profile})
    await running.run_job(job)
    return job


async def test_codes_are_stored_nowhere_and_printed_once_by_whoever_keeps_accounts(engine):
    hr = await actor(Role.HR)
    job = await import_job(hr, STAFF + ROWS)
    found = await row("SELECT state, result FROM job WHERE id = {}", job)
    assert (found["state"], "code" in found["result"]) == ("done", False)
    assert await scalar("SELECT COUNT(*) AS n FROM one_time_code") == 0
    batch = await scalar("SELECT id FROM import_batch")
    printed = await print_batch_codes(hr, batch)
    assert [one.employee_no for one in printed] == ["K1", "K2"]
    stored = str(await rows("SELECT * FROM job")) + str(await rows("SELECT * FROM import_batch"))
    stored += str(await rows("SELECT * FROM one_time_code")) + str(await rows("SELECT * FROM journal_line"))
    assert not any(one.code in stored for one in printed)
    await people.choose_password(printed[0].code, PASSWORD)
    again = await print_batch_codes(hr, batch)
    assert [one.employee_no for one in again] == ["K2"]  # who has logged in needs none
    await people.choose_password(again[0].code, PASSWORD)
    with pytest.raises(NoCodesWaiting):
        await print_batch_codes(hr, batch)


async def test_codes_of_a_batch_by_api_and_by_page(engine, database_url, tmp_path):
    headers = await bearer("hr", Role.HR)
    lead = await bearer("lead", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path) as client:
        given = {"files": {"file": ("名册.csv", (STAFF + ROWS).encode())}, "data": {"profile": "staff-list"}}
        job = (await client.post("/api/imports", **given, headers=headers)).json()["job"]
        await running.run_job(job)
        mine = (await client.get(f"/api/jobs/{job}", headers=headers)).json()
        batch = mine["result"]["batch"]
        assert mine["href"] == f"/imports/{batch}"
        page = await client.get(f"/imports/{batch}", headers=headers)
        assert "打印2个新账号的代码" in page.text
        codes = await client.post(f"/api/imports/{batch}/codes", headers=headers)
        assert [one["employee_no"] for one in codes.json()] == ["K1", "K2"]
        assert (await client.post(f"/api/imports/{batch}/codes", headers=lead)).status_code == 403
        others = (await client.get(f"/api/jobs/{job}", headers=lead)).json()
        assert (others["state"], others["result"], others["href"]) == ("done", {}, "")


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.QA_LEAD, Role.AUDITOR])
async def test_the_result_of_anothers_staff_import_is_not_shown_to_who_may_see_jobs(engine, role):
    job = await import_job(await actor(Role.HR), STAFF + ROWS)
    found = await job_queries.job(await actor(role), job)
    assert (found.state, found.result, found.href) == ("done", {}, "")
    with pytest.raises(NotAllowed):
        await jobs.cancel(
            await actor_of_account(await make_account("other", role)), await jobs.start(HOUSE, IMPORT_JOB, {})
        )


async def test_hr_cannot_make_an_administrator_by_a_list_and_the_others_of_it_come_in(engine, tmp_path):
    hr = await actor(Role.HR)
    report = await import_file(hr, write(tmp_path, STAFF + ROWS + ADMIN), "staff-list")
    assert (report.accepted, report.rejected) == (2, 1)
    found = await row('SELECT line, "column", code FROM import_reject')
    assert tuple(found.values()) == (4, "角色", "administrator-only")
    assert await scalar("SELECT COUNT(*) AS n FROM account_role WHERE role = 'admin'") == 0
    admin = await actor(Role.ADMIN)
    assert (await import_file(admin, write(tmp_path, STAFF + ADMIN), "staff-list")).accepted == 1


async def test_whoever_may_not_change_staff_or_wages_is_refused_before_the_file_is_read(engine, tmp_path):
    lead = await actor(Role.QA_LEAD)
    for text, profile in ((STAFF + ROWS, "staff-list"), (WAGES, "wage-records")):
        for dry_run in (True, False):
            with pytest.raises(NotAllowed):
                await import_file(lead, write(tmp_path, text), profile, dry_run=dry_run)


@pytest.mark.parametrize(
    ("role", "wages", "staff"),
    [
        (Role.HR, True, True),
        (Role.ADMIN, False, True),
        (Role.MANAGER, True, False),
        (Role.SUPERVISOR, False, False),
        (Role.QA_LEAD, False, False),
        (Role.AUDITOR, False, False),
    ],
)
async def test_wage_and_staff_batches_are_for_who_may_read_wages_and_contracts(engine, tmp_path, role, wages, staff):
    await make_person("K1")
    seen = {
        "wage-records": (await import_file(HOUSE, write(tmp_path, WAGES), "wage-records")).batch,
        "staff-list": (await import_file(HOUSE, write(tmp_path, STAFF + "K4,,客服部,,,客服,\n"), "staff-list")).batch,
        CONTACTS: (await import_file(HOUSE, write(tmp_path, HEAD + contact(1)), CONTACTS)).batch,
    }  # fmt: skip
    who = await actor(role)
    wanted = {"wage-records": wages, "staff-list": staff, CONTACTS: True}
    assert {one.profile_name for one in await queries.batches(who)} == {name for name, may in wanted.items() if may}
    for profile, batch in seen.items():
        for read in (queries.batch, queries.rejects, queries.rejects_file):
            if wanted[profile]:
                await read(who, batch)
            else:
                with pytest.raises(NotFound):
                    await read(who, batch)


async def test_a_batch_whose_profile_names_a_unit_is_for_who_reaches_that_unit(engine, tmp_path):
    batch = (await import_file(HOUSE, write(tmp_path, HEAD + contact(1)), "ecommerce-contacts")).batch
    unit = await scalar("SELECT id FROM unit WHERE name = '电商客服'")
    await import_file(HOUSE, write(tmp_path, STAFF + ROWS), "staff-list")
    elsewhere = await scalar("SELECT id FROM unit WHERE code = '客服部/售前组'")
    inside = await actor_of_account(await make_account("in", Role.SUPERVISOR, unit=unit))
    outside = await actor_of_account(await make_account("out", Role.SUPERVISOR, unit=elsewhere))
    assert (await queries.batch(inside, batch)).id == batch
    with pytest.raises(NotFound):
        await queries.batch(outside, batch)
    assert await queries.batches(outside) == []


async def test_who_imports_for_one_unit_brings_in_nothing_for_another(engine, tmp_path):
    batch = (await import_file(HOUSE, write(tmp_path, HEAD + contact(1)), CONTACTS)).batch
    unit = await scalar("SELECT id FROM unit WHERE name = '电商客服'")
    await import_file(HOUSE, write(tmp_path, STAFF + ROWS), "staff-list")
    elsewhere = await scalar("SELECT id FROM unit WHERE code = '客服部/售前组'")
    inside = await actor_of_account(await make_account("in", Role.QA_LEAD, unit=unit))
    outside = await actor_of_account(await make_account("out", Role.QA_LEAD, unit=elsewhere))
    assert (await import_file(inside, write(tmp_path, HEAD + contact(2)), CONTACTS)).accepted == 1
    for dry_run in (True, False):
        with pytest.raises(UnitOutOfReach):
            await import_file(outside, write(tmp_path, HEAD + contact(3)), CONTACTS, dry_run=dry_run)
    theirs = (LIBRARY / f"{CONTACTS}.toml").read_text(encoding="utf-8").replace(f'"{CONTACTS}"', '"theirs"')
    with pytest.raises(UnitOutOfReach):
        await store_profile(outside, theirs)
    assert (await store_profile(inside, theirs)).name == "theirs"
    assert await scalar("SELECT MAX(id) AS id FROM import_batch") > batch


async def test_a_profile_that_an_older_release_kept_does_not_shut_the_list(engine, database_url, tmp_path):
    await ImportProfile.insert(
        ImportProfile(name="old", version=1, definition='name = "old"', digest="", created_at=clock.now())
    )
    headers = await bearer("lead", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path / "d") as client:
        assert (await client.get("/api/imports", headers=headers)).status_code == 200
        given = {"files": {"file": ("a.csv", b"a,b\n1,2\n")}, "data": {"profile": "old"}, "headers": headers}
        assert (await client.post("/api/imports/trial", **given)).json()["type"] == "urn:qa:profile-invalid"


async def test_a_profile_is_named_and_never_a_path(engine, database_url, tmp_path):
    secret = tmp_path / "secret.toml"
    secret.write_text('password_of_the_house = "x"\n')
    headers = await bearer("lead", Role.QA_LEAD)
    async with client_of(database_url, data_folder=tmp_path / "d") as client:
        for name in (str(secret), "../../../pyproject.toml", "/etc/passwd", "staff-list.toml"):
            given = {"files": {"file": ("a.csv", b"a,b\n1,2\n")}, "data": {"profile": name}, "headers": headers}
            for address in ("/api/imports/trial", "/api/imports"):
                answer = await client.post(address, **given)
                assert (answer.status_code, "password_of" in answer.text) == (404, False)
    with pytest.raises(ProfileNotFound):
        await queries.find_profile(str(secret))


async def test_the_command_line_prints_nothing_where_nothing_waits(engine, tmp_path):
    report = await import_file(HOUSE, write(tmp_path, STAFF + ROWS), "staff-list")
    assert len(await print_new_codes(HOUSE, report.batch)) == 2
    again = await import_file(HOUSE, write(tmp_path, STAFF + ROWS), "staff-list")
    assert await print_new_codes(HOUSE, again.batch) == []
    assert await print_new_codes(HOUSE, None) == []
