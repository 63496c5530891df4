"""Where somebody lives and who they are: the spans of a text that are a door or a name. Pure; masking.py masks them.

Province, city and district stay, since they say where a parcel goes and reach nobody; what stands below them is one
span from the road to the room. A single number with 号 is a size, a date or a waybill's sentence more often than a
house, so a door counts only behind a road, behind a district, or with a second door.
"""

import re
from collections.abc import Iterator

_CJK = "\u3400-\u4dbf\u4e00-\u9fff"
_LETTER = "(?![省市区县旗])[" + _CJK + "]"  # a name below the district does not run across one
_NUMBER = (
    r"(?:[A-Za-z]?[0-9０-９]{1,5}[A-Za-z]?|[A-Za-z](?=\s?[座栋幢])|[一二三四五六七八九十]{1,3})(?:[-－][0-9]{1,4})?"
)
_DOOR = _NUMBER + r"\s?(?:号楼|号院|号|幢|栋|座|单元|室|楼|层|弄|房|组)"
_STRONG = "大道|大街|街道|路|街|巷|弄|胡同|村|镇|乡|社区|小区|花园|家园|新村|公寓|苑|大厦"
_WEAK = "里|园|居|城|府|庭|湾|广场|中心"
_STREET = rf"{_LETTER}(?:{_LETTER}){{0,9}}?(?:{_STRONG}|{_WEAK})"
_ADDRESS = re.compile(
    rf"(?P<first>{_STREET})(?P<rest>(?:[\s,，]?(?:{_DOOR}|{_STREET}|(?:{_LETTER}){{1,8}}?(?={_DOOR})))*"
    rf"(?:(?<=[幢栋座元楼])[0-9]{{2,4}}(?![0-9]))?)"
)
_DOORS = re.compile(rf"{_NUMBER}\s?(?:号楼|幢|栋|座)\s?(?:{_NUMBER}\s?单元\s?)?[0-9]{{2,4}}(?![0-9])室?")
_ONE_DOOR = re.compile(_DOOR)
_IS_STRONG = re.compile(rf"(?:{_STRONG})$")
_NO_STREET = re.compile("[线道马网电走半上短铁思套迷问水顺带开]路$")  # 光纤线路, 半路, 带路
_DISTRICT = re.compile(rf"(?:省|市|自治区|自治州)[{_CJK}]{{1,8}}[市区县旗]$")
_TOWN = re.compile(rf"[{_CJK}][市区县旗]$")
_LEADING = re.compile(r"^.*(?:寄到|发到|送到|发往|寄往|改成|改为|改到|地址|[寄到是在址])(?=.{2})")
_SIGNS = "号幢栋座元室弄楼省市"  # a look for single characters costs a hundredth of the pattern
_ALERT = re.compile(
    rf"[0-9０-９一二三四五六七八九十]\s?(?:号|幢|栋|座|单元|室|弄|楼)|[省市][{_CJK}]{{1,8}}[市区县旗][{_CJK}]"
)

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟"
    "汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文施洪毕季安倪殷柳葛"
    "裴章齐鲁左冉岳祝兰连申包耿辛聂应关焦柏宁尤舒欧阳上官司徒诸葛"
)
_WORDS = (  # begin like a name and are none
    "谢谢|马上|方便|高兴|安排|任何|常用|陆续|易碎|黄色|白色|金色|包邮|包裹|包装|包括|关于|应该|连同|万一|万分|施工|金额|康复|"
    "高端|高度|文件|文字|钱款|钱包|于是|方式|向您|安装|安全|毛衣|石头|常规|左右|齐全|成功|时间"
)
_NAME = rf"(?!{_WORDS})[{_SURNAMES}](?:女士|先生|小姐|[{_CJK}]{{1,3}}?)"
_END = rf"(?=$|[\s,，、。；;：:)）(（|/]|收(?![{_CJK}])|电话|手机|联系|地址|住址|[0-9])"
_LABELLED = re.compile(
    rf"(?:收件人|收货人|联系人|持卡人|开户名|户名|姓名|我叫)(?:姓名)?\s?(?:[：:]\s?(?P<said>[{_CJK}·]{{2,5}}?)"
    rf"|[是为]?\s?(?P<name>{_NAME})){_END}"
)
_BESIDE = re.compile(
    rf"(?:(?:^|(?<=[\s,，、；;：:]))(?P<before>{_NAME})(?<![省市区县镇乡村])[\s,，、:：]{{0,2}}(?=(?:手机|电话)[：:]?\s?(?:手机)?#|手机#|地址#)"
    rf"|(?:地址|手机)#[0-9a-f]{{6}}[\s,，、]{{1,2}}(?P<after>{_NAME})(?=$|收|[\s,，、]{{1,2}}(?:地址|手机|[{_CJK}]{{2,3}}[省市])))"
)
_NAME_SIGNS = ("收件人", "收货人", "联系人", "持卡人", "户名", "姓名", "我叫", "手机#", "地址#")
MARKED = re.compile(r"(?:姓名|地址|手机|邮箱|银行卡|身份证)#[0-9a-f]{6}")

ADDRESS_HEADS = re.compile(r"地址|住址|address", re.IGNORECASE)
NAME_HEADS = re.compile(
    r"收件人|收货人|联系人|买家姓名|客户姓名|持卡人|户名|^姓名$|consignee|recipient|buyer.?name", re.IGNORECASE
)
PHONE_HEADS = re.compile(r"电话|手机|phone|mobile", re.IGNORECASE)
_REGION = re.compile(
    rf"\s*(?:[{_CJK}]{{2,8}}?(?:省|自治区|特别行政区))?\s?(?:[{_CJK}]{{2,8}}?(?:市|自治州|地区|盟))?"
    rf"\s?(?:[{_CJK}]{{1,8}}?(?:区|县|旗|市)(?!场))?\s?"
)

Span = tuple[int, int]


def address_spans(text: str) -> Iterator[Span]:
    """Where an address goes below its district, from the road to the room."""
    if not any(map(text.__contains__, _SIGNS)) or _ALERT.search(text) is None:
        return
    taken = 0
    for found in _ADDRESS.finditer(text):
        if (span := _address(found)) is not None:
            yield span
            taken = span[1]
    if taken == 0:
        yield from (found.span() for found in _DOORS.finditer(text))


def _address(found: re.Match) -> Span | None:
    text, start = found.string, found.start()
    if _NO_STREET.search(found["first"]):
        return None
    doors = len(_ONE_DOOR.findall(found["rest"]))
    before = text[max(0, start - 20) : start]
    is_strong = _IS_STRONG.search(found["first"]) is not None
    if doors >= 2 or (doors == 1 and (is_strong or _TOWN.search(before))):
        lead = _LEADING.match(found["first"])
        return start + (lead.end() if lead and not _TOWN.search(before) else 0), found.end()
    return found.span() if doors == 0 and is_strong and _DISTRICT.search(before) else None


def name_spans(text: str) -> Iterator[Span]:
    """Names behind a label (收件人 ...) or beside a telephone or an address that is masked already."""
    if not any(map(text.__contains__, _NAME_SIGNS)):
        return
    for found in _LABELLED.finditer(text):
        yield found.span("said" if found["said"] else "name")
    for found in _BESIDE.finditer(text):
        yield found.span("before" if found["before"] else "after")


def region_end(text: str) -> int:
    """How much of the text of an address column is province, city and district."""
    return _REGION.match(text).end()
