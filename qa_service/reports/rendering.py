"""An issued report as a file: the bytes, their type and name."""

from typing import Any

import msgspec

from qa_service.language import current_language
from qa_service.reports.model import report_of
from qa_service.reports.pdf import pdf
from qa_service.reports.xlsx import xlsx
from qa_service.web.formatting import moment

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class File(msgspec.Struct, frozen=True):
    name: str
    media_type: str
    content: bytes


async def file_of(found: dict[str, Any], suffix: str) -> File:
    """The PDF or the workbook of a stored report, in the reader's language."""
    language = current_language()
    sheet = report_of(found["model"]).of(language)
    printed = {
        "language": language,
        "digest": found["digest"],
        "head": found["journal_head"] or "",
        "issued": moment(found["created_at"], year=True),
    }
    name = f"{found['kind']}-{found['pay_month']:%Y-%m}-{found['id']}.{suffix}"
    if suffix == "pdf":
        return File(name, PDF, await pdf(sheet, **printed))
    return File(name, XLSX, xlsx(sheet, **printed))
