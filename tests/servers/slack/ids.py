"""How do Slack's ids look?"""

from __future__ import annotations

import random
import string


class Ids:
    """Ids as Slack's: a letter for the kind, then capitals and digits; the same in each run."""

    def __init__(self, seed: int = 7) -> None:
        self._dice = random.Random(seed)

    def make(self, kind: str, length: int = 10) -> str:
        letters = string.ascii_uppercase + string.digits
        return kind + "0" + "".join(self._dice.choices(letters, k=length - 1))
