"""Evidence of a 奖惩记录 that names a record: found among what was imported, refused when it cannot exist."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from qa_service.database import among, rows
from qa_service.interactions.live import PUBLISHED, live
from qa_service.rewards import errors
from qa_service.rewards.schemas import EvidenceItem

# A bare number as exports write it, after the words that people put before it; a sentence is not taken for one.
NUMBER = re.compile(r"(?:服务记录|记录|单号|订单号?|#)?\s*([A-Za-z0-9][A-Za-z0-9:_#.\-]{3,59})\Z", re.ASCII)
CHECKED = ("chat", "record")


def number_in(reference: str) -> str | None:
    found = NUMBER.fullmatch(reference.strip())
    return found.group(1) if found and any(sign.isdigit() for sign in found.group(1)) else None


async def check_references(evidence: Sequence[EvidenceItem], on: date) -> None:
    """Refuse a number that the records of that day, once imported, do not hold.

    Records often come in after the event is entered: then there is nothing yet to compare it with.
    """
    asked = [number for one in evidence if one.kind in CHECKED and (number := number_in(one.reference))]
    if not asked or not await _day_is_imported(on):
        return
    known = await records_of(asked)
    for number in asked:
        if number not in known:
            raise errors.EventEvidenceUnknown(on=on.isoformat(), reference=number, field="reference")


async def _day_is_imported(on: date) -> bool:
    return bool(
        await rows(f"SELECT i.id FROM interaction i WHERE i.local_on = {{}} AND {live('i')} ORDER BY i.id LIMIT 1", on)
    )


async def records_of(numbers: Iterable[str]) -> dict[str, int | None]:
    """Known numbers with the service record that they open; None for a business record, which has no page."""
    wanted = sorted(set(numbers))
    held = among(len(wanted))
    found: dict[str, int | None] = {}
    for one in await rows(
        f"SELECT order_no FROM business_record WHERE order_no IN {held} AND batch IN {PUBLISHED} ORDER BY id", *wanted
    ):
        found[one["order_no"]] = None
    for name in ("order_no", "external_id"):
        for one in await rows(
            f"SELECT i.id, i.{name} AS number FROM interaction i WHERE i.{name} IN {held} AND {live('i')}"
            " ORDER BY i.id",
            *wanted,
        ):
            found[one["number"]] = one["id"]
    return found


async def with_hrefs(evidence: Iterable[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Reference, quote and the address of the record that the reference names, where there is one."""
    listed = list(evidence)
    numbers = {one["reference"]: number_in(one["reference"]) for one in listed}
    known = await records_of(number for number in numbers.values() if number)
    return [
        (one["reference"], one["quote"], f"/interactions/{record}" if (record := known.get(number)) else "")
        for one in listed
        for number in (numbers[one["reference"]] or "",)
    ]
