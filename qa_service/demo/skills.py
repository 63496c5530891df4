"""What each agent is like: a latent quality, a skill per behaviour around it, and habits that the KPIs show."""

from datetime import date
from random import Random

import msgspec

from qa_service.demo.people import agents, gaming_agent, probationer
from qa_service.demo.shapes import AFTERSALE, PRESALE, Person, Skill

COMMON = {"greet": 0.91, "polite": 0.965, "fast": 0.9, "close_window": 0.88}
PRESALE_BEHAVIOURS = COMMON | {
    "promotion": 0.81, "product": 0.93, "stock": 0.89, "push": 0.83, "order_check": 0.91, "remark": 0.88,
    "confirm_change": 0.90, "tell_packer": 0.85, "bank": 0.91, "cancel": 0.91, "warehouse": 0.83, "ask_help": 0.85,
}  # fmt: skip
AFTERSALE_BEHAVIOURS = COMMON | {
    "comfort": 0.89, "recall": 0.91, "register": 0.87, "solve": 0.91, "photo_proof": 0.93, "freight": 0.90,
    "goods_intact": 0.83, "service_card": 0.82, "waybill_ask": 0.83, "return_record": 0.88, "report_difficult": 0.87,
}  # fmt: skip
QUALITY_SD, BEHAVIOUR_SD = 0.05, 0.05
NEWCOMER = 0.07
# One after-sale agent tells customers at times that an opened parcel cannot be returned: the critical item's story.
REFUSING_AFTERSALE, REFUSES = 2, 0.7


def behaviours_of(kind: str) -> dict[str, float]:
    return PRESALE_BEHAVIOURS if kind == PRESALE else AFTERSALE_BEHAVIOURS


def make_skills(rng: Random, people: tuple[Person, ...], months: tuple[date, ...]) -> dict[tuple[str, date], Skill]:
    """The skill of each agent in each month; only the gaming agent changes, and only in the last month."""
    gaming, newcomer, skills = gaming_agent(people), probationer(people), {}
    unlawful = agents(people, AFTERSALE)[REFUSING_AFTERSALE]
    for person in agents(people):
        usual = _usual(rng, person, shift=-NEWCOMER if person is newcomer else 0.0)
        for month in months:
            games = person is gaming and month == months[-1]
            skills[person.staff_no, month] = _hasty(usual) if games else usual
            if person is unlawful:
                skills[person.staff_no, month] = msgspec.structs.replace(usual, refuses=REFUSES)
    return skills


def expected_quality(skill: Skill) -> float:
    """Mean chance of doing what is asked, in points 0-100 (fast is judged from the clock and left out)."""
    chances = [chance for key, chance in skill.does.items() if key != "fast"]
    return round(100 * sum(chances) / len(chances), 1)


def _usual(rng: Random, person: Person, *, shift: float) -> Skill:
    """One draw around the group's means, cut at 1.6 sd so that nobody is extreme by chance."""
    quality = _cut(rng) * QUALITY_SD + shift
    does = {}
    for key, mean in behaviours_of(person.kind or "").items():
        # What nearly everybody does varies less than what many forget.
        room = min(1.0, (1 - mean) / 0.15)
        does[key] = min(0.985, max(0.4, mean + room * (quality + _cut(rng) * BEHAVIOUR_SD)))
    return Skill(
        does=does, reply_seconds=15 * 1.14 ** _cut(rng), conversion=0.55 + 0.035 * _cut(rng),
        transfer=0.05 + 0.008 * _cut(rng), survey_rate=0.15, survey_lift=4 * quality + 0.05 * _cut(rng),
    )  # fmt: skip


def _hasty(usual: Skill) -> Skill:
    """The agent who games the figures: the same sentences, but in and out in two minutes, and the rest passed on."""
    return Skill(
        does=usual.does | {"close_window": 1.0}, reply_seconds=2.2, conversion=0.24, transfer=0.34,
        survey_rate=0.06, survey_lift=3.0, hasty=True,
    )  # fmt: skip


def _cut(rng: Random) -> float:
    """A normal deviate redrawn beyond 1.6."""
    while True:
        deviate = rng.gauss(0, 1)
        if abs(deviate) <= 1.6:
            return deviate
