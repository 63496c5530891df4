"""A correction keeps the limits of the kind of line that it corrects; by hand as well as by the API."""

from datetime import UTC, date, datetime

import pytest

from qa_service.database import row, rows, scalar
from qa_service.rewards import commands, errors, queries
from qa_service.rewards.correcting import Corrected, correction_fits
from qa_service.rewards.lines import Kind
from tests.builders import HOUSE, client_of
from tests.rewards.builders import LOSS, OCTOBER, make_department, make_entry, make_run, make_wage_entry
from tests.rewards.test_sheets import LINE, SAME_DAY, drafted, make_addition, version_of

NOVEMBER = date(2026, 11, 1)
DECEMBER_8 = datetime(2026, 12, 8, 2, tzinfo=UTC)


def make_corrected(kind: Kind = Kind.UNEARNED, settled: int = -1500, **changes) -> Corrected:
    given = {"base_fen": 30000, "variable_fen": 100000, "loss_fen": 3180, "loss_limit_fen": 104000}
    return Corrected(kind=kind, settled_fen=settled, **({"month_fen": settled} | given | changes))


@pytest.mark.parametrize(
    ("amount", "corrected"),
    [
        (1500, make_corrected()),  # given back whole
        (-28500, make_corrected()),  # the rest of the part's base
        (-2000, make_corrected(Kind.REWARD, 2000)),  # taken back whole
        (700, make_corrected(Kind.REWARD, 2000)),  # too little had been paid
        (-1180, make_corrected(Kind.LOSS, -2000)),
        (0, make_corrected(Kind.LOSS, 0)),
    ],
)
def test_what_keeps_the_limits_of_its_kind_is_a_correction(amount, corrected):
    correction_fits(amount, corrected)


@pytest.mark.parametrize(
    ("amount", "corrected", "refusal"),
    [
        (-28501, make_corrected(), errors.CorrectionAboveBase),
        (-5000, make_corrected(month_fen=-97000), errors.CorrectionAboveBase),
        (-1, make_corrected(variable_fen=0, base_fen=None), errors.NoVariableBase),
        (1501, make_corrected(), errors.CorrectionGivesMore),
        (-2001, make_corrected(Kind.REWARD, 2000), errors.CorrectionTakesMore),
        (-1181, make_corrected(Kind.LOSS, -2000), errors.LossAboveEvidence),
        (-500, make_corrected(Kind.LOSS, -2000, month_fen=-103600), errors.CorrectionAboveLossLimit),
        (2001, make_corrected(Kind.LOSS, -2000), errors.CorrectionGivesMore),
        (-1, make_corrected(Kind.FINE, -100), errors.FineRefused),
    ],
)
def test_what_breaks_a_limit_of_its_kind_is_refused(amount, corrected, refusal):
    with pytest.raises(refusal):
        correction_fits(amount, corrected)


async def with_paid_october(at, **wage):
    """October paid, with a loss of 31.80 and praise of 20.00 for Shen; November drafted by the lead."""
    at(SAME_DAY)
    department = await make_department()
    entries = [make_entry(department, "wrong-shipment", **LOSS), make_entry(department, "customer-praise", body="好评")]
    october = await drafted(department, entries=entries)
    await rows("UPDATE sheet SET state = 'paid' WHERE id = {}", october)
    await make_run(department, month=NOVEMBER)
    await commands.set_wage(HOUSE, make_wage_entry(month=NOVEMBER, **wage))
    at(DECEMBER_8)
    return department, await commands.draft_sheet(await department.actor("lead"), department.unit, NOVEMBER)


async def correct(department, sheet_id: int, rule: str, amount_fen: int) -> int:
    line_id = await scalar(LINE, rule, department.shen)
    entry = make_addition(
        department, await version_of(sheet_id), kind="correction", amount_fen=amount_fen, of_line=line_id, reason="复核"
    )
    return await commands.add_line(await department.actor("lead"), sheet_id, entry)


@pytest.mark.anyio
@pytest.mark.usefixtures("engine")
async def test_a_correction_is_no_way_to_a_fine(at):
    department, sheet_id = await with_paid_october(at)
    for rule, amount, refusal in (
        ("share.qa", -100000, errors.CorrectionAboveBase), ("event.customer-praise", -2001, errors.CorrectionTakesMore),
        ("event.wrong-shipment", -1, errors.LossAboveEvidence),
    ):  # fmt: skip
        with pytest.raises(refusal) as refused:
            await correct(department, sheet_id, rule, amount)
        assert refused.value.fields[0].field == "amount_fen"
    await rows("UPDATE wage_record SET variable_base_fen = NULL WHERE pay_month = {}", OCTOBER)
    with pytest.raises(errors.NoVariableBase):
        await correct(department, sheet_id, "share.qa", -1)


@pytest.mark.anyio
@pytest.mark.usefixtures("engine")
async def test_several_corrections_of_one_line_keep_its_limits_together(at):
    department, sheet_id = await with_paid_october(at)
    edit_id = await correct(department, sheet_id, "event.customer-praise", -1500)
    with pytest.raises(errors.CorrectionTakesMore):
        await correct(department, sheet_id, "event.customer-praise", -501)
    await commands.undo_edit(await department.actor("lead"), sheet_id, edit_id, version=await version_of(sheet_id))
    await correct(department, sheet_id, "event.customer-praise", -2000)


@pytest.mark.anyio
@pytest.mark.usefixtures("engine")
async def test_a_correction_of_a_correction_names_the_line_behind_it(at):
    department, sheet_id = await with_paid_october(at)
    await correct(department, sheet_id, "share.qa", 500)
    await rows("UPDATE sheet SET state = 'paid', pay_month = '2026-10-02' WHERE id = {}", sheet_id)
    again = await commands.draft_sheet(await department.actor("lead"), department.unit, NOVEMBER)
    with pytest.raises(errors.CorrectionOfCorrection):
        await correct(department, again, "correction", -500)


@pytest.mark.anyio
@pytest.mark.usefixtures("engine")
async def test_a_correction_leads_to_its_line_by_the_number_that_the_sheet_shows(at):
    department, sheet_id = await with_paid_october(at)
    await rows("UPDATE sheet_line SET position = position + 40 WHERE rule_code = 'share.qa' AND person = {}",
               department.shen)  # fmt: skip
    await correct(department, sheet_id, "share.qa", 700)
    lead = await department.actor("lead")
    line = next(one for one in await queries.sheet_lines(lead, sheet_id) if one["kind"] == "correction")
    wanted = LINE.replace("id", "position, id", 1) + " AND sheet <> {}"
    number = await row(wanted, "share.qa", department.shen, sheet_id)
    assert line["text"] == f"更正2026年10月第{number['position']}条明细：复核，7.00元"
    earlier = (await queries.trace(lead, sheet_id, line["id"]))[-1]
    assert earlier.href.endswith(f"/lines/{number['id']}")


@pytest.mark.anyio
@pytest.mark.usefixtures("engine")
async def test_a_correction_that_takes_more_for_a_loss_counts_under_this_months_limit_too(at):
    department, sheet_id = await with_paid_october(at, base_fen=250000, variable_base_fen=None, variable_source=None)
    await rows("UPDATE sheet_line SET payable_fen = 0, amount_fen = 0 WHERE rule_code = 'event.wrong-shipment'")
    await correct(department, sheet_id, "event.wrong-shipment", -3180)
    line = await row("SELECT * FROM sheet_line WHERE rule_code = 'correction'")
    # 2,500 less 2,490 of minimum wage leave 10.00
    assert (line["claimed_fen"], line["payable_fen"]) == (-3180, -1000)


@pytest.mark.anyio
@pytest.mark.usefixtures("engine")
async def test_the_api_refuses_the_thousand_yuan_correction(at, database_url):
    from qa_service.people import commands as accounts

    department, sheet_id = await with_paid_october(at)
    lead = await department.actor("lead")
    token = await accounts.create_token(lead, "test", sorted(lead.permissions))
    body = {
        "version": await version_of(sheet_id), "person_id": department.shen, "kind": "correction",
        "amount_fen": -100000, "of_line": await scalar(LINE, "share.qa", department.shen), "reason": "罚",
    }  # fmt: skip
    async with client_of(database_url) as client:
        answer = await client.post(
            f"/api/sheets/{sheet_id}/edits", json=body, headers={"authorization": f"Bearer {token}"}
        )
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:qa:correction-above-base")
