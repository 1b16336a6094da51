"""Who makes a call over HTTP? The guard before all routes says it in the scope's `easel.caller`."""

from __future__ import annotations

from typing import NamedTuple

#: the group of those who operate this Easel
OPERATOR = "operator"


class Caller(NamedTuple):
    """Whoever makes a call, as the guard knows them."""

    #: None: no token is asked for, and they are whoever they say they are
    id: str | None
    groups: tuple[str, ...] = ()
    #: the name that their company gives them; None: one that they choose
    name: str | None = None
