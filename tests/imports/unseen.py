"""Files as other systems and other people write them, made up here: layouts, languages and faults that no profile of
the house knows. Deterministic; every name and number is invented.
"""

import io
from datetime import datetime, time, timedelta

import xlsxwriter

ROWS = 60
AGENTS = ("沈若溪", "俞蕾", "蒋月华", "韦一鸣")
ENGLISH_AGENTS = ("Dana Whitlock", "Ravi Menon", "Joan Pike")
GERMAN_AGENTS = ("Anke Vogt", "Jörg Brandt", "Silke Moll")
BEGIN = datetime(2026, 10, 1, 9, 0)  # noqa: DTZ001 -- as exports write it: without a zone


def _at(number: int) -> datetime:
    return BEGIN + timedelta(hours=7 * number, seconds=37 * number)


def _table(head: str, rows: list[list[str]], mark: str = ",", encoding: str = "utf-8") -> bytes:
    lines = [head, *(mark.join(row) for row in rows)]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def tickets_zh() -> bytes:
    """A helpdesk's ticket export: own numbers, an order of columns of its own, dashes where nothing is."""
    head = (
        "*工单编号,工单标题,工单来源,优先级,受理组,处理人,提交人手机,受理时间,首次响应时间,解决时间,"
        "处理时长(分钟),满意度,工单状态"
    )
    rows = []
    for number in range(ROWS):
        at = _at(number)
        solved = f"{at + timedelta(hours=2):%Y-%m-%d %H:%M:%S}" if number % 5 else "-"
        rows.append(
            [
                f"GD2026{number:06}",
                f"打印机第{number}次卡纸，要求上门",
                ("电话", "在线", "邮件")[number % 3],
                "高中低"[number % 3],
                ("一线", "二线")[number % 2],
                AGENTS[number % 4],
                f"1380000{number:04}",
                f"{at:%Y-%m-%d %H:%M:%S}",
                f"{at + timedelta(minutes=3):%Y-%m-%d %H:%M:%S}",
                solved,
                str(7 + number % 40),
                "",
                ("已解决", "处理中")[number % 2],
            ]
        )
    return _table(head, rows)


def tickets_en() -> bytes:
    """A ticket export in English: ISO instants with Z, minutes in the head, a satisfaction word."""
    head = (
        "Ticket ID,Created at,Solved at,Assignee,Group,Channel,Subject,Requester,First reply time (min),"
        "Full resolution time (min),Satisfaction,Tags"
    )
    rows = []
    for number in range(ROWS):
        at = _at(number)
        rows.append(
            [
                str(48_000 + number),
                f"{at:%Y-%m-%dT%H:%M:%SZ}",
                f"{at + timedelta(hours=5):%Y-%m-%dT%H:%M:%SZ}",
                ENGLISH_AGENTS[number % 3],
                ("Tier 1", "Billing")[number % 2],
                ("Email", "Chat", "Web form")[number % 3],
                f'"Where is my parcel, part {number}"',
                f"Customer {number}",
                str(4 + number % 50),
                str(300 + number),
                ("Good", "Bad", "-")[number % 3],
                '"late, courier"',
            ]
        )
    return _table(head, rows)


def calls_month_first() -> bytes:
    """A call log of an American exchange: month first, AM/PM, mm:ss, no id, a direction, zero where nobody talked."""
    head = "Call Date,Direction,Extension,Agent Name,Caller,Queue,Wait Time,Talk Time,Disposition"
    rows = []
    for number in range(ROWS):
        at = _at(number)
        talked = "0:00:00" if number % 7 == 0 else f"{number % 9:02}:{number % 60:02}"
        rows.append(
            [
                f"{at.month}/{at.day}/{at.year} {at:%I:%M:%S %p}",
                ("Inbound", "Outbound")[number % 2],
                str(2000 + number % 3),
                ENGLISH_AGENTS[number % 3],
                f"+1 555 01{number:02}",
                ("Sales", "Service")[number % 2],
                f"00:{number % 50:02}",
                talked,
                ("Answered", "Missed")[number % 7 == 0],
            ]
        )
    return _table(head, rows)


def register_xlsx() -> bytes:
    """售后登记表 as people keep it: two rows of titles, a head over two rows with merged cells, real dates."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet, day = book.add_worksheet("10月售后"), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range(0, 0, 0, 8, "某某旗舰店售后登记表")
    sheet.merge_range(1, 0, 1, 8, "2026年10月　登记：售后组")
    for place, name in ((0, "登记日期"), (1, "订单号"), (6, "处理结果"), (7, "登记人"), (8, "备注")):
        sheet.merge_range(2, place, 3, place, name)
    sheet.merge_range(2, 2, 2, 3, "客户")
    sheet.merge_range(2, 4, 2, 5, "退回的包裹")
    sheet.write_row(3, 2, ["昵称", "电话", "快递单号", "退货原因"])
    for number in range(ROWS):
        sheet.write_datetime(4 + number, 0, _at(number).replace(hour=0, minute=0, second=0), day)
        sheet.write_row(
            4 + number,
            1,
            [
                f"DD2610{number:08}",
                f"买家{number}号",
                f"1390000{number:04}",
                f"SF{number:012}",
                ("质量问题", "七天无理由", "发错货")[number % 3],
                ("退款", "换货")[number % 2],
                AGENTS[number % 4],
                "包裹已收到" if number % 3 else "",
            ],
        )
    book.close()
    return file.getvalue()


def chats_gb18030() -> bytes:
    """A chat tool's export in GB18030 with semicolons: Chinese dates, seconds as numbers, yes and no in words."""
    head = "会话ID;店铺;客服账号;买家昵称;开始咨询时间;首次响应(秒);平均响应(秒);消息条数;是否转接;会话类型"
    rows = [
        [
            f"HH{number:08}",
            ("东店", "西店")[number % 2],
            f"东店:小{number % 4}",
            f"买家{number}",
            f"{_at(number):%Y年%m月%d日 %H:%M}",
            str(5 + number),
            str(11 + number),
            str(3 + number % 20),
            ("已转接", "未转接")[number % 4 > 0],
            ("售前", "售后")[number % 2],
        ]
        for number in range(ROWS)
    ]
    return _table(head, rows, ";", "gb18030")


def remarks() -> bytes:
    """A list of order remarks: who wrote what when on which order."""
    head = "订单编号\t买家会员名\t备注内容\t备注人\t备注时间\t旗帜"
    rows = [
        [
            f"33{number:016}",
            f"tb{number}",
            f"10-{1 + number % 28:02} 改地址，已与客户确认（第{number}单）",
            AGENTS[number % 4],
            f"{_at(number):%Y/%m/%d %H:%M}",
            "红黄绿"[number % 3],
        ]
        for number in range(ROWS)
    ]
    return _table(head, rows, "\t")


def contacts_de() -> bytes:
    """A German export: semicolons, dd.mm.yyyy, decimal commas, Ja and Nein."""
    head = (
        "Vorgangsnummer;Datum;Uhrzeit;Mitarbeiter;Kanal;Kundennummer;Gesprächsdauer (Min);Bestellwert;"
        "Weitergeleitet;Anliegen"
    )
    rows = []
    for number in range(ROWS):
        at = _at(number)
        rows.append(
            [
                f"VG-{number:07}",
                f"{at:%d.%m.%Y %H:%M}",
                f"{at:%H:%M}",
                GERMAN_AGENTS[number % 3],
                ("Telefon", "E-Mail", "Chat")[number % 3],
                f"K{number:06}",
                f"{1 + number % 9},{number % 10}",
                f"1.{100 + number},50" if number % 4 == 0 else f"{20 + number},90",
                ("Ja", "Nein")[number % 2],
                ("Rückgabe", "Lieferung")[number % 2],
            ]
        )
    return _table(head, rows, ";")


def durations_xlsx() -> bytes:
    """A workbook whose durations are parts of a day: some formatted as times, some bare numbers."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("Sheet1")
    moment, span = (book.add_format({"num_format": one}) for one in ("yyyy-mm-dd hh:mm:ss", "h:mm:ss"))
    sheet.write_row(0, 0, ["录音编号", "坐席姓名", "呼叫时间", "通话时长", "振铃时长", "呼叫方向", "来电号码"])
    for number in range(ROWS):
        sheet.write_row(1 + number, 0, [f"LY{number:09}", AGENTS[number % 4]])
        sheet.write_datetime(1 + number, 2, _at(number), moment)
        sheet.write_datetime(1 + number, 3, time(0, number % 12, number % 60), span)
        sheet.write_number(1 + number, 4, (5 + number) / 86_400)
        sheet.write_row(1 + number, 5, [("呼入", "呼出")[number % 2], f"021-5555{number:04}"])
    book.close()
    return file.getvalue()


FILES = {
    "工单导出.csv": tickets_zh,
    "tickets-october.csv": tickets_en,
    "call_log.csv": calls_month_first,
    "售后登记表.xlsx": register_xlsx,
    "旺旺聊天.csv": chats_gb18030,
    "订单备注.txt": remarks,
    "Kontakte Oktober.csv": contacts_de,
    "录音清单.xlsx": durations_xlsx,
}
