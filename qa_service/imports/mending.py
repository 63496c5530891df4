"""The columns that a file of rejected rows has besides the file's own, known again when it is brought back mended."""

from collections.abc import Iterable
from functools import cache

from qa_service.imports.profiles import fold
from qa_service.language import LANGUAGES, N_, gettext, speaking
from qa_service.web.tables import FORMULA_STARTS

# Words that no export has: 行 or 原因 may be a column of the file itself.
HEADS = (N_("拒绝：行"), N_("拒绝：列"), N_("拒绝：值"), N_("拒绝：代码"), N_("拒绝：原因"))


@cache
def reason_heads() -> frozenset[str]:
    """Those heads in every language, folded."""
    found = set()
    for language in LANGUAGES:
        with speaking(language):
            found |= {fold(gettext(head)) for head in HEADS}
    return frozenset(found)


def is_brought_back(heads: Iterable[str]) -> bool:
    return len({fold(head) for head in heads} & reason_heads()) == len(HEADS)


def as_it_was(cell: object) -> object:
    """A cell without the mark that kept a spreadsheet from running it."""
    if isinstance(cell, str) and cell[:1] == "'" and cell[1:].startswith(FORMULA_STARTS):
        return cell[1:]
    return cell
