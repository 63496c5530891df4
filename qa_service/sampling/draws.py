"""The draw itself: in every stratum the smallest tickets, in their order; a replacement is the next ticket.

A draw is a pure function of frame, seed and quotas. It keeps the whole order of each stratum, so that it can also say
why something was not drawn.
"""

from collections.abc import Mapping

import msgspec

from qa_service.language import N_, _
from qa_service.sampling.errors import (
    AlreadyReplaced,
    PartNotDrawn,
    PartNotInFrame,
    QuotaAboveStratum,
    ReplacementReasonMissing,
    StratumExhausted,
)
from qa_service.sampling.frames import Frame, Stratum, parts_by_stratum
from qa_service.sampling.tickets import shortened, tickets

DRAWN = N_("客服段%(part_id)s被抽中：票号%(ticket)s在本层%(size)s条中排第%(place)s，本层抽取前%(taken)s条")
NOT_DRAWN = N_(
    "客服段%(part_id)s没有被抽中：票号%(ticket)s在本层%(size)s条中排第%(place)s，本层只抽取前%(taken)s条，截止票号%(cut_off)s"
)
NOTHING_DRAWN = N_("客服段%(part_id)s没有被抽中：它所在的层有%(size)s条，这一期不抽取")
REPLACED = N_("客服段%(part_id)s被抽中后由%(by_id)s替补，原因：%(reason)s")


class Ranked(msgspec.Struct, frozen=True, order=True):
    """One part at its place in the order of its stratum."""

    ticket: str
    part_id: str


class StratumDraw(msgspec.Struct, frozen=True, kw_only=True):
    """`ranking` holds every part of the stratum, smallest ticket first; the first `quota` are drawn."""

    stratum: Stratum
    quota: int
    ranking: tuple[Ranked, ...]

    @property
    def size(self) -> int:
        return len(self.ranking)

    @property
    def inclusion(self) -> tuple[int, int]:
        """The probability that a part of this stratum is drawn, exactly: (drawn, size)."""
        return self.quota, self.size


class Replacement(msgspec.Struct, frozen=True, kw_only=True):
    part_id: str
    by_id: str
    reason: str


class DrawnPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part to be marked: `place` counts from 1 in its stratum; `instead_of` names the part it replaces."""

    ticket: str
    part_id: str
    stratum: Stratum
    place: int
    quota: int
    size: int
    instead_of: str | None = None


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    root_hex: str
    seed: str
    strata: tuple[StratumDraw, ...]
    replacements: tuple[Replacement, ...] = ()


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a part was drawn or not: its place against the last place taken (quota and replacements)."""

    part_id: str
    stratum: Stratum
    ticket: str
    place: int
    size: int
    taken: int
    cut_off: str | None
    is_drawn: bool
    replaced_by: Replacement | None = None

    def text(self) -> str:
        """One sentence in the current language."""
        if self.replaced_by:
            return _(REPLACED, part_id=self.part_id, by_id=self.replaced_by.by_id, reason=self.replaced_by.reason)
        template = DRAWN if self.is_drawn else NOT_DRAWN if self.cut_off else NOTHING_DRAWN
        return _(
            template,
            part_id=self.part_id,
            ticket=shortened(self.ticket),
            place=self.place,
            size=self.size,
            taken=self.taken,
            cut_off=shortened(self.cut_off or ""),
        )


def draw(frame: Frame, seed: str, quotas: Mapping[Stratum, int], *, agent: str | None = None) -> Draw:
    """Draw the `quotas` of each stratum; a stratum not named is drawn 0 times.

    With `agent` only that person's strata are worked out; they come out exactly as in the whole draw.
    """
    found = parts_by_stratum(frame, agent=agent)
    for stratum, quota in quotas.items():
        if agent is None or stratum.agent == agent:
            _check_quota(stratum, quota, len(found.get(stratum, ())))
    strata = []
    for stratum, ids in found.items():
        ranking = sorted(map(Ranked, tickets(ids, seed), ids))
        strata.append(StratumDraw(stratum=stratum, quota=quotas.get(stratum, 0), ranking=tuple(ranking)))
    return Draw(root_hex=frame.root_hex, seed=seed, strata=tuple(strata))


def _check_quota(stratum: Stratum, quota: int, size: int) -> None:
    if not 0 <= quota <= size:
        raise QuotaAboveStratum(agent=stratum.agent, channel=stratum.channel, kind=stratum.kind, quota=quota, size=size)


def taken_places(draw: Draw, stratum_draw: StratumDraw) -> int:
    """How many places of the order are used up: the quota and one for each replacement."""
    ids = {ranked.part_id for ranked in stratum_draw.ranking} if draw.replacements else set()
    return stratum_draw.quota + sum(one.part_id in ids for one in draw.replacements)


def drawn_parts(draw: Draw) -> list[DrawnPart]:
    """The parts to be marked, replaced ones left out, in the order of their tickets over all strata."""
    replaced = {one.part_id for one in draw.replacements}
    instead = {one.by_id: one.part_id for one in draw.replacements}
    parts = []
    for one in draw.strata:
        for place, ranked in enumerate(one.ranking[: taken_places(draw, one)], start=1):
            if ranked.part_id not in replaced:
                parts.append(
                    DrawnPart(
                        ticket=ranked.ticket,
                        part_id=ranked.part_id,
                        stratum=one.stratum,
                        place=place,
                        quota=one.quota,
                        size=one.size,
                        instead_of=instead.get(ranked.part_id),
                    )
                )
    return sorted(parts, key=lambda part: (part.ticket, part.part_id))


def replace(draw: Draw, part_id: str, reason: str) -> Draw:
    """The draw with `part_id` given up for the next ticket of its stratum; there is no other way to swap."""
    if not reason.strip():
        raise ReplacementReasonMissing(field="reason")
    if any(one.part_id == part_id for one in draw.replacements):
        raise AlreadyReplaced(part_id=part_id)
    one, place = _find(draw, part_id)
    taken = taken_places(draw, one)
    if place > taken:
        raise PartNotDrawn(part_id=part_id)
    if taken >= one.size:
        raise StratumExhausted(size=one.size)
    new = Replacement(part_id=part_id, by_id=one.ranking[taken].part_id, reason=reason.strip())
    return msgspec.structs.replace(draw, replacements=(*draw.replacements, new))


def explain(draw: Draw, part_id: str) -> Explanation:
    """Why this part of the frame was drawn, or was not."""
    one, place = _find(draw, part_id)
    taken = taken_places(draw, one)
    replaced = next((other for other in draw.replacements if other.part_id == part_id), None)
    return Explanation(
        part_id=part_id,
        stratum=one.stratum,
        ticket=one.ranking[place - 1].ticket,
        place=place,
        size=one.size,
        taken=taken,
        cut_off=one.ranking[taken - 1].ticket if taken else None,
        is_drawn=place <= taken and replaced is None,
        replaced_by=replaced,
    )


def _find(draw: Draw, part_id: str) -> tuple[StratumDraw, int]:
    for one in draw.strata:
        for place, ranked in enumerate(one.ranking, start=1):
            if ranked.part_id == part_id:
                return one, place
    raise PartNotInFrame(part_id=part_id)
