"""Dated rules: immutable once published, in force by day, and driving money only with their papers."""

from datetime import date

import msgspec
import pytest

from qa_service.errors import InvalidInput, StaleEdit
from qa_service.forms.errors import FormInvalid
from qa_service.journal.commands import set_key
from qa_service.people import queries as people
from qa_service.people.access import Role
from qa_service.people.tables import AccountRole
from qa_service.rule_versions import commands, errors, queries, rules
from rubrics.packs import load_pack
from tests.builders import HOUSE, bearer, client_of, make_account

pytestmark = pytest.mark.anyio

PAPERS = commands.Papers(
    consulted_on=date(2026, 6, 1), consultation="全体会议", published_on=date(2026, 6, 8), publication="公告栏"
)


def cleaning(people: int) -> str:
    area = {"name": "桌面", "name_en": "Desks", "people_per_day": people, "tasks": ["擦"], "tasks_en": ["wipe"]}
    return msgspec.json.encode({"area.desk": area}, order="sorted").decode()


def make_draft(**changes) -> commands.Draft:
    given = {
        "kind": "cleaning",
        "code": "shop",
        "name": "店铺值日安排",
        "name_en": "Shop cleaning",
        "definition": cleaning(1),
        "from_on": date(2026, 7, 1),
        "source": "店规第3条",
    }
    return commands.Draft(**{**given, **changes})


@pytest.fixture(autouse=True)
async def keyed(engine):
    set_key(b"a key for tests only")


async def make_published(papers=PAPERS, **changes) -> int:
    rule = await commands.draft(HOUSE, make_draft(**changes))
    await commands.publish(HOUSE, rule, papers)
    return rule


async def test_the_version_of_the_day_is_found(engine):
    first = await make_published()
    second = await make_published(definition=cleaning(2), from_on=date(2026, 9, 1))
    assert (await queries.in_force("cleaning", "shop", date(2026, 8, 31)))["id"] == first
    assert (await queries.in_force("cleaning", "shop", date(2026, 9, 1)))["id"] == second
    with pytest.raises(errors.RuleUnknown):
        await queries.in_force("cleaning", "shop", date(2026, 6, 30))


async def test_a_draft_is_not_in_force(engine):
    await commands.draft(HOUSE, make_draft())
    with pytest.raises(errors.RuleUnknown):
        await queries.in_force("cleaning", "shop", date(2026, 8, 1))


async def test_a_published_version_cannot_be_published_again(engine):
    rule = await make_published()
    with pytest.raises(errors.RuleImmutable):
        await commands.publish(HOUSE, rule, PAPERS)


async def test_the_same_content_is_no_new_version(engine):
    await make_published()
    with pytest.raises(errors.RuleUnchanged):
        await commands.draft(HOUSE, make_draft())


async def test_who_drafted_a_rule_does_not_approve_it(engine):
    account = await make_account("both", Role.QA_LEAD)
    await AccountRole.insert(AccountRole(account=account, role=Role.MANAGER, unit=None))
    actor = await people.actor_of_account(account)
    rule = await commands.draft(actor, make_draft())
    with pytest.raises(errors.ApproverIsAuthor):
        await commands.publish(actor, rule, PAPERS)


async def test_a_stale_publication_is_refused(engine):
    rule = await commands.draft(HOUSE, make_draft())
    with pytest.raises(StaleEdit):
        await commands.publish(HOUSE, rule, PAPERS, row_version=7)


async def test_without_consultation_a_rule_drives_no_money_and_says_so(engine):
    rule = await make_published(papers=commands.Papers(published_on=date(2026, 6, 8), publication="公告栏"))
    version = await queries.version(rule)
    assert not rules.drives_money(version)
    with pytest.raises(errors.NotDrivingMoney, match="民主协商记录"):
        commands.check_drives_money(version)


async def test_a_barred_rule_drives_no_money(engine):
    rule = await make_published()
    assert rules.drives_money(await queries.version(rule))
    await commands.bar_from_money(HOUSE, rule, "一致性过低")
    assert not rules.drives_money(await queries.version(rule))


async def test_agents_read_the_rules_they_are_judged_by_and_change_none(engine, database_url):
    rule = await make_published()
    async with client_of(database_url) as client:
        headers = await bearer("xu", role="agent")
        assert (await client.get("/api/rules", headers=headers)).json()[0]["id"] == rule
        whole = (await client.get(f"/api/rules/{rule}", headers=headers)).json()
        assert whole["definition"] == cleaning(1)
        refused = await client.post(f"/api/rules/{rule}/bar", headers=headers, json={"reason": "x"})
        assert refused.status_code == 403


@pytest.mark.parametrize(
    ("kind", "definition", "field"),
    [
        ("nokind", "{}", "kind"),
        ("cleaning", "[[sections", "definition"),
        ("cleaning", "[]", "definition"),
        ("cleaning", '{"area.desk": {"name": "桌面"}}', "definition"),
        ("cleaning", '{"area": {}}', "definition"),
        ("kpis", "{}", "definition"),
    ],
)
async def test_what_is_no_rule_is_not_even_drafted(engine, kind, definition, field):
    with pytest.raises(InvalidInput) as refused:
        await commands.draft(HOUSE, make_draft(kind=kind, definition=definition))
    assert {fault.field for fault in refused.value.fields} == {field}


async def test_what_is_no_form_is_not_even_drafted(engine):
    """An empty form once was published, and nobody could mark any more."""
    with pytest.raises(FormInvalid) as refused:
        await commands.draft(HOUSE, make_draft(kind="form", definition="{}"))
    assert {fault.code for fault in refused.value.fields} == {"field-missing"}


async def test_weights_that_do_not_sum_to_100_are_refused_at_the_draft(engine):
    definition = load_pack("shop-presale-aftersale").definition("kpis.toml", date(2026, 7, 1))
    key = next(name for name in definition if name.startswith("scorecard."))
    card = msgspec.to_builtins(definition[key])
    card["dimensions"][0]["kpis"][0]["weight"] += 1
    definition = msgspec.json.encode(definition | {key: card}).decode()
    with pytest.raises(InvalidInput) as refused:
        await commands.draft(HOUSE, make_draft(kind="kpis", definition=definition))
    assert "weights-not-100" in {fault.code for fault in refused.value.fields}
