"""What must agree between the tables of a pack on one day: sums of weights, names that exist, curves that rise."""

from collections.abc import Iterator
from datetime import date

import msgspec

from rubrics.dated_text import ParameterError, fault
from rubrics.pack_records import Kpi, Record


class Chosen(msgspec.Struct, frozen=True):
    """The records valid on a day, by table and key."""

    on: date
    groups: dict[str, dict[str, Record]]
    conduct_percent: int = 0


def scorecard_weights(chosen: Chosen) -> Iterator[ParameterError]:
    """Weights of a scorecard sum to 100, each KPI exists and counts once."""
    for key, card in chosen.groups["scorecard"].items():
        where = f"kpis.toml [scorecard.{key}]"
        entries = [entry for dimension in card.dimensions for entry in dimension.kpis]
        total = sum(entry.weight for entry in entries)
        if total != 100:
            yield fault(
                "weights-not-100", where, zh=f"权重之和应为100，现为{total}", en=f"weights sum to {total}, not 100",
                total=total, on=chosen.on.isoformat(),
            )  # fmt: skip
        names = [entry.kpi for entry in entries]
        yield from _unknown(where, "kpi", names, known=chosen.groups["kpi"])
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield fault("kpi-twice", where, zh=f"指标{name}出现两次", en=f"KPI {name} counts twice")


def kpi_scales(chosen: Chosen) -> Iterator[ParameterError]:
    """A KPI has either bands or a curve, and they go the way its direction says."""
    for key, kpi in chosen.groups["kpi"].items():
        where, points = f"kpis.toml [kpi.{key}]", (kpi.floor, kpi.threshold, kpi.target)
        if bool(kpi.bands) == all(point is not None for point in points):
            yield fault(
                "scale-missing", where, zh="要么写bands，要么写floor、threshold、target，二者取一",
                en="needs either bands or floor, threshold and target",
            )  # fmt: skip
        elif not _goes_its_way(kpi):
            yield fault("scale-order", where, zh="档位或曲线的次序与方向不符", en="the scale contradicts the direction")


def _goes_its_way(kpi: Kpi) -> bool:
    sign = 1 if kpi.better == "higher" else -1
    if kpi.bands:
        limits, points = zip(*kpi.bands, strict=True)
        rising = all((a - b) * sign > 0 for a, b in zip(limits, limits[1:], strict=False))
        return rising and list(points) == sorted(points, reverse=True) and kpi.otherwise <= points[-1]
    curve = [kpi.floor, kpi.threshold, kpi.target] + ([kpi.stretch] if kpi.stretch is not None else [])
    return all((b - a) * sign > 0 for a, b in zip(curve, curve[1:], strict=False))


def names_exist(chosen: Chosen) -> Iterator[ParameterError]:
    """Units, parents and scorecards that are named exist."""
    groups = chosen.groups
    for key, unit in groups["unit"].items():
        if unit.parent is not None:
            yield from _unknown(f"pack.toml [unit.{key}]", "unit", [unit.parent], known=groups["unit"])
    for key, position in groups["position"].items():
        where = f"pack.toml [position.{key}]"
        yield from _unknown(where, "unit", [position.unit], known=groups["unit"])
        if position.scorecard is not None:
            yield from _unknown(where, "scorecard", [position.scorecard], known=groups["scorecard"])
    for key, kind in groups["kind"].items():
        yield from _unknown(f"pack.toml [kind.{key}]", "unit", [kind.unit], known=groups["unit"])
    for key, shift in groups["shift"].items():
        yield from _unknown(f"shifts.toml [shift.{key}]", "unit", list(shift.units), known=groups["unit"])


def assessment_weights(chosen: Chosen) -> Iterator[ParameterError]:
    """Items of the probation assessment weigh 100 together; phases follow each other."""
    total = sum(item.weight for item in chosen.groups["item"].values())
    if total != 100:
        yield fault(
            "weights-not-100", "probation.toml [item]", zh=f"考核项目权重之和应为100，现为{total}",
            en=f"assessment weights sum to {total}, not 100", total=total,
        )  # fmt: skip
    phases = sorted(chosen.groups["phase"].values(), key=lambda phase: phase.order)
    for earlier, later in zip(phases, phases[1:], strict=False):
        if later.from_day != earlier.until_day + 1:
            yield fault(
                "phase-gap", f"probation.toml [phase] {later.name}", zh=f"应从第{earlier.until_day + 1}天开始",
                en=f"must begin on day {earlier.until_day + 1}",
            )  # fmt: skip


def event_effects(chosen: Chosen) -> Iterator[ParameterError]:
    """A reward has an amount, an omission a percent of the conduct part, a loss neither."""
    wanted = {"reward": (True, False), "unearned": (False, True), "loss_compensation": (False, False)}
    for key, rule in chosen.groups["event"].items():
        if (rule.amount_fen is not None, rule.off_percent is not None) != wanted[rule.kind]:
            yield fault(
                "event-effect", f"rewards.toml [event.{key}]",
                zh="奖励写amount_fen，绩效未得写off_percent，损失赔偿都不写；按次扣固定金额就是罚款",
                en="a reward has amount_fen, an omission off_percent, a loss neither; a fixed sum per event is a fine",
            )  # fmt: skip


def share_bands(chosen: Chosen) -> Iterator[ParameterError]:
    """Bands run from the best down, in lines and in percents; the parts of the base are the whole base."""
    total = chosen.conduct_percent + sum(rule.part_percent for rule in chosen.groups["share"].values())
    if chosen.groups["share"] and total != 100:
        yield fault(
            "parts-not-100", "rewards.toml [share] [conduct]", zh=f"各部分之和应为绩效基数的100%，现为{total}%",
            en=f"the parts make {total} % of the variable base, not 100 %", total=total,
        )  # fmt: skip
    for key, rule in chosen.groups["share"].items():
        lines, percents = [band[0] for band in rule.bands], [band[1] for band in rule.bands]
        falling = all(a > b for a, b in zip(lines, lines[1:], strict=False))
        fits = percents == sorted(percents, reverse=True) and rule.otherwise <= min(percents, default=100)
        if not falling or not fits or (rule.decision != "linear" and not rule.bands):
            yield fault(
                "bands-order", f"rewards.toml [share.{key}]", zh="档位应从高到低排列", en="bands run from best to worst"
            )


def _unknown(where: str, what: str, names: list[str], *, known: dict[str, Record]) -> Iterator[ParameterError]:
    for name in names:
        if name not in known:
            yield fault("name-unknown", where, zh=f"没有{what}“{name}”", en=f"there is no {what} “{name}”", name=name)


CHECKS = (scorecard_weights, kpi_scales, names_exist, assessment_weights, event_effects, share_bands)
# Those that need no other file than the one.
CHECKS_OF_FILE = {
    "kpis.toml": (scorecard_weights, kpi_scales),
    "probation.toml": (assessment_weights,),
    "rewards.toml": (event_effects, share_bands),
}
