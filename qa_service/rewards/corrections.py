"""What was put on a sheet by hand, and the closed line behind each correction with all that its limits need. Reads."""

from collections import defaultdict
from datetime import date
from functools import cache
from typing import Any

from qa_service.database import row, rows, scalar
from qa_service.rewards import errors
from qa_service.rewards.correcting import Corrected
from qa_service.rewards.facts import Addition, Correction, Strike
from qa_service.rewards.lines import Kind
from qa_service.rewards.rules import Wage, wage_law
from rubrics.packs import LIBRARY
from rubrics.parameters import Parameters, load

LINE = "SELECT l.*, s.pay_month, s.state AS sheet_state FROM sheet_line l JOIN sheet s ON s.id = l.sheet"
# Corrections of closed lines that count: on any sheet, not undone, of the person and month of the corrected line.
OTHERS = (
    "SELECT COALESCE(SUM(e.amount_fen), 0) AS total FROM sheet_edit e JOIN sheet_line l ON l.id = e.of_line"
    " JOIN sheet s ON s.id = l.sheet WHERE e.kind = 'correction' AND e.undone_at IS NULL AND e.id <> {}"
)


@cache
def law_parameters() -> Parameters:
    return load(LIBRARY / "law" / "wages.toml")


async def closed_line(line_id: int, person_id: int, before: date) -> dict[str, Any]:
    """A person's line of an earlier month that is locked or paid; a correction is not corrected itself."""
    found = await row(
        f"{LINE} WHERE l.id = {{}} AND l.person = {{}} AND s.state IN ('locked', 'paid') AND s.pay_month < {{}}",
        line_id, person_id, before,
    )  # fmt: skip
    if found is None:
        raise errors.CorrectionTargetUnknown(line=line_id or "—", field="of_line")
    if found["kind"] == Kind.CORRECTION:
        raise errors.CorrectionOfCorrection(line=line_id, field="of_line")
    return found


async def corrected(line: dict[str, Any], *, but_edit: int = 0) -> Corrected:
    """The line with its other corrections (all but one edit), and what its kind may take in its month."""
    kind, person, month = Kind(line["kind"]), line["person"], line["pay_month"]
    own = await scalar(f"{OTHERS} AND l.id = {{}}", but_edit, line["id"])
    theirs = await scalar(
        f"{OTHERS} AND l.person = {{}} AND s.pay_month = {{}} AND l.kind = {{}}", but_edit, person, month, kind.value
    )
    lines = await rows(
        "SELECT l.kind, l.payable_fen, l.amount_fen FROM sheet_line l JOIN sheet s ON s.id = l.sheet"
        " WHERE l.person = {} AND s.pay_month = {} AND s.state IN ('locked', 'paid') ORDER BY l.id",
        person, month,
    )  # fmt: skip
    wage = await wage_of(person, month)
    unearned = sum(one["amount_fen"] for one in lines if one["kind"] == Kind.UNEARNED)
    return Corrected(
        kind=kind, settled_fen=line["payable_fen"] + int(own),
        month_fen=sum(one["payable_fen"] for one in lines if one["kind"] == kind) + int(theirs),
        base_fen=line["base_fen"], variable_fen=wage.variable_fen if wage else 0,
        loss_fen=await scalar("SELECT loss_fen FROM reward_event WHERE id = {}", line["event"] or 0) or 0,
        loss_limit_fen=_loss_limit(wage, unearned, month),
    )  # fmt: skip


async def wage_of(person_id: int, month: date) -> Wage | None:
    found = await row("SELECT * FROM wage_record WHERE person = {} AND pay_month = {}", person_id, month)
    return wage_from(found) if found else None


def wage_from(found: dict[str, Any]) -> Wage:
    return Wage(
        person_id=found["person"], base_fen=found["base_fen"], region=found["region"],
        variable_base_fen=found["variable_base_fen"], variable_source=found["variable_source"] or "",
        normal_wage_fen=found["normal_wage_fen"],
    )  # fmt: skip


def _loss_limit(wage: Wage | None, unearned_fen: int, month: date) -> int:
    """20 % of the wage of that month, after what was unearned; nothing where the wage is not known."""
    if wage is None:
        return 0
    percent = wage_law(law_parameters(), wage.region, month).loss_limit_percent
    return max(0, (wage.base_fen + wage.variable_fen + unearned_fen) * percent // 100)


# Edits of one sheet


async def edits_of(sheet_id: int) -> dict[int, dict[str, tuple]]:
    """What was added or struck by hand and not undone, by person, under the names of PersonFacts."""
    found = await rows("SELECT * FROM sheet_edit WHERE sheet = {} AND undone_at IS NULL ORDER BY id", sheet_id)
    edits: dict[int, dict[str, tuple]] = defaultdict(dict)
    for one in found:
        name, made = await _edit(one)
        mine = edits[one["person"]]
        mine[name] = (*mine.get(name, ()), made)
    return edits


async def _edit(kept: dict[str, Any]) -> tuple[str, Addition | Correction | Strike]:
    if kept["kind"] == "strike":
        strike = Strike(rule_key=kept["rule_code"], on=kept["on_day"], event_id=kept["event"], reason=kept["reason"])
        return "strikes", strike
    if kept["kind"] == "correction":
        return "corrections", await _correction(kept)
    return "additions", Addition(id=kept["id"], on=kept["on_day"], amount_fen=kept["amount_fen"], reason=kept["reason"])


async def _correction(kept: dict[str, Any]) -> Correction:
    line = await row(f"{LINE} WHERE l.id = {{}}", kept["of_line"])
    return Correction(
        id=kept["id"], person_id=kept["person"], on=kept["on_day"], amount_fen=kept["amount_fen"],
        of_month=f"{line['pay_month']:%Y-%m}", of_line=line["position"], line_id=line["id"],
        corrects=await corrected(line, but_edit=kept["id"]), reason=kept["reason"],
    )  # fmt: skip
