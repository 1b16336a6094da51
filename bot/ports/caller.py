"""Who makes a call over HTTP, and below which path is it served? What stands before all routes says it in the scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from starlette.requests import Request

#: the group of those who operate this Easel
OPERATOR = "operator"


class Caller(NamedTuple):
    """Whoever makes a call, as the guard knows them."""

    #: None: no token is asked for, and they are whoever they say they are
    id: str | None
    groups: tuple[str, ...] = ()
    #: the name that their company gives them; None: one that they choose
    name: str | None = None


def read_caller(request: Request) -> Caller:
    """Return who makes a call, as the guard found."""
    caller: Caller = request.scope["easel.caller"]
    return caller


def base_path(request: Request) -> str:
    """Return the path below which Easel is served, for links; "": none. Unlike `root_path` it is the same in a Mount."""
    path: str = request.scope.get("easel.base_path", "")
    return path
