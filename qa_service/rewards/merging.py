"""What computed months and sheets say before two entries of one person become one."""

from datetime import date

from qa_service.database import rows
from qa_service.language import N_
from qa_service.people.merge_rooms import Obstacle

SIGNED = "s.state IN ('approved', 'locked', 'paid')"


class PeopleOnSheets:
    """The Room of people/merge_rooms.py."""

    async def obstacles(self, former: int, person: int) -> list[Obstacle]:
        """Both on one signed sheet: it was paid as two people's, and a signed sheet is not written again."""
        found = await rows(
            "SELECT s.id, s.pay_month, u.name FROM sheet s JOIN unit u ON u.id = s.unit"
            " JOIN sheet_person one ON one.sheet = s.id AND one.person = {}"
            f" JOIN sheet_person other ON other.sheet = s.id AND other.person = {{}} WHERE {SIGNED} ORDER BY s.id",
            former,
            person,
        )
        text = N_("两人都在%(unit)s%(month)s已签批的奖罚评分表上，各算各的")
        return [
            Obstacle(code="on-one-sheet", sentence=text, href=f"/sheets/{one['id']}",
                     facts={"unit": one["name"], "month": one["pay_month"].isoformat()[:7]})
            for one in found
        ]  # fmt: skip

    async def signed_months(self, person: int) -> set[date]:
        found = await rows(
            f"SELECT s.pay_month FROM sheet s JOIN sheet_person p ON p.sheet = s.id WHERE p.person = {{}} AND {SIGNED}"
            " UNION SELECT r.pay_month FROM scorecard c JOIN score_run r ON r.id = c.run WHERE c.person = {}"
            " AND (r.state = 'closed' OR c.closed_at IS NOT NULL)",
            person,
            person,
        )
        return {one["pay_month"] for one in found}
