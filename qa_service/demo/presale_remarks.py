"""The remark behind a changed order: made, confirmed with the customer, told to the packer, each by skill."""

from qa_service.demo.talk import Talk


def signed_date(talk: Talk) -> str:
    """`2026年8月15日.某某`: the fixed ending of every remark."""
    year, month, day = talk.day_text.split("-")
    return f"{year}年{int(month)}月{int(day)}日.{talk.agent_person.name}"


def change_remark(talk: Talk, content: str, *, shown: str) -> None:
    """后台修改 → 备注 → 与客户确认 → 通知打单; the remark itself is only to be seen in 订单备注."""
    _write(talk, content)
    state = talk.act(
        "confirm_change",
        talk.pick(f"已经改好并备注了，{shown}，您看一下对不对？", f"备注好了，跟您确认一下：{shown}，没错吧？"),
        partial=talk.pick("改好了", "备注了哈"),
        instead=talk.pick("好", "嗯知道了", "可以"),
    )
    agreed = ("对的", "没错", "是的，谢谢", "嗯嗯，对") if state == "done" else ("好的", "改好了吗", "那就好")
    talk.ask(talk.pick(*agreed))
    told = talk.pick(
        f"我现在就通知打单的同事，{talk.nick}这单有修改，不会发错的",
        "确认无误，已经告诉打单同事了，您放心",
        "打单那边我也说好了，会按新的来",
    )
    talk.act("tell_packer", told, instead="")


def _write(talk: Talk, content: str) -> None:
    """One entry in the fixed format; without date or name; hours late; or none at all."""
    talk.wait(talk.rng.randrange(15, 45))
    right = f"{content}---{signed_date(talk)}"
    if talk.will("remark"):
        entry = talk.record("订单备注", right, later=talk.rng.randrange(5, 60))
        talk.mark("remark", "done", record=entry.text, fact=f"备注于{entry.at}")
        return
    fault = talk.rng.random()
    if fault < 0.4:
        date, name = signed_date(talk).split(".")
        wrong = talk.pick(content, f"{content}---{name}", f"{content} {date}", f"改：{content}")
        entry = talk.record("订单备注", wrong, later=talk.rng.randrange(5, 60))
        talk.mark("remark", "partial", record=entry.text, fact="备注缺少日期或署名")
    elif fault < 0.7:
        entry = talk.record("订单备注", right, later=talk.rng.randrange(2400, 3600))
        talk.mark("remark", "partial", record=entry.text, fact=f"备注于{entry.at}，晚了四十分钟以上")
    else:
        talk.mark("remark", "missed", fact="订单备注中没有这一单的记录")
