"""From explained marks to item results, and from those to needs of a unit and of its people."""

from collections.abc import Iterable

import msgspec

from rubrics.explaining import Explanation
from training.needs import ItemResult, Need, needs

MINIMUM_N = 5
TOLERATED_SHARE = 0.1  # a need is claimed when surely more than one in ten fails
UNIT = "unit"


class MarkedRow(msgspec.Struct, frozen=True):
    """A released evaluation of the random stream: form version, person, the explained mark as stored."""

    form: int
    person: int
    mark: str


def item_results(rows: Iterable[MarkedRow]) -> list[ItemResult]:
    """One result per item that counted. An item failed when it cost points or was a critical item that struck."""
    found = []
    for row in rows:
        told = msgspec.json.decode(row.mark, type=Explanation)
        for section in told.sections:
            for line in section.lines:
                mark = line.mark
                if not (mark.is_shown and mark.is_applicable) or mark.state == "bonus":
                    continue
                lost = max(mark.cost_hundredths or 0, 0)
                found.append(
                    ItemResult(
                        form_version=str(row.form), item=mark.key, agent=str(row.person), group=UNIT,
                        failed=lost > 0 or bool(line.critical), lost_hundredths=lost,
                    )
                )  # fmt: skip
    return found


def all_needs(results: list[ItemResult]) -> list[tuple[int | None, Need]]:
    """(None for the whole unit, else the person; the need), claimed ones first."""
    shared = {"minimum_n": MINIMUM_N, "tolerated_share": TOLERATED_SHARE}
    whole = [(None, need) for need in needs(results, by="group", **shared)]
    return whole + [(int(need.subject), need) for need in needs(results, by="agent", **shared)]
