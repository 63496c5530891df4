"""What quality work says about agent parts in the list of records: state, marks, and whether a person is pinned."""

from collections.abc import Sequence

from qa_service.database import among, rows
from qa_service.evaluations.queries import visible
from qa_service.forms.queries import form_version
from qa_service.interactions.beside import PartMark, PartState
from qa_service.language import N_, current_language
from qa_service.people.access import Actor

MARKED = "SELECT 1 FROM evaluation e WHERE e.part = p.id AND e.state = 'released'"
DRAWN = "SELECT 1 FROM draw_item i WHERE i.part = p.id AND i.state = 'drawn'"


class QualityOfParts:
    """The Beside of interactions/beside.py. Rare states start from their own few rows, the common one asks per row."""

    states = (
        PartState(
            key="marked", name=N_("已评"), look="done",
            condition="p.id IN (SELECT e.part FROM evaluation e WHERE e.state = 'released' AND e.part IS NOT NULL)",
        ),
        PartState(
            key="drawn", name=N_("已抽中，待评"), look="wait",
            condition="p.id IN (SELECT i.part FROM draw_item i WHERE i.state = 'drawn')"
            f" AND NOT EXISTS ({MARKED})",
        ),
        PartState(
            key="none", name=N_("未抽中"), look="none",
            condition=f"NOT EXISTS ({DRAWN}) AND NOT EXISTS ({MARKED})",
        ),
    )  # fmt: skip
    state_sql = f"CASE WHEN EXISTS ({MARKED}) THEN 'marked' WHEN EXISTS ({DRAWN}) THEN 'drawn' ELSE 'none' END"

    async def marks_of(self, actor: Actor, part_ids: Sequence[int]) -> list[PartMark]:
        found = await rows(
            "SELECT id FROM evaluation WHERE state IN ('released', 'superseded') AND part IN"
            f" {among(len(part_ids))} ORDER BY id LIMIT 100",
            *part_ids,
        )
        seen = [await visible(actor, one["id"]) for one in found]
        return [await _mark(one) for one in seen if one is not None]

    async def pinned(self, part_ids: Sequence[int]) -> set[int]:
        places = among(len(part_ids))
        found = await rows(
            f"SELECT part FROM frame_leaf WHERE part IN {places} UNION SELECT part FROM evaluation WHERE part IN"
            f" {places} ORDER BY part",
            *part_ids,
            *part_ids,
        )
        return {one["part"] for one in found}


async def _mark(found: dict) -> PartMark:
    version, form = await form_version(found["form"])
    return PartMark(
        part=found["part"],
        evaluation=found["id"],
        form=(form.name_en if current_language() == "en" else "") or version["name"],
        revision=found["revision"],
        state=found["state"],
        final_hundredths=found["final_hundredths"],
        released_at=found["released_at"],
    )
