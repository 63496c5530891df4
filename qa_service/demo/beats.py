"""Turns of talk that both kinds of chat share: opening, greeting, courtesy, a hard customer's words, closing."""

from qa_service.demo.names import buyer_name, phone
from qa_service.demo.talk import Talk

HELLO = ("在吗", "你好", "您好", "在不在", "有人吗", "hello 在吗", "客服在吗")
SHORT_YES = ("好的", "嗯嗯", "好", "行", "可以", "好的谢谢", "ok", "嗯好的", "知道了")
CLOSE_LATE = "会话超时，系统自动关闭"


def opening(talk: Talk, *first: str, card: bool = False) -> None:
    """The customer comes in; at times the robot greets before anybody has read it."""
    shown = card and talk.rng.random() < 0.5
    if shown:
        talk.ask(f"{talk.product.name} 编号{talk.product.code} ¥{talk.product.yuan()}", "商品卡片")
    split = talk.rng.random() < 0.35
    if split:
        talk.ask(talk.pick(*HELLO), soon=shown)
    if (shown or split) and talk.rng.random() < 0.5:
        talk.robot(
            talk.pick(
                "您好，欢迎光临宜禾生活，客服正在赶来，请稍等～",
                "【自动回复】亲，客服马上到，您可以先看看常见问题",
            )
        )
    talk.ask(talk.pick(*first), soon=shown or split)
    if talk.skill.hasty:
        talk.say(talk.pick("在的", "在的亲", "稍等", "嗯嗯在", "您好稍等哦"))


def greeting(talk: Talk, *, after_sale: bool = False) -> None:
    """欢迎语, or an answer without any."""
    shop, name = talk.pick("宜禾生活", "宜禾"), talk.agent_person.name[-1]
    if after_sale:
        said = talk.pick(
            f"您好，{shop}售后客服小{name}，很高兴为您服务～",
            f"您好，欢迎光临{shop}，我是售后客服，您的问题我来处理",
            f"亲，您好呀，售后小{name}在的，请问是哪一单需要处理呢？",
            "您好，欢迎咨询售后，让您久等了",
        )
    else:
        said = talk.pick(
            f"您好，欢迎光临{shop}，我是客服小{name}，请问有什么可以帮您？",
            f"亲，欢迎来到{shop}～小{name}在的呢",
            f"您好呀，欢迎光临{shop}，很高兴为您服务",
            f"您好，这里是{shop}，小{name}为您服务",
            "亲亲您好，欢迎光临，有问题尽管问我哦",
        )
    talk.act(
        "greet",
        said,
        partial=talk.pick("您好，在的", "亲，您说", "您好"),
        instead=talk.pick("在", "嗯", "说", "什么事", "在的"),
    )


def courtesy(talk: Talk) -> None:
    """A sentence that should not have been written, from those who lose patience."""
    if talk.will("polite"):
        talk.mark("polite", "done")
        return
    words = talk.pick(
        "上面不是写着吗，您自己看一下",
        "刚才不是说过了吗",
        "您问的这个详情页里都有，麻烦先看看再问",
        "不会吧，别人都没这个问题",
        "那我也没办法",
        "你到底想要哪个",
        "您这样问我怎么回答",
    )
    talk.mark("polite", "missed", message=talk.say(words))


def anger(talk: Talk) -> None:
    """A customer with whom talk alone does not help."""
    talk.ask(
        talk.pick(
            "你们就是骗人的，我要投诉",
            "你们店太坑了，退一赔三！",
            "说了半天没一句有用的",
            "今天不给我个说法我就一直刷差评",
        )
    )
    talk.say(talk.pick("您先别着急，我帮您看看", "您的心情我理解，咱们先把事情说清楚", "您消消气，我在给您查"))
    talk.ask(
        talk.pick("别跟我来这套，叫你们老板出来", "少废话，就说赔不赔", "我不听解释，你就说怎么办吧", "你什么态度啊")
    )


def contact(talk: Talk, where: str) -> str:
    """Consignee, number and address in one line, as people paste it."""
    pattern = talk.pick(
        "{name} {phone} {address}", "{address}，{name}，{phone}", "收件人{name}，电话{phone}，地址{address}"
    )
    return pattern.format(name=buyer_name(talk.rng), phone=phone(talk.rng), address=where)


def assent(talk: Talk) -> None:
    talk.ask(talk.pick(*SHORT_YES))


def finish(talk: Talk) -> None:
    """Parting words and the window: closed soon, or left open until the system does it."""
    if talk.rng.random() < 0.04 and all(trace.state == "done" for trace in talk.traces.values()):
        words = talk.pick("你服务真好，必须给个好评", "小姐姐好有耐心，表扬一下", "处理得真快，比别家强多了")
        talk.mark("praise", "done", message=talk.ask(words))
    if talk.rng.random() < 0.06:
        talk.recall()
    if talk.rng.random() < 0.75:
        talk.say(
            talk.pick(
                "感谢您的光临，祝您生活愉快～",
                "好的，有问题随时找我哦",
                "不客气，祝您购物愉快",
                "那先这样，您有需要再叫我",
                "好嘞，感谢支持宜禾，再见啦",
                "嗯嗯，辛苦您了，祝您一切顺利",
            )
        )
    said = talk.clock
    if talk.will("close_window"):
        talk.wait(talk.rng.randrange(8, 20) if talk.skill.hasty else talk.rng.randrange(20, 150))
        index = talk.system("客服已关闭会话")
        talk.mark("close_window", "done", message=index, fact=f"最后一条消息后{talk.clock - said}秒关闭窗口")
    else:
        talk.wait(talk.rng.randrange(12, 31) * 60)
        index = talk.system(CLOSE_LATE)
        minutes = (talk.clock - said) // 60
        talk.mark("close_window", "missed", message=index, fact=f"交谈结束后{minutes}分钟窗口才关闭")
    _judge_speed(talk)


def pass_on(talk: Talk, group: str) -> None:
    """The talk ends here for this agent; the window is the colleague's to close."""
    talk.system(f"会话已转接至{group}")
    talk.transferred = True
    _judge_speed(talk)


def _judge_speed(talk: Talk) -> None:
    """First reply within 30 s and no wait above 90 s is done; above 120 s is missed."""
    first, longest = talk.first_reply_seconds(), talk.longest_wait_seconds()
    if first is None:
        return
    fact = f"首次人工回复{first}秒，最长等待{longest}秒"
    state = "done" if first <= 30 and longest <= 90 else "partial" if longest <= 120 else "missed"
    talk.mark("fast", state, fact=fact)
