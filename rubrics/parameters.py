"""Rules with a date: a TOML file of parameters, each with a description, a unit, and values that begin on a day and
name their source. A computation asks for the value *on that day*, so an old month keeps its meaning.

    [late_reply_band]
    description = "首次响应的档位"
    description_en = "Points for the mean first reply"
    unit = "points 0-100"
    [[late_reply_band.values]]
    from = 2026-01-01
    source = "QA handbook 4.2, consulted 2025-11-20"
    bands_seconds = [[15, 100], [20, 90], [30, 60]]
    otherwise = 0

Tables may be nested: `[minimum_wage."浙江省杭州市"]` is the parameter `minimum_wage.浙江省杭州市`.
See openfisca/country-template `parameters/` for the idea.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec

RESERVED = ("from", "source", "source_en")


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


class NotYetInForce(ParameterError):
    """The day asked for lies before the first value."""


class UnknownParameter(ParameterError):
    """No parameter of that name."""


class Value(msgspec.Struct, frozen=True):
    """One value: valid from `from_on` (local date) until the next one begins; `data` is what the file says."""

    from_on: date
    source: str
    data: dict[str, object]
    source_en: str = ""


class Parameter(msgspec.Struct, frozen=True):
    """One number or table that can change; `values` in order of `from_on`."""

    name: str
    description: str
    unit: str
    values: tuple[Value, ...]
    description_en: str = ""

    def on(self, on: date) -> Value | None:
        """The value valid on a local date, None before the first."""
        return next((value for value in reversed(self.values) if value.from_on <= on), None)


class Parameters(msgspec.Struct, frozen=True):
    """All parameters of one file, by name; `place` is the file as errors name it."""

    place: str
    items: dict[str, Parameter]

    def get(self, name: str) -> Parameter:
        """The whole parameter with its history; UnknownParameter when there is none."""
        if name in self.items:
            return self.items[name]
        known = "、".join(sorted(self.items))
        raise UnknownParameter(
            "parameter-unknown",
            self.place,
            facts={"name": name, "known": sorted(self.items)},
            zh=f"{self.place}里没有参数“{name}”；已有：{known}",
            en=f"{self.place} has no parameter “{name}”; it has: {known}",
        )

    def value_at(self, name: str, on: date) -> Value:
        """The value valid on a local date with its source; NotYetInForce before the first."""
        parameter = self.get(name)
        value = parameter.on(on)
        if value is not None:
            return value
        first = parameter.values[0].from_on
        raise NotYetInForce(
            "parameter-not-yet-in-force",
            self.place,
            facts={"name": name, "on": on.isoformat(), "first_on": first.isoformat()},
            zh=f"参数“{name}”自{first}起才有值，不能用于{on}",
            en=f"Parameter “{name}” has its first value on {first} and cannot be used for {on}",
        )

    def at(self, name: str, on: date) -> dict[str, object]:
        """The data of the value valid on a local date (without its date and source)."""
        return dict(self.value_at(name, on).data)

    def under(self, group: str) -> dict[str, Parameter]:
        """The parameters of a group, by the rest of their names: `under("minimum_wage")`."""
        prefix = group + "."
        return {name.removeprefix(prefix): item for name, item in self.items.items() if name.startswith(prefix)}

    def as_data(self) -> dict[str, object]:
        """Plain data of everything that counts; the place is not part of it."""
        return {name: msgspec.to_builtins(item) for name, item in self.items.items()}

    @property
    def digest(self) -> str:
        """SHA-256 hex of the canonical JSON: order of the file, comments and place do not matter."""
        return digest(self.as_data())


def canonical_json(data: object) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces: equal data gives equal bytes. Dates become ISO texts."""
    return json.dumps(
        data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain
    ).encode()


def digest(data: object) -> str:
    """SHA-256 hex of the canonical JSON of plain data or structs."""
    return hashlib.sha256(canonical_json(data)).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")


def load(source: str | Path, place: str = "") -> Parameters:
    """Read parameters from a TOML text, or from a file when given a Path.

    Raises ParameterError; its `errors` lists every fault of the text, each with file and line.
    """
    text, place = read_source(source, place)
    tree = parse_toml(text, place)
    faults: list[ParameterError] = []
    items = {}
    for name, table in _tables(tree, (), place=place, text=text, faults=faults):
        item = _parameter(name, table, place=place, text=text, faults=faults)
        if item is not None:
            items[name] = item
    refuse_faults(place, faults)
    return Parameters(place=place, items=items)


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


def _tables(
    tree: dict[str, object], path: tuple[str, ...], *, place: str, text: str, faults: list[ParameterError]
) -> Iterator[tuple[str, dict[str, object]]]:
    """Each parameter table of the tree with its dotted name; a table without `values` is a group."""
    for key, value in tree.items():
        name = ".".join((*path, key))
        if not isinstance(value, dict):
            faults.append(
                fault("not-a-table", f"{place}:{name}", zh="应写成一个表[名称]", en="must be a table", name=name)
            )
        elif "values" in value or "description" in value or not value:
            yield name, value
        else:
            yield from _tables(value, (*path, key), place=place, text=text, faults=faults)


def _parameter(
    name: str, table: dict[str, object], *, place: str, text: str, faults: list[ParameterError]
) -> Parameter | None:
    before, where = len(faults), f"{place}:{line_of(text, name)} [{name}]"
    for field in ("description", "unit"):
        if not _filled(table.get(field)):
            faults.append(
                fault("field-missing", where, zh=f"缺少{field}", en=f"{field} is missing", name=name, field=field)
            )
    for field in sorted(table.keys() - {"description", "description_en", "unit", "values"}):
        faults.append(
            fault("field-unknown", where, zh=f"不认识的字段{field}", en=f"unknown field {field}", field=field)
        )
    rows = table.get("values")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        faults.append(fault("values-missing", where, zh="至少要有一个[[values]]", en="needs at least one [[values]]"))
        return None
    values = [_value(name, row, index=i, place=place, text=text, faults=faults) for i, row in enumerate(rows)]
    _duplicates(name, rows, place=place, text=text, faults=faults)
    if len(faults) > before:
        return None
    return Parameter(
        name=name,
        description=str(table["description"]),
        description_en=str(table.get("description_en", "")),
        unit=str(table["unit"]),
        values=tuple(sorted((value for value in values if value), key=lambda value: value.from_on)),
    )


def _value(
    name: str, row: dict[str, object], *, index: int, place: str, text: str, faults: list[ParameterError]
) -> Value | None:
    before, where = len(faults), f"{place}:{line_of(text, name, index)} [{name}]"
    begins = row.get("from")
    if not isinstance(begins, date) or isinstance(begins, datetime):
        faults.append(
            fault("from-missing", where, zh="from应为日期，如2026-01-01", en="from must be a date such as 2026-01-01")
        )
    if not _filled(row.get("source")):
        faults.append(fault("source-missing", where, zh="缺少来源source", en="source is missing", name=name))
    data = {key: value for key, value in row.items() if key not in RESERVED}
    if not data:
        faults.append(fault("value-empty", where, zh="只有日期，没有值", en="has a date but no value", name=name))
    if len(faults) > before:
        return None
    return Value(from_on=begins, source=str(row["source"]), source_en=str(row.get("source_en", "")), data=data)


def _duplicates(name: str, rows: list, *, place: str, text: str, faults: list[ParameterError]) -> None:
    seen: set[object] = set()
    for index, row in enumerate(rows):
        begins = row.get("from")
        if begins is not None and begins in seen:
            where = f"{place}:{line_of(text, name, index)} [{name}]"
            faults.append(
                fault("from-duplicate", where, zh=f"两个值都从{begins}起", en=f"two values begin on {begins}", name=name)
            )
        seen.add(begins)


def _filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
