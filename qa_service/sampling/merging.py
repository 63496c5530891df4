"""What draws say before two entries of one person become one."""

from datetime import date

from qa_service.database import rows
from qa_service.language import N_
from qa_service.people.merge_rooms import Obstacle


class PeopleInDraws:
    """The Room of people/merge_rooms.py."""

    async def obstacles(self, former: int, person: int) -> list[Obstacle]:
        """A frame names its people before it is drawn: between the two nobody changes who they are."""
        found = await rows(
            "SELECT d.id, d.from_on, d.until_on, COUNT(*) AS n FROM frame_leaf l JOIN frame f ON f.id = l.frame"
            " JOIN draw_period d ON d.id = f.draw_period JOIN agent_part p ON p.id = l.part"
            " WHERE p.person IN ({}, {}) AND NOT EXISTS (SELECT 1 FROM draw w WHERE w.frame = f.id)"
            " GROUP BY d.id, d.from_on, d.until_on ORDER BY d.id",
            former,
            person,
        )
        text = N_("%(from_on)s至%(until_on)s的抽样框已公布、还没有抽，里面有这个人的%(count)s段；抽完再合并")
        return [
            Obstacle(code="frame-not-drawn", sentence=text, href=f"/draws/{one['id']}",
                     facts={"from_on": one["from_on"].isoformat(), "until_on": one["until_on"].isoformat(),
                            "count": one["n"]})
            for one in found
        ]  # fmt: skip

    async def signed_months(self, person: int) -> set[date]:
        return set()
