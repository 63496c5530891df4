"""Wage records of a month: base pay, variable base, region and contract kind of everybody."""

import csv
from datetime import date
from pathlib import Path
from random import Random

from qa_service.demo.people import add_months
from qa_service.demo.shapes import Person

REGION = "浙江省杭州市"
# Base pay and variable base in yuan by role; agents differ by years of service.
PAY = {
    "经理": (11000, 4000), "主管": (7000, 2000), "质检主管": (7600, 2000), "质检员": (5600, 1200), "人事": (5800, 1000),
    "审计": (6800, 0), "管理员": (6600, 0), "客服": (4200, 1000),
}  # fmt: skip


def make_wages(seed: int, month: date, people: tuple[Person, ...]) -> list[tuple[str, ...]]:
    """Rows of 工号, 月份, 基本工资, 绩效基数, 地区, 合同类型; amounts in yuan with two decimals.

    Whoever begins during the month is listed with the full monthly amounts of the contract.
    """
    rows = []
    for person in people:
        if person.hired_on >= add_months(month, 1):
            continue
        base, variable = PAY[person.role]
        if person.role == "客服":
            # The same draw every month: pay does not wander.
            rng = Random(f"{seed}/wage/{person.staff_no}")
            years = max(0, (month - person.hired_on).days // 365)
            base, variable = base + 150 * years + 50 * rng.randrange(4), variable + 100 * rng.randrange(5)
        rows.append((person.staff_no, f"{month:%Y-%m}", f"{base}.00", f"{variable}.00", REGION, person.contract_kind))
    return rows


def write_wages(path: Path, rows: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("工号", "月份", "基本工资", "绩效基数", "地区", "合同类型"))
        writer.writerows(rows)
