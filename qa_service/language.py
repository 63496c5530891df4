"""The languages of the service: Chinese sentences are the message ids, English stands in PO files, one per room.

Texts are translated when they are shown, in the language of the task at hand (a ContextVar), so that the same
refusal reads Chinese on one screen and English on the next.
"""

import io
import re
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any

from babel.dates import get_month_names
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"zh": "中文", "en": "English"}
LANGUAGE_COOKIE = "qa_language"
LOCALES = {"zh": "zh_CN", "en": "en_GB"}
CATALOGS = Path(__file__).parent / "locale"

_current: ContextVar[str] = ContextVar("language", default="zh")


def N_(message: str) -> str:  # noqa: N802 -- gettext's own name for "mark, translate later"
    """Mark a sentence for translation without translating it yet."""
    return message


def current_language() -> str:
    """The language of the task at hand: 'zh' or 'en'."""
    return _current.get()


def set_language(language: str) -> None:
    """Set the language for the rest of this task; an unknown one becomes Chinese."""
    _current.set(language if language in LANGUAGES else "zh")


@contextmanager
def speaking(language: str):
    """Run a block in one language and return to the former one."""
    token = _current.set(language if language in LANGUAGES else "zh")
    try:
        yield
    finally:
        _current.reset(token)


@cache
def translations(language: str) -> NullTranslations:
    """All rooms' catalogues of one language, merged and built in memory."""
    merged = Catalog(locale=LOCALES[language])
    for path in sorted((CATALOGS / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=LOCALES[language], abort_invalid=True):
                if message.id and message.string:
                    merged.add(message.id, message.string, context=message.context)
    if not len(merged):
        return NullTranslations()
    binary = io.BytesIO()
    write_mo(binary, merged)
    binary.seek(0)
    return GNUTranslations(binary)


MONTH_FACTS = ("month", "of_month")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@cache
def _month_names(language: str) -> dict[int, str]:
    return dict(get_month_names("wide", locale=LOCALES[language]))


def _readable(name: str, value: object) -> object:
    """A month among the facts reads 2026年10月 or October 2026, however old the sentence that keeps it."""
    found = _MONTH.fullmatch(value) if name in MONTH_FACTS and isinstance(value, str) else None
    if found is None or not 1 <= int(found[2]) <= 12:
        return value
    year, month = found[1], int(found[2])
    return f"{year}年{month}月" if _current.get() == "zh" else f"{_month_names('en')[month]} {year}"


@lru_cache(maxsize=8192)
def _translated(message: str, language: str) -> str:
    """A page of 25 rows looks up a hundred texts; there are some four thousand, and a few that are data."""
    return translations(language).gettext(message)


def gettext(message: str, /, **facts: object) -> str:
    """The message in the current language, its named percent places filled with `facts`.

    The message is positional only, so that a fact may have any name (第%(message)s条消息).
    A translation with a broken place must never hide the message itself, so a failing fill falls back to the
    Chinese sentence.
    """
    text = _translated(message, _current.get()) if message else ""
    if not facts:
        return text
    facts = {name: _readable(name, value) for name, value in facts.items()}
    try:
        return text % facts
    except (KeyError, TypeError, ValueError):
        return message % facts


def ngettext(singular: str, plural: str, n: int) -> str:
    """Chinese has one form; English texts are written so that they need no plural either."""
    return gettext(singular if n == 1 else plural)


def named(found: Mapping[str, Any], field: str) -> Any:
    """A name in the reader's language, of a row that has it in both: field and field_en."""
    return (found.get(f"{field}_en") if _current.get() == "en" else "") or found[field]


# How parts are put together in the language of the moment: Chinese with full-width marks, English with half-width.
_MARKS = {
    "zh": {"label": "%s：%s", "brackets": "%s（%s）", "list": "、", "comma": "，", "clause": "；"},
    "en": {"label": "%s: %s", "brackets": "%s (%s)", "list": ", ", "comma": ", ", "clause": "; "},
}


def labelled(label: object, value: object) -> str:
    """A label and what stands behind it: 主管：蒋月华, Supervisor: Jiang."""
    return _MARKS[_current.get()]["label"] % (label, value)


def bracketed(text: object, inside: object) -> str:
    """What stands in brackets behind a text: 协作（10%）, Working together (10%). Without an inside only the text."""
    return _MARKS[_current.get()]["brackets"] % (text, inside) if inside not in ("", None) else str(text)


def listed(parts: Iterable[object]) -> str:
    """Equal things in a row: 地面、窗户; floor, windows."""
    return _joined("list", parts)


def with_commas(parts: Iterable[object]) -> str:
    """Parts of one statement: 周六，网聊，售前; Sat, chat, pre-sale."""
    return _joined("comma", parts)


def clauses(parts: Iterable[object]) -> str:
    """Statements in a row: 甲；乙; one; two."""
    return _joined("clause", parts)


def _joined(mark: str, parts: Iterable[object]) -> str:
    return _MARKS[_current.get()][mark].join(str(part) for part in parts if part not in ("", None))


_ = gettext
