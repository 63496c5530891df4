"""A long workbook comes in within its time, and reading it takes no more memory than a short one takes."""

import csv
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from qa_service.imports.sniffing import Source, survey
from qa_service.imports.workbooks import open_workbook, read_sheet

pytestmark = pytest.mark.benchmark
HEADS = (
    "unique_id", "channel_name", "category", "customer_remarks", "order_id", "issue_reported_at", "issue_responded",
    "agent_name", "supervisor", "manager", "agent_shift", "item_price",
)  # fmt: skip
ROWS, SECONDS, GROWTH_MB = 100_000, 30.0, 16
PEAK = """
import atexit, sys
atexit.register(lambda: sys.stderr.write(open("/proc/self/status").read().partition("VmRSS")[0]))
"""
IMPORT = """
from qa_service.cli import main
main()
"""
READ = """
import sys
from qa_service.imports.sniffing import Source, survey
from qa_service.imports.workbooks import open_workbook, read_sheet
source = Source(sys.argv[1])
print(sum(1 for _row in read_sheet(open_workbook(source, survey(source)), "Sheet1")))
"""


def make_workbook(path: Path, rows: int) -> Path:
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "dd/mm/yyyy hh:mm"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADS)
    start = datetime(2023, 8, 1, 8)  # noqa: DTZ001 -- a workbook knows no zone
    for row in range(1, rows + 1):
        when = start + timedelta(minutes=row % 40_000)
        sheet.write_row(row, 0, [f"id-{row}", "Inbound", "Returns", f"remark of contact {row}, none alike", f"o-{row}"])
        sheet.write_datetime(row, 5, when)
        sheet.write_datetime(row, 6, when + timedelta(minutes=3))
        agent = row % 500
        sheet.write_row(row, 7, [f"Agent {agent}", f"Supervisor {agent % 40}", f"Manager {agent % 6}", "Morning", row])
    book.close()
    return path


def measured(code: str, *arguments: str) -> tuple[float, float, str]:
    """Seconds, peak memory in MB, and the output of a process of its own.

    The peak is the process's own account of itself: what its parent is charged with begins at the parent's own size.
    """
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", PEAK + code, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return time.perf_counter() - begun, int(done.stderr.rpartition("VmHWM:")[2].split()[0]) / 1024, done.stdout


def test_a_hundred_thousand_rows_are_read_in_flat_memory(tmp_path):
    short, long = make_workbook(tmp_path / "short.xlsx", 1_000), make_workbook(tmp_path / "long.xlsx", ROWS)
    _seconds, low, _said = measured(READ, str(short))
    seconds, high, said = measured(READ, str(long))
    print(f"\n{ROWS:,} rows read in {seconds:.1f} s; peak {high:.0f} MB, of 1,000 rows {low:.0f} MB")
    assert int(said) == ROWS + 1
    assert high - low <= GROWTH_MB
    assert seconds <= SECONDS


def test_a_workbook_comes_in_nearly_as_fast_as_the_same_rows_as_text(tmp_path):
    """Both in one run, since the machine decides about seconds; those are printed beside what is aimed at."""
    workbook, text = make_workbook(tmp_path / "long.xlsx", ROWS), tmp_path / "long.csv"
    source = Source(workbook)
    with text.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [f"{cell:%d/%m/%Y %H:%M}" if isinstance(cell, datetime) else cell for cell in cells]
            for _line, cells in read_sheet(open_workbook(source, survey(source)), "Sheet1")
        )
    taken = {}
    for path in (workbook, text):
        place = f"sqlite:///{tmp_path / path.suffix[1:]}.sqlite"
        given = ("import", str(path), "--profile", "ecommerce-contacts", "--json", "--database", place)
        taken[path], peak, said = measured(IMPORT, *given)
        print(f"\n{path.suffix}: {ROWS:,} rows in {taken[path]:.1f} s, peak {peak:.0f} MB (aim {SECONDS:.0f} s)")
        assert f'"accepted": {ROWS}' in said
    assert taken[workbook] <= 2.5 * taken[text]
