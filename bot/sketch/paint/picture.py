"""In which order is a scene painted, and how does it become PNG bytes?"""

import base64
from dataclasses import replace
from typing import Final

import resvg_py

from bot.sketch.dice import Dice
from bot.sketch.paint import far, land, letters, sky, water
from bot.sketch.paint import path as paths
from bot.sketch.paint.canvas import Brush, Canvas
from bot.sketch.paint.dressing import (
    paint_frame,
    paint_road,
    paint_room,
    paint_tufts,
    paint_village,
    paint_woods,
)
from bot.sketch.paint.inks import INKS
from bot.sketch.paint.light import light_of
from bot.sketch.paint.paper import paint_paper
from bot.sketch.paint.things.clothes import wear
from bot.sketch.paint.things.heavens import SUN_BY_TIME
from bot.sketch.paint.things.table import LOOKS
from bot.sketch.paint.weather import paint_weather
from bot.sketch.scene import Quality, Scene, Thing, frame_of, pixels_of
from bot.sketch.standing import spot
from bot.sketch.terrain import CLIFF, Terrain, terrain_of
from bot.sketch.vocabulary.kinds import CELESTIAL, kind_of

#: Width of the small picture that pixel art is blown up from, for a short side.
PIXELS: Final = 128
#: Pencil strokes, as a gradient that repeats: a pattern takes five times as long.
HATCH: Final = (
    '<defs><linearGradient id="hatch" gradientUnits="userSpaceOnUse" spreadMethod="repeat" '
    'x1="0" y1="0" x2="2.9" y2="3.7"><stop offset="0" stop-color="#3d3a3a" stop-opacity="0.55"/>'
    '<stop offset="0.2" stop-color="#3d3a3a" stop-opacity="0.5"/><stop offset="0.34" '
    'stop-color="#3d3a3a" stop-opacity="0"/><stop offset="1" stop-color="#3d3a3a" '
    'stop-opacity="0"/></linearGradient></defs>'
)
GRID: Final = (
    '<defs><pattern id="grid" width="40" height="40" patternUnits="userSpaceOnUse">'
    '<path d="M40 0H0V40" fill="none" stroke="#ffffff" stroke-opacity="0.13"/></pattern></defs>'
)
FALL: Final = ("#d2762c", "#e0a232", "#b5532c", "#c98a2f")
BLOSSOM: Final = ("#f3b8cf", "#f7d0de", "#8fc25a")
LEAFY: Final = frozenset({"tree", "birch", "bush"})


def render(scene: Scene, quality: Quality, share: float = 1.0) -> bytes:
    """Return the scene as PNG, at a share of its full size."""
    width = max(16, round(pixels_of(scene.size)[0] * share))
    document = svg_of(scene, quality)
    if scene.style == "pixel":
        document = _blown_up(scene, document)
    return resvg_py.svg_to_bytes(
        svg_string=document,
        width=width,
        skip_system_fonts=True,
        font_files=[letters.font_file()],
        font_family=letters.FAMILY,
    )


def _blown_up(scene: Scene, document: str) -> str:
    """Render small and show each dot large."""
    frame = frame_of(scene.size)
    small = resvg_py.svg_to_bytes(
        svg_string=document,
        width=round(PIXELS * frame.width / frame.short),
        skip_system_fonts=True,
        font_files=[letters.font_file()],
        shape_rendering="crisp_edges",
    )
    data = base64.b64encode(small).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {frame.width:g} {frame.height:g}" width="{frame.width:g}" '
        f'height="{frame.height:g}"><image width="{frame.width:g}" height="{frame.height:g}" '
        f'image-rendering="optimizeSpeed" xlink:href="data:image/png;base64,{data}"/></svg>'
    )


def svg_of(scene: Scene, quality: Quality) -> str:
    """Return the scene as SVG."""
    frame = frame_of(scene.size)
    canvas = Canvas(frame=frame, light=light_of(scene), quality=quality, ink=INKS[scene.style])
    terrain = terrain_of(scene)
    if scene.style == "pencil":
        canvas.raw(HATCH)
    if scene.photo:
        canvas.raw(
            f'<image width="{frame.width:g}" height="{frame.height:g}" '
            f'preserveAspectRatio="xMidYMid slice" xlink:href="data:image/jpeg;base64,{scene.photo}"/>'
            f'<rect width="{frame.width:g}" height="{frame.height:g}" '
            f'fill="{canvas.ink.tone(canvas.light.ambient)}" style="mix-blend-mode:multiply"/>'
        )
    else:
        _backdrop(canvas, scene, terrain)
    _things(canvas, scene, terrain)
    paint_weather(canvas, scene, terrain)
    _finish(canvas, scene)
    letters.paint_words(canvas, scene)
    return canvas.svg()


def _backdrop(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    if scene.land == "plain":
        land.paint_ground(canvas, scene, terrain)
    elif scene.land != "room":
        sky.paint_sky(canvas, scene, terrain)
    paint_room(canvas, scene, terrain)
    for thing in scene.things:
        if thing.kind in {"sun", "moon"} and not _clouded_over(scene, thing):
            x, y, tall = spot(scene, terrain, thing)
            if scene.land not in {"room", "plain"}:
                sky.paint_glow(canvas, x, y - tall / 2, tall / 2)
    far_things = [t for t in scene.things if t.zone == "sky" and t.kind in CELESTIAL]
    for thing in sorted(far_things, key=lambda t: t.kind == "cloud"):
        _thing(canvas, scene, terrain, thing)
    if scene.land != "plain":
        _landscape(canvas, scene, terrain)


def _landscape(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    """Paint what stands in front of the sky, or of the wall's window."""
    paint_frame(canvas, scene, terrain)
    sky.paint_bolt(canvas, scene, terrain)
    sky.paint_deck(canvas, scene)
    far.paint_far(canvas, scene, terrain)
    land.paint_hills(canvas, scene, terrain)
    paint_woods(canvas, scene, terrain)
    paint_village(canvas, scene, terrain)
    if scene.water in {"sea", "lake"}:
        _waters(canvas, scene, terrain)
    land.paint_ground(canvas, scene, terrain)
    if scene.water == "river":
        _waters(canvas, scene, terrain)
    paint_road(canvas, scene, terrain)
    paint_tufts(canvas, scene, terrain)


def _waters(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    water.paint_water(canvas, scene, terrain)
    for thing in scene.things:
        if thing.kind in {"sun", "moon"} and not _clouded_over(scene, thing):
            water.paint_glitter(canvas, scene, terrain, thing.x * canvas.frame.width)
    far.paint_cliff(canvas, scene, terrain)
    afloat = [thing for thing in scene.things if _afloat(scene, thing)]
    for thing in sorted(afloat, key=lambda t: _depth(scene, terrain, t)):
        _thing(canvas, scene, terrain, thing)


def _root(scene: Scene, thing: Thing) -> Thing:
    """Return what carries it at last: itself where it stands on nothing."""
    below = scene.thing(thing.on) if thing.on else None
    return thing if below is None else _root(scene, below)


def _afloat(scene: Scene, thing: Thing) -> bool:
    dry = scene.land in {"room", "plain", "underwater", "space"}
    return not dry and _root(scene, thing).zone == "water"


def _things(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    """Paint what stands on land, from far to near, then what flies in front of it."""
    done = {
        t.id for t in scene.things if (t.zone == "sky" and t.kind in CELESTIAL) and not scene.photo
    }
    if not scene.photo and scene.water != "none":
        done |= {t.id for t in scene.things if _afloat(scene, t)}
    rest = [thing for thing in scene.things if thing.id not in done]
    rest.sort(
        key=lambda t: (
            _root(scene, t).zone == "sky",
            _depth(scene, terrain, t),
            -t.id if t.on else t.id,  # of those on one table the first named is in front
        )
    )
    for thing in rest:
        _thing(canvas, scene, terrain, thing)


def _depth(scene: Scene, terrain: Terrain, thing: Thing) -> float:
    below = scene.thing(thing.on) if thing.on else None
    if below is not None:
        return _depth(scene, terrain, below) + 0.01
    if thing.on == CLIFF:
        return 0.0
    return spot(scene, terrain, thing)[1]


def _colours(scene: Scene, thing: Thing) -> tuple[str, str]:
    look = LOOKS[thing.kind]
    dice = Dice("colour", thing.seed)
    main, accent = dice.pick(look.mains), dice.pick(look.accents)
    if thing.kind in LEAFY and scene.season == "autumn":
        main = dice.pick(FALL)
    elif thing.kind in LEAFY and scene.season == "spring":
        main = dice.pick(BLOSSOM)
    elif thing.kind in {*LEAFY, "pine"} and (scene.season == "winter" or scene.weather == "snow"):
        main = "#dfe8ee" if thing.kind in LEAFY else "#6f9a8c"
    if thing.kind == "sun":
        main = SUN_BY_TIME.get(scene.time, main)
    return thing.colour or main, thing.accent or accent


def _thing(canvas: Canvas, scene: Scene, terrain: Terrain, thing: Thing) -> None:
    x, y, tall = spot(scene, terrain, thing)
    haze = 0.0 if thing.zone == "sky" or scene.photo else terrain.haze(y)
    if thing.on == CLIFF:
        haze = 0.04
    elif scene.land == "underwater":
        haze = 0.1
    place = paths.Place(x=x, y=y, scale=tall / 100, flip=thing.flip)
    main, accent = _colours(scene, thing)
    if thing.kind in {"sun", "moon"} and _clouded_over(scene, thing):
        return
    look = LOOKS[thing.kind].paint
    kind = kind_of(thing.kind)
    if thing.zone == "ground" and terrain.open_water and not thing.on and not scene.photo:
        half = max(tall * kind.aspect * 0.75, tall * 0.32)
        water.paint_islet(canvas, (x, y), half, rock=kind.name in {"lighthouse", "castle", "tower"})
    wet = _afloat(scene, thing) and scene.water != "none" and not (scene.photo or thing.on)
    if wet and canvas.quality != "low" and scene.style not in {"blueprint", "pencil", "papercut"}:
        mirror = replace(place, stretch=-0.55)
        look(
            Brush(canvas, mirror, seed=thing.seed, haze=min(0.6, haze + 0.2), ghost=0.26),
            main,
            accent,
        )
    brush = Brush(canvas, place, seed=thing.seed, haze=haze)
    look(brush, main, accent)
    if kind.head:
        for item, colour in thing.wears:
            wear(brush, item, colour, kind.head)
    if wet:
        water.paint_wake(canvas, (x, y), tall * kind.aspect * 0.5)


def _clouded_over(scene: Scene, light: Thing) -> bool:
    """Return whether the weather hides the sun or moon; one that people asked for only hides from rain."""
    return scene.weather in {"rain", "storm", "snow"} or (
        light.own and scene.weather in {"cloudy", "fog"}
    )


def _finish(canvas: Canvas, scene: Scene) -> None:
    """Paint what a style lays over the whole picture."""
    frame = canvas.frame
    whole = f'width="{frame.width:g}" height="{frame.height:g}"'
    if scene.style == "blueprint":
        canvas.raw(f'{GRID}<rect {whole} fill="url(#grid)"/>')
        canvas.raw(
            f'<rect x="18" y="18" width="{frame.width - 36:g}" height="{frame.height - 36:g}" '
            'fill="none" stroke="#e8f1ff" stroke-opacity="0.8" stroke-width="2.5"/>'
        )
    elif scene.style == "watercolour":
        paint_paper(canvas, scene.seed)
    elif scene.style == "poster":
        canvas.raw(
            f'<rect x="13" y="13" width="{frame.width - 26:g}" height="{frame.height - 26:g}" '
            'fill="none" stroke="#f4e8cd" stroke-width="26"/>'
        )
