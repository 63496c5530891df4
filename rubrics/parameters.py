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

A table `[about]` gives `from`, `source`, `source_en` and `unit` to every value and parameter that names none itself.
Tables may be nested: `[minimum_wage."浙江省杭州市"]` is the parameter `minimum_wage.浙江省杭州市`.
See openfisca/country-template `parameters/` for the idea.
"""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import msgspec

from rubrics.canonical import canonical_json, digest
from rubrics.dated_text import ParameterError, fault, line_of, parse_toml, read_source, refuse_faults

__all__ = [
    "NotYetInForce", "Parameter", "ParameterError", "Parameters", "UnknownParameter", "Value", "canonical_json",
    "digest", "fault", "line_of", "load", "parse_toml", "read_source", "refuse_faults",
]  # fmt: skip
RESERVED = ("from", "source", "source_en")
ABOUT = "about"


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


def load(source: str | Path, place: str = "") -> Parameters:
    """Read parameters from a TOML text, or from a file when given a Path.

    Raises ParameterError; its `errors` lists every fault of the text, each with file and line.
    """
    text, place = read_source(source, place)
    tree = parse_toml(text, place)
    about = tree.pop(ABOUT, {})
    faults: list[ParameterError] = []
    items = {}
    for name, table in _tables(tree, (), place=place, text=text, faults=faults):
        item = _parameter(name, _with_defaults(table, about), place=place, text=text, faults=faults)
        if item is not None:
            items[name] = item
    refuse_faults(place, faults)
    return Parameters(place=place, items=items)


def _with_defaults(table: dict[str, object], about: object) -> dict[str, object]:
    """The table with what [about] says for all; its own words win."""
    if not isinstance(about, dict):
        return table
    filled = {"unit": about["unit"], **table} if "unit" in about else dict(table)
    if isinstance(table.get("values"), list):
        common = {key: about[key] for key in RESERVED if key in about}
        filled["values"] = [common | row if isinstance(row, dict) else row for row in table["values"]]
    return filled


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
        begins = str(row.get("from", ""))
        if begins and begins in seen:
            where = f"{place}:{line_of(text, name, index)} [{name}]"
            faults.append(
                fault("from-duplicate", where, zh=f"两个值都从{begins}起", en=f"two values begin on {begins}")
            )
        seen.add(begins)


def _filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
