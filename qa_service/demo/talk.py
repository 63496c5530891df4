"""One chat in the making: who says what at which second, and what became of each behaviour."""

from random import Random

import msgspec

from qa_service.demo.products import Product
from qa_service.demo.shapes import BusinessRecord, Person, Skill, Trace

CUSTOMER, AGENT, ROBOT, SYSTEM = "客户", "客服", "机器人", "系统"
SLIPS = (
    ("什么时候", "啥时候"),
    ("怎么", "咋"),
    ("没有", "木有"),
    ("在吗", "在嘛"),
    ("谢谢", "蟹蟹"),
    ("知道", "知到"),
    ("的话", "滴话"),
    ("这个", "介个"),
    ("快递", "快弟"),
    ("已经", "己经"),
    ("一下", "一哈"),
    ("收到", "收道"),
    ("东西", "东东"),
)


HALF_DONE = 0.4  # of what an agent does not forget, where there is a half-hearted way of doing it


class Talk:
    """Builds the messages of one chat. Seconds count from local midnight; each message is later than the last."""

    def __init__(
        self, rng: Random, *, agent: Person, skill: Skill, product: Product, day_text: str, seconds: int
    ) -> None:
        self.rng, self.agent_person, self.skill, self.product = rng, agent, skill, product
        self.day_text, self.clock = day_text, seconds
        self.messages: list[dict[str, str]] = []
        self.seconds: list[int] = []
        self.traces: dict[str, Trace] = {}
        self.records: list[BusinessRecord] = []
        self.order_no: str | None = None
        self.nick = ""
        self.facts = rng.sample(product.facts, len(product.facts))
        self.ordered: bool | None = None
        self.transferred = False

    def pick(self, *texts: str) -> str:
        """One of the ways of saying it."""
        return self.rng.choice(texts)

    def ask(self, text: str, kind: str = "文字", *, soon: bool = False) -> int:
        """The customer writes, sometimes as people type; `soon` right behind the message before."""
        self._pass(self.rng.randrange(2, 8) if soon else 3 + self.rng.expovariate(1 / 18))
        if kind == "文字" and len(text) < 40:
            text = self._colloquial(text)
        return self._add(CUSTOMER, text, kind)

    def say(self, text: str, kind: str = "文字") -> int:
        """The agent writes: after a typical reply time, or right behind the last own message."""
        if self.messages and self.messages[-1]["发送方"] == AGENT:
            self._pass(4 + self.rng.expovariate(1 / 8))
        else:
            self._pass(self.skill.reply_seconds * self.rng.lognormvariate(0, 0.45))
        return self._add(AGENT, text, kind)

    def robot(self, text: str) -> int:
        self._pass(1)
        return self._add(ROBOT, text, "文字")

    def system(self, text: str) -> int:
        self._pass(1)
        return self._add(SYSTEM, text, "文字")

    def recall(self) -> None:
        """A message taken back: what it said is gone."""
        self._pass(3)
        self._add(AGENT if self.rng.random() < 0.5 else CUSTOMER, "", "撤回")

    def wait(self, seconds: float) -> None:
        self._pass(seconds)

    def act(self, key: str, done: str, *, partial: str = "", instead: str = "") -> str:
        """The agent does what `key` asks, half does it, or does not; returns the state.

        `done` is said when it is done; `partial` when given and half done; `instead` when missed (nothing if empty).
        """
        roll, chance = self.rng.random(), self.skill.does[key]
        if roll < chance * (1 - HALF_DONE if partial else 1):
            self.mark(key, "done", message=self.say(done))
        elif partial and roll < chance + (1 - chance) * 0.4:
            self.mark(key, "partial", message=self.say(partial))
        else:
            first = len(self.messages)
            self.mark(key, "missed", message=self.say(instead) if instead else None, first=first)
        return self.traces[key].state

    def will(self, key: str) -> bool:
        """Whether the agent does something that leaves no sentence in the chat."""
        return self.rng.random() < self.skill.does[key]

    def mark(self, key: str, state: str, *, message: int | None = None, first: int = 0, **more: str | None) -> None:
        """Note what became of a behaviour; what was missed once stays missed."""
        before = self.traces.get(key)
        if before is None or _RANK[state] < _RANK[before.state]:
            self.traces[key] = Trace(state=state, message=message, first=first, **more)

    def attach(self, key: str, entry: BusinessRecord) -> None:
        """The business record in which a behaviour can be seen."""
        self.traces[key] = msgspec.structs.replace(self.traces[key], record=entry.text)

    def record(self, kind: str, text: str, *, later: int = 60) -> BusinessRecord:
        """An entry in a table of the shop, `later` seconds after the present message."""
        second = min(self.clock + later, 86399)
        entry = BusinessRecord(
            kind=kind,
            order_no=self.order_no or "",
            customer=self.nick,
            at=self.time_text(second),
            staff_no=self.agent_person.staff_no,
            text=text,
        )
        self.records.append(entry)
        return entry

    def time_text(self, second: int) -> str:
        return f"{self.day_text} {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"

    def first_reply_seconds(self) -> int | None:
        """Seconds from the first message of the customer to the first of a human agent."""
        asked = next((s for m, s in zip(self.messages, self.seconds, strict=True) if m["发送方"] == CUSTOMER), None)
        answered = next((s for m, s in zip(self.messages, self.seconds, strict=True) if m["发送方"] == AGENT), None)
        return None if asked is None or answered is None else answered - asked

    def longest_wait_seconds(self) -> int:
        """Longest time that a message of the customer waited for the agent's next one."""
        longest, waiting = 0, None
        for message, second in zip(self.messages, self.seconds, strict=True):
            if message["发送方"] == CUSTOMER and waiting is None:
                waiting = second
            elif message["发送方"] == AGENT and waiting is not None:
                longest, waiting = max(longest, second - waiting), None
        return longest

    def _pass(self, seconds: float) -> None:
        self.clock += max(1, int(seconds))

    def _add(self, sender: str, text: str, kind: str) -> int:
        self.messages.append({"时间": self.time_text(self.clock), "发送方": sender, "类型": kind, "内容": text})
        self.seconds.append(self.clock)
        return len(self.messages) - 1

    def _colloquial(self, text: str) -> str:
        roll = self.rng.random()
        if roll < 0.12:
            for proper, slip in SLIPS:
                if proper in text:
                    return text.replace(proper, slip, 1)
        if roll < 0.45:
            return text.rstrip("。")
        if roll < 0.55:
            return text.replace("，", " ").rstrip("。？")
        return text


_RANK = {"missed": 0, "partial": 1, "done": 2}
