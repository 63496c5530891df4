"""Agent parts without a database, for the pure half of the room."""

from datetime import date

from hypothesis import strategies as st

from qa_service.sampling.frames import Part

PERIOD = "2026-03-02/2026-03-08"


def make_part(name: str = "淘宝|9001", **given) -> Part:
    return Part(
        id=name,
        agent=given.get("agent", "工号07"),
        channel=given.get("channel", "chat"),
        kind=given.get("kind", "售前"),
        local_on=given.get("local_on", date(2026, 3, 5)),
    )


def make_parts(agent: str, count: int, **given) -> list[Part]:
    return [make_part(f"{agent}:{n}", agent=agent, **given) for n in range(count)]


fields = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
parts = st.lists(
    st.builds(
        Part,
        id=names,
        agent=st.sampled_from(["工号07", "A 8", "c|9"]),
        channel=st.sampled_from(["chat", "phone", ""]),
        kind=st.sampled_from(["售前", "售后"]),
        local_on=st.dates(date(2026, 3, 2), date(2026, 3, 8)),
    ),
    unique_by=lambda part: part.id,
    max_size=40,
)
