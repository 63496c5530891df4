"""核对质检抽样：python verifier.py 证明文件.json [客服段编号]   不需要服务器，只用Python标准库。
Check an audit draw: python verifier.py BUNDLE.json [PART-ID]   No server needed. Exit 0: all agrees; 1: not."""

import json
import sys
from hashlib import sha256
from urllib.parse import quote, unquote


def climb(node, index, size, path):
    """The root above a leaf hash (RFC 6962): a last node without neighbour moves up unchanged."""
    steps = [bytes.fromhex(step) for step in path]
    while size > 1:
        if index ^ 1 < size:
            node = sha256(b"\1" + (steps.pop(0) + node if index & 1 else node + steps.pop(0))).digest()
        index, size = index // 2, (size + 1) // 2
    return "" if steps else node.hex()


def head(leaves):
    nodes = [sha256(b"\0" + leaf.encode()).digest() for leaf in leaves] or [sha256(b"").digest()]
    while len(nodes) > 1:
        odd = nodes[len(nodes) // 2 * 2 :]
        nodes = [sha256(b"\1" + x + y).digest() for x, y in zip(nodes[::2], nodes[1::2], strict=False)] + odd
    return nodes[0].hex()


def ticket(seed, part_id):
    """Rivest's consistent sampler: the decimal digits of a SHA-256, reversed; compared as text."""
    digest = sha256((sha256(seed.encode()).hexdigest() + part_id).encode()).hexdigest()
    return "0." + str(int(digest, 16)).zfill(64)[::-1]


class Mismatch(Exception): ...


def need(holds, zh, en):
    if not holds:
        raise Mismatch(f"不符：{zh}。\nMismatch: {en}.")


def own_leaves(b):
    """This agent's leaves, proven to stand in the frame whose root was published."""
    if "frame" in b:
        need(head(b["frame"]) == b["root"] and b["frame"] == sorted(b["frame"]), "抽样框的根", "root of the frame")
        need(len({leaf.split("|")[0] for leaf in b["frame"]}) == b["count"], "条数或重复", "count, or a record twice")
        return [leaf for leaf in b["frame"] if leaf.split("|")[1] == quote(b["agent"], safe="")]
    for one in b["leaves"]:
        found = climb(sha256(b"\0" + one["leaf"].encode()).digest(), one["index"], b["count"], one["path"])
        need(0 <= one["index"] < b["count"] and found == b["root"], "不在抽样框中：" + one["leaf"], "not in the frame")
    need(len({one["leaf"].split("|")[0] for one in b["leaves"]}) == len(b["leaves"]), "记录重复", "a record twice")
    return [one["leaf"] for one in b["leaves"]]


def check(b, asked=None):
    """The sentences to print; Mismatch names the first thing that does not agree."""
    need(b["format"] == "qa-proof/1", "文件格式", "format of the file")
    strata, leaves = {}, own_leaves(b)
    text = "|".join(["qa-draw/1", b["root"], b["period"], *b["values"]])
    need(b["values"] and sha256(text.encode()).hexdigest() == b["seed"], "种子", "seed")
    for leaf in leaves:
        part, agent, channel, kind, _ = [unquote(field, errors="strict") for field in leaf.split("|")]
        need(agent == b["agent"], "不是本人的记录：" + part, "a line of another agent")
        strata.setdefault((channel, kind), []).append((ticket(b["seed"], part), part))
    quotas = {(q["channel"], q["kind"]): (q["size"], q["quota"]) for q in b["quotas"]}
    need({key: len(rows) for key, rows in strata.items()} == {k: q[0] for k, q in quotas.items()}, "条数", "sizes")
    swaps, drawn, said = {r["id"]: r["by"] for r in b["replacements"]}, [], []
    for key, rows in strata.items():
        rows.sort()
        quota = quotas[key][1]
        taken = quota + sum(part in swaps for _, part in rows)
        need(quota >= 0 and taken <= len(rows), "抽取条数多于记录", "more drawn than there are")
        places = {part: place for place, (_, part) in enumerate(rows)}
        for n, old in enumerate([old for old in swaps if old in places]):
            fits = places[old] < quota + n and places.get(swaps[old]) == quota + n
            need(fits, "替补不是下一个票号：" + old, "a replacement is not the next ticket")
        drawn += [row for row in rows[:taken] if row[1] not in swaps]
        for place, (number, part) in enumerate(rows, 1):
            if part == asked:
                how = "抽中 drawn" if part in dict(map(reversed, drawn)) else "未抽中 not drawn"
                zh, en = ("已替补 replaced" if part in swaps else how).split(" ", 1)
                cut, n = rows[taken - 1][0] if taken else "-", len(rows)
                said.append(f"{part}：{zh}。票号{number}，{n}条中第{place}，取前{taken}条，截止票号{cut}。")
                said.append(f"{part}: {en}. Ticket {number}, place {place} of {n}, first {taken}, cut-off {cut}.")
    need([part for _, part in sorted(drawn)] == b["drawn"], "抽中的名单", "list of drawn parts")
    need(asked is None or said, f"{asked}不在其中", f"{asked} is not among them")
    names, n, k = ", ".join(b["drawn"]) or "-", len(leaves), len(drawn)
    said += b.get("remarks", [])
    said.insert(0, f"核对无误：{n}条记录都在抽样框（根{b['root']}）中，抽中{k}条：{names}。请核对有无遗漏。")
    return [*said, f"All agrees: {n} records stand in the frame, {k} are drawn: {names}. Check that none is missing."]


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            print("\n".join(check(json.load(file), *sys.argv[2:3])))
    except (Mismatch, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        sys.exit(print(error if isinstance(error, Mismatch) else f"无法读取 Unreadable: {error!r}\n{__doc__}") or 1)
