"""When a rule version may drive money. Pure."""

from collections.abc import Mapping
from typing import Any

from qa_service.language import N_

PAPERS = {
    "approved_at": N_("批准人的记录"),
    "consulted_on": N_("民主协商记录"),
    "published_on": N_("公示或告知记录"),
}


def missing_papers(version: Mapping[str, Any]) -> list[str]:
    """Which of approver, consultation and publication a version lacks (labels to translate)."""
    return [label for field, label in PAPERS.items() if not version.get(field)]


def drives_money(version: Mapping[str, Any]) -> bool:
    """Published, with all three papers, and not barred (by low agreement, say)."""
    return version["state"] == "published" and not version["barred_from_money"] and not missing_papers(version)
