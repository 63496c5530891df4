"""The names of the rules behind lines, in the reader's language: what a paper shows instead of a key."""

from collections.abc import Iterable
from typing import Any

import msgspec

from qa_service.database import among, rows
from qa_service.language import N_, current_language, gettext

# Lines that no rule of a scheme made: a person's decision.
BY_HAND = {"addition": N_("方案外奖励"), "correction": N_("更正")}


async def schemes_of(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rule versions of some lines."""
    wanted = sorted({line["rule"] for line in lines})
    return await rows(
        f"SELECT id, name, name_en, version, definition FROM rule_version WHERE id IN {among(len(wanted))} ORDER BY id",
        *wanted,
    )


def rule_names(schemes: Iterable[dict[str, Any]]) -> dict[tuple[int, str], str]:
    """Names by rule version and key."""
    found = {}
    for scheme in schemes:
        rules = msgspec.json.decode(scheme["definition"])
        found |= {(scheme["id"], key): gettext(word) for key, word in BY_HAND.items()}
        found |= {(scheme["id"], key): named_in(rule) for key, rule in rules.items() if named_in(rule)}
    return found


def named_in(rule: Any) -> str:
    """A name in the reader's language; the Chinese one where no other was written."""
    if not isinstance(rule, dict):
        return ""
    return (rule.get("name_en") if current_language() == "en" else None) or rule.get("name") or ""
