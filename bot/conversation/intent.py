"""Is a message a prompt, or do people talk: to each other, in thanks, by an emoji? Pure; the same on all platforms.

When in doubt it is a prompt in a canvas's thread, and never elsewhere. The words are in `bot.conversation.smalltalk`.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.conversation import smalltalk

if TYPE_CHECKING:
    from bot.ports.messages import IncomingMessage


class Talk(StrEnum):
    """What a message says that asks for no picture."""

    #: hi, good morning
    GREETING = "greeting"
    #: what can you do?
    HOW = "how"
    #: yes, no, ok, 👍, and praise: where the model asked something, an answer
    YES = "yes"
    #: thanks, lol, brb
    CHAT = "chat"
    #: emoji, a link or marks alone
    SIGNS = "signs"
    #: said or asked among people: "what do you all think?"
    PEOPLE = "people"


_LINK = re.compile(
    r"<?(?:https?://|www\.)\S+|(?<!\S)(?:[\w-]+\.)+(?:com|net|org|io|gg|co|me|dev|app|gif)(?:/\S*)?(?!\S)",
    re.IGNORECASE,
)
#: pictographs, with what joins, colours and flags them; keycaps; Discord's own and both platforms' short names
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\xa9\xae\u203c\u2049\u2122\u2139\ufe0e\ufe0f\u200d\U000e0020-\U000e007f]"
    "|[0-9#*]\ufe0f?\u20e3"
    r"|<a?:\w+:\d+>|(?<![\w:]):(?=[^\s:]*[a-z+-]|100:)[\w+'-]+:(?::skin-tone-[2-6]:)?(?!\w)",
    re.IGNORECASE,
)
_FACES = re.compile(
    r"(?<!\w)(?:[:;=]['’]?[-o]?[()\[\]dpo3*/\\|sx]+|x+d+|<3+|</3|\\o/|[oO]/|\^[_.-]?\^|[>t-]_+[<t-]|o_+o|"
    r"[(（][^\s()（）]{1,10}[)）][^\s\w]*|¯\S*¯|:'?-?\()(?!\w)",
    re.IGNORECASE,
)
#: letters that faces are made of, and no words
_OF_FACES = re.compile(r"[ツωДдヮ∀oOTtuUvVxXQqД_益皿ʖᴥ]")
#: gestures beside words do not change what the words ask for
_GESTURE = re.compile(
    "[\U0001f600-\U0001f64f\U0001f90c-\U0001f92f\U0001f970-\U0001f97a\U0001f440-\U0001f450\U0001f493-\U0001f49f"
    "\U0001f590-\U0001f596\U0001f389\U0001f38a\U0001f525\U0001f680\U0001f4af\u2705\u2714\u2728\u2764\u270a-\u270d"
    "\U0001f3fb-\U0001f3ff\U0001fae0-\U0001faf8\ufe0f\u200d]|(?<![\\w:]):[\\w+'-]+:(?!\\w)"
)
_SAYS_YES = re.compile(
    "[\U0001f44d\U0001f44e\U0001f44c\U0001f197\U0001f4af\u2705\u2714\u274c\u2611]|[0-9]\ufe0f?\u20e3|[\U0001f170\U0001f171]"
    "|:(?:\\+1|-1|thumbs_?up|thumbs_?down|ok_hand|ok|100|white_check_mark|heavy_check_mark|x|one|two|three|four):"
)
_RUN = re.compile(r"(.)\1{2,}")
_EACH_RUN = re.compile(r"(.)\1+")
_LAUGHS = re.compile(
    r"(?:b?w?a?(?:ha|he|hi|ho|hah|heh){2,}h?|(?:ja|je){2,}j?|(?:ха|хе|хи){2,}|lo+l(?:ol)*|lu+l|k{3,}|w{3,}|(?:rs){2,}|"
    r"5{3,}|[ᄏᄒ]{2,}|[ᅲᅮ]{2,}|草+|笑+|哈{2,}|h+m+|m+h+m+|a+h+|o+h+|a+w+|e+h+|u+h+m*|wo+w+|who+a+|wo+ah|yay+|ya+s+|woo+(?:hoo+)?|g+r+|ugh+|a+rgh+)"
)
_LONGEST_PHRASE = 5
_LONGEST = 160
#: characters of a message, links and emoji with it, that may still be talk; and of its end that may call somebody
_LONGEST_LOOKED_AT = 2000

_DRAWS = re.compile(
    r"\b(?:draw|paint|sketch|render|generate|make(?! sense)|add|remove|change|put|replace|turn|give|colou?r|crop|zoom|"
    r"blur|brighten|darken|move|swap|erase|delete|rotate|flip|use|picture|image|background|more|less|logo|poster|banner|sticker|card|sign|"
    r"icon|style|colou?rs?|sky|font|bigger|smaller|larger)\b"
)


def strip_marks(text: str, *, only_gestures: bool = False) -> str:
    """Take emoji, faces and the marks of formatting off a text."""
    text = (_GESTURE if only_gestures else _EMOJI).sub(" ", text)
    text = _FACES.sub(lambda found: found[0] if _is_words(found[0]) else " ", text)
    return text.strip(" \t\n`*_~\"'“”‘’«»>|")


def _is_words(face: str) -> bool:
    """Return what stands in brackets from a face."""
    return face[0] in "(（" and any(one.isalnum() for one in _OF_FACES.sub("", face))


def classify_talk(text: str) -> Talk | None:
    """Return what a message says that asks for no picture; None: it may be a prompt, or there are no words."""
    if not text.strip() or len(text) > _LONGEST_LOOKED_AT:
        return None
    without = strip_marks(_LINK.sub(" ", text))
    if not any(one.isalnum() for one in without) and without.strip() not in {"+1", "-1"}:
        alone = text.strip()
        return Talk.YES if _SAYS_YES.search(alone) and not _LINK.search(alone) else Talk.SIGNS
    plain = unicodedata.normalize("NFKC", without).casefold().replace("’", "'").replace("`", "'")
    if len(plain) > _LONGEST:
        return None
    said = " ".join(plain.split()).strip(" .!…")
    if smalltalk.HOW.fullmatch(said.rstrip("?").strip()):
        return Talk.HOW
    found = Talk.YES if said in {"+1", "-1"} else _classify_phrases(_split_words(plain))
    if found is not None:
        return found
    return None if _DRAWS.search(said) or not smalltalk.PEOPLE.match(said) else Talk.PEOPLE


def _split_words(plain: str) -> list[str]:
    """Return the words of a text, without apostrophes and other marks."""
    parts = (
        one if one.isalnum() or unicodedata.category(one)[0] == "M" else " "
        for one in plain.replace("'", "")
    )
    return "".join(parts).split()


def _classify_phrases(words: list[str]) -> Talk | None:
    """Return what words say that are nothing but small talk; None: they say more."""
    kinds: set[str] = set()
    at = 0
    while at < len(words):
        length, kind = _find_phrase(words, at)
        if not length:
            return None
        kinds.add(kind)
        at += length
    if "slang" in kinds:  # "sick" alone may be meant, "that is sick" is praise
        kinds |= {"praise"} if "filler" in kinds else {""}
    told = kinds - {"filler", "slang"}
    if not told or "" in told:
        return None
    if told <= {"greeting"}:
        return Talk.GREETING
    return Talk.YES if told & {"yes", "praise"} and not told & {"thanks"} else Talk.CHAT


def _find_phrase(words: list[str], at: int) -> tuple[int, str]:
    """Find the longest known phrase at a word; 0: none begins there."""
    if _LAUGHS.fullmatch(words[at]) and words[at] not in smalltalk.PHRASES:
        return 1, "chat"
    for length in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
        said = " ".join(words[at : at + length])
        kind = smalltalk.PHRASES.get(said)
        if kind is None and _RUN.search(said):
            kind = smalltalk.PHRASES.get(_RUN.sub(r"\1", said)) or _SQUEEZED.get(
                _EACH_RUN.sub(r"\1", said)
            )
        if kind is not None:
            return length, kind
    return 0, ""


_SQUEEZED = {_EACH_RUN.sub(r"\1", said): kind for said, kind in smalltalk.PHRASES.items()}


def is_to_easel(message: IncomingMessage, replies: str) -> bool:
    """Return whether a message is said to Easel, in a thread that takes these replies."""
    if message.mentioned or message.literal:
        return True
    return replies != "mentioned" and not (message.to_others or message.answers_person)
