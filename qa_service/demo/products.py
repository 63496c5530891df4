"""What the shop sells: household goods and food, with what buyers ask about each and what is true of it."""

import msgspec


class Product(msgspec.Struct, frozen=True):
    """`options` are what a buyer may choose and wish to change; `facts` are pairs of question and true answer."""

    code: str
    name: str
    short: str
    price_fen: int
    options: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    food: bool = False

    def yuan(self, count: int = 1) -> str:
        fen = self.price_fen * count
        return f"{fen // 100}.{fen % 100:02d}"


def make_product(
    code: str, name: str, short: str, price_fen: int, options: str, *facts: str, food: bool = False
) -> Product:
    """`options` in one line; each fact as `question|answer`."""
    pairs = tuple(tuple(fact.split("|")) for fact in facts)
    return Product(code, name, short, price_fen, tuple(options.split()), pairs, food)


# What the shop is promoting, by calendar month; the fallback serves the others.
PROMOTIONS = {
    8: "开学季全店满199减30，收藏店铺再领5元券",
    9: "中秋活动礼盒第二件半价，满299还送一袋藕粉",
    10: "国庆活动满299减50，老客户另有10元回购券",
}
PROMOTION_OTHERWISE = "这个月全店满199减20，收藏店铺再领5元券"
