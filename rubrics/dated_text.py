"""TOML texts as people write them: read, parsed, and refused with every fault at its file and line."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path


class ParameterError(Exception):
    """A parameter file or question that is refused: stable code, place (file and line or name), facts, two sentences.

    `errors` lists every fault of a file; a single fault lists itself.
    """

    def __init__(
        self,
        code: str,
        place: str,
        *,
        facts: dict[str, object] | None = None,
        zh: str,
        en: str,
        errors: "Sequence[ParameterError]" = (),
    ) -> None:
        super().__init__(f"{place}: {en}")
        self.code, self.place, self.facts, self.zh, self.en = code, place, facts or {}, zh, en
        self.errors: tuple[ParameterError, ...] = tuple(errors) or (self,)


def read_source(source: str | Path, place: str = "") -> tuple[str, str]:
    """Text and its place: a Path is read (its name is the place unless one is given), a str is the text itself."""
    if not isinstance(source, Path):
        return source, place or "<text>"
    place = place or source.name
    try:
        return source.read_text(encoding="utf-8"), place
    except FileNotFoundError:
        raise ParameterError("file-missing", place, zh=f"缺少文件{place}", en=f"File {place} is missing") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ParameterError(
            "file-unreadable", place, zh=f"文件{place}无法读取（应为UTF-8文本）：{error}", en=f"{place}: {error}"
        ) from error


def parse_toml(text: str, place: str) -> dict[str, object]:
    """TOML to plain data; a syntax error is refused with its line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        where = f"{place}:{found[1]}" if found else place
        raise ParameterError(
            "toml-syntax",
            where,
            facts={"reason": str(error)},
            zh=f"{where}不是合法的TOML：{error}",
            en=f"{where} is not valid TOML: {error}",
        ) from None


def refuse_faults(place: str, faults: Sequence[ParameterError]) -> None:
    """Raise one ParameterError that lists all faults; nothing when there are none."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise ParameterError(
            "parameters-invalid",
            place,
            facts={"count": len(faults)},
            zh=f"{place}有{len(faults)}处错误：" + "；".join(fault.zh for fault in faults),
            en=f"{place} has {len(faults)} errors: " + "; ".join(fault.en for fault in faults),
            errors=faults,
        )


def fault(code: str, where: str, *, zh: str, en: str, **facts: object) -> ParameterError:
    """One fault of a file, both sentences opened by its place."""
    return ParameterError(code, where, facts=facts, zh=f"{where}：{zh}", en=f"{where}: {en}")


def line_of(text: str, name: str, index: int | None = None) -> int:
    """Line (from 1) of the table `[name]`, or of the index-th `[[name.values]]`; 1 when written another way."""
    wanted = name if index is None else f"{name}.values"
    brackets = "[" if index is None else "[["
    seen = -1
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split("#")[0].strip()
        inner = line.strip("[] ").replace('"', "").replace("'", "")
        if line.startswith(brackets) and not (index is None and line.startswith("[[")) and inner == wanted:
            seen += 1
            if seen == (index or 0):
                return number
    return 1
