"""The two limits over a person's whole month: 20 % for losses, and the minimum wage that must be left.

Lines are cut from the last backwards, in their one stable order; what was cut is written on the line.
"""

from collections.abc import Callable, Sequence

import msgspec

from qa_service.language import N_
from qa_service.rewards.lines import Kind, Line, Note, yuan
from qa_service.rewards.rules import Wage, WageLaw, check_month, loss_limit_fen, room_fen, takes_loss

LOSS_CUT = N_(
    "本月损失赔偿上限%(limit)s元（当月工资的%(percent)s%%，工资支付暂行规定第十六条）："
    "本条由%(claimed)s元减为%(amount)s元"
)
LOSS_REST = N_("未扣的%(rest)s元可留待以后各月，每月同样受限")
LOSS_REST_LEAVER = N_("未扣的%(rest)s元不在离职结算中扣除")
FLOOR_CUT = N_("扣减后不得低于%(region)s最低工资标准%(minimum)s元：本条由%(claimed)s元减为%(amount)s元")
FLOOR_CHECKED = N_("最低工资标准按%(source)s，最近核对于%(on)s")
FLOOR_UNCHECKED = N_("最低工资标准按%(source)s，未经核对：请人事对照公告原文确认")


def cap(
    lines: Sequence[Line], wage: Wage, law: WageLaw, *, loss_percent: int, leaver: bool = False
) -> tuple[list[Line], tuple[Note, ...]]:
    """Lines after both limits, in the order given, with notes for the person when a limit was reached."""
    percent = min(law.loss_limit_percent, loss_percent)
    limit = loss_limit_fen(lines, wage, percent=percent)
    facts = {"limit": yuan(limit), "percent": percent}
    result = _cut(lines, takes_loss, limit, text=LOSS_CUT, facts=facts, leaver=leaver)
    room = room_fen(result, wage, law)
    facts = {"region": law.region, "minimum": yuan(law.minimum_fen)}
    # A loss yields first, then a correction, then unearned pay: what was never owed yields last.
    taken = _taken(result)
    for kinds in ((Kind.LOSS,), (Kind.CORRECTION, Kind.FINE), (Kind.UNEARNED, Kind.REWARD)):
        over = taken - room
        if over > 0:
            own = _taken(result, kinds)
            result = _cut(
                result, lambda line, kinds=kinds: line.kind in kinds, max(0, own - over), text=FLOOR_CUT, facts=facts,
                leaver=leaver,
            )  # fmt: skip
            taken = _taken(result)
    check_month(result, wage, law, loss_percent=percent)
    return result, _notes(result, law)


def _taken(lines: Sequence[Line], kinds: Sequence[Kind] = tuple(Kind)) -> int:
    """What lines of some kinds take now, as a positive amount."""
    return -sum(line.payable_fen for line in lines if line.kind in kinds and line.payable_fen < 0)


def _cut(
    lines: Sequence[Line], chosen: Callable[[Line], bool], limit_fen: int, *, text: str, facts: dict[str, str | int],
    leaver: bool,
) -> list[Line]:  # fmt: skip
    """The chosen lines cut so that together they take at most the limit; the first ones keep what there is."""
    left, result = limit_fen, []
    for line in lines:
        if line.payable_fen < 0 and chosen(line):
            takes = min(-line.payable_fen, left)
            left -= takes
            line = line if takes == -line.payable_fen else _less(line, takes, text=text, facts=facts, leaver=leaver)
        result.append(line)
    return result


def _less(line: Line, takes_fen: int, *, text: str, facts: dict[str, str | int], leaver: bool) -> Line:
    notes = [note for note in line.notes if note.text not in (LOSS_REST, LOSS_REST_LEAVER)]
    notes.append(Note(text, facts | {"claimed": yuan(-line.payable_fen), "amount": yuan(takes_fen)}))
    if line.kind is Kind.LOSS:
        notes.append(Note(LOSS_REST_LEAVER if leaver else LOSS_REST, {"rest": yuan(-line.claimed_fen - takes_fen)}))
    earned = None
    if line.kind is Kind.UNEARNED and line.earned_fen is not None:
        earned = line.earned_fen - line.amount_fen - takes_fen
    shown = line.facts | {"amount": yuan(takes_fen)} | ({} if earned is None else {"earned": yuan(earned)})
    return msgspec.structs.replace(
        line, amount_fen=-takes_fen, payable_fen=-takes_fen, earned_fen=earned, facts=shown, notes=tuple(notes)
    )


def _notes(after: Sequence[Line], law: WageLaw) -> tuple[Note, ...]:
    """When the minimum wage decided something, say which notice it is from and whether anybody looked it up."""
    reached = any(note.text == FLOOR_CUT for line in after for note in line.notes)
    return (floor_note(law),) if reached else ()


def floor_note(law: WageLaw) -> Note:
    """Where the minimum wage is from, and when it was compared with the notice; 未经核对 where it never was."""
    facts = {"source": law.minimum_source, "source_en": law.minimum_source_en or law.minimum_source}
    if law.minimum_checked_on is None:
        return Note(FLOOR_UNCHECKED, facts)
    return Note(FLOOR_CHECKED, facts | {"on": law.minimum_checked_on.isoformat()})
