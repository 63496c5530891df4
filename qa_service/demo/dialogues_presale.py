"""What is said before the parcel leaves: inquiries, changes, wishes, transfers, cancellations."""

from qa_service.demo.beats import SHORT_YES, anger, assent, contact, courtesy, finish, greeting, opening, pass_on
from qa_service.demo.names import address
from qa_service.demo.products import PROMOTION_OTHERWISE, PROMOTIONS
from qa_service.demo.talk import Talk

FOUR_O_CLOCK = 16 * 3600


def product_talk(talk: Talk, *, questions: int) -> None:
    """活动告知 and 宝贝介绍: a question, the offer, perhaps further questions."""
    for place, (question, answer) in enumerate(talk.facts[:questions]):
        if place:
            talk.ask(talk.pick("", "还有，", "那", "再问下，") + question)
        warm = talk.pick("", "亲，", "是这样的，", "您放心，") + answer
        brush_off = talk.pick(
            "详情页有写的", "这个您看下详情页吧", "都差不多的", "嗯应该可以吧", "不太清楚，您可以看看评价"
        )
        talk.act("product", warm, partial=talk.pick("可以的", "没问题的", "还行的") if place else "", instead=brush_off)
        if place == 0:
            promotion(talk)


def promotion(talk: Talk) -> None:
    offer = PROMOTIONS.get(int(talk.day_text[5:7]), PROMOTION_OTHERWISE)
    lead = talk.pick("现在店里有活动：", "顺便跟您说下，", "告诉您一个好消息，", "这两天拍很划算，")
    talk.act(
        "promotion",
        lead + offer + talk.pick("", "哦", "，很划算的", "～"),
        partial="最近有活动的，可以看看首页",
    )


def delivery(talk: Talk) -> None:
    """Before 16:00 and in stock the same day, otherwise the next."""
    talk.ask(talk.pick("今天拍什么时候发货", "什么时候能发", "今天能发出来吗", "有现货吗，几天能到"))
    stock = talk.rng.random() < 0.8
    if not stock:
        right = "我查了一下，这个规格仓库暂时没有现货，今天付款明天给您发"
    elif talk.clock < FOUR_O_CLOCK:
        right = talk.pick("我看了库存是有货的，16:00之前付款今天就能发", "有现货的，下午四点前付款当天发出")
    else:
        right = talk.pick("库存有的，现在过了16:00，付款后明天一早发", "有货，不过今天四点截单了，给您排明天发")
    wrong = talk.pick("会尽快发的哦", "看仓库安排的", "一般两三天吧", "拍了就发")
    talk.act("stock", right, partial=talk.pick("有货的", "今天拍会尽快发"), instead=wrong)


def buy(talk: Talk) -> None:
    """An inquiry that ends with an order."""
    talk.ordered = True
    opening(talk, *_first_questions(talk), card=True)
    greeting(talk)
    product_talk(talk, questions=talk.rng.choice((1, 1, 2)))
    if talk.rng.random() < 0.55:
        delivery(talk)
    courtesy(talk)
    option = talk.pick(*talk.product.options)
    talk.ask(talk.pick("那我拍了", "好的我拍一件", f"拍了，要{option}的", f"已经付款了，{option}", "刚付好钱"))
    where = address(talk.rng)
    if talk.rng.random() < 0.3:
        talk.ask(contact(talk, where), soon=True)
    full = talk.pick(
        f"收到订单啦，跟您核对一下：{talk.product.short}{option}一件，寄到{where}，对吗？",
        f"看到您的订单了，{option}的{talk.product.short}，地址是{where}，没错的话我就安排了哦",
        f"麻烦您确认下订单：{option}，收货地址{where}",
    )
    state = talk.act(
        "order_check", full, partial=talk.pick("地址没问题吧？", "信息都对的吧"), instead=talk.pick("", "好的，谢谢")
    )
    talk.ask(talk.pick(*(SHORT_YES if state == "missed" else ("对的", "没错", "是的，麻烦了", "嗯嗯没问题"))))
    finish(talk)


def leave(talk: Talk) -> None:
    """An inquiry without an order: what counts is whether the agent cared."""
    talk.ordered = False
    opening(talk, *_first_questions(talk), card=True)
    greeting(talk)
    product_talk(talk, questions=talk.rng.choice((1, 2)))
    if talk.rng.random() < 0.35:
        delivery(talk)
    courtesy(talk)
    talk.ask(
        talk.pick(
            "有点贵，我再想想",
            "我再看看别家",
            "能不能便宜点",
            "等双十一再说吧",
            "先加购物车，回头再买",
            "问下我老公再定",
        )
    )
    care = talk.pick(
        "理解的，您主要担心哪一点呢？我帮您对比下，咱家七天无理由，收到不合适可以退",
        "价格是活动价了，帮您申请一张5元券您看可以吗？今天拍都能用",
        f"没关系，您先收藏，{talk.product.short}这个规格卖得快，有变化我给您留言",
        "不急的，您看看预算多少，我给您推荐一款更合适的",
    )
    cold = talk.pick("哦，那您再看看吧", "随您", "不能便宜", "嗯", "那等您想好再说")
    talk.act("push", care, partial=talk.pick("好的，喜欢可以先收藏哦", "嗯嗯，您考虑下"), instead=cold)
    talk.ask(talk.pick("好，我考虑下", *SHORT_YES))
    finish(talk)


def urgent(talk: Talk) -> None:
    """In a hurry: ask the warehouse before answering."""
    talk.ordered = talk.rng.random() < talk.skill.conversion
    opening(talk, f"急用，{talk.product.short}今天一定能发吗", "后天就要用，今天发得出来不", "很着急，能加急发吗")
    greeting(talk)
    first = talk.pick("您稍等，我和仓库确认一下库存再回复您", "这个急，我先打电话问仓库，您等我一分钟")
    state = talk.act("warehouse", first, instead=talk.pick("应该能发的", "可以的，您拍吧", "有货的，放心拍"))
    if state == "done":
        talk.wait(talk.rng.randrange(30, 80))
        talk.say(talk.pick("仓库确认有货，现在付款今天第一批给您发", "问好了，库里还有，给您插到今天这批"))
    promotion(talk)
    courtesy(talk)
    if talk.ordered:
        talk.ask(talk.pick("好，付好了", "那我马上拍"))
        where = address(talk.rng)
        full = f"收到，跟您核对：{talk.pick(*talk.product.options)}一件，寄{where}，对吧？"
        talk.act("order_check", full, partial="地址对的吧？", instead="好的")
        assent(talk)
    else:
        talk.ask(talk.pick("那我再问问别家", "来不及就算了"))
        talk.act(
            "push",
            "我把发货时间写在备注里盯着，您现在拍最稳妥，赶不上可以直接退",
            partial="可以再看看，喜欢就拍",
            instead=talk.pick("嗯", "随您"),
        )
    finish(talk)


def difficult(talk: Talk) -> None:
    """A hard customer: help may be asked of a colleague or the lead."""
    talk.ordered = False
    opening(talk, "你们这价格怎么一天一个样，昨天买的亏了", "我昨天拍的今天就降价，给我退差价")
    greeting(talk)
    anger(talk)
    courtesy(talk)
    talk.act(
        "ask_help",
        talk.pick("您稍等，我请组长一起看一下，五分钟内回您", "这个我让主管来核实，马上给您答复"),
        instead=talk.pick("规定就是这样的", "我没有这个权限"),
    )
    talk.ask(talk.pick("行，等着", "快点", "哼，那我等五分钟"))
    finish(talk)


def hand_over(talk: Talk) -> None:
    """After-sale matter in a pre-sale window: passed on."""
    opening(talk, "收到的东西坏了怎么办", f"订单{talk.order_no}发出去了，我不想要了", "上次退的货钱还没到")
    greeting(talk)
    courtesy(talk)
    talk.say(talk.pick("这个由售后同事处理，我帮您转过去，您稍等", "已经发货的由售后负责，现在给您转接"))
    assent(talk)
    pass_on(talk, "售后组")


def _first_questions(talk: Talk) -> tuple[str, ...]:
    question = talk.facts[0][0]
    name = talk.product.short
    return (
        f"这个{name}{question}",
        f"想买个{name}，{question}",
        f"你家{name}怎么样",
        f"{question}",
        f"请问{name}{question}",
    )
