"""Where does variety come from, when the same request must give the same bytes? From numbers that follow from a seed."""

from hashlib import blake2b
from random import Random


def seed_of(*parts: object) -> int:
    """Turn any values into a seed of 48 bits; equal values give equal seeds."""
    text = "\x1f".join(str(part) for part in parts)
    raw = blake2b(text.encode("utf-8", "replace"), digest_size=6).digest()
    return int.from_bytes(raw, "big")


def dice(*seed: object) -> Random:
    """Return a sequence of numbers that follows from its seed, the same on every machine."""
    return Random(seed_of(*seed))  # noqa: S311 - variety, not secrets
