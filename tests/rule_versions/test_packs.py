"""A pack in force is read back word for word."""

from datetime import date

import pytest

from qa_service.database import rows
from qa_service.errors import InvalidInput
from qa_service.people.access import house_actor
from qa_service.rule_versions import definitions
from qa_service.rule_versions.commands import check_drives_money
from qa_service.rule_versions.errors import RuleUnknown
from qa_service.rule_versions.packs import FILE_NAMES, apply_pack
from qa_service.rule_versions.queries import in_force
from rubrics.pack_records import Kpi, PaydayRule, SamplingPlan
from rubrics.packs import load_pack

pytestmark = pytest.mark.anyio
NAME, DAY = "shop-presale-aftersale", date(2026, 8, 1)


async def test_every_file_and_form_of_the_pack_is_published_with_its_papers(engine):
    made = await apply_pack(house_actor("test"), NAME, on=DAY)
    assert set(made) == {*FILE_NAMES, "form:chat-presale", "form:chat-aftersale"}
    for found in await rows("SELECT * FROM rule_version"):
        check_drives_money(found)
        assert found["consulted_on"] == date(2025, 11, 20)


async def test_the_records_come_back_as_the_pack_states_them(engine):
    await apply_pack(house_actor("test"), NAME, on=DAY)
    pack = load_pack(NAME)
    kpis = await in_force("kpis", NAME, DAY)
    assert definitions.records(kpis, Kpi) == pack.all(Kpi, DAY)
    assert definitions.one(await in_force("rewards", NAME, DAY), PaydayRule) == pack.one(PaydayRule, DAY)
    assert definitions.one(await in_force("sampling", NAME, DAY), SamplingPlan) == pack.one(SamplingPlan, DAY)
    assert await definitions.pack_code(DAY) == NAME


async def test_the_same_pack_again_makes_no_new_version(engine):
    await apply_pack(house_actor("test"), NAME, on=DAY)
    assert await apply_pack(house_actor("test"), NAME, on=DAY) == {}


async def test_an_unknown_pack_is_refused_with_what_there_is(engine):
    with pytest.raises(InvalidInput) as refused:
        await apply_pack(house_actor("test"), "no-such-pack", on=DAY)
    assert "shop-presale-aftersale" in refused.value.fields[0].text()


async def test_before_any_pack_there_is_no_code(engine):
    with pytest.raises(RuleUnknown):
        await definitions.pack_code(DAY)
