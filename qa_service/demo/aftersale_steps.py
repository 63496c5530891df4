"""The steps that after-sale chats are made of: each is done, half done or missed by skill."""

from qa_service.demo.names import phone
from qa_service.demo.presale_remarks import signed_date
from qa_service.demo.talk import Talk


def comfort(talk: Talk) -> None:
    talk.act(
        "comfort",
        talk.pick(
            "实在抱歉给您添麻烦了，我来帮您处理",
            "真不好意思，让您有不好的购物体验，我马上给您看",
            "理解您的心情，换我也着急，咱们一起把它解决好",
            "非常抱歉，这边一定给您处理到满意",
        ),
        partial=talk.pick("好的，我看一下", "别急，我看看"),
        instead=talk.pick("什么问题", "订单号发一下", "嗯，然后呢"),
    )


def photo_proof(talk: Talk) -> None:
    """质量问题要拍照证实; the buyer sends pictures when asked."""
    said = talk.pick(
        "麻烦您拍两张照片发我看下，一张整体一张有问题的地方",
        "您方便拍个照吗，核实后马上给您处理",
        "请拍下商品和外包装的照片，我这边核对",
    )
    state = talk.act("photo_proof", said, partial="有图吗", instead=talk.pick("退吧", "这个应该是运输造成的", "知道了"))
    if state != "missed":
        for number in range(talk.rng.choice((1, 2, 2))):
            talk.ask(f"照片{number + 1}.jpg", "图片")
        if talk.rng.random() < 0.15:
            talk.ask("语音 8秒", "语音")


def return_freight(talk: Talk, *, faulty: bool) -> None:
    """Who pays the way back: the shop when quality is at fault (the buyer prepays and is repaid), else the buyer."""
    if faulty:
        right = talk.pick(
            "质量问题来回运费都由我们承担，退回的运费请您先垫付，收到退货后返到您的支付宝",
            "运费我们出，麻烦您先垫一下，仓库收到货就把运费转您支付宝",
        )
        talk.act("freight", right, partial="运费我们承担", instead=talk.pick("运费您先付着", "您寄回来就行"))
    else:
        right = talk.pick(
            "不是质量问题的话，退回的单程运费需要您承担", "非质量原因，寄回的运费您这边出，重新发出的我们来承担"
        )
        talk.act("freight", right, partial="运费可能要您出一下", instead=talk.pick("运费到时候再说", "您寄回来就行"))


def goods_intact(talk: Talk) -> None:
    """Said before anything is sent back; an opened parcel may lawfully be returned within seven days."""
    right = talk.pick(
        "商品和配件保持完好、不影响二次销售就可以，拆开看过没关系的",
        "请保证商品完好、包装配件齐全，正常拆看不影响退换",
        "东西没有使用痕迹、吊牌包装都在就行",
    )
    talk.act("goods_intact", right, partial="别弄坏就行", instead="")


def service_card(talk: Talk) -> None:
    """售后服务卡 or a slip: ID, contact, reason, wanted item; then the waybill is to be told."""
    right = talk.pick(
        "请填好售后服务卡一起寄回，没有卡就放张纸条，写上ID、联系方式、退换原因和要换的商品",
        "包裹里放张纸条哦，写您的ID、电话、原因，要换货的写清楚换哪个，或者填售后服务卡",
    )
    talk.act("service_card", right, partial="包裹里放个纸条写下ID", instead="")
    ask = talk.pick("寄出后把退货的快递单号告诉我一声，我给您登记", "寄好了麻烦把运单号发我，我来跟进")
    talk.act("waybill_ask", ask, instead="")


def waybill_no(talk: Talk) -> str:
    return f"YT{talk.rng.randrange(10**12, 10**13)}"


def return_note(talk: Talk, reason: str) -> None:
    """The waybill is told; it belongs into 退货记录表 at once."""
    waybill = waybill_no(talk)
    talk.wait(talk.rng.randrange(20, 60))
    talk.ask(talk.pick(f"单号{waybill}", f"寄好了 {waybill}", f"{waybill}，我电话{phone(talk.rng)}"))
    text = f"{reason}，退货运单{waybill}---{signed_date(talk)}"
    if talk.will("return_record"):
        index = talk.say(talk.pick("收到，已经登记在退货记录表了", "好的，单号登记好了，仓库收到就处理"))
        entry = talk.record("退货记录表", text, later=talk.rng.randrange(5, 50))
        talk.mark("return_record", "done", message=index, record=entry.text)
        return
    index = talk.say(talk.pick("好的", "收到", "嗯嗯，知道了"))
    if talk.rng.random() < 0.45:
        entry = talk.record("退货记录表", text, later=talk.rng.randrange(2400, 3600))
        talk.mark(
            "return_record", "partial", message=index, record=entry.text, fact=f"登记于{entry.at}，晚了四十分钟以上"
        )
    else:
        talk.mark("return_record", "missed", message=index, fact="退货记录表中没有这个运单号")


def note_register(talk: Talk, text: str) -> None:
    """售后登记表: only to be seen in the table."""
    if talk.will("register"):
        entry = talk.record("售后登记表", f"{text}---{signed_date(talk)}", later=talk.rng.randrange(5, 50))
        talk.mark("register", "done", record=entry.text, fact=f"登记于{entry.at}")
    elif talk.rng.random() < 0.4:
        entry = talk.record("售后登记表", text, later=talk.rng.randrange(5, 50))
        talk.mark("register", "partial", record=entry.text, fact="登记缺少日期和署名")
    else:
        talk.mark("register", "missed", fact="售后登记表中没有这一单的记录")
