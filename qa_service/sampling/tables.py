"""Draw periods, committed frames, draws with every ticket that counts, and who marks what by when."""

from piccolo.table import Table

from qa_service.database.columns import (
    day,
    flag,
    instant,
    optional_day,
    optional_instant,
    optional_reference,
    optional_text,
    reference,
    text,
    whole,
)
from qa_service.interactions.tables import AgentPart
from qa_service.people.tables import Person, Unit
from qa_service.rule_versions.tables import RuleVersion


class DrawPeriod(Table):
    """A day or a week inside a pay month of one unit."""

    unit = reference(Unit)
    pay_month = day()
    from_on = day()
    until_on = day()
    state = text("open")  # open, committed, drawn
    version = whole(1)


class Frame(Table):
    """The list of eligible agent parts, committed by its Merkle root before anything is drawn."""

    draw_period = reference(DrawPeriod)
    sequence = whole()  # 0 the main frame, 1.. supplementary ones for rows that came later
    plan = reference(RuleVersion)
    root = text()
    leaf_count = whole()
    exclusions = text("{}")  # JSON reason -> count
    quotas = text("[]")  # JSON list of [agent, channel, kind, parts to draw], fixed before the seed can be known
    named_value = text()  # the public value or the parties, named in advance
    public_from = optional_instant()  # when that value comes out; nobody draws before
    value_known = flag()  # whoever committed knew the value: such a draw proves nothing, and says so
    deviation = optional_text()  # why the value is not the one that the plan names
    committed_at = instant()
    journal_position = whole()


class FrameLeaf(Table):
    frame = reference(Frame)
    position = whole()
    part = reference(AgentPart)
    leaf = text()


class Draw(Table):
    frame = reference(Frame)
    seed = text()
    seed_values = text("[]")  # JSON list
    seed_source = text()
    drawn_at = instant()
    exemption = optional_text()  # a department with one monitor says so on every result


class Stratum(Table):
    """Agent × channel × kind: how many there were and how many were drawn (the exact inclusion probability)."""

    draw = reference(Draw)
    person = reference(Person)
    channel = text()
    kind = text()
    size = whole()
    quota = whole()


class DrawItem(Table):
    draw = reference(Draw)
    stratum = optional_reference(Stratum)
    part = reference(AgentPart)
    position = whole()
    ticket = text()
    stream = text("random")  # random, risk
    reason = optional_text()
    state = text("drawn")  # drawn, replaced
    replaces = optional_reference("self")


class Assignment(Table):
    draw_item = reference(DrawItem)
    monitor = reference(Person)
    expected_seconds = whole()
    due_on = optional_day()
    assigned_at = instant()
    ended_at = optional_instant()
    version = whole(1)
