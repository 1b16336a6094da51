"""What did an answer cost, or does it name tokens that somebody may bill? Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.ports import errors


def has_output_tokens(usage: Mapping[str, Any]) -> bool:
    """Return whether an answer names tokens that the model wrote, and that somebody may bill."""
    names = ("completion_tokens", "output_tokens", "candidatesTokenCount", "thoughtsTokenCount")
    numbers = [usage.get(name) for name in names]
    return any(isinstance(one, int | float) and one > 0 for one in numbers)


def add_cost(error: errors.ModelError, body: Mapping[str, Any]) -> errors.ModelError:
    """Note on an error what the body around it says about its cost."""
    usage = find_usage(body)
    return error.costs(find_cost(usage, body), tokens=has_output_tokens(usage))


def find_usage(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the usage in a body, wherever it is."""
    usage = body.get("usage") or body.get("usageMetadata")
    tools = body.get("tool_usage")
    drawn = tools.get("image_gen") if isinstance(tools, dict) else None
    return usage if isinstance(usage, dict) else drawn if isinstance(drawn, dict) else {}


def find_cost(usage: Mapping[str, Any], body: Mapping[str, Any]) -> float | None:
    """Return the cost in US dollars; None: the answer does not say."""
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
