"""What does Easel cost where a platform sets no limits? `python -m tests.bench.unlimited PLATFORM …` runs it so.

Slack takes 50 changes of messages a minute, and Discord 50 requests a second: with these, it is the limits that
would be measured. Nothing else of Easel is changed.
"""

from __future__ import annotations

import sys
from importlib import import_module

sys.modules["rich"] = None  # type: ignore[assignment] # structlog loads what only development has

from bot.__main__ import main  # noqa: E402 - as above


def lift(platform: str) -> None:
    """Have an adapter believe that its platform takes any number of calls."""
    limits = import_module(f"adapters.{platform}.rate_limits")
    patches = {
        "slack": (("Window", "_delay", lambda _: 0.0), ("Window", "used", lambda _: 0)),
        "discord": (("GlobalRateLimit", "_remaining", lambda _: 1000),),
    }
    for name, method, unlimited in patches[platform]:
        setattr(getattr(limits, name), method, unlimited)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        lift(name)
    sys.argv[1:] = ["run"]
    sys.exit(main())
