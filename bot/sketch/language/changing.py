"""What does a clause with a verb of change ask for: "make the boat red", "move it to the left"?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.sketch.language.draft import ADJECTIVES, STAGED, Draft
from bot.sketch.language.lexer import Lexeme
from bot.sketch.language.steps import (
    Add,
    Copy,
    Flip,
    Move,
    Noun,
    Recolour,
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
from bot.sketch.vocabulary.owners import OWNERS
from bot.sketch.vocabulary.words import BODIES, FIXED, NEAREST, SEVERAL

DARKER: Final = frozenset({"darker", "dimmer"})
BRIGHTER: Final = frozenset({"brighter", "lighter", "sunnier"})
STEPS: Final = {
    "left": "left", "right": "right", "up": "up", "down": "down", "higher": "up", "lower": "down",
    "upwards": "up", "downwards": "down", "to the left": "left", "to the right": "right",
    "closer": "down", "nearer": "down", "back": "up", "forward": "down", "further away": "up",
}  # fmt: skip


class Change:
    """Reads one clause: what it is about, and what is to become of it."""

    def __init__(
        self, lexemes: Sequence[Lexeme], quotes: Sequence[str], *, verb: str, topic: Noun | None
    ) -> None:
        self.lexemes = lexemes
        self.quotes = quotes
        self.verb = verb
        self.topic = topic
        self.subject: Noun | None = None
        self.target: Noun | None = None
        self.beside: Noun | None = None
        self.relation: str | None = None
        self.part = False
        self.named = ""
        self.fixed = ""
        self.side: float | None = None
        self.draft = Draft()
        self.out: list[Step] = []
        self.at = 0

    @property
    def about(self) -> Noun:
        """What the clause is about: named, else what was spoken of last."""
        return self.subject or self.topic or Noun(what="it")

    def steps(self) -> list[Step]:
        """Return what the clause asks for."""
        for self.at, lexeme in enumerate(self.lexemes):  # noqa: B020  (the handlers look around)
            for handle in (
                self._quote, self._part, self._wear, self._pronoun, self._adjective, self._staged,
                self._thing, self._surface, self._size, self._where, self._light,
            ):  # fmt: skip
                if handle(lexeme):
                    break
            else:
                if not lexeme.tags:
                    self._unknown(lexeme.text)
        return self._done()

    def _quote(self, lexeme: Lexeme) -> bool:
        number = lexeme.get("quote")
        if number is None or number >= len(self.quotes):
            return False
        instead = self.verb != "write"
        self.out.append(writing(self.lexemes, self.quotes[number], instead=instead))
        return True

    def _part(self, lexeme: Lexeme) -> bool:
        if lexeme.has("writing") and not any(x.has("quote") for x in self.lexemes):
            self.subject = self.subject or Noun(what="words")
            self.draft = Draft()
            return True
        if not lexeme.has("part") or lexeme.has("thing"):
            return False
        self.part = lexeme.get("part") not in BODIES
        self.named = lexeme.text if lexeme.text in OWNERS else lexeme.text.removesuffix("s")
        self.fixed = lexeme.text if lexeme.text in FIXED else ""
        if self.draft.colour:
            self._paint(self.draft.colour)
        self.draft = Draft()
        return True

    def _wear(self, lexeme: Lexeme) -> bool:
        item = lexeme.get("wear")
        if item is None or (lexeme.has("thing") and self.subject is None and self.verb != "give"):
            return False
        if self.verb in {"make", "flip"} and self.draft.definite:
            self.topic = self.topic or Noun(what="it")
        self.out.append(Wear(noun=self.about, item=item, colour=self.draft.colour))
        self.draft = Draft()
        return True

    def _pronoun(self, lexeme: Lexeme) -> bool:
        if lexeme.text == "everything" and self.subject is None:
            self.subject = Noun(what="everything", all=True)
            return True
        if not lexeme.has("it") or (lexeme.has("definite") and self._noun_follows()):
            return False
        if self.subject is None:
            self.subject = self.topic or Noun(what="it", plural=lexeme.text in SEVERAL)
        return True

    def _noun_follows(self) -> bool:
        for lexeme in self.lexemes[self.at + 1 : self.at + 5]:
            if (
                lexeme.has("thing", "surface", "stage", "part", "wear", "writing")
                or not lexeme.tags
            ):
                return True
            if not lexeme.has(*ADJECTIVES, "filler"):
                return False
        return False

    def _adjective(self, lexeme: Lexeme) -> bool:
        if not lexeme.has(*ADJECTIVES) or lexeme.has("thing") or lexeme.has("growth"):
            return False
        if lexeme.has("colour") and not self._noun_follows():
            self._paint(lexeme.get("colour"))
            return True
        self.draft.opened = True
        self.draft.colour = lexeme.get("colour") or self.draft.colour
        self.draft.count = lexeme.get("number") or self.draft.count
        self.draft.definite |= lexeme.has("definite")
        self.draft.all |= lexeme.has("all")
        if lexeme.has("size"):
            if self._noun_follows():
                self.draft.scale *= lexeme.get("size")
            else:
                self.out.append(Resize(noun=self.about, factor=lexeme.get("size")))
        return True

    def _paint(self, colour: str) -> None:
        if self.fixed:
            word = f"{colour_name(colour) or ''} {self.fixed}"
            self.out.append(Unknown(word=word, plural=word.endswith("s")))
            return
        if self.out and isinstance(self.out[-1], Wear):  # "change the hat to red"
            self.out[-1] = replace(self.out[-1], colour=colour)
            return
        step = Recolour(noun=self.about, colour=colour, accent=self.part, part=self.named)
        self.out.append(step)

    def _staged(self, lexeme: Lexeme) -> bool:
        field = next((tag for tag in STAGED if lexeme.has(tag)), None)
        if (
            field is None
            or lexeme.has("thing")
            or (lexeme.has("surface") and self._predicate_colour())
        ):
            return False
        self.out.append(Stage(field=field, value=lexeme.get(field)))
        self.draft = Draft()
        return True

    def _predicate_colour(self) -> bool:
        return any(lexeme.has("colour") for lexeme in self.lexemes)

    def _thing(self, lexeme: Lexeme) -> bool:
        name = lexeme.get("thing")
        if name is None:
            return False
        noun = self.draft.noun("thing", name, plural=lexeme.has("plural"))
        noun = replace(noun, side=self.side)
        self.draft, self.side = Draft(), None
        if self.verb == "give" and self.subject is not None and not noun.definite:
            held = holdable(name, self.subject.name) or self.subject.what == "it"
            beside = replace(self.subject, definite=True)
            self.out.append(
                Add(noun=replace(noun, relation="held" if held else "near", beside=beside))
            )
        elif self.relation in {"in", None} and self.subject is not None:
            self.target = self.target or noun
        elif self.relation and self.relation != "in":
            self.beside = noun
        else:
            self.subject = noun
        return True

    def _surface(self, lexeme: Lexeme) -> bool:
        if not lexeme.has("surface", "stage"):
            return False
        surface, stage = lexeme.get("surface"), lexeme.get("stage")
        opened = self.draft
        self.draft = Draft()
        about_stage = self.subject is not None and self.subject.what in {
            "it",
            "surface",
            "everything",
        }
        if surface and self.subject is None:
            self.subject = Noun(what="surface", name=surface)
        elif stage and (about_stage or self.subject is not None):
            self.out.append(Stage(field="stage", value=stage, instead=about_stage))
            if surface and opened.colour:
                self.out.append(
                    Recolour(noun=Noun(what="surface", name=surface), colour=opened.colour)
                )
        elif stage:
            self.subject = Noun(what="stage", name=stage)
        return True

    def _size(self, lexeme: Lexeme) -> bool:
        factor = lexeme.get("growth")
        if factor is None:
            return False
        self.out.append(Resize(noun=self.about, factor=factor))
        return True

    def _where(self, lexeme: Lexeme) -> bool:
        facing = {x.text for x in self.lexemes} & {"facing", "look", "looking", "face"}
        if lexeme.text in {"left", "right", "to the left", "to the right"} and facing:
            self.out.append(Flip(noun=self.about, side=lexeme.text.split()[-1]))
            return True
        if lexeme.has("place"):
            across, down = lexeme.get("place")
            if self.draft.definite and self._noun_follows():
                self.side = across
                return True
            plain = lexeme.text in STEPS and self.verb == "move"
            if plain:
                self.out.append(Move(noun=self.about, step=STEPS[lexeme.text]))
            else:
                self.out.append(Move(noun=replace(self.about, across=across, down=down)))
            return True
        if lexeme.text in STEPS and self.verb == "move":
            self.out.append(Move(noun=self.about, step=STEPS[lexeme.text]))
            return True
        if lexeme.has("relation"):
            self.relation = lexeme.get("relation")
            return True
        return False

    def _light(self, lexeme: Lexeme) -> bool:
        if lexeme.text in DARKER | BRIGHTER:
            value = "darker" if lexeme.text in DARKER else "brighter"
            self.out.append(Stage(field="light", value=value))
            return True
        return False

    def _unknown(self, word: str) -> None:
        single = word[:-1] if word.endswith("s") and word[:-1] in NEAREST else word
        if word in DARKER | BRIGHTER:
            self._light(Lexeme(word))
        elif single in NEAREST or (
            self.draft.opened and not word.endswith(("ly", "er", "ing", "ed"))
        ):
            self.out.append(Unknown(word=single, plural=single != word))
            self.draft = Draft()

    def _done(self) -> list[Step]:
        about = self.about
        if self.beside is not None and self.relation:
            self.out.append(Move(noun=replace(about, relation=self.relation, beside=self.beside)))
        if self.target is not None:
            if self.verb == "make" and self.target.count and about.what == "it":
                self.out.append(Resize(noun=replace(self.target, all=True), factor=1.0))
            elif about.name != self.target.name or about.what != "thing":
                self.out.append(Replace(old=about, new=self.target))
        return self.out + self._by_verb(about)

    def _by_verb(self, about: Noun) -> list[Step]:
        if self.verb == "copy":
            return [Copy(noun=about)]
        if self.verb == "flip" or (self.verb == "make" and _turned(self.lexemes) and not self.out):
            return [Flip(noun=about)] if not any(isinstance(s, Flip) for s in self.out) else []
        if self.verb == "grow" and not any(isinstance(s, Resize) for s in self.out):
            return [Resize(noun=about, factor=1.4)]
        if self.verb == "shrink" and not any(isinstance(s, Resize) for s in self.out):
            return [Resize(noun=about, factor=0.7)]
        return []


def _turned(lexemes: Sequence[Lexeme]) -> bool:
    """Return whether "turn it around" is said, or "the other way"."""
    texts = [lexeme.text for lexeme in lexemes]
    return texts[-1:] in (["around"], ["round"]) or texts[-2:] == ["other", "way"]
