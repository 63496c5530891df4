"""Who held a shop account from when until when: one person at a time, or nobody can say whose a record is."""

from bisect import insort
from datetime import datetime

from qa_service import clock
from qa_service.database import bulk_insert, rows
from qa_service.imports.loading import Mapped
from qa_service.imports.loads import Load, digest_of, is_first, refuse
from qa_service.imports.records import AccountHolderRecord
from qa_service.interactions.identity import Holding


async def load_holders(load: Load, chunk: list[Mapped]) -> None:
    """Who held an account when; an unknown person is refused, an unknown account is made."""
    async with load.step():
        accounts = await _accounts(load, {(one.record.platform, one.record.account) for one in chunk})
        people = await rows("SELECT id, key, name FROM person ORDER BY id")
        names = {one["id"]: {"text": one["name"], "aside": one["key"]} for one in people}
        ending = {
            (load.directory.people.get(one.record.employee_no), one.record.from_at)
            for one in chunk
            if one.record.until_at is not None
        }
        fresh = []
        for one in chunk:
            person = load.directory.people.get(one.record.employee_no)
            if person is None:
                refuse(load, one, "unknown-agent", "employee_no", one.record.employee_no)
                continue
            account = accounts[one.record.platform, one.record.account]
            key = f"{account}|{one.record.from_at.isoformat()}|{person}"
            if not is_first(load, one, key, digest_of(one.record), field="account"):
                continue
            if other := _other_holder(load, one.record, account, person, ending):
                facts = {"one": names.get(other.person, ""), "other": names.get(person, "")}
                refuse(load, one, "two-holders", "account", f"{one.record.platform}/{one.record.account}", **facts)
            elif await _is_new_holding(load, one.record, account, person):
                fresh.append((account, person, one.record.from_at, one.record.until_at, "import"))
        await load.insert("account_holder", ("platform_account", "person", "from_at", "until_at", "source"), fresh)


def _other_holder(
    load: Load, one: AccountHolderRecord, account: int, person: int, ending: set[tuple[int | None, datetime]]
) -> Holding | None:
    """Somebody else who holds the account without an end, as this one does, and whose end the file does not give."""
    if one.until_at is not None:
        return None
    for held in load.directory.holdings.get(account, []):
        if held.person != person and held.until_at is None and (held.person, held.from_at) not in ending:
            return held
    return None


async def _accounts(load: Load, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    missing = sorted(wanted - load.directory.accounts.keys())
    if not load.writes:
        load.directory.accounts.update({pair: -place for place, pair in enumerate(missing, 1)})
        return load.directory.accounts
    await bulk_insert(
        "platform_account",
        ("platform", "name", "unit", "created_at"),
        [(platform, name, load.unit, clock.now()) for platform, name in missing],
    )
    found = await rows("SELECT id, platform, name FROM platform_account ORDER BY id")
    load.directory.accounts.update({(one["platform"], one["name"]): one["id"] for one in found})
    return load.directory.accounts


async def _is_new_holding(load: Load, one: AccountHolderRecord, account: int, person: int) -> bool:
    """New, or an end that has become known; the same again counts as unchanged. The directory learns of it."""
    held = load.directory.holdings.setdefault(account, [])
    same = next((place for place, h in enumerate(held) if (h.person, h.from_at) == (person, one.from_at)), None)
    if same is None:
        insort(held, Holding(one.from_at, one.until_at, person), key=lambda h: h.from_at)
        load.tally.add("accepted")
        return True
    if held[same].until_at == one.until_at:
        load.tally.add("unchanged")
        return False
    held[same] = Holding(one.from_at, one.until_at, person)
    load.tally.add("updated")
    if load.writes:
        await _end_holding(account, person, one.from_at, one.until_at)
    return False


async def _end_holding(account: int, person: int, from_at: datetime, until_at: datetime | None) -> None:
    await rows(
        "UPDATE account_holder SET until_at = {} WHERE platform_account = {} AND person = {} AND from_at = {}"
        " RETURNING id",
        until_at,
        account,
        person,
        from_at,
    )
