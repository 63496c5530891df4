"""The department of DOMAIN.md row 16: 24 agents, two group leads, and the people around them."""

from calendar import monthrange
from datetime import date, timedelta
from random import Random

from qa_service.demo.names import staff_names
from qa_service.demo.shapes import AFTERSALE, PRESALE, Person

PRESALE_COUNT, AFTERSALE_COUNT, MONITOR_COUNT = 15, 9, 3
FIXED, OPEN_ENDED = "固定期限", "无固定期限"
PERSONAL_PLATFORM = "小程序商城"
# The others are held in turn; these agents also have a shop account of their own.
PERSONAL_PRESALE = (1, 5, 9, 12)
GAMING_PRESALE, PROBATION_PRESALE = 7, 14


def add_months(day: date, months: int) -> date:
    """The same day `months` later, cut at the month's end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_after(day: date, months: int) -> date:
    """Last day of a term of `months` months that begins on `day`."""
    return add_months(day, months) - timedelta(days=1)


def probation_hire(months: tuple[date, ...]) -> date:
    """First Monday of the second month: two months of probation then put the assessment into the third."""
    second = months[1]
    return second + timedelta(days=-second.weekday() % 7)


def make_people(rng: Random, months: tuple[date, ...]) -> tuple[Person, ...]:
    """All 34 people, leaders first, numbers 1001 onwards."""
    posts = _posts()
    names = staff_names(rng, len(posts))
    return tuple(
        _person(rng, f"{1001 + index}", name, post=post, months=months)
        for index, (name, post) in enumerate(zip(names, posts, strict=True))
    )


def _posts() -> list[dict]:
    """Group, post, role, manager and kind of each person in order of number."""
    posts = [
        {"group": "", "post": "客服经理", "role": "经理", "manager": None},
        {"group": "售前组", "post": "售前组长", "role": "主管", "manager": "1001", "accounts": (("旗舰店", "主号"),)},
        {"group": "售后组", "post": "售后组长", "role": "主管", "manager": "1001", "accounts": (("专营店", "主号"),)},
        {"group": "质检组", "post": "质检主管", "role": "质检主管", "manager": "1001"},
    ]
    posts += [{"group": "质检组", "post": "质检员", "role": "质检员", "manager": "1004"} for _ in range(MONITOR_COUNT)]
    posts += [
        {"group": "人事", "post": "人事专员", "role": "人事", "manager": "1001"},
        {"group": "", "post": "内审员", "role": "审计", "manager": None},
        {"group": "", "post": "系统管理员", "role": "管理员", "manager": "1001"},
    ]
    posts += [_agent(PRESALE, "1002", place) for place in range(PRESALE_COUNT)]
    return posts + [_agent(AFTERSALE, "1003", place) for place in range(AFTERSALE_COUNT)]


def _agent(kind: str, manager: str, place: int) -> dict:
    own = kind == PRESALE and place in PERSONAL_PRESALE
    return {
        "group": kind + "组",
        "post": kind + "客服",
        "role": "客服",
        "manager": manager,
        "kind": kind,
        "accounts": ((PERSONAL_PLATFORM, f"小程序{place + 1:02d}"),) if own else (),
        "probation": kind == PRESALE and place == PROBATION_PRESALE,
    }


def _person(rng: Random, staff_no: str, name: str, *, post: dict, months: tuple[date, ...]) -> Person:
    hired = probation_hire(months) if post.get("probation") else _hired_before(rng, months[0])
    kind, begins, until, probation = _contract(rng, hired, months[-1], newcomer=bool(post.get("probation")))
    return Person(
        staff_no=staff_no,
        name=name,
        group=post["group"],
        post=post["post"],
        role=post["role"],
        manager_no=post["manager"],
        hired_on=hired,
        contract_kind=kind,
        contract_from=begins,
        contract_until=until,
        probation_until=probation,
        kind=post.get("kind"),
        accounts=(*post.get("accounts", ()), ("ERP", f"kf{staff_no}")),
    )


def _hired_before(rng: Random, first: date) -> date:
    """A working day between eight months and seven years before the first month."""
    day = first - timedelta(days=rng.randrange(240, 2550))
    return day - timedelta(days=max(0, day.weekday() - 4))


def _contract(
    rng: Random, hired: date, last_month: date, *, newcomer: bool
) -> tuple[str, date, date | None, date | None]:
    """Kind, begin, end, end of probation; terms renewed until they reach past the period.

    劳动合同法 14: two fixed terms in a row are followed by an open-ended one; 19: probation ≤ 2 months below three
    years and ≤ 6 from three years on, agreed once, in the first contract only.
    """
    years = 2 if newcomer else rng.choice((2, 3))
    probation = months_after(hired, 2 if years == 2 else 3)
    begins = hired
    for _ in range(2):
        until = months_after(begins, 12 * years)
        if until > add_months(last_month, 2):
            return FIXED, begins, until, probation
        begins = until + timedelta(days=1)
    return OPEN_ENDED, begins, None, probation


def agents(people: tuple[Person, ...], kind: str | None = None) -> list[Person]:
    """The people whose work is scored, in order of number; of one kind if given."""
    return [person for person in people if person.kind and kind in (None, person.kind)]


def gaming_agent(people: tuple[Person, ...]) -> Person:
    return agents(people, PRESALE)[GAMING_PRESALE]


def probationer(people: tuple[Person, ...]) -> Person:
    return agents(people, PRESALE)[PROBATION_PRESALE]


def monitors(people: tuple[Person, ...]) -> list[Person]:
    """The three 质检员; the second is the strict one."""
    return [person for person in people if person.role == "质检员"]


def leads(people: tuple[Person, ...]) -> list[Person]:
    return [person for person in people if person.role == "主管"]
