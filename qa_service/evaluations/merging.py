"""What marks say before two entries of one person become one."""

from datetime import date

from qa_service.database import row
from qa_service.language import N_
from qa_service.people.merge_rooms import Obstacle


class PeopleInMarks:
    """The Room of people/merge_rooms.py."""

    async def obstacles(self, former: int, person: int) -> list[Obstacle]:
        """Nobody marks their own work: whoever has marked the other is somebody else."""
        found = await row(
            "SELECT MIN(id) AS first, COUNT(*) AS n FROM evaluation WHERE (person = {} AND monitor = {})"
            " OR (person = {} AND monitor = {})",
            former, person, person, former,
        )  # fmt: skip
        text = N_("其中一人给另一人评过分（%(count)s份），不可能是同一个人")
        href = f"/evaluations/{found['first']}"
        if not found["n"]:
            return []
        return [Obstacle(code="marked-the-other", sentence=text, facts={"count": found["n"]}, href=href)]

    async def signed_months(self, person: int) -> set[date]:
        return set()
