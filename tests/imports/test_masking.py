"""What a text says of a person is covered, what a shop needs to work with stays: and equal stays equal."""

import re
import time

import pytest

from qa_service.imports.masking import Masker
from qa_service.imports.places import MARKED

KEY = b"a masking key of tests"
DOOR = "南枝路97号望湖里24幢1单元501室"


def masked(text: str) -> str:
    return MARKED.sub(lambda found: found[0].partition("#")[0] + "#", Masker(KEY).mask(text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"浙江省杭州市西湖区{DOOR}", "浙江省杭州市西湖区地址#"),
        (f"寄到浙江省杭州市西湖区{DOOR}，对吗？", "寄到浙江省杭州市西湖区地址#，对吗？"),
        (f"杨宝山 19900001234 浙江省杭州市西湖区{DOOR}", "姓名# 手机# 浙江省杭州市西湖区地址#"),
        (f"浙江省杭州市西湖区{DOOR}，杨宝山，19900001234", "浙江省杭州市西湖区地址#，姓名#，手机#"),
        (
            f"收件人杨宝山，电话19900001234，地址浙江省杭州市西湖区{DOOR}",
            "收件人姓名#，电话手机#，地址浙江省杭州市西湖区地址#",
        ),
        (f"江苏省苏州市姑苏区{DOOR} 王女士收", "江苏省苏州市姑苏区地址# 姓名#收"),
        (f"改成{DOOR}，电话不变", "改成地址#，电话不变"),
        ("新地址为：江西省赣州市于都县青禾镇松果村3组12号", "新地址为：江西省赣州市于都县地址#"),
        ("北京市朝阳区麦田路8号院2号楼1101", "北京市朝阳区地址#"),
        ("就24幢1单元501室", "就地址#"),
        ("上海市浦东新区松果路", "上海市浦东新区地址#"),
        ("户名李小满，卡号稍后发", "户名姓名#，卡号稍后发"),
        ("收货人：欧阳若溪 明天到", "收货人：姓名# 明天到"),
    ],
)  # fmt: skip
def test_doors_and_names_are_covered_and_the_district_stays(text, said):
    assert masked(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "订单号2026102938475610明天发",
        "运单YT8600123456789已揽收",
        "SF1234567890123签收了吗",
        "货号A-2031白色38码还有货",
        "38号有吗，脚长24厘米",
        "12号下单的，15号还没到",
        "亲，杭州仓发货，3号仓今天清点",
        "放在鞋里38号那双",
        "走京东快递，2楼前台代收",
        "单价199.00元，满300减40",
        "尺寸120*80*45cm，重2.5kg",
        "收件人信息收到，今天改好",
        "这款有两个颜色，一号色和二号色",
        "发到杭州市西湖区的运费多少",
        "您看一下订单里第2号链接",
        "电话联系一下快递",
        "联系人改好了",
    ],
)
def test_what_a_shop_works_with_survives(text):
    assert Masker(KEY).mask(text) == text


def test_an_address_said_twice_has_one_mark_however_it_is_introduced():
    marks = set()
    for start in ("寄到浙江省杭州市西湖区", "浙江省杭州市西湖区", "地址：", "改成", "新地址为："):
        marks |= set(MARKED.findall(Masker(KEY).mask(f"{start}{DOOR}，谢谢")))
    marks |= set(MARKED.findall(Masker(KEY).mask("浙江省杭州市西湖区南枝路97号 望湖里24幢 1单元501室")))
    assert len(marks) == 1
    assert MARKED.findall(Masker(KEY).mask(f"{DOOR.replace('501', '502')}"))[0] not in marks


@pytest.mark.parametrize(
    ("head", "value", "said"),
    [
        ("收货地址", "浙江省杭州市西湖区文三路", "浙江省杭州市西湖区地址#"),
        ("收件人", "杨宝山", "姓名#"),
        ("手机", "0571 8765 4321", "手机#"),
        ("城市", "杭州市", "杭州市"),
        ("商品", "青禾路系列笔记本", "青禾路系列笔记本"),
    ],
)
def test_a_column_is_covered_by_what_its_head_says(head, value, said):
    found = Masker(KEY).mask_field(head, value)
    assert MARKED.sub(lambda one: one[0].partition("#")[0] + "#", found) == said
    assert Masker(KEY).mask_field(head, found) == found  # brought back, it stays as it is


def test_what_is_covered_is_not_covered_twice():
    once = Masker(KEY).mask(f"收件人杨宝山，电话19900001234，地址浙江省杭州市西湖区{DOOR}")
    assert Masker(KEY).mask(once) == once


def test_long_texts_are_read_in_time_that_grows_with_them():
    text = "好的亲，您的包裹在路上，12号到杭州，" * 400
    start = time.perf_counter()
    Masker(KEY).mask(text)
    assert time.perf_counter() - start < 0.5
    assert not re.search("#", Masker(KEY).mask(text))
