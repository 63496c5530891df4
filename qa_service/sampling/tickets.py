"""Seed and tickets: whoever knows the root and the public value finds the same numbers.

A ticket is a decimal fraction written as text. Tickets are compared as text, character by character: never as
integers (their lengths differ) nor as floats (they would tie).

Source: R. L. Rivest, Consistent Sampling with Replacement (2018), arXiv:1808.10016, and its published test values.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from qa_service.sampling.errors import BadSeedValue, ValueMissing

SEED_PREFIX = "qa-draw/1"


def seed_text(root_hex: str, period: str, values: Sequence[str]) -> str:
    """The text whose SHA-256 is the seed; `values` are the public value, or the reveals in the plan's order."""
    if not values or any(not value for value in values):
        raise ValueMissing(field="value")
    for value in values:
        # A bar inside a value would let two lists of values share one seed.
        if "|" in value or value != value.strip() or not value.isprintable():
            raise BadSeedValue(field="value", value=value)
    return "|".join((SEED_PREFIX, root_hex, period, *values))


def make_seed(root_hex: str, period: str, values: Sequence[str]) -> str:
    """The seed of a draw, 64 hex digits."""
    return sha256_hex(seed_text(root_hex, period, values))


def sha256_hex(text: str) -> str:
    return sha256(text.encode("utf-8")).hexdigest()


def _fraction(digest: bytes) -> str:
    # Reversed, because the leading digits of a 256-bit number are not uniform and the trailing ones are.
    return "0." + str(int.from_bytes(digest, "big")).zfill(64)[::-1]


def sha256_uniform(text: str) -> str:
    """A number in (0, 1) as decimal text, uniform over texts: the digits of the SHA-256, last digit first.

    >>> sha256_uniform("abc")[:12]
    '0.5699807186'
    """
    return _fraction(sha256(text.encode("utf-8")).digest())


def ticket(part_id: str, seed: str, generation: int = 1) -> str:
    """The ticket of `part_id`; generations above 1 are the larger tickets that follow it."""
    if generation < 1:
        raise ValueError(f"generation {generation} is below 1")
    number = sha256_uniform(sha256_hex(seed) + part_id)
    for _ in range(generation - 1):
        number = next_ticket(number)
    return number


def next_ticket(number: str) -> str:
    """A pseudo-random ticket above `number`, and below 1: the leading nines stay, the rest is drawn until larger."""
    padded = number + "0"  # a number of nines only still has a place to vary
    nines = padded[: len("0.") + len(padded[2:]) - len(padded[2:].lstrip("9"))]
    attempt, found = 0, ""
    while found <= padded:
        attempt += 1
        found = nines + sha256_uniform(f"{number}:{attempt}")[2:]
    return found


def tickets(part_ids: Iterable[str], seed: str) -> list[str]:
    """First tickets of many ids with one seed, in the order given (about 2 µs each)."""
    start, found = sha256(sha256_hex(seed).encode("ascii")), []
    for part_id in part_ids:
        hasher = start.copy()
        hasher.update(part_id.encode("utf-8"))
        found.append(_fraction(hasher.digest()))
    return found


def shortened(number: str, digits: int = 9) -> str:
    """For the eye: `digits` digits after any leading nines, cut and not rounded."""
    nines = len(number[2:]) - len(number[2:].lstrip("9"))
    return number[: 2 + nines + digits]
