"""How does a scene become PNG bytes?"""

import base64
import re
from functools import cache
from html import escape
from textwrap import wrap
from typing import Final

import resvg_py

from bot.sketch.backdrop import Canvas, canvas_of, paint_backdrop
from bot.sketch.compose import HEAVENLY, INSIDE
from bot.sketch.photo import with_scene
from bot.sketch.scene import Scene, Thing, Words, dice, dump
from bot.sketch.things import ASSETS, apart, brightness, inside, lit, mix, recoloured, rows

FAMILY: Final = "Nunito ExtraBold"
_FONT: Final = str(ASSETS / ".." / "font" / "Nunito-ExtraBold.ttf")
_HEAD: Final = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
#: Letters that our font lacks: the system's fonts are looked through for them.
_FOREIGN: Final = re.compile(r"[\u0590-\u1dff\u2e80-\ud7ff\uf900-\ufdff\uff00-\uffee]")
_COARSE: Final = {style: float(share) for style, share in rows("coarse.txt")}
MOST_LINES: Final = 4
ACCENTS: Final = ("#2f6fe0", "#17a2a2", "#e0662f", "#8a4fd0", "#35a853")
LINE: Final = 22  #: Words longer than this many letters are wrapped.
#: What is stood on in its middle, not on its top.
_HULLS: Final = frozenset({"skateboard", "sailboat", "canoe"})
#: How wide letters are, as shares of the font's size.
_WIDTHS: Final = dict.fromkeys("iljtfrI.,:;'!|() ", 0.34) | dict.fromkeys("mwMW@%&", 0.92)
#: Where a thing is on the canvas: the middle of its foot, and how tall it is.
Spot = tuple[float, float, float]


def render(scene: Scene, share: float = 1.0) -> bytes:
    """Return the scene as PNG, at a share of its full size."""
    canvas, pixels = _painted(scene), int(scene.size.partition("x")[0])
    if coarse := _COARSE.get(scene.style):
        width = max(16, round(pixels * min(share, coarse)))
        small = base64.b64encode(_png(canvas.svg(_HEAD), width)).decode()
        how = "pixelated" if scene.style == "pixel" else "smooth"
        how = f'width="100%" height="100%" style="image-rendering:{how}"'
        canvas.parts[:] = [f'<image {how} xlink:href="data:image/png;base64,{small}"/>']
    if scene.style == "watercolour":
        canvas.layer("margin", 0, lit_too=False)
    used = dict.fromkeys(("top", "middle", "bottom"), 0.0)
    for words in scene.words:
        used[words.row] += _write(canvas, words, used[words.row])
    return _png(canvas.svg(_HEAD), max(16, round(pixels * share)))


def _png(document: str, width: int) -> bytes:
    ours = _FOREIGN.search(document) is None
    return resvg_py.svg_to_bytes(
        svg_string=document, width=width, skip_system_fonts=ours, font_files=[_FONT], font_family=FAMILY,
    )  # fmt: skip


def finished(scene: Scene) -> bytes:
    """Return the PNG with its scene in it."""
    return with_scene(render(scene), dump(scene))


def _painted(scene: Scene) -> Canvas:
    canvas = canvas_of(scene)
    effect = dict(rows("styles.txt")).get(scene.style)
    if effect:
        canvas.parts.append(
            '<filter id="style" x="0" y="0" width="1" height="1" color-interpolation-filters="sRGB">'
            f'{effect}</filter><g filter="url(#style)"><rect width="100%" height="100%" '
            f'fill="{canvas.light.sky[-1]}"/>'
        )
    paint_backdrop(canvas)
    if scene.layout != "none":
        _lay_out(canvas)
    for thing, spot in _laid(canvas) or _placed(canvas):
        _paint(canvas, thing, spot)
    if scene.weather in {"rain", "storm", "snow", "fog"} and scene.land not in INSIDE:
        canvas.layer(scene.weather, canvas.horizon if scene.weather == "fog" else 0)
    canvas.parts.append("</g>" if effect else "")
    return canvas


@cache
def _layout(name: str) -> tuple[str, tuple[tuple[float, ...], ...]]:
    """Return a layout's drawing, and where it puts things: which, x, y and height."""
    text = (ASSETS / "layouts" / f"{name}.svg").read_text()
    found = re.search(r'data-spots="([^"]*)"', text)
    spots = found[1].split(";") if found else ()
    return inside(text), tuple(tuple(map(float, spot.split())) for spot in spots)


def _layout_of(scene: Scene) -> tuple[str, tuple[tuple[float, ...], ...]]:
    if scene.layout == "diagram" and len(scene.things) == 3:
        return _layout("diagram-3")
    return _layout("card" if scene.layout == "birthday" else scene.layout)


def _lay_out(canvas: Canvas) -> None:
    """Lay a logo's, an icon's, a card's, a chart's or a diagram's frame around the middle."""
    scene = canvas.scene
    accent = scene.tints.get("ground") or dice("accent", scene.seed).choice(ACCENTS)
    deep, pale = mix(accent, "#12163c", 0.35), mix(accent, "#ffffff", 0.72)
    shades = {"accent": accent, "deep": deep, "pale": pale}
    body = re.sub(r'"(accent|deep|pale)"', lambda m: f'"{shades[m[1]]}"', _layout_of(scene)[0])
    canvas.group(f"translate({canvas.width / 2:g} {canvas.height / 2:g})", body)


def _laid(canvas: Canvas) -> list[tuple[Thing, Spot]]:
    """Return the things where a layout wants them; none where it leaves that open."""
    spots = _layout_of(canvas.scene)[1] if canvas.scene.layout != "none" else ()
    things = [thing for thing in canvas.scene.things if thing.kind != "cloud"]
    if not spots or not things:
        return []
    if canvas.scene.layout == "chart":
        things = list({thing.kind: thing for thing in things}.values())
    x, y = canvas.width / 2, canvas.height / 2
    return [
        (things[int(which) % len(things)], (x + right, y + down + tall / 2, tall))
        for which, right, down, tall in spots
    ]


def _placed(canvas: Canvas) -> list[tuple[Thing, Spot]]:
    scene = canvas.scene

    def order(thing: Thing) -> tuple[float, float, int]:
        below = scene.thing(thing.on) or thing
        level = -1 if thing.kind in HEAVENLY else ("sky", "water", "ground").index(below.zone)
        return level, below.y, thing.id if thing.on is None else 2_000_000

    return [(thing, _spot(canvas, thing)) for thing in sorted(scene.things, key=order)]


def _spot(canvas: Canvas, thing: Thing) -> Spot:
    scene, height = canvas.scene, canvas.height
    x, tall = thing.x * canvas.width, thing.size * 1000
    if (below := scene.thing(thing.on)) is not None:
        across, foot, under = _spot(canvas, below)
        beside = [other.id for other in scene.things if other.on == thing.on]
        across += (beside.index(thing.id) - (len(beside) - 1) / 2) * tall * 0.8
        return across, foot - under * (0.34 if below.kind in _HULLS else 0.72), tall
    if thing.zone == "sky" or scene.land in {"space", "underwater"}:
        floor = height if scene.land in {"space", "underwater"} else canvas.horizon
        return x, max(tall * 1.04, thing.y * floor + tall * 0.3), tall
    if thing.zone == "water":
        top = canvas.horizon + 0.04 * height
        y = top + thing.y * (canvas.shore - top)
    elif "cliff" in scene.far and thing.kind in {"lighthouse", "house", "castle"}:
        return canvas.width * 0.8, canvas.horizon - 0.1 * height, tall
    else:
        top = canvas.shore + 0.035 * height
        y = top + thing.y * (height * 0.97 - top)
    if scene.land in {"room", "plain"}:
        return x, y, tall
    near = (y - canvas.horizon) / max(1.0, height - canvas.horizon)
    return x, y, tall * (0.66 + 0.42 * near)


def _paint(canvas: Canvas, thing: Thing, spot: Spot) -> None:
    scene, light, (x, foot, tall) = canvas.scene, canvas.light, spot
    body = recoloured(thing.kind, thing.colour)
    if thing.kind in {"sun", "full-moon"}:
        fill = canvas.fade((light.glow, 0.7), (light.glow, 0.2), (light.glow, 0), outwards=True)
        canvas.oval(x, foot - tall / 2, tall * 1.6, tall * 1.6, fill)
        if scene.water in {"sea", "lake"} and scene.land not in INSIDE:
            body_of_light, _ = _layout("glitter")
            down = (canvas.shore - canvas.horizon) / 430
            at = f"translate({x:.0f} {canvas.horizon:.0f}) scale(1 {down:.3f})"
            canvas.group(at, f'<g fill="{light.glow}">{body_of_light}</g>')
    else:
        bright = thing.zone == "sky" and thing.kind != "cloud"
        body = lit(body, mix(light.ambient, "#ffffff", 0.5 if bright else 0.12))
    if scene.layout == "none" and thing.on is None and scene.land not in {"space", "underwater"}:
        if thing.zone == "ground":
            shade = canvas.fade(("#10142c", 0.42), ("#10142c", 0), outwards=True)
            canvas.oval(x, foot - tall * 0.01, tall * 0.52, tall * 0.085, shade)
        elif thing.zone == "water":
            canvas.oval(x, foot - tall * 0.02, tall * 0.5, tall * 0.05, canvas.lit("#ffffff"), 0.35)
    scale, side = tall / 30, -1 if thing.flip else 1
    at = f"translate({x - 16 * side * scale:.1f} {foot - 30.6 * scale:.1f}) scale({side * scale:.4f} {scale:.4f})"
    number = len(canvas.parts)
    if scene.style == "papercut":
        shadow = apart(lit(body, "#000000"), f"{number}s")
        canvas.parts.append(f'<g transform="translate(7 10) {at}" opacity="0.22">{shadow}</g>')
    canvas.group(at, apart(body, number))


def _wrapped(text: str) -> list[str]:
    lines = wrap(text, LINE, break_long_words=False, break_on_hyphens=False)
    whole, rest = lines[: MOST_LINES - 1], " ".join(lines[MOST_LINES - 1 :])
    return [*whole, rest] if rest else whole


def _write(canvas: Canvas, words: Words, offset: float) -> float:
    """Set a line of words; return how much room it took."""
    lines, width, height = _wrapped(words.text), canvas.width, canvas.height
    widest = max(sum(_WIDTHS.get(c, 1.0 if c > "\u2e80" else 0.64) for c in line) for line in lines)
    size = min(width * 0.86 / max(widest, 1), 125 * words.size, height * 0.5 / len(lines))
    tall = size * 1.08 * len(lines)
    top = {"top": height * 0.065 + offset, "middle": (height - tall) / 2 + offset}
    first = top.get(words.row, height * 0.94 - tall - offset)
    plain = canvas.scene.land == "plain" or canvas.scene.layout != "none"
    fill = words.colour or ("#2b2f45" if plain else "#fffaf0")
    edge = "#fffaf0" if brightness(fill) < 0.45 else mix(canvas.light.sky[0], "#151a38", 0.55)
    for index, line in enumerate(lines):
        down = first + size * (0.84 + 1.08 * index)
        body = (
            f'<text x="{width / 2:.1f}" y="{down:.1f}" font-family="{FAMILY}" '
            f'font-size="{size:.1f}" text-anchor="middle"'
        )
        shown = escape(line, quote=True)
        canvas.parts.append(
            f'{body} fill="none" stroke="{edge}" stroke-opacity="0.85" stroke-width="{size * 0.13:.1f}" '
            f'stroke-linejoin="round">{shown}</text>{body} fill="{fill}">{shown}</text>'
        )
    return tall + size * 0.2
