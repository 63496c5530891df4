"""Two thousand damaged heads of the real files: each is refused in words or read so that the sum comes out even."""

import asyncio
import csv
import gzip
import io
import json
import re
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import qa_service.database as database
from qa_service.errors import Refusal
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import configure
from qa_service.imports.errors import FileRefused
from qa_service.imports.looking import look
from qa_service.imports.sniffing import Source
from qa_service.journal.commands import set_key
from qa_service.language import speaking
from tests.builders import HOUSE
from tests.imports.test_archives import packed
from tests.imports.test_import_file import sums
from tests.imports.test_looking import PROFILES

pytestmark = pytest.mark.slow
ROWS, RECORDS = 200, 30  # a dialogue with 19 ratings weighs more than a row
PROFILE_OF = {
    "interactions_2023-08.csv.gz": "ecommerce-contacts", "survey_batch1.csv.gz": "ecommerce-survey",
    "rated_dialogues_3000.json.gz": "helpdesk-rated", "unrated_dialogues_390.json.gz": "helpdesk-rated",
}  # fmt: skip
OTHER = "ecommerce-survey"  # files that no shipped profile reads are tried all the same
HOSTILE = (
    "", " ", "\x00", "\ud7ff", '"', '"",', "'", "\n", "\r", "\t", "=1+1", "-5", "1E400", "3.83E+15", "9" * 40, "NaN",
    "29/02/2023 10:00", "31/12/9999 23:59", "00/00/0000", "x" * 2_000, "字" * 600, "\u202e\u200b\ufeff", "null", "[]",
    "{}", "true", "#N/A", "％１２", "–", "\U0001f600",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "big5")
WRAPPINGS = ("none", "none", "none", "none", "gzip", "cut gzip", "zip", "two in a zip", "cut zip")


class Heads(list):
    """(name, text) of the files, with a name that does not write them all out."""

    def __repr__(self) -> str:
        return f"Heads({len(self)})"


class Damaged(bytes):
    """A file's bytes, in a failure's account by their size and both ends."""

    def __repr__(self) -> str:
        return f"Damaged({len(self)}: {bytes(self[:300])!r} … {bytes(self[-300:])!r})"


def head_of(path: Path) -> tuple[str, str]:
    """(name, text) of the first rows of a file."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig", "replace")
    if path.name.endswith(".json.gz"):
        return path.name, json.dumps(json.loads(text)[:RECORDS], ensure_ascii=False)
    return path.name, "".join(text.splitlines(keepends=True)[: ROWS + 1])


@pytest.fixture(scope="module")
def heads(shared) -> Heads:
    files = sorted(path for path in (shared / "data").rglob("*") if path.is_file() and path.suffix != ".md")
    found = Heads(head_of(path) for path in files)
    assert len(found) >= 12
    return found


@pytest.fixture(scope="module")
def runner(sqlite_template, tmp_path_factory):
    """One loop and one SQLite engine for all trials: they write nothing."""
    configure(b"a masking key of tests", tmp_path_factory.mktemp("data"))
    set_key(b"a key for tests only")
    engine = database.make_engine(f"sqlite:///{sqlite_template}")
    database.bind(engine)
    with asyncio.Runner() as runner:
        runner.run(engine.start_connection_pool())
        yield runner
        runner.run(engine.close_connection_pool())


def table_of(text: str) -> list[list[str]]:
    return [row for row in csv.reader(io.StringIO(text, newline="")) if row]


def written(rows: list[list[str]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue()


def with_cells(draw, text: str) -> str:
    """A few cells replaced by hostile ones, columns swapped, rows cut, doubled and taken away."""
    if text.startswith("["):
        records = json.loads(text)
        for _ in range(draw(st.integers(0, 3))):
            record = records[draw(st.integers(0, len(records) - 1))]
            key = draw(st.sampled_from(sorted(record)))
            record[key] = draw(st.sampled_from([*HOSTILE, None, 0, 1e300, True, [], [None], {}, {"a": 1}, [[1]]]))
        return json.dumps(records, ensure_ascii=False)
    rows = table_of(text)
    for _ in range(draw(st.integers(0, 4))):
        if not rows:
            break
        row = draw(st.integers(0, len(rows) - 1))
        column = draw(st.integers(0, max(len(rows[row]) - 1, 0)))
        change = draw(st.sampled_from(("hostile", "swap", "cut", "double", "gone", "longer")))
        if change == "hostile" and rows[row]:
            rows[row][column] = draw(st.sampled_from(HOSTILE))
        elif change == "swap":
            for one in rows:
                if len(one) > column > 0:
                    one[0], one[column] = one[column], one[0]
        elif change == "cut":
            rows[row] = rows[row][:column]
        elif change == "double":
            rows.insert(row, list(rows[row]))
        elif change == "longer":
            rows[row].append(draw(st.sampled_from(HOSTILE)))
        else:
            del rows[row]
    return written(rows)


def as_workbook(text: str) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True})
    book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 -- the same bytes each time
    sheet = book.add_worksheet()
    for place, row in enumerate(table_of(text)):
        for column, cell in enumerate(row):
            sheet.write_string(place, column, cell[:32_000])
    book.close()
    return file.getvalue()


def wrapped(content: bytes, how: str) -> bytes:
    if how in ("gzip", "cut gzip"):
        done = gzip.compress(content, mtime=0)
        return done if how == "gzip" else done[: len(done) * 2 // 3]
    if "zip" in how:
        done = packed({"a.csv": content, "b.csv": content} if how == "two in a zip" else {"a.csv": content})
        return done if how != "cut zip" else done[: len(done) * 2 // 3]
    return content


@st.composite
def damaged(draw, heads: Heads) -> tuple[str, bytes]:
    own = [one for one in heads if one[0] in PROFILE_OF]
    some = own if draw(st.integers(0, 3)) else heads  # mostly what a profile reads: the rest ends at its head
    name, text = some[draw(st.integers(0, len(some) - 1))]
    text = with_cells(draw, text)
    if not text.startswith("[") and draw(st.integers(0, 9)) == 0:
        content = as_workbook(text)
    else:
        ends = draw(st.sampled_from(("", "", "\r", "\r\n", "\n\n")))
        text = re.sub("\r\n|\r|\n", ends, text) if ends else text
        content = text.encode(draw(st.sampled_from(ENCODINGS)), "replace")
    for _ in range(draw(st.integers(0, 3))):
        if content:
            place = draw(st.integers(0, len(content) - 1))
            change = draw(st.sampled_from(("flip", "cut", "insert")))
            byte = bytes([draw(st.integers(0, 255))])
            rest = content[place + 1 :] if change == "flip" else content[place:]
            content = content[:place] if change == "cut" and draw(st.booleans()) else content[:place] + byte + rest
    return name, Damaged(wrapped(content, draw(st.sampled_from(WRAPPINGS))))


async def trial(content: bytes, profile: str) -> str:
    """'read', or the code of the refusal; anything else is a fault of ours."""
    try:
        report = await import_file(HOUSE, Source(content), profile, dry_run=True, name="a.csv")
    except FileRefused as refusal:
        check_words(refusal)
        return refusal.code
    for one in [report, *report.files]:
        assert sums(one) == one.read
    for one in report.rejects:
        assert one.sentence
    return "read"


def check_words(refusal: Refusal) -> None:
    """Every place of the sentence is filled, in Chinese and in English."""
    said = {}
    for language in ("zh", "en"):
        with speaking(language):
            said[language] = refusal.text()
    assert "%(" not in said["zh"] + said["en"]
    assert said["zh"] != said["en"]


def test_whatever_happens_to_a_file_it_is_read_or_refused_in_words(heads, runner):
    seen: dict[str, int] = {}

    @settings(max_examples=2_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(damaged(heads), st.booleans())
    def check(case: tuple[str, bytes], is_looked_at: bool) -> None:
        name, content = case
        came = runner.run(trial(content, PROFILE_OF.get(name, OTHER)))
        seen[came] = seen.get(came, 0) + 1
        if is_looked_at:
            try:
                look(Source(content), PROFILES, name=name)
            except FileRefused as refusal:
                check_words(refusal)

    check()
    print(f"\n{sum(seen.values())} cases: {dict(sorted(seen.items(), key=lambda one: -one[1]))}")
    assert len(seen) > 10  # the mutations reach many different refusals
    assert seen["read"] > 200
    assert runner.run(database.scalar("SELECT COUNT(*) AS n FROM import_batch")) == 0
