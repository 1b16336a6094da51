"""What falls or drifts in front of everything?"""

from bot.sketch.dice import Dice
from bot.sketch.paint import path as paths
from bot.sketch.paint.canvas import Blend, Canvas, Shape
from bot.sketch.scene import Scene
from bot.sketch.terrain import Terrain


def paint_weather(canvas: Canvas, scene: Scene, terrain: Terrain) -> None:
    """Paint rain, snow, fog or wind over the picture."""
    if scene.land in {"room", "space", "underwater"}:
        return
    dice = Dice("weather", scene.seed)
    if scene.weather in {"rain", "storm"}:
        _rain(canvas, dice, wild=scene.weather == "storm")
    elif scene.weather == "snow":
        _snow(canvas, dice)
    elif scene.weather == "fog":
        _fog(canvas, dice, terrain)
    elif scene.weather == "wind":
        _wind(canvas, dice, terrain)


def _rain(canvas: Canvas, dice: Dice, *, wild: bool) -> None:
    frame = canvas.frame
    amount = {"low": 70, "medium": 170, "high": 300}[canvas.quality]
    lean = -44 if wild else -16
    colour = canvas.seen("#e4eef8")
    for _ in range(amount):
        x, y = dice.real(-20, frame.width + 60), dice.real(-40, frame.height)
        length = dice.real(0.5, 1.2)
        d = f"M{x:.0f} {y:.0f}L{x + lean * length:.0f} {y + 62 * length:.0f}"
        canvas.line(d, colour, dice.real(0.9, 2.2), dice.real(0.2, 0.5))


def _snow(canvas: Canvas, dice: Dice) -> None:
    frame = canvas.frame
    amount = {"low": 60, "medium": 150, "high": 260}[canvas.quality]
    colour = canvas.ink.tone("#ffffff")
    for _ in range(amount):
        near = dice.real() ** 2.2
        x, y, radius = dice.real(0, frame.width), dice.real(0, frame.height), 1.8 + 6.5 * near
        d = paths.oval((x, y, radius, radius))
        canvas.add(Shape(d=d, fill=colour, alpha=0.9 - 0.4 * near, role="mark"))


def _fog(canvas: Canvas, dice: Dice, terrain: Terrain) -> None:
    frame = canvas.frame
    colour = canvas.seen("#eef1f2", 0.35)
    for index in range(4):
        y = terrain.horizon - frame.height * 0.1 + index * frame.height * 0.1
        half = frame.height * (0.09 + 0.02 * index)
        x = frame.width * dice.real(0.3, 0.7)
        d = paths.oval((x, y, frame.width * 0.85, half))
        fill: str | Blend = colour
        if not canvas.flat:
            fill = Blend(
                stops=((0, colour, 0.72), (0.5, colour, 0.45), (1, colour, 0)),
                vector=(0.5, 0.5, 0.5),
            )
        canvas.add(Shape(d=d, fill=fill, alpha=0.22 if canvas.flat else 1, role="soft"))


def _wind(canvas: Canvas, dice: Dice, terrain: Terrain) -> None:
    frame = canvas.frame
    colour = canvas.seen("#ffffff")
    for _ in range(9):
        x, y = frame.width * dice.real(0, 0.8), terrain.horizon * dice.real(0.2, 1.25)
        wide = dice.real(110, 240)
        d = (
            f"M{x:.0f} {y:.0f}C{x + wide * 0.4:.0f} {y - 16:.0f} {x + wide * 0.6:.0f} {y + 12:.0f} {x + wide:.0f} {y - 6:.0f}"
            f"C{x + wide + 26:.0f} {y - 16:.0f} {x + wide + 18:.0f} {y - 38:.0f} {x + wide - 2:.0f} {y - 28:.0f}"
        )
        canvas.line(d, colour, dice.real(2.5, 4.5), 0.6)
