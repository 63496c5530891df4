"""Accounts, one-time codes, log-in limits, tokens, and the API that denies by default."""

import asyncio
from datetime import timedelta

import pytest

from qa_service.database import rows, scalar
from qa_service.errors import NotAllowed, TooMany
from qa_service.journal import queries as journal
from qa_service.journal.commands import set_key
from qa_service.people import commands, errors, queries, rules
from qa_service.people.access import Actor, Grant, Permission, Role
from tests.builders import HOUSE, PASSWORD, bearer, client_of, make_account, make_person, make_unit

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def keyed(engine):
    set_key(b"a key for tests only")


async def log_in(username="lin", password=PASSWORD, address="10.0.0.1"):
    return await commands.log_in(username, password, address=address, hours=1)


async def test_a_person_logs_in_and_is_known_by_the_token_only(engine):
    await make_account("lin", Role.MONITOR)
    token = await log_in("LIN ")
    actor = await queries.actor_of_session(rules.digest(token))
    assert (actor.name, actor.grants[0].role) == ("lin", Role.MONITOR)
    assert await scalar("SELECT COUNT(*) AS n FROM session WHERE token_sha256 = {}", token) == 0
    await commands.log_out(token)
    assert await queries.actor_of_session(rules.digest(token)) is None


async def test_an_expired_session_is_nobody(engine):
    await make_account("lin")
    token = await log_in()
    await rows("UPDATE session SET expires_at = {}", rules.window_start(commands.clock.now()))
    assert await queries.actor_of_session(rules.digest(token)) is None


async def test_eight_wrong_passwords_close_the_door_even_for_the_right_one(engine):
    await make_account("lin")
    for _ in range(rules.ATTEMPTS_PER_NAME):
        with pytest.raises(errors.LoginFailed):
            await log_in(password="wrong wrong")
    with pytest.raises(TooMany):
        await log_in()
    await rows("UPDATE login_attempt SET at = {}", commands.clock.now() - timedelta(minutes=16))
    assert await log_in()


async def test_an_unknown_name_reads_like_a_wrong_password(engine):
    with pytest.raises(errors.LoginFailed):
        await log_in("nobody")


async def test_a_one_time_code_works_once_and_a_newer_one_replaces_it(engine):
    account = await commands.create_account(HOUSE, "xu", roles=[("agent", None)], person_id=await make_person())
    old = await commands.print_code(HOUSE, account)
    code = await commands.print_code(HOUSE, account)
    with pytest.raises(errors.CodeInvalid):
        await commands.choose_password(old, PASSWORD)
    assert await commands.choose_password(code.lower().replace("-", " "), PASSWORD) == account
    with pytest.raises(errors.CodeInvalid):
        await commands.choose_password(code, PASSWORD)
    assert await log_in("xu")


@pytest.mark.parametrize("password", ["short", "administrator", "aaaaaaaaaaaaaa", "x" * 201])
async def test_weak_passwords_are_refused(engine, password):
    with pytest.raises(errors.PasswordWeak):
        await commands.create_account(HOUSE, "administrator", roles=[("admin", None)], password=password)
    assert await scalar("SELECT COUNT(*) AS n FROM account") == 0


async def test_two_accounts_of_one_name_are_refused(engine):
    await make_account("lin")
    with pytest.raises(errors.UsernameTaken):
        await make_account("Lin")


async def test_an_unknown_role_is_refused_with_the_known_ones(engine):
    with pytest.raises(errors.RoleUnknown, match="monitor"):
        await commands.create_account(HOUSE, "lin", roles=[("boss", None)])


async def test_the_first_administrator_needs_the_printed_code_and_comes_once(engine):
    code = await commands.print_setup_code()
    with pytest.raises(errors.CodeInvalid):
        await commands.set_up("AAAA-BBBB-CCCC", "root", PASSWORD)
    await commands.set_up(code, "root", PASSWORD)
    assert await commands.print_setup_code() is None
    with pytest.raises(errors.SetupDone):
        await commands.set_up(code, "root2", PASSWORD)


async def test_the_set_up_stays_open_until_there_is_an_administrator(engine):
    await make_account("lin", Role.MONITOR)
    code = await commands.print_setup_code()
    assert code is not None
    await commands.set_up(code, "root", PASSWORD)
    assert await commands.print_setup_code() is None


async def test_a_set_up_that_is_refused_leaves_its_code_usable(engine):
    await make_account("lin", Role.MONITOR)
    code = await commands.print_setup_code()
    with pytest.raises(errors.UsernameTaken):
        await commands.set_up(code, "lin", PASSWORD)
    assert await commands.set_up(code, "root", PASSWORD)


async def test_of_two_set_ups_at_a_time_one_makes_the_administrator(engine):
    code = await commands.print_setup_code()
    done = await asyncio.gather(
        *(commands.set_up(code, name, PASSWORD) for name in ("root1", "root2")), return_exceptions=True
    )
    assert sorted(isinstance(one, int) for one in done) == [False, True]
    assert await scalar("SELECT COUNT(*) AS n FROM account") == 1


@pytest.mark.parametrize("command", ["set_up", "choose_password"])
async def test_wrong_codes_of_one_address_close_the_door_and_another_address_stays_open(engine, command):
    words = ("root", PASSWORD) if command == "set_up" else (PASSWORD,)
    for _ in range(rules.ATTEMPTS_PER_ADDRESS):
        with pytest.raises(errors.CodeInvalid):
            await getattr(commands, command)("AAAA-BBBB-CCCC", *words, address="10.0.0.7")
    with pytest.raises(TooMany):
        await getattr(commands, command)("AAAA-BBBB-CCCC", *words, address="10.0.0.7")
    with pytest.raises(errors.CodeInvalid):
        await getattr(commands, command)("AAAA-BBBB-CCCC", *words, address="10.0.0.8")


async def test_scope_reaches_a_unit_and_all_below_it(engine):
    root = await make_unit("root")
    sale = await make_unit("sale", parent=root)
    other = await make_unit("other")
    account = await make_account("boss", Role.SUPERVISOR, unit=root)
    actor = await queries.actor_of_account(account)
    assert actor.units(Permission.PEOPLE_READ) == {root, sale}
    assert other not in actor.units(Permission.PEOPLE_READ)
    assert actor.units(Permission.JOURNAL_READ) == frozenset()


async def test_an_actor_without_the_permission_is_refused_by_the_command_itself(engine):
    agent = Actor(account_id=1, person_id=1, name="客服", grants=(Grant(Role.AGENT, None),))
    with pytest.raises(NotAllowed):
        await commands.create_account(agent, "sneaky", roles=[("admin", None)])


async def test_a_token_is_never_wider_than_its_account(engine):
    account = await make_account("lin", Role.MONITOR)
    actor = await queries.actor_of_account(account)
    with pytest.raises(errors.ScopeTooWide):
        await commands.create_token(actor, "export", [Permission.SHEET_APPROVE])
    token = await commands.create_token(actor, "export", [Permission.EVALUATION_READ])
    narrow = await queries.actor_of_api_token(rules.digest(token))
    assert narrow.permissions == {Permission.EVALUATION_READ}


async def test_every_change_of_an_account_leaves_a_journal_line(engine):
    await make_account("lin")
    lines = await journal.page(None, None)
    assert [line["action"] for line in lines] == ["account:create"]
    assert PASSWORD not in str(lines)


async def test_the_api_denies_strangers_and_wrong_roles(engine, database_url):
    async with client_of(database_url) as client:
        answer = await client.get("/api/accounts")
        assert (answer.status_code, answer.json()["type"]) == (401, "urn:qa:not-logged-in")
        headers = await bearer("lin", Role.AGENT)
        answer = await client.get("/api/accounts", headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:qa:not-allowed")


async def test_the_api_creates_an_account_with_a_code_to_print(engine, database_url):
    async with client_of(database_url) as client:
        headers = await bearer("root")
        body = {"username": "zhou", "roles": [{"role": "monitor"}]}
        answer = await client.post("/api/accounts", headers=headers, json=body)
        assert answer.status_code == 201, answer.text
        assert len(answer.json()["one_time_code"]) == 14
        again = await client.post("/api/accounts", headers=headers, json=body)
        assert (again.status_code, again.json()["type"]) == (409, "urn:qa:username-taken")
        assert again.json()["errors"][0]["field"] == "username"


async def test_a_closed_account_loses_its_sessions_at_once(engine, database_url):
    async with client_of(database_url) as client:
        headers = await bearer("root")
        account = await make_account("leaver", Role.AGENT)
        client.cookies.set("qa_session", await log_in("leaver"))
        assert (await client.get("/api/me")).status_code == 200
        closed = await client.post(f"/api/accounts/{account}/close", headers=headers, json={"reason": "离职"})
        assert closed.status_code == 204, closed.text
        assert (await client.get("/api/me")).status_code == 401


async def test_a_cookie_alone_changes_nothing_through_the_api(engine, database_url):
    async with client_of(database_url) as client:
        await make_account("root")
        client.cookies.set("qa_session", await log_in("root"))
        answer = await client.post("/api/tokens", json={"name": "x", "scopes": []})
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:qa:form-expired")


async def test_bad_json_and_unknown_fields_are_named(engine, database_url):
    async with client_of(database_url) as client:
        headers = await bearer("root")
        answer = await client.post("/api/accounts", headers=headers, content=b"{nope")
        assert answer.status_code in (400, 422)
        assert answer.headers["content-type"].startswith("application/problem+json")
        answer = await client.post("/api/accounts", headers=headers, json={"username": "a", "roles": [], "x": 1})
        assert answer.status_code in (400, 422)
        answer = await client.get("/api/nothing/here", headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:qa:not-found")


async def test_the_same_refusal_reads_english_for_who_asks_in_english(engine, database_url):
    async with client_of(database_url) as client:
        answer = await client.get("/api/me", headers={"accept-language": "en-GB"})
        assert answer.json()["title"] == "Please log in first"
        assert (await client.get("/api/me")).json()["title"] == "请先登录"


async def test_every_route_says_who_may_use_it(engine, database_url):
    async with client_of(database_url) as client:
        for route in client.app.routes:
            for handler in getattr(route, "route_handlers", []):
                if handler.fn.__module__.startswith("litestar"):
                    continue
                options = handler.opt
                declared = options.get("public") or options.get("logged_in") or options.get("permission")
                assert declared, f"{route.path} declares nobody"
