"""Is a definition what its kind says? Asked at the draft, and again at publication: what is published never changes.

A later room that reads its own rules (forms, sampling plans) registers how; all other kinds are files of a pack.
"""

from collections.abc import Callable
from datetime import date

import msgspec

from qa_service.errors import FieldError, InvalidInput
from qa_service.language import N_, current_language
from rubrics.packs import FILES, definition_faults

MOST_CHARACTERS = 1_000_000
Check = Callable[[str], object]  # raises a Refusal that names every fault

_checks: dict[str, Check] = {}
PACK_KINDS = tuple(file.removesuffix(".toml") for file in FILES if file != "pack.toml")


def register(kind: str, check: Check) -> None:
    """Let a room judge the definitions of its kind."""
    _checks[kind] = check


def kinds() -> list[str]:
    return sorted({*PACK_KINDS, *_checks, "form"})


def check_definition(kind: str, definition: str, from_on: date) -> None:
    """Raises InvalidInput, or the refusal of the room that knows the kind, with each fault at its place."""
    if kind not in kinds():
        known = "、".join(kinds())
        raise _wrong("kind", "kind-unknown", N_("没有“%(kind)s”这种规则；可用的有：%(known)s"), kind=kind, known=known)
    if len(definition) > MOST_CHARACTERS:
        raise _wrong("definition", "too-long", N_("规则内容超过%(most)s个字符，请拆开"), most=MOST_CHARACTERS)
    if check := _checks.get(kind):
        check(definition)
    elif kind in PACK_KINDS:
        _check_pack_file(kind, definition, from_on)


def _check_pack_file(kind: str, definition: str, from_on: date) -> None:
    try:
        data = msgspec.json.decode(definition)
    except msgspec.DecodeError as error:
        sentence = N_("规则内容不是有效的JSON：%(reason)s")
        raise _wrong("definition", "not-json", sentence, reason=str(error)) from error
    if faults := definition_faults(f"{kind}.toml", data, from_on):
        language = current_language()
        raise InvalidInput(
            fields=[
                FieldError("definition", wrong.code, N_("%(reason)s"), {"reason": getattr(wrong, language)})
                for wrong in faults
            ]
        )


def _wrong(field: str, code: str, sentence: str, **facts: object) -> InvalidInput:
    return InvalidInput(fields=[FieldError(field, code, sentence, facts)])
