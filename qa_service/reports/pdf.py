"""A report on paper: typst sets it from one fixed template and the model's JSON. The same report, the same bytes."""

import asyncio
import json
import logging
from functools import cache
from pathlib import Path

import msgspec
import noto_cjk_sans_otc
import typst

from qa_service.language import N_, gettext, speaking
from qa_service.reports.errors import PaperFailed
from qa_service.reports.model import Sheet

TEMPLATE = Path(__file__).with_name("report.typ")
FAMILY = "Noto Sans CJK SC"
log = logging.getLogger(__name__)


@cache
def fonts() -> typst.Fonts:
    """The wheel's Chinese font, shared by all threads; the machine's own fonts would change the page."""
    folder = Path(noto_cjk_sans_otc.FONT_PATH)
    found = typst.Fonts(include_system_fonts=False, font_paths=[folder if folder.is_dir() else folder.parent])
    if FAMILY not in found.families():
        log.warning("%s is missing: PDF reports will lack Chinese characters", FAMILY)
    return found


async def pdf(sheet: Sheet, *, language: str, digest: str, head: str, issued: str) -> bytes:
    """The paper of one language. `digest` and `head` (of the journal) are printed at the foot of each page."""
    with speaking(language):
        words = {
            "digest": gettext(N_("内容摘要")),
            "head": gettext(N_("出具时的日志头")),
            "issued": gettext(N_("出具时间")),
            "date": gettext(N_("签字和日期")),
        }
    given = {
        "sheet": msgspec.to_builtins(sheet),
        "words": words,
        "language": language,
        "digest": digest,
        "head": head,
        "issued": issued,
    }
    try:
        return await asyncio.to_thread(_set, json.dumps(given, ensure_ascii=False))
    except typst.TypstError as error:
        raise PaperFailed(reason=str(error)) from error


def _set(given: str) -> bytes:
    return typst.compile(
        input=TEMPLATE.read_bytes(),
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"report": given},
        timestamp=0,
    )
