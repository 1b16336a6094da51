"""What does somebody read in their home, and in a channel's gallery? Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.ports.actions import Action
from bot.ports.cards import Button, Field
from bot.ports.language import N_, _, ngettext
from bot.ports.messages import Output
from bot.ports.panels import Entry, Panel
from bot.presentation.form_fields import choice_field, name_choices, output_fields
from bot.presentation.sentences import join_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model.catalog.catalog import Catalog
    from bot.ports.cards import Posted
    from bot.ports.messages import Defaults
    from bot.ports.panels import Starred
    from bot.ports.queries import Summary

#: pictures of one page of a gallery, and canvases of a home
PAGE = 10
#: characters of a line's title
_MAX_TITLE = 80

_HOME = N_("Your Easel")
_NO_CANVASES = N_("You have no canvases here yet. Type /imagine and what to draw.")
_CANVASES = N_("Your latest canvases:")
_DEFAULTS = N_("What you draw with when you don't say otherwise:")
_NO_PREFERENCE = N_("no preference")
_GALLERY = N_("Starred pictures")
_NO_STARS = N_("Nobody in this channel has starred a picture yet. Press Star on a picture's card.")
_NO_MORE_STARS = N_("There are no more starred pictures.")


def home(
    usage: str,
    canvases: Sequence[tuple[Summary, Posted | None]],
    catalog: Catalog,
    mine: Defaults,
    *,
    manages: bool = False,
) -> Panel:
    """Show somebody their newest canvases, what they spent (`usage`) and what they draw with.

    `manages`: may they set what is limited in the workspace?
    """
    limits = Button(action=Action.LIMITS, label=_("Workspace limits…"))
    entries = tuple(
        Entry(
            title=_shorten(one.title),
            detail=_describe(one),
            at=at,
            image=one.image,
        )
        for one, at in canvases
    )
    return Panel(
        action=Action.HOME,
        title=_(_HOME),
        text=f"{usage}\n\n{_(_CANVASES if entries else _NO_CANVASES)}",
        entries=entries,
        fields=_own_fields(catalog, mine),
        fields_title=_(_DEFAULTS),
        buttons=(limits,) if manages else (),
    )


def _own_fields(catalog: Catalog, mine: Defaults) -> tuple[Field, ...]:
    """Ask what somebody draws with where nothing else is said; "": they leave it to the thread."""
    model = catalog.entry(mine.model or catalog.resolve(None, Output())[0])
    held = model.supported(mine.output)
    found = [
        replace(
            one,
            choices=(("", _(_NO_PREFERENCE)), *one.choices),
            value=str(getattr(held, one.name) or ""),
        )
        for one in output_fields(model, mine.output)
    ]
    if len(catalog.names) > 1:
        models = (("", _(_NO_PREFERENCE)), *name_choices(catalog.names))
        found.append(choice_field("model", _("Model"), mine.model or "", models))
    previews = {None: "", True: "on", False: "off"}[mine.previews]
    shown = (("", _(_NO_PREFERENCE)), ("on", _("show")), ("off", _("don't show")))
    found.append(choice_field("previews", _("Previews"), previews, shown))
    asked = (
        ("", _(_NO_PREFERENCE)),
        ("never", _("never")),
        ("slow", _("when it takes long")),
        ("always", _("always")),
    )
    found.append(
        choice_field("mentions", _("Mention me with my picture"), mine.mentions or "", asked)
    )
    return tuple(found)


def _describe(one: Summary) -> str:
    turns = ngettext("1 prompt", "{count} prompts", one.turns).format(count=one.turns)
    return " · ".join(filter(None, (one.head, turns)))


def gallery(starred: Sequence[Starred], after: int) -> Panel:
    """Show a page of a channel's starred pictures, behind the first `after`; one more than fits says there are more."""
    shown = starred[:PAGE]
    buttons = []
    if after:
        buttons.append(_page(_("Newer"), max(0, after - PAGE)))
    if len(starred) > PAGE:
        buttons.append(_page(_("Older"), after + PAGE))
    return Panel(
        action=Action.GALLERY,
        title=_(_GALLERY),
        text="" if shown else _(_NO_MORE_STARS if after else _NO_STARS),
        entries=tuple(
            Entry(
                title=f"{one.version.number} · {_shorten(one.prompt)}",
                detail=f"★ {join_names([person.name for person in one.people])}",
                at=one.at,
                image=one.version,
            )
            for one in shown
        ),
        buttons=tuple(buttons),
    )


def _page(label: str, after: int) -> Button:
    return Button(action=Action.GALLERY, label=label, value=f"after={after}")


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MAX_TITLE else f"{line[:_MAX_TITLE].rstrip()}…"


def describe(panel: Panel) -> str:
    """Say what a panel shows, where it cannot be drawn."""
    lines = (f"• {one.title}{f' ({one.detail})' if one.detail else ''}" for one in panel.entries)
    choices = (f"• {_chosen(one)}" for one in panel.fields)
    defaults = (panel.fields_title, *choices) if panel.fields else ()
    return "\n".join(filter(None, (panel.title, panel.text, *lines, *defaults)))


def _chosen(field: Field) -> str:
    return f"{field.label}: {dict(field.choices).get(field.value, field.value)}"
