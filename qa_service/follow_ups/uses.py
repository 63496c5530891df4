"""Which promises and callbacks were taken down for a record of a batch."""

from qa_service.database import rows
from qa_service.interactions.uses import Use
from qa_service.language import N_


class BatchInFollowUps:
    """The Room of interactions/uses.py."""

    async def uses(self, batch_id: int) -> list[Use]:
        query = "SELECT MIN(f.id) AS first, COUNT(*) AS n FROM follow_up f JOIN interaction i ON i.id = f.interaction"
        one = (await rows(f"{query} WHERE i.batch = {{}}", batch_id))[0]
        text = N_("%(count)s件跟进是为这批记录登记的")
        href = f"/follow-ups/{one['first']}"
        return [Use(code="follow-up", sentence=text, count=one["n"], href=href)] if one["n"] else []

    async def clear(self, batch_id: int) -> None:
        """A batch brings nothing of its own into the follow-ups."""
