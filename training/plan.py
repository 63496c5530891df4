"""Plans in phases, and competencies with the level that a phase asks for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from training.errors import CatalogueError, PlanError


class Competency(msgspec.Struct, frozen=True, kw_only=True):
    """Something a post must be able to do, in levels 1 to `levels`; `items` are the form items that show it."""

    key: str
    name: str
    name_en: str
    levels: int = 4
    items: tuple[str, ...] = ()


class Phase(msgspec.Struct, frozen=True, kw_only=True):
    """A phase of a plan: its share of the whole time (a weight), its tasks, and the levels due at its end."""

    key: str
    name: str
    name_en: str
    weight: int
    tasks: tuple[str, ...] = ()
    levels: dict[str, int] = {}


class PhaseDates(msgspec.Struct, frozen=True):
    """A phase with its first and last day, both included."""

    phase: Phase
    from_on: date
    until_on: date


class Gap(msgspec.Struct, frozen=True):
    """A competency below the level asked for; `reached` None: never assessed, which is not level 0."""

    competency: Competency
    required: int
    reached: int | None


PROBATION_PHASES = (
    Phase(
        key="learn",
        name="学习期",
        name_en="Learning",
        weight=1,
        tasks=("入职与制度学习", "产品知识", "跟班听看"),
    ),
    Phase(
        key="guided",
        name="带教期",
        name_en="Guided work",
        weight=2,
        tasks=("带教下独立接待", "每周质检反馈", "知识测验"),
    ),
    Phase(
        key="independent",
        name="独立期",
        name_en="Independent work",
        weight=3,
        tasks=("独立上岗", "达到质检标准", "试用期考核"),
    ),
)


def lay_out(phases: Sequence[Phase], *, from_on: date, until_on: date) -> list[PhaseDates]:
    """The phases one after another over a time, days by weight, without gap or overlap; each has a day at least.

    Raises PlanError when there is no phase, a weight below 1, a key twice, or fewer days than phases.
    """
    days = (until_on - from_on).days + 1
    _check(phases, days)
    total, before, start, laid = sum(phase.weight for phase in phases), 0, 0, []
    for place, phase in enumerate(phases):
        before += phase.weight
        ideal = (2 * days * before + total) // (2 * total)  # half-up, in whole days
        stop = min(max(ideal, start + 1), days - (len(phases) - place - 1))
        laid.append(PhaseDates(phase, from_on + timedelta(days=start), from_on + timedelta(days=stop - 1)))
        start = stop
    return laid


def _check(phases: Sequence[Phase], days: int) -> None:
    if not phases or len({phase.key for phase in phases}) != len(phases) or min(p.weight for p in phases) < 1:
        raise PlanError(
            "phases-invalid",
            "phases",
            zh="计划至少有一个阶段，编号不重复，权重至少为1",
            en="a plan has at least one phase, keys of their own, and weights of at least 1",
        )
    if days < len(phases):
        raise PlanError(
            "plan-too-short",
            "phases",
            zh=f"{max(days, 0)}天排不下{len(phases)}个阶段",
            en=f"{max(days, 0)} days cannot hold {len(phases)} phases",
            facts={"days": days, "phases": len(phases)},
        )


def phase_on(laid: Iterable[PhaseDates], on: date) -> PhaseDates | None:
    """The phase of a date; None before the plan and after it."""
    return next((each for each in laid if each.from_on <= on <= each.until_on), None)


def gaps(phase: Phase, reached: Mapping[str, int | None], *, competencies: Mapping[str, Competency]) -> list[Gap]:
    """Competencies below what a phase asks for, never-assessed ones included, widest gap first."""
    found = []
    for key, required in phase.levels.items():
        competency = competencies.get(key)
        if competency is None or not 1 <= required <= competency.levels:
            raise CatalogueError(
                "competency-unknown",
                phase.key,
                zh=f"阶段“{phase.name}”要求的能力“{key}”第{required}级不存在",
                en=f"phase “{phase.name_en}” asks for level {required} of “{key}”, which does not exist",
                facts={"key": key, "level": required},
            )
        level = reached.get(key)
        if level is None or level < required:
            found.append(Gap(competency, required, level))
    return sorted(found, key=lambda gap: ((gap.reached or 0) - gap.required, gap.competency.key))
