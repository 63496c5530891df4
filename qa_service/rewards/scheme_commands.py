"""告知: tell people of the scheme in force; whoever was not told has the negative lines held (劳动合同法 4)."""

from qa_service import clock
from qa_service.database import among, row, rows, scalar, transaction
from qa_service.errors import NotFound
from qa_service.journal.commands import record
from qa_service.language import N_
from qa_service.notices.commands import tell
from qa_service.people.access import Actor, Permission
from qa_service.rewards.gathering import scheme_versions
from qa_service.rewards.schemes import version_on


async def tell_scheme(actor: Actor, person_ids: list[int]) -> int:
    """A dated notice of today's reward scheme to each person who has none yet. Answers how many were told."""
    actor.require(Permission.SHEET_WRITE)
    today = clock.today()
    rule = version_on(await scheme_versions(today, today), today).rule
    subject = f"rule:{rule.version_id}"
    names = await row("SELECT name, name_en FROM rule_version WHERE id = {}", rule.version_id)
    reach = actor.units(Permission.SHEET_WRITE)
    told = 0
    async with transaction():
        for person_id in sorted(set(person_ids)):
            await _check_reach(person_id, reach)
            if await rows("SELECT id FROM notice WHERE person = {} AND subject = {} LIMIT 1", person_id, subject):
                continue
            sentence = N_("请阅读自%(from_on)s起执行的“%(name)s”")
            facts = {"from_on": rule.from_on.isoformat(), **names}
            await tell(person_id, subject, sentence, facts, f"/rules/{rule.version_id}")
            told += 1
        await record(actor, "scheme:tell", subject, inputs={"people": sorted(set(person_ids))})
    return told


async def _check_reach(person_id: int, reach: frozenset[int] | None) -> None:
    within = ""
    if reach is not None:
        within = f" AND EXISTS (SELECT 1 FROM post q WHERE q.person = p.id AND q.unit IN {among(len(reach))})"
    if await scalar(f"SELECT p.id FROM person p WHERE p.id = {{}}{within}", person_id, *sorted(reach or ())) is None:
        raise NotFound(N_("这位员工"))
