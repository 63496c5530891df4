"""Satisfaction surveys: answered by about 15 % of the customers, better where more was done."""

import csv
from datetime import date
from pathlib import Path
from random import Random

from qa_service.demo.chats import MonthChats
from qa_service.demo.shapes import Skill

COMMENTS = {
    5: ("服务很好", "客服很有耐心", "回复快，问题解决了", "小姐姐态度超好", "满意，下次还来", "", "", ""),
    4: ("还可以", "挺好的", "就是等了一会", "", "", ""),
    3: ("一般般", "回复有点慢", "说得不太清楚", "", ""),
    2: ("问了几遍才说明白", "不太耐烦的样子", "没有解决", ""),
    1: ("态度差", "答非所问", "等半天没人理", "问题到现在没处理好"),
}
BASE, SPREAD = 4.35, 0.85


def make_surveys(
    seed: int, month: date, made: MonthChats, *, skills: dict[tuple[str, date], Skill]
) -> list[tuple[str, int, str, str]]:
    """Record number, mark 1-5, time of the answer, comment; in order of the records."""
    rng, rows = Random(f"{seed}/surveys/{month}"), []
    for chat in made.chats:
        skill = skills[made.staff[chat["记录编号"]], month]
        if rng.random() >= skill.survey_rate:
            continue
        missed = sum(trace.state == "missed" for trace in made.traces[chat["记录编号"]].values())
        mark = round(rng.gauss(BASE + skill.survey_lift - 0.15 * missed, SPREAD))
        mark = min(5, max(1, mark))
        rows.append((chat["记录编号"], mark, _after(rng, chat["结束时间"]), rng.choice(COMMENTS[mark])))
    return rows


def _after(rng: Random, ended: str) -> str:
    """Some minutes after the chat, never past midnight."""
    day, time = ended.split(" ")
    hour, minute, second = (int(part) for part in time.split(":"))
    late = min(86399, hour * 3600 + minute * 60 + second + rng.randrange(20, 1800))
    return f"{day} {late // 3600:02d}:{late // 60 % 60:02d}:{late % 60:02d}"


def write_surveys(path: Path, rows: list[tuple[str, int, str, str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("记录编号", "满意度", "评价时间", "评语"))
        writer.writerows(rows)
