"""Put a pack in force: one published rule version per file and per form, with the papers that the pack states.

A pack is known by its folder name; every version of its files carries that name as its code, so the rules of one
department are found together. Forms keep their own codes, since several packs may use the same form.
"""

from collections.abc import Iterator
from datetime import date

from qa_service.errors import FieldError, InvalidInput
from qa_service.language import N_, current_language
from qa_service.people.access import Actor, Permission, house_actor
from qa_service.rule_versions.commands import Draft, Papers, draft, publish
from qa_service.rule_versions.errors import RuleUnchanged
from rubrics.canonical import canonical_json
from rubrics.dated_text import ParameterError
from rubrics.loading import form_to_json, load_form
from rubrics.pack_records import Department, Paper
from rubrics.packs import LIBRARY, Pack, load_pack

# What each file of a pack is called among the rules, in Chinese and English.
FILE_NAMES = {
    "kpis": ("绩效指标与评分卡", "KPIs and scorecards"),
    "sampling": ("质检抽样方案", "Sampling plan"),
    "rewards": ("奖罚办法", "Reward scheme"),
    "flags": ("异常提示设置", "Flag settings"),
    "shifts": ("班次", "Shift types"),
    "cleaning": ("值日安排", "Cleaning rota"),
    "probation": ("试用期办法", "Probation rules"),
    "training": ("培训目录", "Training catalogue"),
}


async def apply_pack(actor: Actor, name: str, *, on: date) -> dict[str, int]:
    """Publish what a pack says on a day; `{"kpis": version id, …, "form:chat-presale": version id}`.

    What already holds in the same words is left alone and not in the answer. The service drafts and the actor
    approves, so that the one who approves is never the author. InvalidInput names every fault of the pack's files.
    """
    actor.require(Permission.RULE_APPROVE)
    pack = _loaded(name)
    papers = _papers(pack.one(Paper, on))
    made: dict[str, int] = {}
    for rule in list(_drafts(pack, on)):
        try:
            version_id = await draft(house_actor(name), rule)
        except RuleUnchanged:
            continue
        await publish(actor, version_id, papers)
        made[f"form:{rule.code}" if rule.kind == "form" else rule.kind] = version_id
    return made


def _loaded(name: str) -> Pack:
    try:
        return load_pack(name)
    except ParameterError as error:
        language = current_language()
        faults = error.errors or (error,)
        raise InvalidInput(
            fields=[FieldError(f.place, f.code, N_("%(reason)s"), {"reason": getattr(f, language)}) for f in faults]
        ) from error


def _drafts(pack: Pack, on: date) -> Iterator[Draft]:
    department = pack.one(Department, on)
    for kind, (zh, en) in FILE_NAMES.items():
        file = f"{kind}.toml"
        yield Draft(
            kind=kind,
            code=pack.name,
            name=f"{department.name}：{zh}",
            name_en=f"{department.name_en}: {en}",
            definition=canonical_json(pack.definition(file, on)).decode(),
            from_on=_from_on(pack, file, on),
            source=pack.source(file, on)[0],
        )
    for path in sorted((LIBRARY / pack.name / "forms").glob("*.toml")):
        form = load_form(path.read_bytes(), path.name)
        yield Draft(
            kind="form",
            code=form.code,
            name=form.name,
            name_en=form.name_en or form.name,
            definition=form_to_json(form).decode(),
            from_on=form.from_on,
            source=form.source,
        )


def _from_on(pack: Pack, file: str, on: date) -> date:
    """The day from which the whole file holds as it is on `on`: the newest beginning of its values."""
    found = (item.on(on) for item in pack.files[file].items.values())
    return max(value.from_on for value in found if value)


def _papers(paper: Paper) -> Papers:
    return Papers(
        approver_label=paper.approver,
        consulted_on=paper.consulted_on,
        consultation=paper.consultation,
        published_on=paper.published_on,
        publication=paper.publication,
    )
