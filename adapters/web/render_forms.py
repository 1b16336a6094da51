"""How does a form look as JSON?"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.web.render import AnAction, Answer, Dollars, one_of, version_numbers


class ChoiceJson(Answer):
    """One choice of a field."""

    value: str
    label: str


class FormFieldJson(Answer):
    """One field of a form."""

    name: str
    label: str
    kind: Annotated[str, one_of(("text", "choice"))]
    value: str
    choices: Annotated[
        list[ChoiceJson],
        BeforeValidator(lambda pairs: [{"value": value, "label": label} for value, label in pairs]),
    ]


class FormJson(Answer):
    """What is asked before a control can be done; it comes back as `fields`."""

    action: AnAction
    title: str
    submit: str
    price: Dollars = Field(description="US dollars at the chosen values")
    prices: dict[str, float] = Field(description="US dollars an image by “size quality”")
    turn: str | None
    version: str | None = version_numbers()
    fields: list[FormFieldJson]


class AskedJson(Answer):
    """A form to fill."""

    thread: str
    form: FormJson
