"""Roots of RFC 6962; proofs that hold, and that break when anything is touched."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.sampling import merkle

leaf_lists = st.lists(st.binary(max_size=6), min_size=1, max_size=70)


@pytest.fixture(scope="module")
def published(shared):
    cases = json.loads((shared / "reference" / "statistics" / "sampling.json").read_text(encoding="utf-8"))["cases"]
    return next(case for case in cases if case["id"] == "rfc6962-merkle-roots")


def test_the_published_roots_come_out(published):
    leaves = [bytes.fromhex(text) for text in published["input"]["leaves_hex"]]
    roots = [merkle.root(leaves[:n]).hex() for n in range(9)]
    assert roots == published["expected"]["root_of_first_n_leaves_n_0_to_8"]


def split_root(leaves: list[bytes]) -> bytes:
    """The RFC's own recursive definition, which the level-by-level tree must equal."""
    if len(leaves) == 1:
        return merkle.leaf_hash(leaves[0])
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return merkle.node_hash(split_root(leaves[:middle]), split_root(leaves[middle:]))


@given(leaf_lists)
def test_the_tree_is_the_one_that_the_rfc_defines_by_splitting(leaves):
    assert merkle.root(leaves) == split_root(leaves)


@given(leaf_lists, st.data())
def test_every_leaf_can_be_proven(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    tree = merkle.levels(leaves)
    path = merkle.audit_path(tree, index)
    assert merkle.is_included(leaves[index], index=index, size=len(leaves), path=path, root=merkle.root_of(tree))


@given(leaf_lists, st.data())
def test_a_proof_breaks_when_leaf_path_place_or_root_is_touched(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    tree = merkle.levels(leaves)
    size, path, root = len(leaves), merkle.audit_path(tree, index), merkle.root_of(tree)
    assert not merkle.is_included(leaves[index] + b"x", index=index, size=size, path=path, root=root)
    assert not merkle.is_included(leaves[index], index=index, size=size, path=[*path, root], root=root)
    assert not merkle.is_included(leaves[index], index=index, size=size, path=path, root=merkle.leaf_hash(root))
    assert not merkle.is_included(leaves[index], index=size, size=size, path=path, root=root)
    if path:
        step = data.draw(st.integers(0, len(path) - 1))
        bent = [*path[:step], merkle.leaf_hash(path[step]), *path[step + 1 :]]
        assert not merkle.is_included(leaves[index], index=index, size=size, path=bent, root=root)
        assert not merkle.is_included(leaves[index], index=index, size=size, path=path[:-1], root=root)


def test_the_same_leaf_at_another_place_is_not_proven():
    leaves = [bytes([n]) for n in range(7)]
    tree = merkle.levels(leaves)
    for index in range(7):
        for claimed in range(7):
            path = merkle.audit_path(tree, index)
            holds = merkle.is_included(leaves[index], index=claimed, size=7, path=path, root=merkle.root_of(tree))
            assert holds == (claimed == index)


def test_there_is_no_path_of_a_leaf_that_does_not_exist():
    with pytest.raises(IndexError):
        merkle.audit_path(merkle.levels([b"a"]), 1)
