"""The proof bundle and its stand-alone verifier, run as a stranger would run it."""

import copy
import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.sampling import draws, proofs, tickets, verifier
from qa_service.sampling.errors import AgentNotInFrame
from qa_service.sampling.frames import make_frame, parts_by_stratum
from tests.sampling.parts import PERIOD, make_part, make_parts, parts

VALUES = ["上证指数3372.31"]


def make_bundle(found=None, *, agent="工号07", with_whole_frame=False, replaced=0):
    found = found or [
        *make_parts("工号07", 9),
        *make_parts("工号08", 7),
        *(make_part(f"后{n}", kind="售后") for n in range(4)),
    ]
    frame = make_frame(found, {"too-short": 3})
    seed = tickets.make_seed(frame.root_hex, PERIOD, VALUES)
    quotas = {stratum: len(ids) // 3 for stratum, ids in parts_by_stratum(frame).items()}
    made = draws.draw(frame, seed, quotas)
    for _ in range(replaced):
        part = next(one for one in draws.drawn_parts(made) if one.stratum.agent == agent and one.quota > 1)
        made = draws.replace(made, part.part_id, "录音损坏")
    content = proofs.bundle(
        frame, made, agent=agent, period=PERIOD, values=VALUES, plan_version="3", with_whole_frame=with_whole_frame
    )
    return json.loads(proofs.bundle_bytes(content))


def run(bundle, folder, *more):
    """The verifier alone in an empty folder, isolated from this project."""
    file, script = folder / "证明.json", folder / "verifier.py"
    file.write_text(bundle if isinstance(bundle, str) else json.dumps(bundle), encoding="utf-8")
    script.write_bytes(proofs.verifier_bytes())
    return subprocess.run(
        [sys.executable, "-I", "-X", "utf8", script, file, *more],
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env={"PATH": os.environ.get("PATH", ""), "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")},
        timeout=60,
    )


def other_id(bundle):
    ids = [one["leaf"].split("|")[0] for one in bundle["leaves"] if "%E5%90%8E" not in one["leaf"]]
    own = [name.replace("%E5%B7%A5%E5%8F%B7", "工号").replace("%3A", ":") for name in ids]
    return next(name for name in own if name not in bundle["drawn"])


def test_the_verifier_is_short_and_knows_only_the_standard_library():
    text = proofs.verifier_bytes().decode("utf-8")
    assert len(text.splitlines()) < 100
    imported = [line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))]
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


@pytest.mark.parametrize("with_whole_frame", [False, True])
def test_a_true_bundle_verifies(with_whole_frame, tmp_path):
    bundle = make_bundle(with_whole_frame=with_whole_frame)
    answer = run(bundle, tmp_path)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith(f"核对无误：13条记录都在抽样框（根{bundle['root']}）中，抽中4条：")
    assert "All agrees: 13 records stand in the frame, 4 are drawn" in answer.stdout


def test_an_agents_bundle_shows_nobody_elses_records():
    assert "工号08" not in json.dumps(make_bundle(), ensure_ascii=False)
    assert "%E5%B7%A5%E5%8F%B708" not in json.dumps(make_bundle())
    assert "%E5%B7%A5%E5%8F%B708" in json.dumps(make_bundle(with_whole_frame=True))


def test_the_verifier_proves_drawn_and_not_drawn(tmp_path):
    bundle = make_bundle()
    asked = other_id(bundle)
    answer = run(bundle, tmp_path, asked)
    assert answer.returncode == 0
    assert f"{asked}：未抽中。票号{tickets.ticket(asked, bundle['seed'])}，9条中第" in answer.stdout
    assert f"{asked}: not drawn." in answer.stdout
    drawn = run(bundle, tmp_path, bundle["drawn"][0])
    assert f"{bundle['drawn'][0]}：抽中。" in drawn.stdout
    unknown = run(bundle, tmp_path, "工号08:1")
    assert (unknown.returncode, "工号08:1 is not among them" in unknown.stdout) == (1, True)


def test_replacements_verify_and_are_told(tmp_path):
    bundle = make_bundle(replaced=2)
    assert len(bundle["replacements"]) == 2
    answer = run(bundle, tmp_path, bundle["replacements"][0]["id"])
    assert answer.returncode == 0
    assert "已替补" in answer.stdout


def tampered():
    """Each entry bends one thing in a bundle and says what it is."""

    def swap(bundle):
        bundle["drawn"][0] = other_id(bundle)

    def hide(bundle):
        bundle["leaves"].pop()

    def hide_and_count(bundle):
        gone = bundle["leaves"].pop(0)
        quota = next(q for q in bundle["quotas"] if ("%94%AE%E5%90%8E" in gone["leaf"]) == (q["kind"] == "售后"))
        quota["size"] -= 1
        bundle["drawn"] = bundle["drawn"][:-1]

    def bend_leaf(bundle):
        bundle["leaves"][0]["leaf"] = bundle["leaves"][0]["leaf"].replace("2026-03-05", "2026-03-06")

    def bend_path(bundle):
        bundle["leaves"][0]["path"][0] = "00" * 32

    def move(bundle):
        bundle["leaves"][0]["index"] += 1

    def shorten(bundle):
        bundle["leaves"][0]["path"].pop()

    def lengthen(bundle):
        bundle["leaves"][0]["path"].append("00" * 32)

    def twice(bundle):
        bundle["leaves"].append(bundle["leaves"][0])
        next(q for q in bundle["quotas"] if q["kind"] == "售前")["size"] += 1

    changes = {
        "swap": swap,
        "hide": hide,
        "hide_and_count": hide_and_count,
        "bend_leaf": bend_leaf,
        "bend_path": bend_path,
        "move": move,
        "shorten": shorten,
        "lengthen": lengthen,
        "twice": twice,
        "seed": lambda bundle: bundle.update(seed="0" * 64),
        "value": lambda bundle: bundle.update(values=["3372.32"]),
        "no_value": lambda bundle: bundle.update(values=[]),
        "period": lambda bundle: bundle.update(period="2026-03-09/2026-03-15"),
        "root": lambda bundle: bundle.update(root="0" * 64),
        "count": lambda bundle: bundle.update(count=bundle["count"] // 2),
        "quota": lambda bundle: bundle["quotas"][0].update(quota=bundle["quotas"][0]["quota"] + 1),
        "agent": lambda bundle: bundle.update(agent="工号08"),
        "format": lambda bundle: bundle.update(format="qa-proof/0"),
        "free_swap": lambda bundle: bundle["replacements"].append(
            {"id": bundle["drawn"][0], "by": other_id(bundle), "reason": "想换"}
        ),
    }
    return [pytest.param(change, id=name) for name, change in changes.items()]


@pytest.mark.parametrize("bend", tampered())
def test_a_tampered_bundle_is_found_out(bend):
    bundle = make_bundle()
    verifier.check(copy.deepcopy(bundle))
    bend(bundle)
    with pytest.raises((verifier.Mismatch, IndexError)):
        verifier.check(bundle)


def test_a_whole_frame_with_a_line_left_out_is_found_out(tmp_path):
    bundle = make_bundle(with_whole_frame=True)
    bundle["frame"].pop(3)
    answer = run(bundle, tmp_path)
    assert (answer.returncode, answer.stderr) == (1, "")
    assert answer.stdout.startswith("不符：抽样框的根。\nMismatch: root of the frame.")


def test_a_whole_frame_with_a_wrong_count_is_found_out():
    bundle = make_bundle(with_whole_frame=True)
    bundle["count"] += 1
    with pytest.raises(verifier.Mismatch, match="count"):
        verifier.check(bundle)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "qa-proof/1"}', "null"])
def test_a_file_that_is_no_bundle_is_told_without_a_traceback(content, tmp_path):
    answer = run(content, tmp_path)
    assert (answer.returncode, answer.stderr) == (1, "")
    assert answer.stdout.startswith("无法读取 Unreadable: ")


def test_an_agent_without_records_has_no_bundle():
    with pytest.raises(AgentNotInFrame):
        make_bundle(agent="工号99")


def test_the_same_draw_gives_the_same_bytes():
    assert proofs.bundle_bytes(make_bundle()) == proofs.bundle_bytes(make_bundle())


@given(parts.filter(bool), st.booleans())
def test_any_bundle_of_ours_convinces_the_verifier(found, with_whole_frame):
    for agent in {part.agent for part in found}:
        bundle = make_bundle(found, agent=agent, with_whole_frame=with_whole_frame)
        assert verifier.check(bundle)[0].startswith("核对无误")
