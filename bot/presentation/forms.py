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
from bot.presentation.form_fields import (
    as_is,
    choice_field,
    name_choices,
    output_fields,
    prices_of,
    prices_of_all,
    text_field,
    translate_choices,
    words_field,
)
from bot.presentation.sentences import join_names

if TYPE_CHECKING:
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
            text_field(
                _("What should change?") if version else _("What to draw"),
                "" if version else turn.request.text,
            ),
            *output_fields(model, output),
        ),
        price=model.price(output),
        prices=prices_of(model),
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
            text_field(_("What to draw"), ""),
            *output_fields(catalog.entry(model), output),
            *(
                [choice_field("model", _("Model"), model, name_choices(models))]
                if len(models) > 1
                else []
            ),
        ),
        price=price,
        prices=prices_of(catalog.entry(model)) | prices_of_all(catalog, models),
        conversation="",
    )


def batch_form() -> Form:
    """Ask for a list of prompts."""
    label = _("One prompt a line, up to {most}").format(most=limits.MAX_BATCH)
    return Form(
        action=Action.BATCH,
        title=_("Draw a batch"),
        submit=_("See the price"),
        fields=(text_field(label, ""),),
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
    for field in output_fields(model, output):
        kept = "", as_is(dict(field.choices).get(field.value, field.value))
        value = str(getattr(held, field.name) or "")
        usual.append(replace(field, choices=(kept, *field.choices), value=value))
    return Form(
        action=Action.SETTINGS,
        title=_("From now on…"),
        submit=_("Save"),
        fields=(
            *(field for field in usual if field.name != "n"),
            choice_field(
                "model",
                _("Model"),
                now.model or "",
                (("", as_is(name)), *((one, one) for one in catalog.names)),
            ),
            *(field for field in usual if field.name == "n"),
            choice_field(
                "previews",
                _("Previews"),
                previews,
                (("", _(_PREVIEWS[now.previews])), ("on", _("show")), ("off", _("don't show"))),
            ),
            choice_field(
                "replies",
                _("Replies to draw"),
                "",
                (
                    ("", as_is(_(_REPLIES[now.replies])) if now.replies else _("the default")),
                    *translate_choices(_REPLIES.items()),
                ),
            ),
            *(_shared_fields(now) if guests else []),
            choice_field(
                "whose", _("For"), "thread", translate_choices(_SCOPES if for_all else _SCOPES[:2])
            ),
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
            text_field(
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
        fields=(choice_field("what", _("This can't be undone"), choices[0][0], tuple(choices)),),
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
            choice_field(
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
            words_field("palette", _("Colors, for example #0b3d91 #ffffff"), " ".join(kit.palette)),
            words_field("style", _("Style"), kit.style),
            words_field("avoid", _("Avoid"), kit.avoid),
            *([images] if page else []),
            *([choice_field("remove", _("Pictures to remove"), "", takes_out)] if named else []),
            choice_field("whose", _("For"), whose, [(whose, _(dict(_SCOPES)[whose]))]),
        ),
        price=None,
        conversation=conversation,
    )


def _shared_fields(now: Defaults) -> list[Field]:
    """Ask what can be set for a channel or workspace only."""
    language = "", as_is(LANGUAGES[now.language]) if now.language else _("the default")
    return [
        choice_field("language", _("Language"), "", (language, *LANGUAGES.items())),
        choice_field("guests", _("Guests"), "", translate_choices(_GUESTS)),
    ]
