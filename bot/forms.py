"""What is asked in a form before a control can be done?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.faces import Field, Form

if TYPE_CHECKING:
    from bot.conversation import Turn
    from bot.model.catalog import Model
    from bot.values import Action


def wish_form(action: Action, turn: Turn, model: Model, *, version: str | None) -> Form:
    """Ask for a wish's words and output. `version`: what is edited; None: the turn is asked anew."""
    output = turn.output
    return Form(
        action=action,
        title=f"Edit {version}" if version else "Edit prompt",
        submit="Draw",
        fields=(
            Field(
                name="text",
                label="What should change?" if version else "What to draw",
                kind="text",
                value="" if version else turn.text,
            ),
            _choice("size", "Size", output.size or model.sizes[0], model.sizes),
            _choice("quality", "Quality", output.quality or "medium", model.qualities),
            _choice(
                "n", "Images", str(output.n or 1), tuple(str(n) for n in range(1, model.n + 1))
            ),
        ),
        price=model.price(output),
        conversation=turn.conversation,
        turn=turn.id,
        version=version,
    )


def _choice(name: str, label: str, value: str, choices: tuple[str, ...]) -> Field:
    shown = tuple((choice, choice.replace("x", "×")) for choice in choices)
    return Field(name=name, label=label, kind="choice", value=value, choices=shown)
