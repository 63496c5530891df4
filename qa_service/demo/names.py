"""Names of staff and buyers, addresses, telephone numbers: invented, and in ranges that reach nobody."""

from random import Random


def words(text: str) -> tuple[str, ...]:
    """The words of a list written as one line."""
    return tuple(text.split())


SURNAMES = words(
    "楼 屠 应 章 俞 褚 虞 骆 卞 茅 缪 祝 戚 庄 柴 瞿 盛 凌 裘 项 阮 竺 邬 诸 翁 桑 童 颜 尹 葛 费 岑 "
    "沈 陆 蒋 施 严 柯 汤 季 黎 苗"
)
GIVEN_NAMES = words(
    "晓雯 佳宁 思远 雨桐 梓萱 文博 丽娟 海燕 春梅 玉洁 欣然 梦瑶 若琳 嘉慧 燕妮 志鹏 子豪 俊峰 明辉 立群 少华 "
    "国栋 永康 书瑶 可欣 静怡 雅琴 春霞 巧玲 小蕾 亚男 丹丹 蓉蓉 泽宇 佩珊 月华 晨曦 心怡 婉婷 伟杰 家豪 倩 蕾 磊 "
    "超 芸 淑贞 启明 红英 安琪 文静 彩霞 晓东 立新 佳敏 水仙 林娜 敏仪"
)
BUYER_SURNAMES = tuple(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘"
)
BUYER_GIVEN = words(
    "秀珍 桂香 小红 大伟 兰芳 金花 学文 建平 美玲 少芬 国良 小芹 阿珍 丽华 新民 玉梅 宝山 凤仙 小军 爱莲"
)

NICK_HEADS = words(
    "爱吃 南方的 胖胖的 慢吞吞的 今天也要 楼下的 早睡的 半糖 快乐的 阳台上的 会飞的 不想洗碗的 三月的 认真的 路过的 "
    "小城"
)
NICK_TAILS = words(
    "橘子 豆包 麦子 小鹿 猫先生 芋圆 栗子 鲸鱼 年糕 松鼠 米粒 茉莉 布丁 海盐 番茄 石榴 桂圆 荷叶 小满 土豆"
)
LATIN_NICKS = ("momo", "lulu", "yuan", "anan", "xiaoyu", "coco", "fanfan", "dudu", "kiki", "nana")

PLACES = (
    "浙江省杭州市余杭区",
    "浙江省宁波市鄞州区",
    "江苏省苏州市吴中区",
    "江苏省南京市江宁区",
    "上海市闵行区",
    "上海市浦东新区",
    "广东省广州市番禺区",
    "广东省深圳市龙岗区",
    "四川省成都市双流区",
    "湖北省武汉市洪山区",
    "山东省青岛市崂山区",
    "河南省郑州市金水区",
    "湖南省长沙市岳麓区",
    "福建省厦门市集美区",
    "陕西省西安市雁塔区",
    "安徽省合肥市蜀山区",
    "辽宁省大连市甘井子区",
    "北京市昌平区",
    "天津市西青区",
    "重庆市渝北区",
    "江西省南昌市红谷滩区",
    "云南省昆明市官渡区",
)
ROADS = words("青禾路 望麦路 听溪街 南枝路 小满路 云栖里路 拾光街 松果路 晴川里路 芦花路 半山巷 稻香路 枕河街")
ESTATES = words("云杉苑 溪语花园 禾木家园 晴园 听松小区 橘园新村 望湖里 青藤公寓 麦田雅居 南塘小区 桂语苑")


def staff_names(rng: Random, count: int) -> list[str]:
    """`count` different full names, no surname twice while surnames last."""
    surnames = rng.sample(SURNAMES, len(SURNAMES))
    given = rng.sample(GIVEN_NAMES, len(GIVEN_NAMES))
    if count > min(len(surnames), len(given)):
        raise ValueError(f"names for {len(surnames)} people, {count} wanted")
    return [surname + name for surname, name in zip(surnames[:count], given, strict=False)]


def buyer_nick(rng: Random) -> str:
    """A shop's nickname of a buyer."""
    if rng.random() < 0.25:
        return f"{rng.choice(LATIN_NICKS)}_{rng.randrange(100, 99999)}"
    return (
        rng.choice(NICK_HEADS) + rng.choice(NICK_TAILS) + (str(rng.randrange(10, 9999)) if rng.random() < 0.6 else "")
    )


def buyer_name(rng: Random) -> str:
    """A consignee: full name, or surname and title."""
    surname = rng.choice(BUYER_SURNAMES)
    return surname + (rng.choice(("女士", "先生")) if rng.random() < 0.4 else rng.choice(BUYER_GIVEN))


def phone(rng: Random) -> str:
    """A mobile number of a block (1990000xxxx, 1660000xxxx) kept for invented people here; masks as a real one does."""
    return rng.choice(("1990000", "1660000")) + f"{rng.randrange(10000):04d}"


def bank_card(rng: Random) -> str:
    """A card number with a run of zeros that no bank issues."""
    return f"620000000000{rng.randrange(10000):04d}"


def address(rng: Random) -> str:
    """Province to door: the district is real, what follows is not."""
    door = f"{rng.randrange(1, 28)}幢{rng.choice(('', '1单元', '2单元'))}{rng.randrange(1, 19)}0{rng.randrange(1, 5)}室"
    return f"{rng.choice(PLACES)}{rng.choice(ROADS)}{rng.randrange(2, 480)}号{rng.choice(ESTATES)}{door}"
