"""What the pages of a description show: each step is one frozen struct, made by describe_views.py."""

import msgspec

from qa_service.imports.reports import ImportReport
from qa_service.web.parts import Action, Option
from qa_service.web.tables import Table


class DescriptionsPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/imports/describe.html: a new file, and what was begun before."""

    steps: list[str]
    errors: dict[str, str] = {}
    table: Table


class OpeningOut(msgspec.Struct, frozen=True, kw_only=True):
    """The first rows of one sheet; line is where its head was found or put."""

    name: str
    line: int
    rows: list[tuple[int, list[str]]]
    width: int


class TablePage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/imports/describe_table.html."""

    steps: list[str]
    token: str
    file: str
    note: str
    openings: list[OpeningOut]
    sheet: str
    targets: list[Option]
    target: str
    errors: dict[str, str] = {}
    fits: Table | None = None


class ColumnOut(msgspec.Struct, frozen=True, kw_only=True):
    """One column: how full it is, examples with what is read of them, what it may fill, what is to be looked at."""

    place: int
    head: str
    filled: int
    empty: int
    looks: str
    field: str
    types: list[Option]
    type: str
    examples: list[tuple[str, str]]
    why: str
    doubts: list[str]
    is_readable: bool


class ColumnsPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/imports/describe_columns.html; the doubtful columns first."""

    steps: list[str]
    token: str
    file: str
    columns: list[ColumnOut]
    fields: list[Option]
    doubtful: int
    unread: int
    target: str
    errors: dict[str, str] = {}


class ValueOut(msgspec.Struct, frozen=True):
    """One value of the file, how often it stands there, what it becomes."""

    name: str
    text: str
    times: int
    ours: str


class WritingOut(msgspec.Struct, frozen=True, kw_only=True):
    """How the cells of one column are written: what of it can be chosen."""

    place: int
    head: str
    field: str
    layouts: list[Option] = []
    layout: str = ""
    is_asked: bool = False
    is_span: bool = False
    zero: bool = False
    examples: str = ""
    marks: list[Option] = []
    mark: str = ""
    values: list[ValueOut] = []
    ours: list[Option] = []
    is_free: bool = True


class ConstantOut(msgspec.Struct, frozen=True, kw_only=True):
    field: str
    label: str
    value: str
    options: list[Option]


class WritingPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/imports/describe_writing.html."""

    steps: list[str]
    token: str
    file: str
    columns: list[WritingOut]
    constants: list[ConstantOut]
    missing: str
    timezone: str
    scale_max: int | None
    errors: dict[str, str] = {}


class KeyPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/imports/describe_key.html; keys, clocks and agents are empty where the target leaves no choice."""

    steps: list[str]
    token: str
    file: str
    keys: list[Option]
    key: str
    fields: list[Option]
    key_fields: list[str]
    equal: list[Option]
    equal_rows: str
    clocks: list[Option]
    clock: str
    agents: list[Option]
    agent_by: str
    unknowns: list[Option]
    agent_unknown: str
    units: list[Option]
    unit: str
    has_unit: bool
    errors: dict[str, str] = {}


class KeepPage(msgspec.Struct, frozen=True, kw_only=True):
    """For templates/imports/describe_keep.html: the trial and the name under which the profile is kept."""

    steps: list[str]
    token: str
    file: str
    report: ImportReport | None
    preview: Table | None
    table: Table | None
    rejects: Action | None
    name: str
    name_zh: str
    name_en: str
    errors: dict[str, str] = {}
