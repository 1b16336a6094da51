"""What does a description ask for: "a red boat on a lake at dusk, with two dogs on the left"?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.sketch.language.draft import ADJECTIVES, NOUNS, STAGED, Draft
from bot.sketch.language.lexer import Lexeme
from bot.sketch.language.steps import (
    Add,
    Flip,
    Noun,
    Recolour,
    Remove,
    Replace,
    Resize,
    Stage,
    Step,
    Unknown,
    Wear,
)  # fmt: skip
from bot.sketch.language.writing import writing
from bot.sketch.vocabulary.colours import colour_name
from bot.sketch.vocabulary.holding import holdable
from bot.sketch.vocabulary.words import BODIES, FIXED, NEAREST

#: Endings of words that say how, not what.
SOFT: Final = ("ly", "ing", "ed", "ish", "ful", "ous", "ive", "able", "ic", "less", "est")


class Description:
    """Reads one clause from left to right."""

    def __init__(self, lexemes: Sequence[Lexeme], quotes: Sequence[str], *, verb: str) -> None:
        self.lexemes = lexemes
        self.quotes = quotes
        self.verb = verb
        self.found: list[Noun] = []
        self.absent: list[Noun] = []
        self.landmarks: set[int] = set()
        self.other: list[Step] = []
        self.loose: list[tuple[str, str | None]] = []
        self.draft = Draft()
        self.relation: str | None = None
        self.place: tuple[float | None, float | None] | None = None
        self.negated = False
        self.instead = False
        self.holding = False
        self.at = 0

    def steps(self) -> list[Step]:
        """Return what the clause asks for."""
        for self.at, lexeme in enumerate(self.lexemes):  # noqa: B020  (the handlers look around)
            self._read(lexeme)
        if self.draft.opened and self.draft.colour and self.found:
            self.found[-1] = replace(self.found[-1], colour=self.draft.colour)
        return self._wearing() + self._adding() + self.other

    def _read(self, lexeme: Lexeme) -> None:
        for handle in (
            self._quote, self._negation, self._facing, self._dressed, self._adjective, self._growth,
            self._staged, self._thing, self._landscape, self._part, self._where, self._link,
        ):  # fmt: skip
            if handle(lexeme):
                return
        if not lexeme.tags:
            self._unknown(lexeme.text)

    def _next(self, offset: int = 1) -> Lexeme:
        index = self.at + offset
        return self.lexemes[index] if 0 <= index < len(self.lexemes) else Lexeme("")

    def _noun_ahead(self) -> bool:
        for lexeme in self.lexemes[self.at + 1 : self.at + 6]:
            if lexeme.has(*NOUNS) or not lexeme.tags:
                return True
            if lexeme.has("relation", "place", "quote", "time"):
                return False
            if not lexeme.has(*ADJECTIVES, "filler"):
                return False
        return False

    def _quote(self, lexeme: Lexeme) -> bool:
        number = lexeme.get("quote")
        if number is None or number >= len(self.quotes):
            return number is not None
        self.other.append(writing(self.lexemes, self.quotes[number], instead=False))
        return True

    def _negation(self, lexeme: Lexeme) -> bool:
        if not lexeme.has("not"):
            return False
        if lexeme.text in {"instead of", "rather than"}:
            self.instead = True
        else:
            self.negated = True
        self.draft = Draft()
        return True

    def _facing(self, lexeme: Lexeme) -> bool:
        if lexeme.text not in {"left", "right", "to the left", "to the right"}:
            return False
        if (
            self._next(-1).text not in {"facing", "looking", "faces", "looks", "turned"}
            or not self.found
        ):
            return False
        self.found[-1] = replace(self.found[-1], flip=lexeme.text.endswith("left"))
        return True

    def _dressed(self, lexeme: Lexeme) -> bool:
        item = lexeme.get("wear")
        if item is None or (lexeme.has("thing") and not self.found and self.verb != "give"):
            return False
        colour, self.relation = self.draft.colour, None
        self.draft = Draft()
        if self.negated:
            self.other.append(Wear(noun=self._last(), item=item, off=True))
        elif self.found and self.found[-1].what == "thing":
            worn = (*self.found[-1].wears, (item, colour))
            self.found[-1] = replace(self.found[-1], wears=worn)
        else:
            self.loose.append((item, colour))
        self.negated = False
        return True

    def _adjective(self, lexeme: Lexeme) -> bool:
        if not lexeme.has(*ADJECTIVES) or (lexeme.has("thing") and not lexeme.has("colour")):
            return False
        if lexeme.has("thing") and not self._noun_ahead():
            return False
        draft = self.draft
        if lexeme.has("colour"):
            self._colour(lexeme.get("colour"))
            return True
        draft.opened = True
        draft.count = (
            lexeme.get("number") or draft.count or (1 if lexeme.text in {"a", "an"} else None)
        )
        draft.scale *= lexeme.get("size") or 1.0
        draft.definite |= lexeme.has("definite")
        draft.all |= lexeme.has("all")
        if (lexeme.has("more") and lexeme.text != "more") or (
            lexeme.text == "more" and self._noun_ahead()
        ):
            draft.more = True
            draft.count = draft.count or lexeme.get("more")
        return True

    def _colour(self, colour: str) -> None:
        if not self._noun_ahead() and self.found and not self.draft.opened:
            self.found[-1] = replace(self.found[-1], colour=colour)
        elif self.draft.colour is None:
            self.draft.colour = colour
            self.draft.opened = True
        else:
            self.draft.second = colour

    def _growth(self, lexeme: Lexeme) -> bool:
        factor = lexeme.get("growth")
        if factor is None:
            return False
        if self._noun_ahead() or not self.found:
            self.draft.scale *= factor
            self.draft.opened = True
        else:
            self.other.append(Resize(noun=self.found[-1], factor=factor))
        return True

    def _staged(self, lexeme: Lexeme) -> bool:
        field = next((tag for tag in STAGED if lexeme.has(tag)), None)
        if field is None or lexeme.has("thing"):
            return False
        if (
            lexeme.text in {"dark", "snowy", "painted", "paper", "ink", "retro"}
            and self._plain_ahead()
        ):
            if lexeme.text == "snowy":
                self.other.append(Stage(field="season", value="winter"))
            return True
        if lexeme.has("surface") and self.draft.colour:
            return False
        if self.negated:
            what = "weather" if field == "weather" else "stage"
            self.absent.append(Noun(what=what, name=lexeme.get(field)))  # type: ignore[arg-type]  # one of two literals
        else:
            self.other.append(Stage(field=field, value=lexeme.get(field)))
        self._close()
        return True

    def _plain_ahead(self) -> bool:
        following = self._next()
        return following.has("thing", "colour", "stage", "surface") or (
            not following.tags and bool(following.text)
        )

    def _thing(self, lexeme: Lexeme) -> bool:
        name = lexeme.get("thing")
        if name is None:
            return False
        noun = self.draft.noun("thing", name, plural=lexeme.has("plural"))
        if self.place is not None:
            noun = replace(noun, across=self.place[0], down=self.place[1])
        if self.negated or self.instead:
            self.absent.append(noun)
            if self.instead and self.found:
                self.other.append(Replace(old=self.absent.pop(), new=self.found.pop()))
        elif self.holding and self.found and holdable(name, self.found[-1].name):
            self.found.append(replace(noun, relation="held", beside=self.found[-1]))
        elif self.relation and self.found:
            target = next(
                (i for i in reversed(range(len(self.found))) if i not in self.landmarks), 0
            )
            self.found[target] = replace(self.found[target], relation=self.relation, beside=noun)
            self.landmarks.add(len(self.found))
            self.found.append(noun)
        else:
            if self.relation:
                self.landmarks.add(len(self.found))
            self.found.append(noun)
        self._close()
        return True

    def _landscape(self, lexeme: Lexeme) -> bool:
        if lexeme.has("it") and self.verb == "remove":
            self.absent.append(Noun(what="it"))
        if not lexeme.has("stage", "surface"):
            return False
        surface, stage = lexeme.get("surface"), lexeme.get("stage")
        if self.negated:
            self.absent.append(Noun(what="stage", name=stage or surface))
        else:
            if surface and self.draft.colour:
                self.other.append(
                    Recolour(noun=Noun(what="surface", name=surface), colour=self.draft.colour)
                )
            if stage == "cliff" and self.found:
                self.found[-1] = replace(self.found[-1], cliff=True)
            if stage:
                self.other.append(Stage(field="stage", value=stage))
        self._close()
        return True

    def _part(self, lexeme: Lexeme) -> bool:
        if not lexeme.has("part", "writing"):
            return False
        if lexeme.text in FIXED and self.draft.colour:
            tone = colour_name(self.draft.colour) or ""
            self.other.append(Unknown(word=f"{tone} {lexeme.text}", plural=lexeme.text[-1] == "s"))
        elif lexeme.has("part") and self.draft.colour and self.found:
            field = "colour" if lexeme.get("part") in BODIES else "accent"
            self.found[-1] = replace(self.found[-1], **{field: self.draft.colour})  # type: ignore[arg-type]  # two text fields
        if lexeme.has("writing") and self.draft.scale != 1:
            self.other.append(Resize(noun=Noun(what="words"), factor=self.draft.scale))
        if lexeme.has("writing") and self.negated:
            self.absent.append(Noun(what="words"))
        self._close()
        return True

    def _where(self, lexeme: Lexeme) -> bool:
        if lexeme.has("place"):
            where = lexeme.get("place")
            if not self.found or (self.draft.opened and not self.relation):
                self.place = where
            else:
                self.draft = Draft()
                noun = self.found[-1]
                across = where[0] if where[0] is not None else noun.across
                down = where[1] if where[1] is not None else noun.down
                self.found[-1] = replace(noun, across=across, down=down)
            self.relation = None
            return True
        if lexeme.has("relation"):
            self.relation = lexeme.get("relation")
            self.draft = Draft()
            return True
        return False

    def _link(self, lexeme: Lexeme) -> bool:
        if lexeme.text in {"with", "of", "for", "to", "about", "like", "wearing"}:
            self.draft = Draft()
            if lexeme.text == "with":
                self.relation = None
        self.holding |= lexeme.text in {"with", "holding", "carrying"}
        return bool(lexeme.tags)

    def _close(self) -> None:
        self.draft = Draft()
        self.relation, self.place = None, None
        self.negated = self.instead = self.holding = False

    def _last(self) -> Noun:
        return self.found[-1] if self.found else Noun(what="it")

    def _unknown(self, word: str) -> None:
        single = word[:-1] if word.endswith("s") and word[:-1] in NEAREST else word
        before, after = self._next(-1), self._next()
        modifies = after.has("thing", "colour", "size", "surface", "stage") or (
            bool(after.text) and not after.tags
        )
        bare = not before.text and not word.endswith("er")
        headed = self.draft.opened or before.text == "with" or bare or before.has("verb")
        soft = word.endswith(SOFT) or len(word) < 3
        verb = not before.text and after.has("definite")
        if self.negated or modifies or verb or before.text in {"for", "about", "to"}:
            return
        if single in NEAREST or (headed and not soft):
            several = single != word or (self.draft.count or 1) > 1
            self.other.append(Unknown(word=single, plural=several))
            self._close()

    def _wearing(self) -> list[Step]:
        if not self.loose:
            return []
        target = next((noun for noun in self.found if noun.what == "thing"), Noun(what="it"))
        if target.definite and target in self.found:
            self.found.remove(target)
        return [Wear(noun=target, item=item, colour=colour) for item, colour in self.loose]

    def _adding(self) -> list[Step]:
        steps: list[Step] = [Remove(noun=noun) for noun in self.absent]
        for index, noun in enumerate(self.found):
            if index in self.landmarks and noun.definite:
                continue
            if noun.flip is not None and noun.definite:
                steps.append(Flip(noun=noun, side="left" if noun.flip else "right"))
                continue
            under = index in self.landmarks and index == 0
            steps.append(Add(noun=noun, put=self.verb == "put", under=under))
        return steps
