"""How a line came to its amount, step by step: the bands, the value with its interval, the decision, the sum. Pure."""

from typing import Any

from qa_service.language import N_, gettext
from qa_service.rewards.lines import Line, yuan
from qa_service.web import formatting

DECISIONS = {
    "interval_clears": N_("整个%(level)s%%区间低于一条线，才算没有达到这条线；以区间上端所在的档计发"),
    "point_minimum_n": N_("满%(n)s件以后按得分所在的档计发，不足时全额计发"),
    "linear": N_("得多少分，按百分之多少计发"),
}


def share_steps(rule: dict[str, Any], line: Line, *, low: int | None, high: int | None) -> list[str]:
    """For a share of the variable base: bands, decision, the band that decided, base × percent."""
    said = [bands_text(rule), gettext(DECISIONS[rule["decision"]], level=rule.get("level_percent", 95),
                                      n=rule.get("minimum_n", 0))]  # fmt: skip
    percent = next((note.facts["percent"] for note in line.notes if "percent" in note.facts), "100")
    if rule["decision"] == "interval_clears" and low is not None and high is not None:
        said.append(_decided(rule, low, high, percent))
    if line.base_fen is not None:
        earned = line.base_fen + line.claimed_fen
        said.append(
            gettext(
                N_("绩效基数的%(part)s%%是%(base)s元：%(base)s×%(percent)s%%＝实得%(earned)s元，未得%(left)s元"),
                part=rule.get("part_percent", ""), base=yuan(line.base_fen), percent=percent, earned=yuan(earned),
                left=yuan(-line.claimed_fen),
            )
        )  # fmt: skip
    return [text for text in said if text]


def bands_text(rule: dict[str, Any]) -> str:
    """达到80分100%，达到70分95%，其余80%."""
    bands = rule.get("bands") or []
    if not bands:
        return ""
    said = [gettext(N_("达到%(line)s分%(percent)s%%"), line=line, percent=percent) for line, percent in bands]
    said.append(gettext(N_("其余%(percent)s%%"), percent=rule.get("otherwise", 0)))
    return gettext(N_("分数线：%(bands)s"), bands=gettext(N_("，")).join(said))


def _decided(rule: dict[str, Any], low: int, high: int, percent: str | int) -> str:
    """Which line the upper end reaches, and which one the whole interval misses."""
    reached = next((line for line, _ in rule["bands"] if high >= line * 100), None)
    missed = next((line for line, _ in reversed(rule["bands"]) if high < line * 100), None)
    facts = {
        "range": formatting.score_interval(low, high, 2), "high": formatting.score(high), "reached": reached,
        "missed": missed, "percent": percent,
    }  # fmt: skip
    if reached is None:
        return gettext(N_("区间%(range)s整个低于%(missed)s分这条线：按其余的%(percent)s%%计发"), **facts)
    if missed is None:
        return gettext(N_("区间%(range)s的上端%(high)s达到%(reached)s分这条线：按%(percent)s%%计发"), **facts)
    return gettext(
        N_("区间%(range)s的上端%(high)s达到%(reached)s分、整个低于%(missed)s分：按%(percent)s%%计发"), **facts
    )


def event_steps(rule: dict[str, Any], line: Line) -> list[str]:
    """For a record: the percent that it takes of the part, and what was left of it."""
    if line.base_fen is None or not rule.get("off_percent"):
        return []
    return [
        gettext(
            N_("操作规范部分%(base)s元：每次减少%(percent)s%%，本次少得%(left)s元，还剩%(earned)s元"),
            base=yuan(line.base_fen), percent=rule["off_percent"], left=yuan(-line.claimed_fen),
            earned=yuan(line.earned_fen or 0),
        )
    ]  # fmt: skip
