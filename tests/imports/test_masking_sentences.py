"""Sentences as customers and agents write them, in both languages: what is somebody's goes, what is a thing's stays."""

import pytest

from qa_service.imports.masking import Masker
from qa_service.imports.places import MARKED

KEY = b"a masking key of tests"
COVERED = [
    ("我的手机是13912345678，有事打给我", "我的手机是手机#，有事打给我"),
    ("电话139-1234-5678，下午在", "电话手机#，下午在"),
    ("手机１３９１２３４５６７８，别打错", "手机手机#，别打错"),
    ("加我微信wx:13912345678", "加我微信wx:手机#"),
    ("(+86)13912345678 is my number", "(+86)手机# is my number"),
    ("call me at 13912345678 please", "call me at 手机# please"),
    ("My number is 9876543210", "My number is 手机#"),
    ("Please call +91 98765 43210", "Please call 手机#"),
    ("ring me on +1 (415) 555-0132", "ring me on 手机#"),
    ("whatsapp 09876543210 thanks", "whatsapp 手机# thanks"),
    ("固话010-62345678转801", "固话手机#转801"),
    ("座机0571 87654321白天有人", "座机手机#白天有人"),
    ("身份证号：11010519491231002X", "身份证号：身份证#"),
    ("身份证110105199003072359写错一位也算", "身份证身份证#写错一位也算"),
    ("id card 11010519491231002X attached", "id card 身份证# attached"),
    ("卡号6222021234567890128，请退到这里", "卡号银行卡#，请退到这里"),
    ("退到银行卡 6222 0212 3456 7890 128", "退到银行卡 银行卡#"),
    ("card number 4111 1111 1111 1111", "card number 银行卡#"),
    ("refund to my visa 4111111111111111", "refund to my visa 银行卡#"),
    ("邮箱：zhang_san@163.com谢谢", "邮箱：邮箱#谢谢"),
    ("邮箱ab＠qq.com收发票", "邮箱邮箱#收发票"),
    ("mail me at john.smith+test@mail.example.co.uk", "mail me at 邮箱#"),
    ("地址：浙江省杭州市西湖区文三路100号3幢2单元501", "地址：浙江省杭州市西湖区地址#"),
    ("寄广东省深圳市南山区科技园路8号A座1203", "寄广东省深圳市南山区地址#"),
    ("四川省成都市武侯区人民南路四段12号附3号", "四川省成都市武侯区地址#"),
    ("北京朝阳区建国路88号现代城5号楼1201室", "北京朝阳区地址#"),
    ("Ship to 221B Baker Street, London", "Ship to 地址#, London"),
    ("My address is 12 MG Road, Flat 4B, Bengaluru 560001", "My address is 地址#, Bengaluru 560001"),
    ("deliver to 45 Park Avenue, Apt 3, New York, NY 10016", "deliver to 地址#, New York, NY 10016"),
    ("flat 12, 7 gandhi nagar, near the temple", "地址#, near the temple"),
    ("收件人：王小明，13912345678", "收件人：姓名#，手机#"),
    ("我叫张伟，一会儿来取", "我叫姓名#，一会儿来取"),
    ("客户姓名：陈晓东", "客户姓名：姓名#"),
    ("联系人：赵敏女士", "联系人：姓名#"),
    ("黄浦区南京西路2-88号新楼3单元", "黄浦区地址#"),
    ("My name is John Smith and I wait", "My name is 姓名# and I wait"),
    ("Consignee: Priya Sharma", "Consignee: 姓名#"),
    ("Name: Dr. Ann Bee, flat 3", "Name: 姓名#, flat 3"),
    ("customer name: John Smith", "customer name: 姓名#"),
]
UNTOUCHED = [
    "订单号3712938475610293847明天发",
    "order 4029384756102938475 not received",
    "OD428119281716230100 still not delivered",
    "运单YT8600139123456781已揽收",
    "快递单号13912345678查不到",
    "SF13912345678901到哪了",
    "物流编号：139123456789012",
    "tracking number 1Z999AA10123456784",
    "tracking no 92001901755477000000",
    "Order No 9876543210 delayed",
    "AWB 13912345678 shows no movement",
    "商品条码6901234567892",
    "ISBN 9787302511625",
    "2 days on the road and still nothing",
    "please deliver by road transport",
    "500 gb hard drive not working",
    "3 star way to treat people",
    "the 2nd place I ordered from",
    "my name is not shown on the invoice",
    "customer: please wait",
    "Customer: Please wait, Agent: Sure",
    "product name: Nike Air Max",
    "call 3 times nobody answers",
    "phone 12 pro max 256gb is hot",
    "手机128G内存8000毫安",
    "手机壳2024新款，型号139-1",
    "价格13912.50元",
    "时间2023-08-28 13:59:12",
    "退款139.00元到账了吗",
    "身份证不用给，谢谢",
    "卡号先不用发",
    "北京路上堵车",
    "人民路店今天开门吗",
    "8号楼下的快递柜",
    "刘海贴多少钱一包",
    "收件人不对怎么改",
    "联系人电话都对",
    "我叫快递来取，钱已退",
    "白色38码的鞋子还有吗",
    "@客服 在吗",
    "客服热线电话：4008123456",
    "有事请拨打10106666或020-10000",
    "call us at 1800 123 4567",
    "光纤线路已经到了一楼",
]


def masked(text: str, **more: object) -> str:
    return MARKED.sub(lambda found: found[0].partition("#")[0] + "#", Masker(KEY).mask(text, **more))


@pytest.mark.parametrize(("text", "said"), COVERED)
def test_what_is_somebodys_is_covered(text, said):
    assert masked(text) == said


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_is_a_things_stays(text):
    assert Masker(KEY).mask(text) == text


def test_the_table_is_large_and_half_of_it_survives():
    assert len(COVERED) + len(UNTOUCHED) >= 60
    assert len(UNTOUCHED) >= len(COVERED)


@pytest.mark.parametrize("text", ["请查4111111111111111", "号码4111111111111111", "i paid for 4111111111111111"])
def test_a_number_that_passes_the_luhn_test_by_chance_is_no_card(text):
    assert Masker(KEY).mask(text) == text


@pytest.mark.parametrize("text", ["电话13912345678", "call me 13912345678", "13912345678"])
def test_the_records_own_numbers_stay(text):
    assert Masker(KEY).mask(text, keep=("13912345678",)) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("手机13912345678", "139-1234-5678"), ("手机13912345678", "+86 139 1234 5678"),
        ("手机13912345678", "１３９１２３４５６７８"), ("tel 0571-87654321", "(0571)87654321"),
        ("my number is 9876543210", "+91 98765 43210"), ("A.b@qq.com", "a.B@QQ.com"),
        ("id card 11010519491231002x", "11010519491231002X"),
        ("银行卡 6222 0212 3456 7890 128", "卡号6222021234567890128"),
    ],
)  # fmt: skip
def test_equal_values_have_equal_marks_however_they_are_written(one, other):
    first, second = (MARKED.findall(Masker(KEY).mask(text)) for text in (one, other))
    assert first == second
    assert len(first) == 1


def test_each_kind_is_counted():
    masker = Masker(KEY)
    for text, _said in COVERED:
        masker.mask(text)
    assert sum(masker.counts.values()) == sum(said.count("#") for _text, said in COVERED)
    assert set(masker.counts) == {"手机", "身份证", "银行卡", "邮箱", "地址", "姓名"}
