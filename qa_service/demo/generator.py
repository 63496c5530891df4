"""`generate`: one seed and a run of months in, a folder of files and the planted truth out."""

import gzip
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random

import msgspec

from qa_service.demo.accounts import forget, make_holdings, resolver, write_holders
from qa_service.demo.business import write_business_records
from qa_service.demo.chats import MonthChats, make_month
from qa_service.demo.events import make_events
from qa_service.demo.monitors import make_monitors
from qa_service.demo.people import add_months, agents, gaming_agent, make_people, probationer
from qa_service.demo.rosters import make_cleaning, make_roster
from qa_service.demo.shapes import DemoData, MonthFiles, Person, Skill, Truth
from qa_service.demo.skills import expected_quality, make_skills
from qa_service.demo.staff_file import write_staff
from qa_service.demo.surveys import make_surveys, write_surveys
from qa_service.demo.wages import make_wages, write_wages

MONTHS = (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1))
SEED = 16


def generate(
    folder: Path | str, *, seed: int = SEED, months: Sequence[date] = MONTHS, chats_per_day: int = 11
) -> DemoData:
    """Write the department's files into `folder` (made if absent) and return their paths with what was planted.

    `months` are the first days of three or more months in a row; the last is the one in which the gaming agent
    changes, the probation assessment is due and the roster is given. `chats_per_day` is the mean per agent and
    working day. The same arguments give the same bytes. Raises ValueError for other months or a count below 1.
    """
    months = _checked(tuple(months), chats_per_day)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rng = Random(f"{seed}/department")
    people = make_people(rng, months)
    skills = make_skills(rng, people, months)
    truth = _truth(rng, seed, people=people, skills=skills, months=months)
    holdings = make_holdings(people, months)
    kept = forget(rng, holdings)
    staff_file, holders_file = folder / "staff.xlsx", folder / "account_holders.csv"
    write_staff(staff_file, people)
    write_holders(holders_file, kept)
    by_number = {person.staff_no: person for person in people}
    made = tuple(
        make_month(seed, month, holdings, people=by_number, skills=skills, chats_per_day=chats_per_day)
        for month in months
    )
    files = tuple(
        _write_month(folder, seed, month, chats=chats, people=people, skills=skills)
        for month, chats in zip(months, made, strict=True)
    )
    behaviours_file = folder / "behaviours.json.gz"
    _write_gz(behaviours_file, {record_id: traces for chats in made for record_id, traces in chats.traces.items()})
    roster = make_roster(people, months[-1])
    return DemoData(
        folder=folder, staff_file=staff_file, holders_file=holders_file, behaviours_file=behaviours_file,
        months=files, people=people, truth=truth, events=make_events(made, spare=frozenset({truth.gaming_agent})),
        roster_month=months[-1], roster=roster, cleaning=make_cleaning(roster),
        unresolved=_unresolved(resolver(people, kept), made),
    )  # fmt: skip


def _checked(months: tuple[date, ...], chats_per_day: int) -> tuple[date, ...]:
    row = tuple(add_months(months[0], step) for step in range(len(months))) if months else ()
    if len(months) < 3 or months != row or months[0].day != 1:
        raise ValueError("months: the first days of three or more months in a row")
    if chats_per_day < 1:
        raise ValueError("chats_per_day: at least 1")
    return months


def _truth(
    rng: Random, seed: int, *, people: tuple[Person, ...], skills: dict[tuple[str, date], Skill],
    months: tuple[date, ...],
) -> Truth:  # fmt: skip
    usual = {person.staff_no: skills[person.staff_no, months[0]] for person in agents(people)}
    leniency, noise, strict = make_monitors(rng, people)
    return Truth(
        seed=seed, quality={number: expected_quality(skill) for number, skill in usual.items()},
        skills={number: skill.does for number, skill in usual.items()}, leniency=leniency, noise=noise,
        strict_monitor=strict, gaming_agent=gaming_agent(people).staff_no, gaming_month=months[-1],
        probationer=probationer(people).staff_no,
    )  # fmt: skip


def _write_month(
    folder: Path, seed: int, month: date, *, chats: MonthChats, people: tuple[Person, ...],
    skills: dict[tuple[str, date], Skill],
) -> MonthFiles:  # fmt: skip
    names = {
        "chats": f"chats_{month:%Y-%m}.json.gz", "surveys": f"surveys_{month:%Y-%m}.csv",
        "business_records": f"business_records_{month:%Y-%m}.csv", "wages": f"wages_{month:%Y-%m}.csv",
    }  # fmt: skip
    paths = {kind: folder / name for kind, name in names.items()}
    surveys = make_surveys(seed, month, chats, skills=skills)
    wages = make_wages(seed, month, people)
    _write_gz(paths["chats"], chats.chats)
    write_surveys(paths["surveys"], surveys)
    write_business_records(paths["business_records"], chats.records)
    write_wages(paths["wages"], wages)
    rows = {
        "chats": len(chats.chats), "surveys": len(surveys), "business_records": len(chats.records), "wages": len(wages),
    }  # fmt: skip
    return MonthFiles(month=month, rows=rows, **paths)


def _write_gz(path: Path, content: object) -> None:
    # mtime=0: the header would otherwise hold the present time.
    path.write_bytes(gzip.compress(msgspec.json.encode(content), compresslevel=5, mtime=0))


def _unresolved(resolve, made: tuple[MonthChats, ...]) -> tuple[str, ...]:
    """Records that name no agent and whose account had no known holder when they began."""
    waiting = []
    for chat in (chat for month in made for chat in month.chats if not chat["客服工号"]):
        day, time = chat["开始时间"].split(" ")
        hour, minute, second = (int(part) for part in time.split(":"))
        at = hour * 3600 + minute * 60 + second
        if resolve(chat["平台"], chat["店铺账号"], date.fromisoformat(day), at) is None:
            waiting.append(chat["记录编号"])
    return tuple(waiting)
