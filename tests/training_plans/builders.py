"""A group with the pack in force and released marks, failing the items that a test names."""

import json
from datetime import date

import msgspec

from qa_service.forms.queries import form_version
from qa_service.people.access import Role
from rubrics.answers import Answer
from rubrics.explaining import explain
from tests.builders import make_account, make_unit
from tests.sampling.builders import make_agent
from tests.scores.builders import make_mark, make_pack

OCTOBER = date(2026, 10, 1)


async def make_group() -> dict:
    """Two agents, a supervisor, an agent's own log-in; the pack in force since August."""
    rules = await make_pack()
    unit = await make_unit("presale", name="售前组")
    agents = [await make_agent(f"K{i}", unit) for i in (1, 2)]
    lead = await make_account("lead", Role.SUPERVISOR, unit=unit)
    own = await make_account("k1", Role.AGENT, unit=unit, person=agents[0])
    return {"unit": unit, "agents": agents, "lead": lead, "own": own, "form": rules["form:chat-presale"]}


async def make_marks(group: dict, person: int, n: int, *, failing: dict[str, int], **more) -> None:
    """n released random marks of a person; each item of `failing` is not done in so many of them."""
    _, form = await form_version(group["form"])
    monitor = group["agents"][1]
    for place in range(n):
        lost = {item for item, times in failing.items() if place < times}
        mark = json.loads(msgspec.json.encode(explain(form, [_answer(one, lost) for one in _items(form)])))
        given = {"mark": json.dumps(mark, ensure_ascii=False), "outcome": "pass"}
        await make_mark(person, monitor, 90, unit=group["unit"], form=group["form"], **(given | more))


def _items(form) -> list:
    return [item for section in form.sections for item in section.items]


def _answer(item, lost: set[str]) -> Answer:
    """The good answer, or the bad one; the pack's chat form asks yes or no, or one of its options."""
    if item.type == "yes_no":
        other = {"yes": "no", "no": "yes"}[item.good]
        bonus = item.bonus is not None
        return Answer(item=item.key, choices=("no" if bonus else other if item.key in lost else item.good,))
    is_lost = item.key in lost
    cause = item.causes[0].key if is_lost and item.causes else None
    return Answer(item=item.key, choices=(item.options[-1 if is_lost else 0].key,), cause=cause)
