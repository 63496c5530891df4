"""核对质检抽样：python verifier.py 证明文件.json [客服段编号]   不需要服务器，只用Python标准库。
Check an audit draw: python verifier.py BUNDLE.json [PART-ID]   No server needed, standard library only.

Recomputes the root of the frame, the seed, every ticket of one agent and the drawn parts. Exit 0: all agrees; 1: not.
"""

import json
import sys
from hashlib import sha256
from urllib.parse import quote, unquote


def climb(node, index, size, path):
    """The root above a leaf hash (RFC 6962): a last node without neighbour moves up unchanged."""
    path = list(path)
    while size > 1:
        if index ^ 1 < size:
            other = bytes.fromhex(path.pop(0))
            node = sha256(b"\1" + (other + node if index & 1 else node + other)).digest()
        index, size = index // 2, (size + 1) // 2
    return "" if path else node.hex()


def head(leaves):
    nodes = [sha256(b"\0" + leaf.encode()).digest() for leaf in leaves] or [sha256(b"").digest()]
    while len(nodes) > 1:
        pairs = [nodes[i : i + 2] for i in range(0, len(nodes), 2)]
        nodes = [sha256(b"\1" + pair[0] + pair[1]).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return nodes[0].hex()


def ticket(seed, part_id):
    """Rivest's consistent sampler: the decimal digits of a SHA-256, reversed; compared as text."""
    digest = sha256((sha256(seed.encode()).hexdigest() + part_id).encode()).hexdigest()
    return "0." + str(int(digest, 16)).zfill(64)[::-1]


def need(holds, zh, en):
    if not holds:
        raise ValueError(f"不符：{zh}。\nMismatch: {en}.")


def own_leaves(b):
    """This agent's leaves, proven to stand in the frame whose root was published."""
    if "frame" in b:
        need(head(b["frame"]) == b["root"] and len(b["frame"]) == b["count"], "抽样框的根", "root of the frame")
        need(b["frame"] == sorted(set(b["frame"])), "抽样框的顺序或重复", "order of the frame, or a line twice")
        return [leaf for leaf in b["frame"] if leaf.split("|")[1] == quote(b["agent"], safe="")]
    for one in b["leaves"]:
        found = climb(sha256(b"\0" + one["leaf"].encode()).digest(), one["index"], b["count"], one["path"])
        need(0 <= one["index"] < b["count"] and found == b["root"], "不在抽样框中：" + one["leaf"], "not in the frame")
    need(len({one["index"] for one in b["leaves"]}) == len(b["leaves"]), "同一行出现两次", "a line occurs twice")
    return [one["leaf"] for one in b["leaves"]]


def check(b, asked=None):
    """The sentences to print; ValueError names the first thing that does not agree."""
    need(b["format"] == "qa-proof/1", "文件格式", "format of the file")
    strata, leaves = {}, own_leaves(b)
    text = "|".join(["qa-draw/1", b["root"], b["period"], *b["values"]])
    need(b["values"] and sha256(text.encode()).hexdigest() == b["seed"], "种子", "seed")
    for leaf in leaves:
        part, agent, channel, kind, _ = [unquote(field, errors="strict") for field in leaf.split("|")]
        need(agent == b["agent"], "不是本人的记录：" + part, "a line of another agent")
        strata.setdefault((channel, kind), []).append((ticket(b["seed"], part), part))
    quotas = {(q["channel"], q["kind"]): (q["size"], q["quota"]) for q in b["quotas"]}
    need({key: len(rows) for key, rows in strata.items()} == {key: q[0] for key, q in quotas.items()}, "条数", "sizes")
    swaps, drawn, said = {r["id"]: r["by"] for r in b["replacements"]}, [], []
    for key, rows in strata.items():
        rows.sort()
        out = [part for _, part in rows if part in swaps]
        taken = quotas[key][1] + len(out)
        need(quotas[key][1] >= 0 and taken <= len(rows), "抽取条数多于记录", "more drawn than there are")
        places = {part: place for place, (_, part) in enumerate(rows)}
        for n, old in enumerate([old for old in swaps if old in places]):
            fits = places[old] < quotas[key][1] + n and places.get(swaps[old]) == quotas[key][1] + n
            need(fits, "替补不是下一个票号：" + old, "a replacement is not the next ticket")
        drawn += [row for row in rows[:taken] if row[1] not in swaps]
        for place, (number, part) in enumerate(rows, 1):
            if part == asked:
                cut, hit = rows[taken - 1][0] if taken else "-", (number, part) in drawn
                zh, en = (
                    ("抽中", "drawn") if hit else ("已替补", "replaced") if part in swaps else ("未抽中", "not drawn")
                )
                said.append(f"{part}：{zh}。票号{number}，{len(rows)}条中第{place}，取前{taken}条，截止票号{cut}。")
                said.append(
                    f"{part}: {en}. Ticket {number}, place {place} of {len(rows)}, first {taken}, cut-off {cut}."
                )
    need([part for _, part in sorted(drawn)] == b["drawn"], "抽中的名单", "list of drawn parts")
    need(asked is None or said, f"{asked}不在其中", f"{asked} is not among them")
    zh, en = "抽样框完整。", "The frame is complete."
    if "frame" not in b:
        zh, en = "请核对这些是否就是您的全部记录。", "Please check that these are all of your records."
    names = ", ".join(b["drawn"]) or "-"
    return [f"核对无误：{len(leaves)}条记录都在抽样框（根{b['root']}）中，应抽中{len(drawn)}条：{names}。{zh}",
            f"All agrees: {len(leaves)} records stand in the frame; {len(drawn)} are drawn: {names}. {en}", *said]  # fmt: skip


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            print("\n".join(check(json.load(file), *sys.argv[2:3])))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        sys.exit(
            print(error if "不符" in str(error) else f"无法读取证明文件：{error}\nUnreadable bundle: {error}") or 1
        )
