"""Builders for the pure money rules: valid odd defaults, the test states only what matters. Amounts in fen."""

from datetime import date
from pathlib import Path

from qa_service.rewards.facts import Event, PersonFacts
from qa_service.rewards.lines import Kind, Line, State
from qa_service.rewards.rules import Claim, LossProof, RuleState, Wage, WageLaw, wage_law
from qa_service.rewards.schemes import Result, Scheme, SchemeVersion, scheme_from
from rubrics.packs import load_pack
from rubrics.parameters import load

AUGUST = date(2026, 8, 1)
HANGZHOU = "浙江省杭州市"
LAW_FILE = Path(__file__).parents[2] / "rubrics" / "library" / "law" / "wages.toml"
PACK = load_pack("shop-presale-aftersale")


def make_law(region: str = HANGZHOU, on: date = AUGUST) -> WageLaw:
    return wage_law(load(LAW_FILE), region, on)


def make_wage(person_id: int = 31, *, base=420000, variable=100000, source="合同第五条", normal=None) -> Wage:
    return Wage(
        person_id=person_id, base_fen=base, variable_base_fen=variable, variable_source=source,
        normal_wage_fen=normal, region=HANGZHOU,
    )  # fmt: skip


def make_proof(**changes) -> LossProof:
    given = {"clause": "合同第九条", "own_cause": "未备注", "evidence": "快递对账单7号", "loss_fen": 3180}
    return LossProof(**(given | changes))


def make_claim(kind: Kind = Kind.UNEARNED, amount_fen: int = -500, **changes) -> Claim:
    given = {"person_id": 31, "rule_key": "event.late-remark", "on": date(2026, 8, 12)}
    return Claim(kind=kind, amount_fen=amount_fen, **(given | changes))


def make_rule(**changes) -> RuleState:
    given = {
        "version_id": 7, "from_on": date(2026, 1, 1), "approver": "客服经理", "consulted_on": date(2025, 11, 20),
        "published_on": date(2025, 12, 15),
    }  # fmt: skip
    return RuleState(**(given | changes))


def make_scheme() -> Scheme:
    return scheme_from(PACK.definition("rewards.toml", AUGUST))


def make_version(scheme: Scheme | None = None, **rule) -> SchemeVersion:
    return SchemeVersion(scheme or make_scheme(), make_rule(**rule))


def make_event(id: int = 501, rule_key: str = "late-remark", kind: Kind = Kind.UNEARNED, **changes) -> Event:
    given = {"person_id": 31, "on": date(2026, 8, 12), "entered_on": date(2026, 8, 12), "entered_by": 2}
    return Event(id=id, rule_key=rule_key, kind=kind, **(given | changes))


def make_loss(id: int = 601, loss_fen: int = 3180, **changes) -> Event:
    proof = changes.pop("loss", make_proof(loss_fen=loss_fen))
    return make_event(id, "wrong-shipment", Kind.LOSS, loss=proof, **changes)


def make_result(mark: int = 9000, *, low: int | None = None, high: int | None = None, n: int = 7, **changes) -> Result:
    return Result(
        mark_hundredths=mark, low_hundredths=mark if low is None else low,
        high_hundredths=mark if high is None else high, n=n, **changes,
    )  # fmt: skip


def make_facts(**changes) -> PersonFacts:
    given = {
        "wage": make_wage(), "law": make_law(), "period_from": AUGUST, "told": {7: date(2025, 12, 15)},
        "results": {"scorecard": make_result(9000), "qa": make_result(9000)},
    }  # fmt: skip
    return PersonFacts(**(given | changes))


def make_line(kind: Kind = Kind.UNEARNED, amount_fen: int = -500, **changes) -> Line:
    given = {
        "person_id": 31, "rule_key": "share.qa", "rule_version_id": 7, "on": "2026-08-01", "payable_fen": amount_fen,
        "claimed_fen": amount_fen, "state": State.NORMAL, "text": "", "facts": {}, "basis": (),
    }  # fmt: skip
    return Line(kind=kind, amount_fen=amount_fen, **(given | changes))
