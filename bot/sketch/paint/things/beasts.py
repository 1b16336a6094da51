"""How do animals on four legs look? One build, told apart by ears, tails, snouts and marks."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from bot.sketch.paint.canvas import Brush
from bot.sketch.paint.things import Look
from bot.sketch.paint.things.body import legs, neck, tail, trunk
from bot.sketch.paint.things.build import Beast
from bot.sketch.paint.things.face import behind_head, ears, face, head
from bot.sketch.paint.things.marks import marks


def _beast(b: Brush, main: str, accent: str, *, beast: Beast) -> None:
    back, front, gap, _ = beast.legs
    b.ground_shadow(max(abs(back), abs(front)) + gap + 12, 0.1)
    tail(b, beast, main)
    legs(b, beast, main, near=False)
    trunk(b, beast, main)
    neck(b, beast, main)
    marks(b, beast, main, accent)
    legs(b, beast, main, near=True)
    tone = accent if "darkface" in beast.marks else main
    ears(b, beast, tone, near=False)
    behind_head(b, beast, accent)
    head(b, beast, main, tone)
    face(b, beast, tone, accent)
    ears(b, beast, tone, near=True)


def _look(beast: Beast, mains: tuple[str, ...], accents: tuple[str, ...] = ("#f2c53d",)) -> Look:
    return Look(partial(_beast, beast=beast), mains, accents)


BEASTS: Final[Mapping[str, Look]] = {
    "dog": _look(
        Beast(body=(-6, -44, 37, 20), head=(36, -74, 21, 20), snout=(16, 6, 14, 10),
        legs=(-32, 22, 5, 11), neck=(13, 11), tail="up", marks=("chest",)),
        ("#b27a48", "#d9a565", "#8d6a4e", "#e6d3b0"),
    ),
    "cat": _look(
        Beast(body=(-6, -40, 34, 19), head=(32, -69, 23, 20), snout=(11, 6, 11, 8),
        legs=(-30, 20, 5, 10), neck=(12, 11), ears="point", tail="cat",
        marks=("stripe", "cheek")), ("#e09a4e", "#8b8f98", "#d9c3a0", "#5a5560"),
    ),
    "fox": _look(
        Beast(body=(-4, -46, 40, 18), head=(42, -68, 21, 17), snout=(17, 5, 15, 7),
        legs=(-30, 26, 5, 9), neck=(12, 11), ears="point", tail="bush",
        marks=("chest", "cheek", "socks")), ("#e0752f",),
    ),
    "wolf": _look(
        Beast(body=(-4, -50, 40, 20), head=(42, -72, 21, 18), snout=(17, 5, 16, 8),
        legs=(-32, 24, 5, 10), neck=(14, 12), ears="point", tail="bush",
        marks=("chest", "cheek")), ("#7d838e",),
    ),
    "horse": _look(
        Beast(body=(-8, -52, 36, 17), head=(44, -84, 15, 11), snout=(12, 8, 11, 8),
        legs=(-34, 16, 5, 8), neck=(14, 9), ears="point", tail="horse", feet="hooves",
        marks=("crest",)), ("#9a6440", "#7a4f38", "#c9a070", "#e9e2d6"), ("#4a3028",),
    ),
    "cow": _look(
        Beast(body=(-8, -54, 52, 27), head=(54, -72, 20, 17), snout=(11, 9, 13, 10),
        legs=(-44, 30, 6, 11), neck=(17, 14), ears="leaf", tail="cow", feet="hooves",
        marks=("spots", "horns", "snout")), ("#f6f1e8",), ("#4a3f3c", "#8a5a3a"),
    ),
    "sheep": _look(
        Beast(body=(-6, -50, 46, 30), head=(46, -62, 17, 18), snout=(6, 9, 10, 8),
        legs=(-28, 22, 5, 9), ears="leaf", tail="stub", feet="hooves",
        marks=("wool", "darkface", "poll")), ("#f4efe4",), ("#4b4344", "#e8d3b8"),
    ),
    "pig": _look(
        Beast(body=(-8, -46, 52, 32), head=(44, -58, 24, 23), snout=(14, 6, 13, 11),
        legs=(-38, 22, 6, 13), ears="point", tail="curl", feet="hooves", marks=("pig",)),
        ("#f2a7ad",),
    ),
    "bear": _look(
        Beast(body=(-8, -50, 46, 31), head=(44, -72, 25, 23), snout=(14, 8, 14, 10),
        legs=(-36, 22, 7, 18), neck=(18, 16), ears="round", tail="stub", marks=("snout",)),
        ("#8a5c3e", "#6b4a38"), ("#d2ab80",),
    ),
    "lion": _look(
        Beast(body=(-12, -48, 42, 22), head=(38, -70, 20, 19), snout=(11, 7, 12, 9),
        legs=(-40, 18, 6, 13), neck=(14, 12), ears="round", tail="tuft", marks=("mane",)),
        ("#e3b062",), ("#a8622e",),
    ),
    "deer": _look(
        Beast(body=(-8, -44, 29, 14), head=(36, -70, 12, 10), snout=(9, 5, 9, 6),
        legs=(-28, 12, 4, 6), neck=(11, 7), ears="leaf", tail="stub", feet="hooves",
        marks=("antlers", "belly")), ("#b07a48",),
    ),
    "mouse": _look(
        Beast(body=(-8, -34, 42, 28), head=(32, -48, 24, 21), snout=(16, 5, 14, 10),
        legs=(-24, 18, 5, 9), ears="big", tail="thin", marks=("belly",)), ("#a9a5a8", "#c9b8a6"),
    ),
}  # fmt: skip
