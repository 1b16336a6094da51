"""What is asked in a form before a control can be done?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.ports import limits
from bot.ports.actions import Action
from bot.ports.cards import Field, Form
from bot.ports.language import LANGUAGES, N_, _
from bot.ports.messages import Output
from bot.ports.money import format_money
from bot.ports.sizes import SIZE_NAMES
from bot.presentation.sentences import QUALITY_LABELS, join_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.conversation.turn import Turn
    from bot.model.catalog.catalog import Catalog
    from bot.model.catalog.entry import ModelEntry
    from bot.ports.kit import Kit
    from bot.ports.messages import ActionEvent, Defaults

#: the answer to the question whether something dear is to be drawn
YES = "draw"


def prompt_form(action: Action, turn: Turn, model: ModelEntry, *, version: str | None) -> Form:
    """Ask for a prompt's words and output. `version`: what is edited; None: the turn is asked anew."""
    output = turn.request.output
    return Form(
        action=action,
        title=_("Edit {version}").format(version=version) if version else _("Edit prompt"),
        submit=_("Draw"),
        fields=(
            _text(
                _("What should change?") if version else _("What to draw"),
                "" if version else turn.request.text,
            ),
            *_output_fields(model, output),
        ),
        price=model.price(output),
        prices=_prices(model),
        conversation=turn.conversation,
        turn=turn.id,
        version=version,
    )


def new_form(catalog: Catalog, now: Defaults | None = None) -> Form:
    """Ask for a prompt: words, output, model. `now`: what holds where nothing else is said."""
    model, output, price = catalog.resolve(
        now.model if now else None, Output(), now.output if now else None
    )
    models = catalog.names
    return Form(
        action=Action.NEW,
        title=_("Imagine…"),
        submit=_("Draw"),
        fields=(
            _text(_("What to draw"), ""),
            *_output_fields(catalog.entry(model), output),
            *([_choice("model", _("Model"), model, _named(models))] if len(models) > 1 else []),
        ),
        price=price,
        prices=_prices(catalog.entry(model)) | _prices_of_all(catalog, models),
        conversation="",
    )


def batch_form() -> Form:
    """Ask for a list of prompts."""
    label = _("One prompt a line, up to {most}").format(most=limits.MAX_BATCH)
    return Form(
        action=Action.BATCH,
        title=_("Draw a batch"),
        submit=_("See the price"),
        fields=(_text(label, ""),),
        price=None,
        conversation="",
    )


#: what it says where nothing else is chosen, by what holds; None: nobody said anything
_PREVIEWS = {
    None: N_("the default"),
    True: N_("no change: show"),
    False: N_("no change: don't show"),
}


#: for whom a setting holds; the last two only an operator may choose
_SCOPES = (
    ("thread", N_("this thread")),
    ("mine", N_("me, everywhere")),
    ("channel", N_("this channel")),
    ("workspace", N_("this workspace")),
)
#: in a channel or workspace
_GUESTS = (("", N_("no change")), ("allow", N_("can draw")), ("block", N_("can't draw")))
#: which replies are prompts, in words
_REPLIES: dict[str, str] = {"every": N_("every reply"), "mentioned": N_("only when mentioned")}


def settings_form(
    catalog: Catalog, now: Defaults, conversation: str, *, for_all: bool, guests: bool
) -> Form:
    """Ask what holds from now on; `for_all`: in a channel or workspace, too; `guests`: and for guests there."""
    name, output, _price = catalog.resolve(now.model, Output(), now.output)
    model = catalog.entry(name)
    previews = "" if now.previews is None else "on" if now.previews else "off"
    held = model.supported(now.output)
    usual = []
    for field in _output_fields(model, output):
        as_is = "", _as_is(dict(field.choices).get(field.value, field.value))
        value = str(getattr(held, field.name) or "")
        usual.append(replace(field, choices=(as_is, *field.choices), value=value))
    return Form(
        action=Action.SETTINGS,
        title=_("From now on…"),
        submit=_("Save"),
        fields=(
            *(field for field in usual if field.name != "n"),
            _choice(
                "model",
                _("Model"),
                now.model or "",
                (("", _as_is(name)), *((one, one) for one in catalog.names)),
            ),
            *(field for field in usual if field.name == "n"),
            _choice(
                "previews",
                _("Previews"),
                previews,
                (("", _(_PREVIEWS[now.previews])), ("on", _("show")), ("off", _("don't show"))),
            ),
            _choice(
                "replies",
                _("Replies to draw"),
                "",
                (
                    ("", _as_is(_(_REPLIES[now.replies])) if now.replies else _("the default")),
                    *_translated(_REPLIES.items()),
                ),
            ),
            *(_shared_fields(now) if guests else []),
            _choice("whose", _("For"), "thread", _translated(_SCOPES if for_all else _SCOPES[:2])),
        ),
        price=None,
        conversation=conversation,
    )


def wording_form(
    wording: str,
    people: tuple[str, ...],
    price: float | None,
    conversation: str,
    turn: str | None,
) -> Form:
    """Show what the talk comes to, to be changed before it is drawn."""
    return Form(
        action=Action.GO,
        title=_("Draw what you agreed on"),
        submit=_("Draw"),
        fields=(
            _text(
                _("As one edit, with points from {names}").format(names=join_names(people)), wording
            ),
        ),
        price=price,
        conversation=conversation,
        turn=turn,
    )


def delete_form(turn: Turn | None, conversation: str, *, whole: bool) -> Form:
    """Ask whether something is to go for ever. `whole`: may it be the whole conversation?"""
    choices = []
    if turn is not None:
        numbers = [one.number for one in turn.result.versions]
        made = join_names(numbers) if numbers else _("this prompt")
        choices.append(("turn", _("{made}, everywhere").format(made=made)))
    if whole:
        choices.append(("canvas", _("the whole canvas and all its pictures")))
    return Form(
        action=Action.DELETE,
        title=_("Delete permanently?"),
        submit=_("Delete"),
        fields=(_choice("what", _("This can't be undone"), choices[0][0], tuple(choices)),),
        price=None,
        conversation=conversation,
        turn=turn.id if turn else None,
    )


def confirm_form(event: ActionEvent, price: float, conversation: str) -> Form:
    """Ask whether something is to be drawn that costs more than usual."""
    return Form(
        action=event.action,
        title=_("Draw this?"),
        submit=_("Draw"),
        fields=(
            _choice(
                "value",
                _("This costs more than usual"),
                YES,
                (
                    (
                        YES,
                        _("draw it for {price}").format(price=format_money(price, estimated=True)),
                    ),
                ),
            ),
        ),
        price=price,
        conversation=conversation,
        turn=event.turn,
        version=event.version,
    )


def _prices_of_all(catalog: Catalog, models: Sequence[str]) -> dict[str, float]:
    """Price one image of each model: "model size quality", where there is a choice of models."""
    return {
        f"{name} {key}".strip(): price
        for name in (models if len(models) > 1 else ())
        for key, price in _prices(catalog.entry(name)).items()
    }


def _prices(model: ModelEntry) -> dict[str, float]:
    """Price one image at each size and quality, so that a form can follow what is chosen."""
    priced = {
        f"{size} {quality}".strip(): model.price(Output(size=size, quality=quality or None, n=1))
        for size in model.sizes
        for quality in model.qualities or ("",)
    }
    return {key: price for key, price in priced.items() if price is not None}


def _output_fields(model: ModelEntry, output: Output) -> list[Field]:
    """Ask for what this model can be told; what it would ignore is not offered."""
    found = [_choice("size", _("Size"), output.size or model.sizes[0], _named(model.sizes))]
    if model.qualities:
        quality = output.quality or model.qualities[0]
        found.append(_choice("quality", _("Quality"), quality, _named(model.qualities)))
    if model.n > 1:
        counts = map(str, range(1, model.n + 1))
        found.append(_choice("n", _("Images"), str(output.n or 1), _named(counts)))
    return found


def kit_form(kit: Kit, whose: str, conversation: str, *, page: bool) -> Form:
    """Ask what is pinned in a "channel" or "workspace". `page`: it can take pictures."""
    named = [(str(at), one.name) for at, one in enumerate(kit.images, start=1)]
    there = tuple((one.blob, one.name) for one in kit.images)
    label = _("Reference pictures")
    images = Field(name="images", label=label, kind="files", value="", choices=there)
    takes_out = [("", _("none")), *named, *([("all", _("all of them"))] if len(named) > 1 else [])]
    return Form(
        action=Action.KIT,
        title=_("Brand kit"),
        submit=_("Save"),
        fields=(
            _words("palette", _("Colors, for example #0b3d91 #ffffff"), " ".join(kit.palette)),
            _words("style", _("Style"), kit.style),
            _words("avoid", _("Avoid"), kit.avoid),
            *([images] if page else []),
            *([_choice("remove", _("Pictures to remove"), "", takes_out)] if named else []),
            _choice("whose", _("For"), whose, [(whose, _(dict(_SCOPES)[whose]))]),
        ),
        price=None,
        conversation=conversation,
    )


def _words(name: str, label: str, value: str) -> Field:
    return Field(name=name, label=label, kind="text", value=value, is_optional=True)


def _choice(name: str, label: str, value: str, choices: Iterable[tuple[str, str]]) -> Field:
    return Field(name=name, label=label, kind="choice", value=value, choices=tuple(choices))


def _text(label: str, value: str) -> Field:
    return Field(name="text", label=label, kind="text", value=value)


def _shared_fields(now: Defaults) -> list[Field]:
    """Ask what can be set for a channel or workspace only."""
    language = "", _as_is(LANGUAGES[now.language]) if now.language else _("the default")
    return [
        _choice("language", _("Language"), "", (language, *LANGUAGES.items())),
        _choice("guests", _("Guests"), "", _translated(_GUESTS)),
    ]


def _as_is(value: str) -> str:
    return _("no change: {value}").format(value=value)


def _translated(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(value, _(label)) for value, label in choices]


def _named(values: Iterable[str]) -> list[tuple[str, str]]:
    """Return each value with how it is read: "1024×1024 (square)"."""
    names = {size: f"{size.replace('x', '×')} ({_(name)})" for name, size in SIZE_NAMES.items()}
    names |= {quality: _(label) for quality, label in QUALITY_LABELS.items()}
    return [(value, names.get(value, value)) for value in values]
