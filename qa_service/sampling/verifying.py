"""Draw again from what was committed and compare with what is stored: identical, or the first thing that differs.

Nothing stored is taken on trust but the committed lines, the public value and the quotas; these must fit the root and
the digest that the journal took down before the seed could be known.
"""

import asyncio
import hashlib
from typing import Any

import msgspec

from qa_service.database import row, rows
from qa_service.errors import Refusal
from qa_service.language import N_, gettext
from qa_service.people.access import Actor
from qa_service.sampling import draws, reading, tickets
from qa_service.sampling.frames import Frame, Stratum, frame_from_leaves

ROOT = N_("抽样框逐行合格，算出的根与公布的一致")
JOURNAL = N_("审计日志里公布时的根和抽取数量与现在的一致")
SEED = N_("种子由根、抽样期和公开值算出，与记录的一致")
STRATA = N_("每一层的条数和抽取数量与记录的一致")
ITEMS = N_("重抽得到的名单、票号和顺序与记录的一致")
REPLACED = N_("每一次替补都是本层的下一个票号")


class Step(msgspec.Struct, frozen=True):
    """One comparison that held."""

    sentence: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """is_identical with all comparisons that held, or `difference`: a sentence about the first that did not.

    is_drawn False: only the commitment could be compared. leaves and drawn count what was compared.
    """

    is_identical: bool
    is_drawn: bool
    leaves: int
    drawn: int
    steps: list[Step]
    difference: str | None = None


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one frame and its draw as it lies in the database."""

    frame: dict[str, Any]
    period_text: str
    leaves: list[str]
    journal: dict[str, Any] | None
    strata: list[dict[str, Any]]
    items: list[dict[str, Any]]
    replacements: list[dict[str, Any]]


class Differs(Exception):
    """The first comparison that does not hold, said in a sentence."""


async def verify(actor: Actor, frame_id: int) -> Verdict:
    """For everybody whom the draw concerns; the work runs beside the event loop."""
    period, frame = await reading.frame(actor, frame_id)
    stored = await _stored(period, frame)
    return await asyncio.to_thread(compare, stored)


async def _stored(period: dict[str, Any], frame: dict[str, Any]) -> Stored:
    draw = frame["draw"] if frame["draw"] is not None else -1
    return Stored(
        frame=frame,
        period_text=f"{period['from_on'].isoformat()}/{period['until_on'].isoformat()}",
        leaves=await reading.leaves(frame["id"]),
        journal=await row("SELECT reason, inputs FROM journal_line WHERE action = 'draw:commit' AND subject = {}"
                          " ORDER BY position LIMIT 1", f"frame:{frame['id']}"),
        strata=await rows("SELECT n.key AS agent, s.channel, s.kind, s.size, s.quota FROM stratum s"
                          " JOIN person n ON n.id = s.person WHERE s.draw = {} ORDER BY s.id", draw),
        items=await rows("SELECT i.ticket, i.state, i.replaces, p.public_id FROM draw_item i"
                         " JOIN agent_part p ON p.id = i.part WHERE i.draw = {} AND i.stream = 'random'"
                         " ORDER BY i.position", draw),
        replacements=await reading.replacements(draw),
    )  # fmt: skip


def compare(stored: Stored) -> Verdict:
    """Pure: the comparisons in order, up to the first difference."""
    steps: list[Step] = []
    difference = None
    try:
        for sentence in _comparisons(stored):
            steps.append(Step(gettext(sentence)))
    except Differs as differs:
        difference = str(differs)
    except Refusal as refusal:
        difference = refusal.text()
    return Verdict(
        is_identical=difference is None, is_drawn=stored.frame["draw"] is not None, leaves=len(stored.leaves),
        drawn=sum(one["state"] == "drawn" for one in stored.items), steps=steps, difference=difference,
    )  # fmt: skip


def _comparisons(stored: Stored):
    frame = frame_from_leaves(stored.leaves, root_hex=stored.frame["root"])
    _need(frame.count == stored.frame["leaf_count"], N_("抽样框记录的是%(stored)s行，现有%(computed)s行"),
          stored=stored.frame["leaf_count"], computed=frame.count)  # fmt: skip
    yield ROOT
    _check_journal(stored)
    yield JOURNAL
    if stored.frame["draw"] is None:
        return
    seed = tickets.make_seed(frame.root_hex, stored.period_text, stored.frame["seed_values"])
    _need(seed == stored.frame["seed"], N_("种子：记录的是%(stored)s，算出的是%(computed)s"),
          stored=stored.frame["seed"], computed=seed)  # fmt: skip
    yield SEED
    made = _draw(frame, seed, stored)
    yield STRATA
    _check_items(made, stored)
    yield ITEMS
    if stored.replacements:
        _check_replacements(made, stored)
        yield REPLACED


def _need(holds: bool, sentence: str, **facts: object) -> None:
    if not holds:
        raise Differs(gettext(sentence, **facts))


def _check_journal(stored: Stored) -> None:
    _need(stored.journal is not None, N_("审计日志里没有公布这个抽样框的一行"))
    noted = msgspec.json.decode(stored.journal["inputs"])
    _need(noted.get("root") == stored.frame["root"], N_("审计日志里公布的根是%(stored)s，现在是%(computed)s"),
          stored=noted.get("root"), computed=stored.frame["root"])  # fmt: skip
    named, known = stored.journal["reason"], bool(noted.get("value_known", False))
    kept = stored.frame["named_value"], stored.frame["value_known"]
    sentence = N_("事先点名的公开值在公布之后被改过：审计日志里是“%(stored)s”，现在是“%(computed)s”")
    _need((named.strip(), known) == kept, sentence, stored=named, computed=stored.frame["named_value"])
    digest = hashlib.sha256(stored.frame["quotas"].encode()).hexdigest()
    sentence = N_("抽取数量在公布之后被改过：审计日志里的摘要是%(stored)s，现在是%(computed)s")
    _need(noted.get("quotas") == digest, sentence, stored=noted.get("quotas"), computed=digest)


def _draw(frame: Frame, seed: str, stored: Stored) -> draws.Draw:
    quotas = {
        Stratum(agent, channel, kind): quota
        for agent, channel, kind, quota in msgspec.json.decode(stored.frame["quotas"])
    }
    made = draws.draw(frame, seed, quotas)
    computed = {one.stratum: (one.size, one.quota) for one in made.strata}
    kept = {Stratum(one["agent"], one["channel"], one["kind"]): (one["size"], one["quota"]) for one in stored.strata}
    for stratum in sorted({*computed, *kept}):
        _need(
            computed.get(stratum) == kept.get(stratum),
            N_("%(agent)s（%(channel)s，%(kind)s）这一层：记录的条数和抽取数量是%(stored)s，重抽得到%(computed)s"),
            agent=stratum.agent, channel=stratum.channel, kind=stratum.kind,
            stored=_pair(kept.get(stratum)), computed=_pair(computed.get(stratum)),
        )  # fmt: skip
    return made


def _pair(counts: tuple[int, int] | None) -> str:
    return f"{counts[0]}/{counts[1]}" if counts else "-"


def _check_items(made: draws.Draw, stored: Stored) -> None:
    """The list as first drawn: what came later as a replacement is compared on its own."""
    computed = [(one.part_id, one.ticket) for one in draws.drawn_parts(made)]
    kept = [(one["public_id"], one["ticket"]) for one in stored.items if one["replaces"] is None]
    for place in range(max(len(computed), len(kept))):
        ours = computed[place] if place < len(computed) else ("-", "-")
        theirs = kept[place] if place < len(kept) else ("-", "-")
        if ours[0] != theirs[0]:
            sentence = N_("名单第%(place)s条：记录的是%(stored)s，重抽得到%(computed)s")
            raise Differs(gettext(sentence, place=place + 1, stored=theirs[0], computed=ours[0]))
        if ours[1] != theirs[1]:
            sentence = N_("名单第%(place)s条%(part)s的票号：记录的是%(stored)s，重抽得到%(computed)s")
            raise Differs(gettext(sentence, place=place + 1, part=ours[0], stored=theirs[1], computed=ours[1]))


def _check_replacements(made: draws.Draw, stored: Stored) -> None:
    for one in stored.replacements:
        made = draws.replace(made, one["public_id"], one["reason"])
        _need(
            made.replacements[-1].by_id == one["by_id"],
            N_("%(part)s的替补：记录的是%(stored)s，本层的下一个票号是%(computed)s"),
            part=one["public_id"], stored=one["by_id"], computed=made.replacements[-1].by_id,
        )  # fmt: skip
    left = {one["public_id"] for one in stored.items if one["state"] == "drawn"}
    computed = {one.part_id for one in draws.drawn_parts(made)}
    for part in sorted(left ^ computed):
        raise Differs(gettext(N_("%(part)s只在其中一份名单里"), part=part))
