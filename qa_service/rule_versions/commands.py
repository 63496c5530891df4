"""Draft, approve and publish a rule; a published version never changes."""

import hashlib
from datetime import date

import msgspec

from qa_service import clock
from qa_service.database import row, rows, transaction
from qa_service.errors import NotFound, StaleEdit
from qa_service.journal.commands import record
from qa_service.language import N_, gettext, listed
from qa_service.people.access import Actor, Permission
from qa_service.rule_versions import errors, rules
from qa_service.rule_versions.checking import check_definition
from qa_service.rule_versions.tables import RuleVersion


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it comes from a file or an editor; definition is canonical JSON."""

    kind: str
    code: str
    name: str
    name_en: str
    definition: str
    from_on: date
    source: str


class Papers(msgspec.Struct, frozen=True, kw_only=True):
    """The consultation and publication of a rule, as dated facts (a scan's name, a meeting, a notice)."""

    approver_label: str | None = None
    consulted_on: date | None = None
    consultation: str | None = None
    published_on: date | None = None
    publication: str | None = None


async def draft(actor: Actor, rule: Draft) -> int:
    """The next version of a rule as a draft; refused when nothing differs from the newest one."""
    actor.require(Permission.RULE_WRITE)
    check_definition(rule.kind, rule.definition, rule.from_on)
    digest = hashlib.sha256(rule.definition.encode()).hexdigest()
    async with transaction():
        newest = await row(
            "SELECT version, digest, name, state FROM rule_version WHERE kind = {} AND code = {}"
            " ORDER BY version DESC LIMIT 1",
            rule.kind,
            rule.code,
        )
        if newest and newest["digest"] == digest:
            raise errors.RuleUnchanged(name=newest["name"], version=newest["version"])
        made = await RuleVersion.insert(
            RuleVersion(
                **msgspec.structs.asdict(rule),
                version=newest["version"] + 1 if newest else 1,
                digest=digest,
                state="draft",
                drafted_by=actor.account_id,
                created_at=clock.now(),
            )
        ).returning(RuleVersion.id)
        version_id = made[0]["id"]
        await record(actor, "rule:draft", f"rule:{version_id}", inputs={"digest": digest, "code": rule.code})
    return version_id


async def publish(actor: Actor, version_id: int, papers: Papers, *, row_version: int = 1) -> None:
    """Publish a draft with what papers there are; without all of them it does not drive money."""
    actor.require(Permission.RULE_APPROVE)
    async with transaction():
        found = await row("SELECT * FROM rule_version WHERE id = {}", version_id)
        if found is None:
            raise NotFound(N_("这条规则"))
        if found["state"] != "draft":
            raise errors.RuleImmutable(name=found["name"], version=found["version"])
        if actor.account_id is not None and actor.account_id == found["drafted_by"]:
            raise errors.ApproverIsAuthor()
        check_definition(found["kind"], found["definition"], found["from_on"])
        done = await rows(
            "UPDATE rule_version SET state = 'published', approved_by = {}, approver_label = {}, approved_at = {},"
            " consulted_on = {}, consultation = {}, published_on = {}, publication = {},"
            " row_version = row_version + 1 WHERE id = {} AND row_version = {} RETURNING id",
            actor.account_id,
            papers.approver_label or actor.name,
            clock.now(),
            papers.consulted_on,
            papers.consultation,
            papers.published_on,
            papers.publication,
            version_id,
            row_version,
        )
        if not done:
            raise StaleEdit(N_("这条规则"))
        await record(actor, "rule:publish", f"rule:{version_id}", inputs={"digest": found["digest"]})


async def bar_from_money(actor: Actor, version_id: int, reason: str) -> None:
    """Keep a version from money (low agreement, a legal doubt); results stay, pay lines are refused."""
    actor.require(Permission.RULE_APPROVE)
    async with transaction():
        done = await rows(
            "UPDATE rule_version SET barred_from_money = {}, row_version = row_version + 1 WHERE id = {} RETURNING id",
            True,
            version_id,
        )
        if not done:
            raise NotFound(N_("这条规则"))
        await record(actor, "rule:bar", f"rule:{version_id}", reason)


def check_drives_money(version: dict) -> None:
    """Refuse, naming what is missing, a version that may not drive money."""
    if not rules.drives_money(version):
        missing = listed(gettext(label) for label in rules.missing_papers(version)) or gettext(N_("发布"))
        raise errors.NotDrivingMoney(name=version["name"], version=version["version"], missing=missing)
