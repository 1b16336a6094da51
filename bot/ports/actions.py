"""Which actions are there, and what is known of each? The one table of actions.

To add one: a member and its row here, a method of its name among the handlers of `bot.intake`, and the
button in `bot.presentation.buttons`, if it has one. Everything else reads the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum


class Action(StrEnum):
    """What people can do by a button or in words. The values are on the wire."""

    UNDO = "undo"
    REDO = "redo"
    GOTO = "goto"
    VARY = "vary"
    TRY_MODEL = "try_model"
    CHOOSE = "choose"
    CANCEL = "cancel"
    RETRY = "retry"
    EDIT = "edit"
    EDIT_PROMPT = "edit_prompt"
    RESUME = "resume"
    NEW = "new"
    HELP = "help"
    USAGE = "usage"
    ANSWER = "answer"
    ACCEPT = "accept"
    SETTINGS = "settings"
    FINALIZE = "finalize"
    PAUSE = "pause"
    TALK = "talk"
    GO = "go"
    MERGE = "merge"
    FORK = "fork"
    VOTE = "vote"
    CLOSE = "close"
    TICK = "tick"
    DRAW = "draw"
    TOGETHER = "together"
    COMPARE = "compare"
    STAR = "star"
    EXPORT = "export"
    DELETE = "delete"
    KIT = "kit"
    BATCH = "batch"
    START = "start"
    PAGE = "page"
    OPEN = "open"
    HOME = "home"
    GALLERY = "gallery"
    CONTINUE = "continue"
    LIMITS = "limits"


class Placement(Enum):
    """Where on a card a button stands."""

    #: in the row of what is wanted most
    PRIMARY = "primary"
    #: with the picture that it is about; where pictures have no buttons, among the choices
    PICTURE = "picture"
    #: with the options that it is one of
    CHOICE = "choice"
    #: wanted seldom: behind a further press where room is short
    MORE = "more"


class Cost(Enum):
    """What using an action costs."""

    FREE = "free"
    #: one drawing, as the card's own
    DRAWING = "drawing"
    #: more than people may expect: its price is always on the button
    EXTRA = "extra"


class Who(Enum):
    """Who may use an action."""

    EVERYBODY = "everybody"
    USERS = "users"
    #: of these, only who is in the setting EASEL_MAY_…, where there is one
    LISTED = "listed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSpec:
    """One row."""

    #: how it is said: patterns of the whole message, in lower case and without polite words
    phrases: tuple[str, ...] = ()
    #: what its form holds, or its button sends back
    fields: tuple[str, ...] = ("value",)
    #: the method in `bot.intake` that does it, where it has another name; None: nobody can ask for it
    handler: str | None = ""
    who: Who = Who.USERS
    cost: Cost = Cost.FREE
    placement: Placement = Placement.PRIMARY
    is_global: bool = False
    is_command: bool = False
    #: is one press enough, whoever presses? Of the others each person may want one
    is_shared: bool = False
    #: do its phrases also answer a question of the model?
    is_everyday: bool = False


_THAT = r"(?: (?:that|this|it))?"
_LAST = r"(?: (?:that|this|it|the last (?:one|edit|change|step)|my last (?:one|edit|change|step)))?"
_ONE = r"(?: (?:one|image|picture|version|variant|option))?"
_V = r"(?P<version>v\d{1,6}[ab]?)"
_VERSION = r"(?:version |image |picture |number )?(?P<version>v?\d{1,6}[ab]?)"
_FIRST = r"(?P<first>the (?:original|first(?: one| version| image| picture)?|start|beginning))"
_LETTER = r"(?P<letter>[a-d]|the (?:first|second|left|right))"
_IN = r"(?: (?:in|of|for) (?:this|the|our) (?P<whose>channel|workspace|server))?"
_PROMPT = ("text", "size", "quality", "n")

ACTIONS: dict[Action, ActionSpec] = {
    Action.UNDO: ActionSpec(
        phrases=(rf"undo{_LAST}|go back(?: one)?(?: step)?|step back|take (?:that|it) back",),
        handler="move_head",
    ),
    Action.REDO: ActionSpec(phrases=(rf"redo{_LAST}",), handler="move_head"),
    Action.GOTO: ActionSpec(
        phrases=(
            rf"(?:go |let's go )?back to (?:{_VERSION}|{_FIRST})",
            rf"(?:go to|return to|revert to|restore|switch to) (?:{_VERSION}|{_FIRST})",
            _V,
        ),
    ),
    Action.VARY: ActionSpec(
        phrases=(
            rf"again|once more|another(?: one)?|one more|vary{_THAT}|another variation",
            rf"vary {_V}",
        ),
        cost=Cost.DRAWING,
        is_everyday=True,
    ),
    Action.TRY_MODEL: ActionSpec(cost=Cost.EXTRA, is_shared=True),
    Action.CHOOSE: ActionSpec(
        phrases=(
            rf"(?:choose|pick|select|take|use|i choose|i pick|i'll take) {_LETTER}{_ONE}",
            rf"(?:choose|pick|select|take|use|i choose|i pick) {_V}",
            r"(?P<letter>[a-d])",
        ),
        placement=Placement.PICTURE,
        is_everyday=True,
    ),
    Action.CANCEL: ActionSpec(
        phrases=(rf"cancel{_LAST}|stop|stop (?:that|it)|never ?mind|forget (?:that|it)",),
    ),
    Action.RETRY: ActionSpec(
        phrases=(rf"retry{_THAT}|try (?:that |it )?again",),
        cost=Cost.DRAWING,
        is_everyday=True,
    ),
    Action.EDIT: ActionSpec(fields=_PROMPT, cost=Cost.DRAWING, is_command=True),
    Action.EDIT_PROMPT: ActionSpec(fields=_PROMPT, cost=Cost.DRAWING),
    Action.RESUME: ActionSpec(phrases=("resume",), who=Who.LISTED, is_global=True),
    Action.NEW: ActionSpec(
        fields=(*_PROMPT, "model"), cost=Cost.DRAWING, is_global=True, is_command=True
    ),
    Action.HELP: ActionSpec(phrases=("help",), who=Who.EVERYBODY, is_global=True, is_command=True),
    Action.USAGE: ActionSpec(phrases=("usage",), is_global=True, is_command=True),
    Action.ANSWER: ActionSpec(placement=Placement.CHOICE, cost=Cost.DRAWING, is_shared=True),
    Action.ACCEPT: ActionSpec(cost=Cost.EXTRA, is_shared=True),
    Action.SETTINGS: ActionSpec(
        phrases=(r"settings|(?:show|change) (?:the )?settings",),
        fields=(
            "size",
            "quality",
            "n",
            "model",
            "previews",
            "replies",
            "guests",
            "language",
            "mentions",
            "kit",
            "continue",
            "whose",
        ),
        is_command=True,
    ),
    Action.FINALIZE: ActionSpec(
        phrases=(rf"finali[sz]e{_THAT}", rf"finali[sz]e {_V}"),
        who=Who.LISTED,
        cost=Cost.EXTRA,
        is_shared=True,
    ),
    Action.PAUSE: ActionSpec(phrases=(r"pause|pause (?:the )?drawing|talk mode",)),
    Action.TALK: ActionSpec(handler=None),
    Action.GO: ActionSpec(
        phrases=(r"go|go ahead|draw (?:it|that)|go on",),
        fields=("text", "value"),
        cost=Cost.DRAWING,
        is_everyday=True,
    ),
    Action.MERGE: ActionSpec(phrases=(r"merge(?: them| all)?(?: into one)?",), cost=Cost.EXTRA),
    Action.FORK: ActionSpec(
        phrases=(r"fork|side by side|draw (?:them )?side by side",), cost=Cost.EXTRA
    ),
    Action.VOTE: ActionSpec(
        phrases=(
            rf"(?:i )?vote (?:for )?{_V}",
            r"(?:i )?vote (?:for )?(?P<letter>[a-h])",
            r"vote(?: on (?:the )?branches)?|(?:put (?:it|them|the branches) )?to (?:the|a) vote",
        ),
        placement=Placement.PICTURE,
    ),
    Action.CLOSE: ActionSpec(phrases=(r"close (?:the )?vot(?:e|ing)",)),
    Action.TICK: ActionSpec(placement=Placement.CHOICE),
    Action.DRAW: ActionSpec(cost=Cost.EXTRA),
    Action.TOGETHER: ActionSpec(cost=Cost.DRAWING, is_shared=True),
    Action.COMPARE: ActionSpec(
        phrases=(r"before(?: and |/| \| )after|compare",), placement=Placement.MORE
    ),
    Action.STAR: ActionSpec(phrases=(rf"star{_THAT}", rf"star {_V}"), placement=Placement.MORE),
    Action.EXPORT: ActionSpec(
        phrases=(r"export(?: (?:this|the) (?:thread|canvas))?",), placement=Placement.MORE
    ),
    Action.DELETE: ActionSpec(
        phrases=(rf"delete this{_ONE}", rf"delete {_V}"),
        fields=("what",),
        placement=Placement.MORE,
    ),
    Action.KIT: ActionSpec(
        phrases=(
            rf"(?:show |change |edit |set up )?(?:the |our )?(?:brand )?kit{_IN}",
            rf"(?:brand )?kit (?P<value>add)(?: (?:this|it|them|these|{_V}))?{_IN}",
            rf"(?P<value>add) (?:this|it|them|these|{_V}) to (?:the|our) (?:brand )?kit{_IN}",
            rf"(?:brand )?kit remove (?P<remove>\d|all){_IN}",
        ),
        fields=("palette", "style", "avoid", "remove", "whose", "value"),
        is_global=True,
        is_command=True,
    ),
    Action.BATCH: ActionSpec(fields=("text",), is_global=True, is_command=True),
    Action.START: ActionSpec(cost=Cost.EXTRA, is_shared=True),
    Action.PAGE: ActionSpec(),
    Action.OPEN: ActionSpec(placement=Placement.PICTURE),
    Action.HOME: ActionSpec(
        phrases=(r"home|(?:show )?my (?:canvases|home)",),
        fields=("size", "quality", "n", "model", "previews", "mentions"),
        is_global=True,
        is_command=True,
    ),
    Action.GALLERY: ActionSpec(
        phrases=(r"(?:show (?:me )?)?(?:the )?(?:gallery|starred pictures)",),
        fields=("after",),
        is_global=True,
        is_command=True,
    ),
    Action.CONTINUE: ActionSpec(
        phrases=(
            r"open (?:this )?(?:in|elsewhere)|continue (?:this )?elsewhere",
            r"continue (?P<value>[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4})",
        ),
        handler="continue_canvas",
        placement=Placement.MORE,
        is_global=True,
    ),
    Action.LIMITS: ActionSpec(
        phrases=(r"(?:(?:show|change) (?:the )?)?(?:workspace |server )?limits",),
        fields=("person_day", "person", "workspace", "confirm_above", "drawings", "who"),
        is_global=True,
        is_command=True,
    ),
}


def read_fields(action: Action, value: str) -> dict[str, str]:
    """Read what a choice of a panel sends back: "size=1024x1024"; anything else is a button's own value."""
    name, _, chosen = value.partition("=")
    return {name: chosen} if name in ACTIONS[action].fields else {"value": value}


#: what a platform may offer as a command or shortcut of its own, by its name
COMMANDS = {one.value: one for one, row in ACTIONS.items() if row.is_command}
