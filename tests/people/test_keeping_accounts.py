"""Roles with scope, codes to print, closing and opening again; one's own password, language and tokens."""

import re
from datetime import date

import pytest

from qa_service import clock
from qa_service.database import row, rows, scalar
from qa_service.errors import InvalidInput, NotAllowed, NotFound, StaleEdit, TooMany
from qa_service.journal import queries as journal
from qa_service.people import account_queries, commands, directory, errors, queries, rules
from qa_service.people.access import Permission, Role
from qa_service.people.account_queries import AccountFilter
from qa_service.people.queries import PeopleFilter
from qa_service.people.tables import AccountHolder, PlatformAccount, Post
from tests.builders import HOUSE, PASSWORD, bearer, client_of, make_account, make_person, make_unit

pytestmark = pytest.mark.anyio


async def actor(username: str, role: Role, **more):
    return await queries.actor_of_account(await make_account(username, role, **more))


async def newest_line() -> tuple[str, str]:
    line = (await journal.page(None, None, 1))[0]
    return line["action"], line["subject"]


async def test_a_role_is_given_in_a_unit_and_taken_away_again(engine):
    sale = await make_unit("sale")
    hr, account = await actor("hr", Role.HR), await make_account("lin", Role.AGENT)
    await commands.grant_role(hr, account, Role.SUPERVISOR, sale, version=1)
    assert await newest_line() == ("account:grant", f"account:{account}")
    assert (await queries.actor_of_account(account)).units(Permission.SHEET_WRITE) == {sale}
    with pytest.raises(errors.RoleHeld):
        await commands.grant_role(hr, account, Role.SUPERVISOR, sale, version=2)
    with pytest.raises(StaleEdit):
        await commands.revoke_role(hr, account, Role.SUPERVISOR, sale, version=1)
    await commands.revoke_role(hr, account, Role.SUPERVISOR, sale, version=2)
    assert [one["role"] for one in (await account_queries.account(hr, account))["grants"]] == ["agent"]
    with pytest.raises(NotFound):
        await commands.revoke_role(hr, account, Role.SUPERVISOR, None, version=3)


async def test_nobody_changes_their_own_roles_or_closes_themselves(engine):
    root = await actor("root", Role.ADMIN)
    with pytest.raises(errors.OwnAccount):
        await commands.grant_role(root, root.account_id, Role.MANAGER, None, version=1)
    with pytest.raises(errors.OwnAccount):
        await commands.close_account(root, root.account_id, "试试")


async def test_hr_touches_no_administrator_and_makes_none(engine):
    hr, root = await actor("hr", Role.HR), await make_account("root", Role.ADMIN)
    for attempt in (
        commands.create_account(hr, "sneaky", roles=[(Role.ADMIN, None)]),
        commands.grant_role(hr, await make_account("lin", Role.AGENT), Role.ADMIN, None, version=1),
        commands.print_code(hr, root),
        commands.close_account(hr, root, "抢班"),
    ):
        with pytest.raises(errors.AdministratorOnly):
            await attempt
    assert await scalar("SELECT state FROM account WHERE id = {}", root) == "active"


async def test_who_keeps_one_unit_sees_and_makes_accounts_of_that_unit_only(engine):
    sale, other = await make_unit("sale"), await make_unit("other")
    hr = await actor("hr", Role.HR, unit=sale)
    inside, outside = await make_account("in", unit=sale, role=Role.AGENT), await make_account("out", Role.AGENT)
    found, total = await account_queries.accounts(hr, AccountFilter())
    assert ([one["username"] for one in found], total) == (["hr", "in"], 2)
    with pytest.raises(NotFound):
        await commands.close_account(hr, outside, "看不见")
    for unit in (None, other):
        with pytest.raises(errors.UnitOutOfReach):
            await commands.grant_role(hr, inside, Role.MONITOR, unit, version=1)


async def test_a_person_has_one_account_and_what_does_not_exist_is_named(engine):
    person = await make_person()
    await make_account("lin", Role.AGENT, person=person)
    with pytest.raises(errors.PersonTaken, match="lin"):
        await commands.create_account(HOUSE, "lin2", roles=[("agent", None)], person_id=person)
    with pytest.raises(InvalidInput):
        await commands.create_account(HOUSE, "lin3", roles=[("agent", None)], person_id=10**6)
    with pytest.raises(InvalidInput):
        await commands.create_account(HOUSE, "lin4", roles=[("agent", 10**6)])
    assert await scalar("SELECT COUNT(*) AS n FROM account") == 1


async def test_codes_of_many_accounts_are_printed_at_once_with_one_line(engine):
    first = await commands.create_account(HOUSE, "a1", roles=[("agent", None)], person_id=await make_person("A1"))
    second = await commands.create_account(HOUSE, "a2", roles=[("agent", None)])
    printed = await commands.print_codes(HOUSE, [second, first, second])
    assert [(one.username, one.employee_no) for one in printed] == [("a2", ""), ("a1", "A1")]
    assert await newest_line() == ("account:code", "account")
    assert await commands.choose_password(printed[1].code, PASSWORD) == first
    with pytest.raises(InvalidInput):
        await commands.print_codes(HOUSE, [])


async def test_a_closed_account_gets_no_code_and_an_old_one_no_longer_opens_it(engine):
    account = await commands.create_account(HOUSE, "xu", roles=[("agent", None)])
    code = await commands.print_code(HOUSE, account)
    await commands.close_account(HOUSE, account, "离职")
    with pytest.raises(errors.CodeInvalid):
        await commands.choose_password(code, PASSWORD)
    with pytest.raises(errors.AccountClosed):
        await commands.print_code(HOUSE, account)
    with pytest.raises(errors.StateUnchanged):
        await commands.close_account(HOUSE, account, "再停一次")
    await commands.reopen_account(HOUSE, account, "返聘")
    assert await scalar("SELECT state FROM account WHERE id = {}", account) == "invited"


async def test_opening_again_forgets_the_wrong_attempts_and_needs_a_reason(engine):
    account = await make_account("lin", Role.AGENT)
    await commands.close_account(HOUSE, account, "长假")
    with pytest.raises(InvalidInput):
        await commands.reopen_account(HOUSE, account, "  ")
    for _ in range(rules.ATTEMPTS_PER_NAME):
        with pytest.raises(errors.LoginFailed):
            await commands.log_in("lin", "wrong wrong", address="10.0.0.1", hours=1)
    await commands.reopen_account(HOUSE, account, "返岗")
    assert await commands.log_in("lin", PASSWORD, address="10.0.0.1", hours=1)


async def test_a_password_is_changed_by_who_knows_it_and_other_sessions_end(engine):
    lin = await actor("lin", Role.AGENT)
    kept, other = [await commands.log_in("lin", PASSWORD, address="10.0.0.1", hours=1) for _ in range(2)]
    with pytest.raises(errors.PasswordWrong):
        await commands.change_password(lin, "wrong wrong", "new horse 10", address="10.0.0.1")
    with pytest.raises(errors.PasswordWeak):
        await commands.change_password(lin, PASSWORD, "short", address="10.0.0.1")
    await commands.change_password(lin, PASSWORD, "new horse 10", address="10.0.0.1", keep=rules.digest(kept))
    assert await queries.actor_of_session(rules.digest(kept)) is not None
    assert await queries.actor_of_session(rules.digest(other)) is None
    assert await newest_line() == ("account:password", f"account:{lin.account_id}")
    assert "new horse" not in str(await journal.page(None, None))


async def test_an_open_session_is_no_way_to_guess_the_password(engine):
    lin = await actor("lin", Role.AGENT)
    for _ in range(rules.ATTEMPTS_PER_NAME):
        with pytest.raises(errors.PasswordWrong):
            await commands.change_password(lin, "wrong wrong", "new horse 10", address="10.0.0.1")
    with pytest.raises(TooMany):
        await commands.change_password(lin, PASSWORD, "new horse 10", address="10.0.0.1")


async def test_language_and_tokens_are_ones_own(engine):
    lin, other = await actor("lin", Role.AGENT), await actor("other", Role.AGENT)
    await commands.choose_language(lin, "en")
    assert (await queries.actor_of_account(lin.account_id)).language == "en"
    with pytest.raises(errors.LanguageUnknown):
        await commands.choose_language(lin, "fr")
    token = await commands.create_token(lin, "看板", [Permission.OWN_READ], days=30)
    made = (await account_queries.own_tokens(lin))[0]
    assert (made["name"], made["scopes"]) == ("看板", ["own:read"])
    assert await account_queries.own_tokens(other) == []
    with pytest.raises(NotFound):
        await commands.revoke_token(other, made["id"])
    await commands.revoke_token(lin, made["id"])
    assert await queries.actor_of_api_token(rules.digest(token)) is None
    with pytest.raises(InvalidInput):
        await commands.create_token(lin, " ", [], days=0)


async def make_post(person: int, unit: int, *, until_on: date | None = None, position: str = "售前客服") -> None:
    await Post.insert(
        Post(person=person, unit=unit, position=position, kind="agent", from_on=date(2026, 1, 5), until_on=until_on)
    )


async def test_staff_are_found_by_name_number_unit_and_whether_they_still_work_here(engine):
    root = await make_unit("root")
    sale = await make_unit("sale", parent=root)
    here, gone = await make_person("K1", name="沈若溪"), await make_person("K2", name="祝敏仪")
    await make_post(here, sale)
    await make_post(gone, root)
    await rows("UPDATE person SET left_on = {} WHERE id = {}", date(2026, 3, 1), gone)

    async def names(**asked) -> list[str]:
        found, total = await directory.page_of_people(HOUSE, PeopleFilter(**asked))
        assert total == len(found)
        return [one["name"] for one in found]

    assert await names() == ["沈若溪", "祝敏仪"]
    assert await names(search="若") == ["沈若溪"]
    assert await names(search="K2") == ["祝敏仪"]
    assert await names(search="%") == ["沈若溪", "祝敏仪"]
    assert await names(unit=sale) == ["沈若溪"]
    assert await names(unit=root, state="left") == ["祝敏仪"]
    assert await names(state="here") == ["沈若溪"]
    boss = await actor("boss", Role.SUPERVISOR, unit=sale)
    assert [one["name"] for one in (await directory.page_of_people(boss, PeopleFilter()))[0]] == ["沈若溪"]


async def test_a_contract_is_read_by_hr_and_by_oneself_only(engine):
    sale = await make_unit("sale")
    person = await make_person("K1")
    await make_post(person, sale)
    await rows("UPDATE person SET contract_kind = 'fixed', probation_until_on = {}", date(2026, 4, 4))
    boss, hr = await actor("boss", Role.SUPERVISOR, unit=sale), await actor("hr", Role.HR)
    own, stranger = await actor("k1", Role.AGENT, unit=sale, person=person), await actor("xu", Role.AGENT, unit=sale)
    assert (await directory.person(boss, person))["contract"] is None
    assert (await directory.person(hr, person))["contract"]["kind"] == "fixed"
    assert (await directory.person(own, person))["contract"]["kind"] == "fixed"
    with pytest.raises(NotFound):
        await directory.person(stranger, person)
    assert (await queries.people(boss))[0]["contract_kind"] is None
    assert (await queries.people(hr))[0]["contract_kind"] == "fixed"


async def test_a_shared_account_shows_its_holders_and_to_an_agent_only_the_own_spells(engine):
    sale = await make_unit("sale")
    first, second = await make_person("K1", name="沈若溪"), await make_person("K2", name="祝敏仪")
    await make_post(first, sale)
    made = await PlatformAccount.insert(
        PlatformAccount(platform="旗舰店", name="小蜜01", unit=sale, created_at=clock.now())
    ).returning(PlatformAccount.id)
    for person, day in ((first, 1), (second, 9)):
        from_at = clock.now().replace(month=9, day=day)
        await AccountHolder.insert(
            AccountHolder(platform_account=made[0]["id"], person=person, from_at=from_at, until_at=None, source="typed")
        )
    hr, own = await actor("hr", Role.HR), await actor("k1", Role.AGENT, unit=sale, person=first)
    assert [one["person_name"] for one in (await directory.person(hr, first))["holders"]] == ["祝敏仪", "沈若溪"]
    assert [one["person_name"] for one in (await directory.person(own, first))["holders"]] == ["沈若溪"]


async def test_the_api_keeps_accounts_and_ones_own_log_in(engine, database_url):
    async with client_of(database_url) as client:
        root = await bearer("root")
        body = {"username": "zhou", "roles": [{"role": "monitor"}]}
        account = (await client.post("/api/accounts", headers=root, json=body)).json()["id"]
        address = f"/api/accounts/{account}"
        version = (await client.get(address, headers=root)).json()["version"]
        change = {"role": "agent", "version": version}
        assert (await client.post(f"{address}/roles", headers=root, json=change)).status_code == 204
        assert (await client.get(address, headers=root)).json()["roles"] == ["monitor", "agent"]
        stale = await client.post(f"{address}/roles/removal", headers=root, json=change)
        assert (stale.status_code, stale.json()["type"]) == (409, "urn:qa:stale-edit")
        codes = (await client.post("/api/accounts/codes", headers=root, json={"accounts": [account]})).json()
        assert [one["username"] for one in codes] == ["zhou"]
        assert (await client.post(f"{address}/close", headers=root, json={"reason": "离职"})).status_code == 204
        assert (await client.post(f"{address}/reopen", headers=root, json={"reason": "返聘"})).status_code == 204
        assert [one["username"] for one in (await client.get("/api/accounts?search=zh", headers=root)).json()] == [
            "zhou"
        ]


async def in_person(client, username: str) -> dict[str, str]:
    """Log in on the page; the headers that let this session change something through the API."""
    token = re.search(r'name="_csrf_token" value="([^"]+)"', (await client.get("/login")).text)[1]
    mine = {"username": username, "password": PASSWORD, "_csrf_token": token}
    assert (await client.post("/login", data=mine)).status_code == 303
    return {"x-csrftoken": client.cookies["csrftoken"]}


async def test_ones_own_log_in_is_kept_in_person(engine, database_url):
    async with client_of(database_url) as client:
        root = await bearer("root")
        mine = await in_person(client, "root")
        tokens = (await client.get("/api/tokens")).json()
        assert [one["name"] for one in tokens] == ["test"]
        assert (await client.post("/api/me/language", headers=mine, json={"language": "en"})).status_code == 204
        wrong = await client.post("/api/me/password", headers=mine, json={"current": "no", "new": "new horse 10"})
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "current")
        assert (await client.post(f"/api/tokens/{tokens[0]['id']}/revocation", headers=mine)).status_code == 204
        client.cookies.clear()
        assert (await client.get("/api/me", headers=root)).status_code == 401


async def test_a_token_renews_nothing_and_reads_no_more_than_its_scopes(engine, database_url):
    async with client_of(database_url) as client:
        await make_account("root")
        root = await queries.actor_of_account(1)
        narrow = {"authorization": f"Bearer {await commands.create_token(root, 'n', ['journal:read'], days=1)}"}
        for method, path in (
            ("GET", "/api/tokens"), ("POST", "/api/tokens"), ("POST", "/api/me/language"), ("POST", "/api/me/password"),
            ("GET", "/account"),
        ):  # fmt: skip
            body = {"name": "wide", "scopes": ["journal:read"], "days": 3000}
            answer = await client.request(method, path, headers=narrow, json=body if method == "POST" else None)
            assert answer.status_code == 403, path
        for path in ("/api/notices", "/api/home"):
            assert (await client.get(path, headers=narrow)).json()["type"] == "urn:qa:token-too-narrow"
        assert (await client.get("/api/journal", headers=narrow)).status_code == 200


async def test_a_token_that_was_left_with_somebody_is_ended_by_who_keeps_accounts(engine, database_url):
    async with client_of(database_url) as client:
        root, agent = await bearer("root"), await bearer("k1", Role.AGENT)
        account = next(
            one for one in (await client.get("/api/accounts", headers=root)).json() if one["username"] == "k1"
        )
        address = f"/api/accounts/{account['id']}/tokens"
        token = (await client.get(address, headers=root)).json()[0]
        assert (await client.post(f"{address}/{token['id']}/revocation", headers=agent)).status_code == 403
        assert (await client.post(f"{address}/{token['id']}/revocation", headers=root)).status_code == 204
        assert (await client.get("/api/me", headers=agent)).status_code == 401
        assert (await client.post(f"{address}/{token['id']}/revocation", headers=root)).status_code == 404


async def test_an_agent_without_the_permission_reads_no_staff_by_the_api(engine, database_url):
    async with client_of(database_url) as client:
        person = await make_person("K1")
        agent = await bearer("k1", Role.AGENT, person=person)
        assert (await client.get("/api/people", headers=agent)).status_code == 403
        assert (await client.get(f"/api/people/{person}", headers=agent)).json()["employee_no"] == "K1"
        other = await make_person("K2")
        assert (await client.get(f"/api/people/{other}", headers=agent)).status_code == 404


async def test_the_command_itself_asks_for_the_permission(engine):
    agent = await actor("k1", Role.AGENT)
    for attempt in (commands.print_codes(agent, [1]), commands.grant_role(agent, 1, "agent", None, version=1)):
        with pytest.raises(NotAllowed):
            await attempt
    assert await row("SELECT id FROM one_time_code") is None


async def test_a_program_reads_the_units_of_its_reach_with_their_numbers(engine, database_url):
    async with client_of(database_url) as client:
        house = await make_unit("house", name="客服部")
        group = await make_unit("presale", name="售前组", parent=house)
        root, lead = await bearer("root", Role.ADMIN), await bearer("lead", Role.SUPERVISOR, unit=group)
        found = (await client.get("/api/units", headers=root)).json()
        assert [(one["id"], one["name"], one["parent"]) for one in found] == [
            (house, "客服部", None), (group, "售前组", house)
        ]  # fmt: skip
        assert [one["code"] for one in (await client.get("/api/units", headers=lead)).json()] == ["presale"]
        assert (await client.get("/api/units", headers=await bearer("k1", Role.AGENT))).status_code == 403
