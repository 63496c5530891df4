"""What is said once the parcel has left: recalls, defects, returns, exchanges, refunds, hard customers."""

from qa_service.demo.aftersale_steps import (
    comfort,
    goods_intact,
    note_register,
    photo_proof,
    return_freight,
    return_note,
    service_card,
    waybill_no,
)
from qa_service.demo.beats import anger, assent, contact, courtesy, finish, greeting, opening, pass_on
from qa_service.demo.names import address, buyer_name
from qa_service.demo.presale_remarks import signed_date
from qa_service.demo.talk import Talk


def recall_parcel(talk: Talk) -> None:
    """Shipped and no longer wanted: the parcel is fetched back, the case registered."""
    opening(
        talk, f"订单{talk.order_no}不想要了，能退吗", "已经发货了，可我不想要了", "帮我把快递拦回来吧，地址出差收不到"
    )
    greeting(talk, after_sale=True)
    talk.say(talk.pick("您稍等，我查一下物流", "我看到包裹在路上了", "稍等，看看快递到哪了"))
    courtesy(talk)
    told = talk.pick(
        "我马上反馈给仓储物流，请快递撤回包裹，退回来仓库签收后给您退款",
        "这就通知仓库打快件退回单，让快递员把包裹带回来，收到后当天给您处理退款",
    )
    talk.act("recall", told, partial="我跟快递说一下吧", instead=talk.pick("您直接拒收就行", "到了您再寄回来吧"))
    waybill = waybill_no(talk)
    note_register(talk, f"已发货客户不要，运单{waybill}，快件退回单两联已打，待仓库签“原包裹已收到”")
    talk.ask(talk.pick("要几天", "那什么时候退钱", "好的谢谢"))
    talk.act(
        "solve",
        talk.pick("包裹一般三天左右回到仓库，签收后24小时内退款", "大概三到五天，退回就给您退，我盯着"),
        partial="退回来就给您退",
        instead=talk.pick("不好说", "等通知吧"),
    )
    finish(talk)


def defect(talk: Talk) -> None:
    """Said to be faulty: photos first, then freight by fault."""
    trouble = _trouble(talk)
    opening(
        talk,
        f"收到的{talk.product.short}{trouble}",
        f"你们这个{talk.product.short}{trouble}，怎么处理",
        f"单号{talk.order_no}，{trouble}",
    )
    greeting(talk, after_sale=True)
    comfort(talk)
    photo_proof(talk)
    courtesy(talk)
    if talk.product.food or talk.rng.random() < 0.45:
        answer = talk.pick(
            "核实了确实是我们的问题，今天给您补发一份，坏的不用寄回", "看到照片了，给您按破损的部分退款，您看可以吗"
        )
        talk.act("solve", answer, partial="那给您补一个吧", instead=talk.pick("我反馈一下", "这个正常的"))
    else:
        talk.say(
            talk.pick(
                "核实是质量问题，可以退也可以换，收到后两天内办好", "照片看到了，确实有问题，给您退换，到仓当天处理"
            )
        )
        talk.mark("solve", "done", message=len(talk.messages) - 1)
        return_freight(talk, faulty=True)
        service_card(talk)
        if talk.rng.random() < 0.5:
            return_note(talk, "质量问题退货")
    assent(talk)
    finish(talk)


def return_goods(talk: Talk) -> None:
    """Seven days without a reason: the buyer pays the way back."""
    opening(
        talk,
        "不喜欢，可以七天无理由吗",
        f"{talk.product.short}{'口味拍错了还没拆' if talk.product.food else '颜色跟想的不一样'}，想退",
        "买多了退一件可以吗",
        f"订单{talk.order_no}申请退货",
    )
    greeting(talk, after_sale=True)
    if talk.rng.random() < 0.5:
        comfort(talk)
    talk.act(
        "solve",
        talk.pick(
            "可以的，签收七天内支持无理由退货，寄回验收后两天内退款",
            "支持七天无理由的，我给您说下流程，到仓后48小时内退",
        ),
        partial="可以退的",
        instead=talk.pick("嗯", "你先寄回来看看"),
    )
    if talk.rng.random() < talk.skill.refuses:
        talk.ask(talk.pick("我拆开看过了，没用", "包装拆了，东西没动过"))
        talk.mark("refuse_right", "missed", message=talk.say(talk.pick("拆开了就不能退了", "拆过的我们不收的")))
    goods_intact(talk)
    courtesy(talk)
    return_freight(talk, faulty=False)
    service_card(talk)
    if talk.rng.random() < 0.5:
        return_note(talk, "七天无理由退货")
    assent(talk)
    finish(talk)


def exchange(talk: Talk) -> None:
    """Another option of the same product."""
    old, new = talk.rng.sample(talk.product.options, 2)
    opening(talk, f"{old}的想换{new}", f"买的{old}不合适，能换{new}吗", f"换货怎么弄，想要{new}的")
    greeting(talk, after_sale=True)
    talk.act(
        "solve",
        talk.pick(
            f"可以换的，{new}有库存，给您留一件，收到退货当天就发", "能换的，我先给您登记，旧的到仓后第二天寄新的"
        ),
        partial="可以换的",
        instead=talk.pick("嗯", "有货的话能换吧"),
    )
    goods_intact(talk)
    return_freight(talk, faulty=False)
    courtesy(talk)
    service_card(talk)
    if talk.rng.random() < 0.35:
        talk.ask(f"换好的寄这里：{contact(talk, address(talk.rng))}")
    if talk.rng.random() < 0.6:
        return_note(talk, f"换货，{old}换{new}")
    note_register(talk, f"客户换货，{old}换{new}，等退货到仓")
    assent(talk)
    finish(talk)


def waybill_told(talk: Talk) -> None:
    """The buyer tells the waybill of what was sent back."""
    opening(talk, "退货寄出去了", f"订单{talk.order_no}的退货我寄了", "东西已经寄回，在哪填单号")
    greeting(talk, after_sale=True)
    talk.say(talk.pick("好的，麻烦把快递单号发我一下", "收到，单号和快递公司发给我登记"))
    return_note(talk, "客户退货已寄出")
    courtesy(talk)
    talk.ask(talk.pick("多久能退款", "运费怎么给我"))
    talk.act(
        "solve",
        talk.pick("仓库收到验货后一到两天退款，运费另外打到您的支付宝", "签收后48小时内处理，到时候我给您留言"),
        partial="收到就退",
        instead=talk.pick("等着就行", "不清楚，看财务"),
    )
    if talk.rng.random() < 0.4:
        talk.ask(f"支付宝momo{talk.rng.randrange(100, 999)}@example.com，户名{buyer_name(talk.rng)}")
        talk.say("好的，记下了")
    finish(talk)


def refund_dispute(talk: Talk) -> None:
    """A refund that does not come, or an order in dispute."""
    opening(talk, "退款怎么还没到账", f"订单{talk.order_no}退款三天了还在审核", "平台都介入了，你们到底退不退")
    greeting(talk, after_sale=True)
    comfort(talk)
    talk.say(talk.pick("我查一下退款进度，您稍等", "您稍等，这边看下维权单"))
    courtesy(talk)
    answer = talk.pick(
        "查到了，退货昨天刚入库，我现在点同意，一到三个工作日原路退回",
        "这单卡在财务审核，我已经催了，今天下班前给您点退款，好了我告诉您",
        "退款已经同意了，银行卡要一到三天，花呗的话当天就回",
    )
    talk.act("solve", answer, partial="在处理了，您等等", instead=talk.pick("这个要问平台", "我也看不到"))
    note_register(talk, "退款维权中，已核对入库并同意退款，跟进到账")
    assent(talk)
    finish(talk)


def logistics(talk: Talk) -> None:
    """The parcel does not move, or is said to be signed for."""
    opening(
        talk, "快递三天没动了", "显示签收了可我没收到啊", f"订单{talk.order_no}到哪了，怎么一直不更新", "什么时候能送到"
    )
    greeting(talk, after_sale=True)
    comfort(talk)
    waybill = waybill_no(talk)
    talk.say(talk.pick(f"我查到运单{waybill}，这就联系快递核实", f"单号{waybill}，稍等我打快递网点电话"))
    courtesy(talk)
    answer = talk.pick(
        "网点说今天下午派送，电话会提前联系您，没收到您再找我",
        "问过了，放在小区驿站了，取件码短信会重发给您",
        "快递承认中转延误，我登记了催件，明天中午前给您回复结果",
    )
    talk.act("solve", answer, partial="已经帮您催了", instead=talk.pick("快递的事我们管不了", "您自己打快递电话问吧"))
    talk.ask(talk.pick("要是还没到呢", "好的，那我等等", "麻烦了"))
    finish(talk)


def difficult(talk: Talk) -> None:
    """A hard customer must be reported to the lead in time."""
    opening(
        talk,
        f"你们的{talk.product.short}{'吃了不舒服' if talk.product.food else '把我家弄得一团糟'}，赔钱！",
        f"{_trouble(talk)}，还不让退，什么破店",
        "第三次来找你们了，没一个解决的",
    )
    greeting(talk, after_sale=True)
    comfort(talk)
    anger(talk)
    courtesy(talk)
    state = talk.act(
        "report_difficult",
        talk.pick("您的情况我已经上报主管，主管会在二十分钟内联系您", "这件事我现在就报给主管处理，今天一定给您答复"),
        partial="我回头跟主管说一下",
        instead=talk.pick("我们只能这样处理了", "您要投诉就投诉吧"),
    )
    # With such a customer the report is the solution.
    talk.mark("solve", state, message=len(talk.messages) - 1)
    if state == "done":
        entry = talk.record("售后登记表", f"客户情绪激动，已上报主管跟进---{signed_date(talk)}")
        talk.attach("report_difficult", entry)
    talk.ask(talk.pick("行，我等着", "说话要算数", "再不解决我就打12315"))
    finish(talk)


def hand_over(talk: Talk) -> None:
    """A wish to buy in an after-sale window: passed to pre-sale."""
    opening(talk, f"{talk.product.short}现在有活动吗，想再买一个", "我想再拍一单，帮我推荐下", "补差价的链接在哪")
    greeting(talk, after_sale=True)
    courtesy(talk)
    talk.say(talk.pick("选购由售前同事介绍得更细，我帮您转过去", "好的，这就给您转售前，请稍等"))
    assent(talk)
    pass_on(talk, "售前组")


def _trouble(talk: Talk) -> str:
    if talk.product.food:
        return talk.pick("漏气了", "包装都压扁了", "有股怪味", "少发了一袋", "日期不新鲜")
    return talk.pick("有瑕疵", "发错颜色了", "边上坏了一小块", "收到就脏了一块", "表面有印子", "用一次就坏了")
