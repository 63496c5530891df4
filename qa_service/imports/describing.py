"""A file that nobody has described, described step by step by one person: what was answered is kept beside the upload,
so that one can leave and come back. Nothing of it is a fact: what it makes is a mapping profile, which is kept and
journalled by its own command, and an import by it.
"""

import asyncio
import os
import re
import secrets
from datetime import datetime

import msgspec

from qa_service import clock
from qa_service.errors import FieldError, InvalidInput
from qa_service.imports.answers import Answers, definition_of, propose, settled, undecided
from qa_service.imports.configuring import folder
from qa_service.imports.drafting import profile_name, text_of, title_of_file
from qa_service.imports.errors import DescriptionGone, HeadOnly
from qa_service.imports.keeping import DESCRIBED, open_private
from qa_service.imports.looking import SheetFound, look, words_of
from qa_service.imports.matching import DRAFTED
from qa_service.imports.openings import KeyCount, Opening, key_counts, openings
from qa_service.imports.profile_checks import check_profile
from qa_service.imports.profile_texts import known_profiles
from qa_service.imports.profiles import Profile
from qa_service.imports.queries import profiles
from qa_service.imports.sniffing import Source
from qa_service.imports.storing import store_profile
from qa_service.imports.uploads import kept_file
from qa_service.language import N_
from qa_service.people.access import Actor, Permission

TOKEN = re.compile(r"[0-9a-f]{8}")


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one file: whose it is, its first rows, the table that was chosen, the answers so far."""

    token: str
    upload: str
    file: str
    account: int
    at: datetime
    openings: list[Opening]
    sheet: SheetFound
    answers: Answers


async def begin_description(actor: Actor, upload: str, name: str) -> Described:
    """Look at a kept upload and propose answers. Raises a FileRefused for what is no table."""
    actor.require(Permission.IMPORT_WRITE)
    source, known = Source(kept_file(upload)), await profiles()
    found = await asyncio.to_thread(look, source, known, name=name)
    early = await asyncio.to_thread(openings, source, words_of(known))
    sheet = max(found.sheets, key=lambda one: (sum(bool(column.head) for column in one.columns) > 1, one.rows))
    if not sheet.rows:
        raise HeadOnly(line=sheet.head_line)
    made = Described(
        token=secrets.token_hex(4), upload=upload, file=name, account=int(actor.account_id or 0), at=clock.now(),
        openings=early, sheet=sheet, answers=propose(sheet, title=title_of_file(name), name=_free_name(name, known)),
    )  # fmt: skip
    _write(made)
    return made


def _free_name(file: str, known: list[Profile]) -> str:
    """A name that no profile has yet."""
    wanted, taken = profile_name(file), {*(one.name for one in known), *known_profiles()}
    numbered = (f"{wanted}-{number}" for number in range(2, 10_000))
    return wanted if wanted not in taken else next(one for one in numbered if one not in taken)


def description(actor: Actor, token: str) -> Described:
    """One's own description; of others it is not found."""
    actor.require(Permission.IMPORT_WRITE)
    paths = list(folder("uploads").glob(f"*-{token}{DESCRIBED}")) if TOKEN.fullmatch(token) else []
    found = [one for path in paths if (one := _read(path)) is not None and one.account == int(actor.account_id or 0)]
    if not found:
        raise DescriptionGone()
    kept_file(found[0].upload)
    return found[0]


def descriptions(actor: Actor) -> list[Described]:
    """What this account has begun and not finished, the newest first."""
    found = [one for path in folder("uploads").glob(f"*{DESCRIBED}") if (one := _read(path)) is not None]
    own = [one for one in found if one.account == int(actor.account_id or 0)]
    return sorted(own, key=lambda one: one.at, reverse=True)


def _read(path: os.PathLike) -> Described | None:
    try:
        with open(path, "rb") as file:
            return msgspec.json.decode(file.read(), type=Described)
    except (OSError, msgspec.MsgspecError):  # swept meanwhile, or of an older version of the service
        return None


def _write(made: Described) -> None:
    """Whole or not at all: a reader never meets half an answer."""
    path = folder("uploads") / f"{made.upload}-{made.token}{DESCRIBED}"
    part = path.with_name(f"{path.name}.part")
    with os.fdopen(open_private(part), "wb") as file:
        file.write(msgspec.json.encode(made))
    part.replace(path)


def forget_description(made: Described, *, with_file: bool) -> None:
    """Take the answers away, and the file with them unless an import still needs it."""
    (folder("uploads") / f"{made.upload}-{made.token}{DESCRIBED}").unlink(missing_ok=True)
    if with_file:
        (folder("uploads") / made.upload).unlink(missing_ok=True)


async def choose_table(actor: Actor, token: str, *, sheet: str, line: int, target: str) -> Described:
    """Say which sheet it is, where its head stands and what it is; the columns are proposed anew where that changes."""
    known = description(actor, token)
    if target not in DRAFTED:
        raise InvalidInput(fields=[FieldError("target", "target-unknown", N_("请选择这个文件要导入什么"))])
    opening = next((one for one in known.openings if one.name == sheet), None)
    if opening is None:
        raise InvalidInput(fields=[FieldError("sheet", "sheet-unknown", N_("文件里没有这个工作表"))])
    found = known.sheet
    if (sheet, line) != (found.name, found.head_line):
        if line not in [number for number, _texts in opening.rows]:
            line = 0  # of another sheet: found anew
        looked = await asyncio.to_thread(
            look, Source(kept_file(known.upload)), await profiles(), name=known.file, heads={sheet: line}
        )
        found = next(one for one in looked.sheets if one.name == sheet)
    if found == known.sheet and target == known.answers.target:
        return known
    title = title_of_file(known.file)
    answers = propose(found, target, title=title, name=known.answers.name)
    return save_answers(known, answers, found)


def save_answers(known: Described, answers: Answers, sheet: SheetFound | None = None) -> Described:
    """Keep answers, with what follows from them brought in line."""
    found = sheet or known.sheet
    made = msgspec.structs.replace(known, sheet=found, answers=settled(answers, found), at=clock.now())
    _write(made)
    return made


def profile_of(answers: Answers, sheet: SheetFound) -> Profile:
    """The profile of the answers. Raises InvalidInput with every fault at the place where it is answered."""
    if found := faults_of(answers, sheet):
        raise InvalidInput(fields=found)
    return msgspec.convert(definition_of(answers, sheet), Profile)


def faults_of(answers: Answers, sheet: SheetFound) -> list[FieldError]:
    """What cannot work in the answers, each at its input: field-3, layout-3, constant-channel, key, clock, name."""
    profile = msgspec.convert(definition_of(answers, sheet), Profile)
    read = [place for place, one in enumerate(answers.columns) if one.is_read()]
    found = [_placed(one, read) for one in check_profile(profile)]
    for place in answers.unanswered():
        found.append(FieldError(f"layout-{place}", "day-or-month", N_("请选择日在前还是月在前")))
    for place, column in enumerate(answers.columns):
        if open_ := undecided(column, sheet.columns[place]):
            facts = {"values": {"as_is": open_}}
            found.append(FieldError(f"values-{place}", "undecided", N_("请给每个值选一个：%(values)s"), facts))
    if answers.agent_by != "none" and answers.agent_unknown == "create" and not answers.constants.get("unit"):
        found.append(FieldError("unit", "unit-missing", N_("新建的客服要有部门，请写出部门")))
    return found


_PLACES = {"formats": "layout", "": "layout", "type": "type", "values": "values"}


def _placed(fault: FieldError, read: list[int]) -> FieldError:
    """A fault of the profile at the input that a person sees."""
    if found := re.fullmatch(r"columns\[(\d+)\](?:\.(\w+))?", fault.field):
        name = "values" if fault.code == "no-values" else _PLACES.get(found[2] or "", "field")
        return msgspec.structs.replace(fault, field=f"{name}-{read[int(found[1]) - 1]}")
    if fault.code == "profile-lacks-field":
        return msgspec.structs.replace(fault, field=f"constant-{fault.facts['field']}")
    name = fault.field.replace("constants.", "constant-").removesuffix(".field")
    return msgspec.structs.replace(fault, field={"constant-unit": "unit"}.get(name, name))


async def counts_of_keys(known: Described) -> dict[str, KeyCount]:
    """How many rows each way to know a record again tells apart."""
    answers = known.answers
    keys: dict[str, list[str] | None] = {"digest": None}
    if (own := answers.column_of("external_id")) is not None:
        keys["external_id"] = [own.head]
    if fields := answers.key_fields or natural_fields(answers):
        keys["natural"] = [one.head for one in answers.columns if one.field in fields]
    known_words = words_of(await profiles())
    return await asyncio.to_thread(
        key_counts, Source(kept_file(known.upload)), known_words, sheet=known.sheet.name, line=known.sheet.head_line,
        keys=keys,
    )  # fmt: skip


def natural_fields(answers: Answers) -> list[str]:
    """What tells records apart where none has an id: who, when, with whom, about which order."""
    wanted = ("agent_key", "employee_no", "account", "started_at", "customer_key", "order_no")
    return [field for field in wanted if field in answers.filled()]


async def keep_description(actor: Actor, token: str, *, name: str, name_zh: str, name_en: str) -> Profile:
    """Keep the profile under a name, as its next version where the name is one's own already."""
    known = description(actor, token)
    kept = next((one for one in await profiles() if one.name == name), None)
    answers = msgspec.structs.replace(
        known.answers, name=name, name_zh=name_zh, name_en=name_en or name_zh,
        version=kept.version + 1 if kept else 1, source=kept.source if kept else name,
    )  # fmt: skip
    made = profile_of(answers, known.sheet)
    if kept is not None and msgspec.structs.replace(made, version=kept.version).digest == kept.digest:
        answers = msgspec.structs.replace(answers, version=kept.version)  # the same again is no new version
    profile = await store_profile(actor, text_of(answers, known.sheet))
    save_answers(known, answers)
    return profile
