"""The proof bundle of one agent: everything needed to recompute the draw without the server (see verifier.py)."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from qa_service.sampling import merkle
from qa_service.sampling.draws import Draw, drawn_parts
from qa_service.sampling.errors import AgentNotInFrame
from qa_service.sampling.frames import Frame, leaf_bytes, parse_leaf

FORMAT = "qa-proof/1"
VERIFIER = Path(__file__).with_name("verifier.py")


def bundle(
    frame: Frame,
    draw: Draw,
    *,
    agent: str,
    period: str,
    values: Sequence[str],
    plan_version: str,
    named_value: str = "",
    remarks: Sequence[str] = (),
    with_whole_frame: bool = False,
) -> dict[str, object]:
    """The bundle of `agent`, ready for JSON.

    Without the whole frame it holds the agent's own leaves with their inclusion paths: nobody else's records show, and
    the agent checks the list against what they know they handled. With it, the verifier also proves that the list is
    complete, at the price of showing every line; that one is for an auditor.
    """
    lines = [(place, text) for place, text in enumerate(frame.leaves) if parse_leaf(text).agent == agent]
    if not lines:
        raise AgentNotInFrame(agent=agent)
    own = [one for one in draw.strata if one.stratum.agent == agent]
    ids = {ranked.part_id for one in own for ranked in one.ranking}
    content: dict[str, object] = {
        "format": FORMAT,
        "agent": agent,
        "period": period,
        "named_value": named_value,
        "remarks": list(remarks),
        "values": list(values),
        "seed": draw.seed,
        "root": frame.root_hex,
        "count": frame.count,
        "plan_version": plan_version,
        "exclusions": frame.exclusions,
        "quotas": [
            {"channel": one.stratum.channel, "kind": one.stratum.kind, "size": one.size, "quota": one.quota}
            for one in own
        ],
        "replacements": [
            {"id": one.part_id, "by": one.by_id, "reason": one.reason}
            for one in draw.replacements
            if one.part_id in ids
        ],
        "drawn": [one.part_id for one in drawn_parts(draw) if one.stratum.agent == agent],
    }
    if with_whole_frame:
        return content | {"frame": list(frame.leaves)}
    tree = merkle.levels(leaf_bytes(frame))
    return content | {
        "leaves": [
            {"leaf": text, "index": place, "path": [step.hex() for step in merkle.audit_path(tree, place)]}
            for place, text in lines
        ]
    }


def bundle_bytes(content: dict[str, object]) -> bytes:
    """The bundle as the file that is handed out: the same draw gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(content), indent=1)


def verifier_bytes() -> bytes:
    """The stand-alone verifier as a file to download beside the bundle."""
    return VERIFIER.read_bytes()
