"""The lock file installs with pip as well as with uv."""

import re
from importlib.metadata import distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[(?P<extras>[^\]]*)\])?==", re.MULTILINE)


def test_the_lock_names_every_extra_that_a_package_asks_for():
    """Pip 23 refuses `pydantic[email]` in hash mode where the lock says only `pydantic` (uv: --no-strip-extras)."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {canonicalize_name(m["name"]): set(re.split(r",\s*", m["extras"] or "")) for m in LOCKED.finditer(lock)}
    missing = [
        f"{asking.metadata['Name']} asks for {wanted}"
        for asking in distributions()
        if canonicalize_name(asking.metadata["Name"]) in locked
        for wanted in map(Requirement, asking.requires or [])
        if wanted.extras
        and (wanted.marker is None or wanted.marker.evaluate({"extra": ""}))
        and not wanted.extras <= locked.get(canonicalize_name(wanted.name), set())
    ]
    assert missing == []
