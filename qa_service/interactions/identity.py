"""Whose part it is: by key, or by the holder of a platform account at the time. Never guessed. Pure."""

from bisect import bisect_right
from datetime import datetime

import msgspec

from qa_service.interactions.records import AgentPartRecord


class Holding(msgspec.Struct, frozen=True, order=True):
    from_at: datetime
    until_at: datetime | None
    person: int


class Directory(msgspec.Struct):
    """People by key, platform accounts by (platform, name), and each account's holders in order of time."""

    people: dict[str, int]
    accounts: dict[tuple[str, str], int]
    holdings: dict[int, list[Holding]]
    units: dict[int, list[tuple[datetime, int]]] = {}

    def holder(self, account: int, at: datetime | None) -> int | None:
        """The one person who held the account at an instant; None when nobody did, or two did."""
        if at is None:
            return None
        rows = self.holdings.get(account, [])
        place = bisect_right(rows, at, key=lambda held: held.from_at)
        found = {held.person for held in rows[:place] if held.until_at is None or at < held.until_at}
        return found.pop() if len(found) == 1 else None

    def person_of(self, part: AgentPartRecord) -> int | None:
        """A named key first; else the account's holder when the part began."""
        if part.agent_key:
            return self.people.get(part.agent_key)
        account = self.account_of(part)
        return self.holder(account, part.started_at) if account is not None else None

    def account_of(self, part: AgentPartRecord) -> int | None:
        return self.accounts.get((part.platform or "", part.account or "")) if part.account else None
