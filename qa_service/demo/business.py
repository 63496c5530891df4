"""The shop's own tables as one file: order remarks, after-sale register, returns, bank transfers."""

import csv
from pathlib import Path

from qa_service.demo.shapes import BusinessRecord

HEADS = ("单据类型", "订单号", "客户", "登记时间", "登记人工号", "内容")


def write_business_records(path: Path, records: list[BusinessRecord]) -> None:
    """In order of entry."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADS)
        for entry in sorted(records, key=lambda entry: (entry.at, entry.order_no, entry.kind)):
            writer.writerow((entry.kind, entry.order_no, entry.customer, entry.at, entry.staff_no, entry.text))
