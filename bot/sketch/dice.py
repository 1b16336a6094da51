"""Where does variety come from, when the same request must give the same bytes?

From numbers that follow from a seed alone, on every machine and every Python: SplitMix64.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, TypeVar

T = TypeVar("T")
MASK: Final = (1 << 64) - 1
#: Seeds kept in a scene stay inside what JSON numbers hold exactly everywhere.
SEED_BITS: Final = 48


def seed_of(*parts: object) -> int:
    """Turn any values into a seed of 48 bits; equal values give equal seeds."""
    text = "\x1f".join(str(part) for part in parts)
    raw = int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")
    return raw >> (64 - SEED_BITS)


class Dice:
    """A sequence of numbers that follows from its seed."""

    __slots__ = ("_state",)

    def __init__(self, *seed: object) -> None:
        self._state = seed_of(*seed)

    def _next(self) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) & MASK
        value = self._state
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
        return value ^ (value >> 31)

    def real(self, low: float = 0.0, high: float = 1.0) -> float:
        """Return a number from low up to high."""
        return low + (high - low) * (self._next() >> 11) / (1 << 53)

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + self._next() % (high - low + 1)

    def chance(self, share: float) -> bool:
        """Return True in this share of the throws."""
        return self.real() < share

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices."""
        return choices[self._next() % len(choices)]

    def seed(self) -> int:
        """Return a seed for something of its own."""
        return self._next() >> (64 - SEED_BITS)
