"""A pack: a folder of dated, validated files that makes a department usable. `load_pack(name)` reads and checks it all.

Every table is a dated parameter, so a pack answers with what is valid on a day: `pack.all("kpi", on)`. Faults are
collected over all files and refused together, each with file, line and field.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec

from rubrics.canonical import digest
from rubrics.dated_text import ParameterError, fault, line_of, read_source, refuse_faults
from rubrics.pack_checks import CHECKS, CHECKS_OF_FILE, Chosen
from rubrics.pack_records import (
    AppealTimes,
    AssessmentItem,
    AssessmentPlan,
    BandReward,
    CleaningArea,
    ConductRule,
    Department,
    DisputeRule,
    EventRule,
    FlagPlan,
    Grade,
    InteractionKind,
    Kpi,
    LossRule,
    PackUnit,
    Paper,
    PaydayRule,
    Phase,
    Position,
    Record,
    SamplingPlan,
    ScorecardPlan,
    ShareRule,
    Shift,
    TrainingCourse,
)
from rubrics.parameters import Parameter, Parameters, load

LIBRARY = Path(__file__).parent / "library"
R = TypeVar("R", bound=Record)

# File → table → struct. A table that `GROUPS` names holds several, `[kpi.first_reply]`; the others stand alone.
FILES: dict[str, dict[str, type[Record]]] = {
    "pack.toml": {"pack": Department, "unit": PackUnit, "position": Position, "kind": InteractionKind},
    "kpis.toml": {"kpi": Kpi, "scorecard": ScorecardPlan},
    "sampling.toml": {"plan": SamplingPlan, "appeal": AppealTimes},
    "rewards.toml": {
        "grade": Grade, "share": ShareRule, "conduct": ConductRule, "band_reward": BandReward, "event": EventRule,
        "dispute": DisputeRule, "payday": PaydayRule, "loss": LossRule, "paper": Paper,
    },
    "flags.toml": {"flags": FlagPlan},
    "shifts.toml": {"shift": Shift},
    "cleaning.toml": {"area": CleaningArea},
    "probation.toml": {"phase": Phase, "item": AssessmentItem, "assessment": AssessmentPlan},
    "training.toml": {"course": TrainingCourse},
}  # fmt: skip
GROUPS = {
    "unit", "position", "kind", "kpi", "scorecard", "share", "band_reward", "event", "shift", "area", "phase", "item",
    "course",
}  # fmt: skip
MAY_BE_EMPTY = {"band_reward", "event", "area"}


class Pack(msgspec.Struct, frozen=True):
    """A checked pack: its folder name and the parameters of each file."""

    name: str
    files: dict[str, Parameters]

    def one(self, struct: type[R], on: date) -> R:
        """The single record of a kind valid on a day: `pack.one(SamplingPlan, on)`. NotYetInForce before its first."""
        file, table = _place_of(struct)
        return msgspec.convert(self.files[file].at(table, on), struct)

    def all(self, struct: type[R], on: date) -> dict[str, R]:
        """All records of a kind that are valid on a day, by key, in the order of the file."""
        file, table = _place_of(struct)
        found = {key: item.on(on) for key, item in self.files[file].under(table).items()}
        return {key: msgspec.convert(value.data, struct) for key, value in found.items() if value}

    def unit_of(self, struct: type[Record], key: str) -> str:
        """The unit of measure that the file states for one record, `pack.unit_of(Kpi, "first_reply")`."""
        file, table = _place_of(struct)
        return self.files[file].get(f"{table}.{key}").unit

    def definition(self, file: str, on: date) -> dict[str, object]:
        """Plain data of a whole file on one day: what a rule version stores and a digest is taken of."""
        parameters = self.files[file]
        found = {name: item.on(on) for name, item in parameters.items.items()}
        return {name: value.data for name, value in found.items() if value}

    def source(self, file: str, on: date) -> tuple[str, str]:
        """Source of a file's newest value on a day, Chinese and English."""
        found = [value for item in self.files[file].items.values() if (value := item.on(on))]
        newest = max(found, key=lambda value: value.from_on)
        return newest.source, newest.source_en

    def change_days(self) -> tuple[date, ...]:
        """Each day on which any value of the pack begins."""
        return tuple(sorted({value.from_on for item in _items(self) for value in item.values}))

    @property
    def digest(self) -> str:
        """SHA-256 hex of everything in the pack, whatever the order of its lines."""
        return digest({name: parameters.as_data() for name, parameters in self.files.items()})


def packs() -> tuple[str, ...]:
    """Names of the packs in the library."""
    return tuple(sorted(path.parent.name for path in LIBRARY.glob("*/pack.toml")))


def load_pack(name: str, library: Path = LIBRARY) -> Pack:
    """Read and check one pack. ParameterError lists every fault of every file in `errors`."""
    folder = library / name
    if "/" in name or "\\" in name or not (folder / "pack.toml").is_file():
        known = "、".join(packs())
        raise ParameterError(
            "pack-unknown",
            name,
            facts={"name": name, "known": list(packs())},
            zh=f"没有岗位包“{name}”；可用的有：{known}",
            en=f"There is no pack “{name}”; there are: {known}",
        )
    texts = {file: read_source(folder / file) for file in FILES if (folder / file).is_file()}
    return read_pack(name, {file: text for file, (text, _) in texts.items()})


def read_pack(name: str, texts: dict[str, str]) -> Pack:
    """A pack from the texts of its files; checked like one of the library."""
    faults = [
        fault("file-missing", file, zh="岗位包缺少这个文件", en="this file of the pack is missing")
        for file in FILES
        if file not in texts
    ]
    files: dict[str, Parameters] = {}
    for file, text in texts.items():
        faults += _collect(lambda file=file, text=text: files.__setitem__(file, load(text, file)))
    for file, parameters in files.items():
        faults += _misfits(file, parameters, texts[file])
    refuse_faults(name, faults)
    pack = Pack(name=name, files=files)
    refuse_faults(name, [found for on in pack.change_days() for found in _cross_checks(pack, on)])
    return pack


def definition_faults(file: str, data: object, on: date) -> list[ParameterError]:
    """Everything that is wrong with one file of a pack as plain data, `{"kpi.first_reply": {…}}`; see Pack.definition.

    What only other files could tell (whether a unit exists) is not asked.
    """
    if not isinstance(data, dict):
        return [fault("not-a-table", file, zh="应为一组以表名为键的内容", en="must be tables by their names")]
    found = [wrong for name, value in data.items() for wrong in _value_faults(file, name, value, f"[{name}]")]
    found += _missing_tables(file, data)
    if found:
        return found
    groups = {table: _records(data, table, struct) for table, struct in FILES[file].items() if table in GROUPS}
    conduct = msgspec.convert(data["conduct"], ConductRule).part_percent if "conduct" in data else 0
    chosen = Chosen(on=on, groups=groups, conduct_percent=conduct)
    return [wrong for check in CHECKS_OF_FILE.get(file, ()) for wrong in check(chosen)]


def _records(data: dict[str, object], table: str, struct: type[Record]) -> dict[str, Record]:
    start = f"{table}."
    return {
        name.removeprefix(start): msgspec.convert(value, struct)
        for name, value in data.items()
        if name.startswith(start)
    }


def _collect(step: Callable[[], object]) -> tuple[ParameterError, ...]:
    try:
        step()
    except ParameterError as error:
        return error.errors
    return ()


def _misfits(file: str, parameters: Parameters, text: str) -> Iterator[ParameterError]:
    """Values that do not fit their struct, tables that no pack has, and tables that are not there."""
    for name, item in parameters.items.items():
        if not _is_table(file, name):
            yield _no_such_table(f"{file}:{line_of(text, name)} [{name}]")
            continue
        for index, value in enumerate(item.values):
            yield from _value_faults(file, name, value.data, f"{file}:{line_of(text, name, index)} [{name}]")
    yield from _missing_tables(file, parameters.items)


def _is_table(file: str, name: str) -> bool:
    table = name.split(".")[0]
    return table in FILES[file] and (table in GROUPS) == ("." in name)


def _no_such_table(where: str) -> ParameterError:
    return fault("table-unknown", where, zh="岗位包里没有这种表", en="a pack has no such table")


def _value_faults(file: str, name: str, data: object, where: str) -> Iterator[ParameterError]:
    """What keeps one value from being the record that its table holds."""
    if not _is_table(file, name):
        yield _no_such_table(where)
        return
    try:
        msgspec.convert(data, FILES[file][name.split(".")[0]])
    except msgspec.ValidationError as error:
        yield fault("field-wrong", where, zh=f"字段有误：{error}", en=str(error), reason=str(error))


def _missing_tables(file: str, names: Iterable[str]) -> Iterator[ParameterError]:
    for table in sorted(FILES[file].keys() - MAY_BE_EMPTY - {name.split(".")[0] for name in names}):
        yield fault("table-missing", f"{file} [{table}]", zh="缺少这个表", en="this table is missing")


def _cross_checks(pack: Pack, on: date) -> Iterator[ParameterError]:
    """What must agree between tables, on one day."""
    kinds = {table: struct for tables in FILES.values() for table, struct in tables.items()}
    groups = {table: pack.all(struct, on) for table, struct in kinds.items() if table in GROUPS}
    conduct = pack.files["rewards.toml"].get("conduct").on(on)
    part = msgspec.convert(conduct.data, ConductRule).part_percent if conduct else 0
    chosen = Chosen(on=on, groups=groups, conduct_percent=part)
    for check in CHECKS:
        yield from check(chosen)


def _items(pack: Pack) -> Iterator[Parameter]:
    for parameters in pack.files.values():
        yield from parameters.items.values()


def _place_of(struct: type[Record]) -> tuple[str, str]:
    return next((file, table) for file, tables in FILES.items() for table, kind in tables.items() if kind is struct)
