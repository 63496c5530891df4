"""Score a month, flag it, and say in a few lines what was found: for the command line and the demo."""

from collections import Counter
from datetime import date
from typing import Any

import msgspec

from qa_service import clock
from qa_service.database import rows
from qa_service.flags import queries as flags
from qa_service.flags.commands import flag_month
from qa_service.flags.errors import UnitUnclear
from qa_service.language import N_, bracketed, clauses, gettext, labelled, listed
from qa_service.people.access import Actor
from qa_service.people.errors import NoUnitYet
from qa_service.rule_versions.packs import apply_pack
from qa_service.scores import queries as scores
from qa_service.scores.commands import Progress, compute_month
from qa_service.web import formatting


class FlaggedPerson(msgspec.Struct, frozen=True):
    person: int
    name: str
    employee_no: str | None
    sentences: list[str]


class MonthSummary(msgspec.Struct, frozen=True, kw_only=True):
    """Counts by state, never a missing figure as 0; leniency in points with its interval."""

    run: int
    flag_run: int
    unit: str
    month: date
    is_trial: bool
    people: int
    scorecards: dict[str, int]
    thin: int = 0  # not scored because records are too few, though there are some
    qa: dict[str, int]
    kpis: dict[str, dict[str, int]]
    monitors: list[dict[str, Any]]
    flagged: list[FlaggedPerson]
    method: str
    results_digest: str

    def lines(self) -> list[str]:
        """In words, in the language of the moment."""
        shown = {"unit": self.unit, "month": f"{self.month:%Y-%m}", "run": self.run, "people": self.people}
        found = [gettext(N_("%(unit)s %(month)s：第%(run)s次计算，%(people)s人"), **shown)]
        if self.is_trial:
            found.append(gettext(N_("试算：月份没有结束，或规则在当月之后才生效；结果只供查看，不能用于奖罚")))
        cards = {state: self.scorecards.get(state, 0) for state in ("scored", "gated", "not_scored")}
        found.append(gettext(N_("绩效分：已计分%(scored)s人，红线限分%(gated)s人，不计分%(not_scored)s人"), **cards))
        if self.thin:
            found.append(gettext(N_("不计分的人里，样本不足%(thin)s人"), thin=self.thin))
        enough = self.qa.get("ok", 0)
        found.append(
            gettext(N_("质检估计：有%(ok)s人，样本不足或没有%(none)s人"), ok=enough, none=self.people - enough)
        )
        for one in self.monitors:
            if one["lower"] is not None:
                found.append(_leniency_text(one))
        found.append(clauses([gettext(N_("异常提示：%(count)s人"), count=len(self.flagged)), self.method]))
        for one in self.flagged:
            who = bracketed(one.name, one.employee_no or one.person)
            found.append("  " + labelled(who, clauses(one.sentences)))
        return found


async def score_month(
    actor: Actor,
    month: date,
    *,
    unit_code: str | None = None,
    pack: str | None = None,
    preliminary: bool = False,
    progress: Progress | None = None,
) -> MonthSummary:
    """Compute and flag the month of a unit, the only top one unless told; `pack` is put in force first."""
    if pack is not None:
        await apply_pack(actor, pack, on=clock.today())
    unit = await _unit(unit_code)
    run_id = await compute_month(actor, unit["id"], month, preliminary=preliminary, progress=progress)
    flag_run = await flag_month(actor, run_id)
    return await summary(actor, run_id, flag_run)


async def _unit(code: str | None) -> dict[str, Any]:
    if code is not None:
        found = await rows("SELECT id, name FROM unit WHERE code = {} OR name = {} ORDER BY id", code, code)
    else:
        found = await rows(
            "SELECT u.id, u.name FROM unit u WHERE NOT EXISTS (SELECT 1 FROM unit_place p WHERE p.unit = u.id"
            " AND p.parent IS NOT NULL) ORDER BY u.id"
        )
    if len(found) != 1:
        known = found or await rows("SELECT name FROM unit ORDER BY id LIMIT 20")
        if not known:
            raise NoUnitYet(field="unit")
        raise UnitUnclear(known=listed(one["name"] for one in known), field="unit")
    return found[0]


async def summary(actor: Actor, run_id: int, flag_run: int) -> MonthSummary:
    run = await scores.run(actor, run_id)
    cards = await scores.scorecards(actor, run_id)
    states: dict[str, Counter[str]] = {}
    for kpi in await scores.kpi_results(actor, run_id):
        states.setdefault(kpi["kpi"], Counter())[kpi["state"]] += 1
    judged = await flags.flag_run(actor, run_id)
    return MonthSummary(
        run=run_id,
        flag_run=flag_run,
        unit=run["unit_name"],
        month=run["pay_month"],
        is_trial=run["is_trial"],
        people=len(cards),
        scorecards=dict(Counter(card["state"] for card in cards)),
        thin=sum(card["state"] == "not_scored" and _is_thin(card) for card in cards),
        qa=dict(Counter(one["state"] for one in await scores.qa_estimates(actor, run_id))),
        kpis={key: dict(counts) for key, counts in states.items()},
        monitors=[_monitor(one) for one in await scores.monitor_severities(actor, run_id)],
        flagged=[
            FlaggedPerson(one["person"], one["person_name"], one["employee_no"], one["sentences"])
            for one in await flags.flags(actor, run_id)
        ],
        method=judged["method"],
        results_digest=run["results_digest"],
    )


def _leniency_text(one: dict[str, Any]) -> str:
    """The figures of a program's answer as a sentence, with a true minus."""
    value, lower, upper = (formatting.number(float(one[name]), 1) for name in ("value", "lower", "upper"))
    return gettext(
        N_("质检员%(name)s：宽严%(value)s分（%(range)s，n=%(n)s）"),
        name=one["name"], value=value, range=formatting.interval(lower, upper), n=one["n"],
    )  # fmt: skip


def _is_thin(card: dict[str, Any]) -> bool:
    return any(kpi["state"] == "thin" for kpi in card["explanation"]["kpis"])


def _monitor(one: dict[str, Any]) -> dict[str, Any]:
    ends = {"value": "severity", "lower": "lower", "upper": "upper"}
    figures = {
        name: None if one[f"{column}_hundredths"] is None else f"{one[f'{column}_hundredths'] / 100:.1f}"
        for name, column in ends.items()
    }
    return {
        "name": one["person_name"],
        "employee_no": one["employee_no"],
        "n": one["n"],
        "state": one["state"],
        **figures,
    }
