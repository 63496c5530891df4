"""From a claim to a line: checked, given its state, and told what of it is paid now."""

from qa_service.language import N_
from qa_service.rewards.facts import PersonFacts
from qa_service.rewards.lines import Basis, Line, Note, State, yuan
from qa_service.rewards.rules import Claim, check_claim, was_told
from qa_service.rewards.schemes import SchemeVersion
from rubrics.pack_records import BandReward, DisputeRule, EventRule, ShareRule

HELD_NOTE = N_("本人事先没有被告知这条规则，扣减待定，其余照发")
DISPUTED_NOTE = N_("申诉未决：本月先计%(payable)s元，其余待定")


def named(rule: ShareRule | BandReward | EventRule) -> dict[str, str | int]:
    return {"name": rule.name, "name_en": rule.name_en}


def line_from(
    facts: PersonFacts, claim: Claim, version: SchemeVersion, *, text: str, shown: dict[str, str | int],
    disputed: bool, period: bool = False, always_told: bool = False, event_id: int | None = None,
    earned_fen: int | None = None, notes: tuple[Note, ...] = (),
) -> Line:  # fmt: skip
    """Check the claim, find its state, and say what of it is paid now."""
    check_claim(claim, facts.wage, facts.law)
    told = always_told or was_told(facts.told.get(version.rule.version_id), on=claim.on, period=period)
    state = state_of(claim.amount_fen, told=told, disputed=disputed)
    payable = payable_fen(claim.amount_fen, state, dispute=version.scheme.dispute)
    if state is State.HELD:
        notes = (*notes, Note(HELD_NOTE))
    elif state is State.DISPUTED:
        notes = (*notes, Note(DISPUTED_NOTE, {"payable": yuan(payable)}))
    return Line(
        person_id=facts.person_id, kind=claim.kind, rule_key=claim.rule_key, rule_version_id=version.rule.version_id,
        on=claim.on.isoformat(), amount_fen=claim.amount_fen, payable_fen=payable, claimed_fen=claim.amount_fen,
        state=state, text=text, facts=shown, basis=(Basis("rule", str(version.rule.version_id)), *claim.basis),
        base_fen=claim.base_fen, earned_fen=earned_fen, event_id=event_id, notes=notes,
    )  # fmt: skip


def state_of(amount_fen: int, *, told: bool, disputed: bool) -> State:
    """Negative lines of a person who was not told are held; a held line that is disputed too stays held."""
    if amount_fen < 0 and not told:
        return State.HELD
    return State.DISPUTED if disputed else State.NORMAL


def payable_fen(amount_fen: int, state: State, *, dispute: DisputeRule) -> int:
    """What of a line is paid or taken this month."""
    if state is State.NORMAL:
        return amount_fen
    if state is State.HELD:
        return 0
    now = dispute.negative == "deducted" if amount_fen < 0 else dispute.positive == "paid"
    return amount_fen if now else 0
