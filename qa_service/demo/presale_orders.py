"""Service on an order already paid: changes, wishes, bank transfers, cancellations."""

from qa_service.demo.beats import assent, courtesy, finish, greeting, opening
from qa_service.demo.dialogues_presale import promotion
from qa_service.demo.names import address, bank_card, buyer_name
from qa_service.demo.presale_remarks import change_remark, signed_date
from qa_service.demo.talk import Talk


def change_attribute(talk: Talk) -> None:
    """Colour or size of a paid order."""
    old, new = talk.rng.sample(talk.product.options, 2)
    opening(
        talk,
        f"刚拍的{old}拍错了，能改成{new}吗",
        f"你好，我那单{talk.product.short}想换成{new}",
        f"订单{talk.order_no}，{old}改{new}可以不",
    )
    greeting(talk)
    talk.say(talk.pick("您稍等，我看一下打单没有", "好的，我查下您的订单状态", "稍等哦，我帮您看看还能不能改"))
    courtesy(talk)
    change_remark(talk, f"客户拍下{old}，要求修改成{new}，已修改妥当", shown=f"规格改成{new}")
    promotion(talk) if talk.rng.random() < 0.15 else None
    finish(talk)


def change_address(talk: Talk) -> None:
    opening(
        talk,
        "地址填错了，能改吗",
        "我要改下收货地址",
        f"订单{talk.order_no}地址写成老家的了，帮我改一下",
        "拍完才发现地址是公司的，想寄到家里",
    )
    greeting(talk)
    talk.say(
        talk.pick(
            "可以的，您把新地址发我", "还没打单，能改的，新的地址、收件人和电话发一下", "好的，麻烦发下完整的新地址"
        )
    )
    where = address(talk.rng)
    talk.ask(talk.pick(f"{where}", f"改成{where}，电话不变", f"{where} {buyer_name(talk.rng)}收"))
    courtesy(talk)
    change_remark(talk, f"客户要求修改地址，新地址为：{where}", shown=f"新地址{where}")
    finish(talk)


def courier_wish(talk: Talk) -> None:
    """Courier or delivery-time wishes: a red-flag remark."""
    wish = talk.pick(
        "发顺路快递不要放驿站",
        "周末送货，工作日家里没人",
        "晚上六点以后再送",
        "走邮政，我们村只有邮政能到",
        "送货前先打电话",
    )
    opening(talk, f"能不能备注一下，{wish}", f"我这单要求{wish}，可以吗", f"麻烦帮我跟快递说{wish}")
    greeting(talk)
    talk.say(talk.pick("可以帮您备注的，快递那边会尽量配合", "好的，我给您红旗备注上"))
    courtesy(talk)
    change_remark(talk, f"客户要求{wish}", shown=wish)
    finish(talk)


def bank_transfer(talk: Talk) -> None:
    """Paid by bank: entered in 银行转账明细表 and followed."""
    amount = talk.product.yuan(20)
    opening(talk, "公司采购，可以银行转账吗", f"我要20件{talk.product.short}，走对公转账行不行")
    greeting(talk)
    talk.say(
        talk.pick("可以的，对公账户我发您，转账时备注店铺ID就行", "支持对公转账，账户信息在付款页面最下面，转好告诉我")
    )
    promotion(talk)
    talk.ask(f"转好了，{amount}元，卡号{bank_card(talk.rng)}转出的，您查下")
    courtesy(talk)
    state = talk.act(
        "bank",
        "收到，我登记在银行转账明细表上了，财务确认到账后我通知您发货时间，这单我会一直跟着",
        partial="好的，我跟财务说一声",
        instead="嗯，到账了会发的",
    )
    if state == "done":
        text = f"客户转账{amount}元，{talk.product.short}20件，待财务确认---{signed_date(talk)}"
        talk.attach("bank", talk.record("银行转账明细表", text))
    assent(talk)
    finish(talk)


def cancel(talk: Talk) -> None:
    """不想要了: what to do depends on how far the parcel is."""
    opening(talk, "刚付款的不想要了，怎么退", "拍错了，帮我取消吧", f"订单{talk.order_no}不要了，退款可以吗")
    greeting(talk)
    talk.say(talk.pick("您稍等，我看下订单到哪一步了", "好的，我先查一下有没有打单"))
    courtesy(talk)
    right = talk.pick(
        "还没有打单，我已让打单同事把这单作废，作废确认后财务给您退款",
        "单子已经打出来了，我去仓库把发货单和快递单要回来，再转给售后同事给您退款",
        "包裹已经打包贴单了，我让仓库拿回来重新入库，退款由售后同事处理，您留意到账",
    )
    talk.act(
        "cancel", right, partial="好的，我跟仓库说一下", instead=talk.pick("你自己在后台申请退款吧", "那你拒收好了")
    )
    talk.ask(talk.pick("那多久能退回来", "好的谢谢", "行，麻烦快点"))
    talk.say(talk.pick("一般一到三个工作日原路退回", "今天处理，您注意看退款进度"))
    finish(talk)
