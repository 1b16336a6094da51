"""What does an answer say of money: what it cost, or tokens that somebody may bill? Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.ports import errors


def has_tokens(usage: Mapping[str, Any]) -> bool:
    """Return whether an answer names tokens that the model wrote, and that somebody may bill."""
    names = ("completion_tokens", "output_tokens", "candidatesTokenCount", "thoughtsTokenCount")
    numbers = [usage.get(name) for name in names]
    return any(isinstance(one, int | float) and one > 0 for one in numbers)


def billed(error: errors.ModelError, body: Mapping[str, Any]) -> errors.ModelError:
    """Note on an error what the body around it says of money."""
    usage = usage_of(body)
    return error.costs(cost_of(usage, body), tokens=has_tokens(usage))


def usage_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a body says was used, wherever it stands."""
    usage = body.get("usage") or body.get("usageMetadata")
    tools = body.get("tool_usage")
    drawn = tools.get("image_gen") if isinstance(tools, dict) else None
    return usage if isinstance(usage, dict) else drawn if isinstance(drawn, dict) else {}


def cost_of(usage: Mapping[str, Any], body: Mapping[str, Any]) -> float | None:
    """Return US dollars, as an answer says them; None: it does not."""
    for holder in (usage, body):
        for key in ("cost", "credits_cost", "total_cost"):
            value = holder.get(key)
            if isinstance(value, bool) or not isinstance(value, int | float | str):
                continue
            try:
                cost = float(value)
            except ValueError:
                continue
            if 0 <= cost < 1e6:
                return cost
    return None
