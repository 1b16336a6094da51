"""To whom is a message said: to the bot, to a person, to a group? Pure; the same on all platforms."""

from __future__ import annotations

import re

#: what adapters put in the place of a mention, for `addressed`: the bot, a person, a group
ME, PERSON, GROUP = "\ue000", "\ue001", "\ue002"
#: characters at a message's end in which a name is looked for
_END = 100
#: what may stand before the name of whom something is said to
BEFORE_A_NAME = (
    "hey|hi|hello|hiya|yo|dear|ok|okay|so|thanks|thank you|thx|ty|cc|fyi|ping|sorry|yes|yeah|yep|no|nope|and|but|well|"
    "hmm?|oh|ah|nice|nice one|nice work|great|great work|good job|good morning|morning|congrats|welcome|lol|haha|wow|"
    "@|hola|danke|merci|hallo|ciao|bonjour|looping in|adding|over to you|agree with|agreed|same|right|maybe"
)
#: after these words a name at the end is part of what is said: "a hat on @bob"
LEADS_TO_A_NAME = frozenset(
    """a an the of on in at by to for with from like as and or than behind beside near under over above below into
    onto is be are was draw paint sketch show add put give make replace remove portray picture about around called
    named not between next resembling holding hugging kissing meets meeting vs versus w says saying this that""".split()  # noqa: SIM905 - a table of words
)
#: behind a name: "@Ana's house" is a thing to draw, and said to nobody
_OWNS = r"(?!['’](?:s\b|\s))"
_BEFORE = re.compile(
    rf"^\W*(?:(?:{BEFORE_A_NAME})\b[\s,.!:–-]*)*(?:@(?!easel\b)\w[\w.-]*+|{PERSON}){_OWNS}",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"(?P<word>\w+)?[\s,]*{PERSON}[\s.!?…]*$")
_GROUP = re.compile(
    rf"(?:{GROUP}|(?<!\S)[@!](?:here|channel|everyone|all)\b){_OWNS}", re.IGNORECASE
)


def parse_mentions(marked: str) -> tuple[bool, bool]:
    """Return whether a message mentions the bot, and whether it is said to a person or a group.

    `marked` has ME, PERSON or GROUP in the place of each mention.
    """
    said = marked.strip()
    name = _AFTER.search(said[-_END:])
    called = name is not None and (name["word"] or "").lower() not in LEADS_TO_A_NAME
    return ME in said, bool(_BEFORE.match(said) or _GROUP.search(said)) or called
