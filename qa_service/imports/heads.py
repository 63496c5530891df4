"""The head of a table: which early row it is, and its names where cells were merged or a group stands above them.

Registers that people keep have titles over the head, heads that span two rows, and groups of columns with one head
above them (客户 over 姓名 and 电话): a blank cell of the head takes what stands above it, and a name that comes twice
takes its group in front.
"""

from collections.abc import Collection, Sequence

from qa_service.imports.profiles import fold
from qa_service.imports.readers import Row
from qa_service.imports.values import as_text, storable


def head_place(early: Sequence[Row], known: Collection[str]) -> int:
    """One known word may stand in any row of data; where no row has two, the head is the first that is no title."""
    counts = [_known_count(head_names(early, place), known) for place in range(len(early))]
    if max(counts) > 1:
        place = counts.index(max(counts))
        return place + 1 if _goes_on(early, place) else place
    widths = [sum(bool(name) for name in _own(cells)) for _line, cells in early]
    return next((place for place, width in enumerate(widths) if width > 1), 0)


def head_names(early: Sequence[Row], place: int) -> list[str]:
    """The names of the columns if the head stands in this row."""
    own = _own(early[place][1])
    above = _own(early[place - 1][1]) if place and early[place - 1][0] else []
    if sum(map(bool, above)) < 2:  # a title, not a row of groups
        return own
    groups = _spread(above, len(own))
    width = max(len(own), len([name for name in above if name]))
    own = own + [""] * (width - len(own))
    twice = {name for name in own if name and own.count(name) > 1}
    names = []
    for position, name in enumerate(own):
        group = groups[position] if position < len(groups) else ""
        if not name:
            name = above[position] if position < len(above) else ""
        elif name in twice and group:
            name = f"{group} {name}"
        names.append(name)
    return names


def _goes_on(early: Sequence[Row], place: int) -> bool:
    """Whether the row below belongs to the head: it names just the columns of the groups, no others."""
    if place + 1 >= len(early):
        return False
    own, below = _own(early[place][1]), _own(early[place + 1][1])
    grouped = {position for position, name in enumerate(own) if not name and position and any(own[:position])}
    grouped |= {position - 1 for position in grouped}
    if any(name[:1].isdecimal() for name in below):  # a day, a number: what begins so is data
        return False
    return bool(grouped) and {position for position, name in enumerate(below) if name} == grouped


def _spread(above: Sequence[str], width: int) -> list[str]:
    """A merged cell holds its text at its beginning: it holds for the columns behind it too."""
    found, group = [], ""
    for position in range(max(width, len(above))):
        group = (above[position] if position < len(above) else "") or group
        found.append(group)
    return found


def _own(cells: object) -> list[str]:
    return [storable(as_text(cell).strip()) for cell in cells] if isinstance(cells, list) else []


def _known_count(names: Sequence[str], known: Collection[str]) -> int:
    return sum(fold(name) in known for name in names)
