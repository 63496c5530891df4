"""Every line of the journal reads as a sentence: each action that a command records, each fact that it keeps."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from qa_service.journal import facts
from qa_service.journal.facts import FACTS, LEFT_OUT, Names
from qa_service.journal.words import ACTIONS, NOUNS
from qa_service.language import speaking
from qa_service.rewards.gates import Step

ROOT = Path(__file__).resolve().parents[2] / "qa_service"
# What stands in the braces of an action that is put together when it is recorded.
ENDS = {
    "account:": ["close", "reopen"], "evaluation:": ["seen", "agree"], "event:": ["keep", "drop"],
    "flag:": ["followed-up", "dismissed"], "improvement-note:": ["done", "not_done"],
    "roster:": ["fill", "pattern", "copy"],
    "sheet:": [*(step.value for step in Step), "add", "strike", "undo"],
}  # fmt: skip


def calls() -> Iterator[tuple[ast.Call, ast.AST]]:
    """Every call of the journal's `record`, with the function that makes it."""
    for path in ROOT.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
        for function in functions:
            for one in ast.walk(function):
                if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "record":
                    yield one, function


def actions() -> set[str]:
    found = set()
    for call, _function in calls():
        action = call.args[1]
        if isinstance(action, ast.Constant):
            found.add(action.value)
        else:
            start = action.values[0].value  # an f-string begins with its noun
            found.update(start + end for end in ENDS[start])
    return found


def test_every_action_that_is_recorded_anywhere_has_a_sentence_in_both_languages():
    recorded = actions()
    assert len(recorded) > 70
    assert recorded <= set(ACTIONS), recorded - set(ACTIONS)
    assert {action.partition(":")[0] for action in recorded} <= set(NOUNS)
    with speaking("en"):
        assert all(facts.gettext(sentence).isascii() for sentence in ACTIONS.values())


def kept_names() -> set[str]:
    """The names under which commands keep their facts, as far as they are written down beside the call."""
    found = set()
    for call, function in calls():
        given = next((one.value for one in call.keywords if one.arg == "inputs"), None)
        for source in sources_of(given, function):
            for one in ast.walk(source):
                if isinstance(one, ast.Dict):
                    found.update(key.value for key in one.keys if isinstance(key, ast.Constant))
    return found


def sources_of(given: ast.AST | None, function: ast.AST) -> list[ast.AST]:
    """The expression itself, and what the names in it were given in the function or by a helper `_inputs` beside it."""
    if given is None:
        return []
    names = {one.id for one in ast.walk(given) if isinstance(one, ast.Name)}
    sources = [given]
    for one in ast.walk(function):
        if isinstance(one, ast.Assign | ast.AugAssign):
            target = one.targets[0] if isinstance(one, ast.Assign) else one.target
            sources += [one.value] if getattr(target, "id", "") in names else []
    return sources + [helper for helper in helpers() if "_inputs" in names]


@cache
def helpers() -> list[ast.AST]:
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in ROOT.rglob("*commands.py"))
    staff = ast.parse((ROOT / "people" / "staff.py").read_text(encoding="utf-8"))
    found = (one for tree in (*trees, staff) for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))
    return [one for one in found if one.name == "_inputs"]


def test_every_fact_that_a_command_keeps_has_a_name_for_the_reader():
    names = kept_names()
    assert {"total_fen", "scores", "final", "people", "superseded", "without_wages", "granted"} <= names
    unnamed = names - set(FACTS) - LEFT_OUT
    assert not unnamed, unnamed


def test_facts_are_said_with_units_and_names_and_nothing_of_the_inside():
    names = Names(people={14: "陶然"})
    said = facts.in_words(
        "probation:assess",
        '{"scores":{"cooperation":8200,"knowledge":7850},"total":8025,"recommendation":"pass"}',
        names,
    )
    assert said == "各项：82.00分、78.50分；合计：80.25分；建议：转正"
    assert facts.in_words("sheet:approve", '{"total_fen":-4600}', names) == "合计：−46.00元"
    assert facts.in_words("training:plan", '{"people":[14,21,22],"on":"2026-11-12"}', names) == (
        "人员：陶然、另2人；日期：2026年11月12日周四"
    )
    assert facts.in_words("probation:decide", '{"outcome":"pass","reasons":0,"told_on":""}', names) == "决定：转正"
    with speaking("en"):
        assert facts.in_words("cleaning:make", '{"people":16,"month":"2026-10"}', names) == (
            "People: 16 people; Month: October 2026"
        )
    digest = "ab" * 32
    assert facts.in_words("sheet:lock", f'{{"digest":"{digest}","total_fen":5}}', names) == (
        "合计：0.05元；摘要：abababababab…"
    )


def test_what_a_lock_did_to_single_lines_is_said_by_their_numbers():
    """Lines on hold once shared their key with the unclaimed rows of an import, and were called 待认领."""
    said = facts.in_words("sheet:lock", '{"total_fen":5,"lines_on_hold":[3],"lines_cut":[4,6]}', Names())
    assert said == "合计：0.05元；因申诉待定的明细：第3条；因下限少扣的明细：第4条、第6条"
    assert facts.in_words("sheet:submit", '{"without_wages":true}', Names()) == "不等没有工资记录的人：是"


def test_no_line_shows_a_code_of_the_service():
    names = Names(permissions={"draw:read": "看抽样"})
    assert facts.in_words("job:start", '{"kind":"score","arguments":{"unit":1}}', names) == "种类：计算当月得分"
    assert facts.in_words("job:start", '{"kind":"import"}', names) == "种类：导入文件"
    assert facts.in_words("token:create", '{"name":"看板","scopes":["draw:read"]}', names) == "名称：看板；权限：看抽样"
    changed = '{"people":1,"closed":["1012"],"granted":[["1013","qa_lead",3]],"revoked":[]}'
    assert facts.in_words("staff:import", changed, names) == (
        "人员：1人；停用的账号：1012；授予的角色：1013（质检主管）"
    )
    assert facts.thing("profile", None, "", "profile:our-chats") == "映射方案：our-chats"
