"""How do the built-in model's drawings and keywords get into the package?

From two MIT-licensed npm packages, unpacked side by side in one folder:

`make things` fetches them and runs this.

Writes `bot/sketch/assets/things.json.gz` (drawings, groups and main colours) and `words.json.gz` (for each
language the word that means a drawing, and the drawing's label), and copies emojibase's licence; that of Fluent Emoji
stands beside it.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import shutil
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import resvg_py
from PIL import Image

DATA = Path(__file__).parent.parent / "bot" / "sketch" / "assets"
LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "ja", "zh")
TONES = ("-light", "-medium", "-dark")
#: how far back a group stands: people a little; faces, skin tones, symbols and flags come last
LATE = {0: 60, 1: 5, 2: 60, 8: 60, 9: 60}
#: the parts of people in which the drawing is skin, not clothes
SKIN = re.compile(
    r"#(?:ffc83d|d67d00|ff822d|f9c23c|fcd53f|9b9b9b|6d4534|402a32|e6e6e6|ffb02e|d3883e)"
)


def fold(text: str) -> str:
    """Return a word as it is looked up: lower case, without accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in plain if not unicodedata.combining(c) or "\u3099" <= c <= "\u309a")
    return " ".join(re.sub(r"[^\w]+", " ", unicodedata.normalize("NFC", kept)).split())


def main_colours(body: str) -> list[str]:
    """Return the fills of a drawing by the area that they cover, the largest first."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{body}</svg>'
    image = Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=svg, width=64))).convert("RGBA")
    seen = Counter(
        image.get_flattened_data() if hasattr(image, "get_flattened_data") else image.getdata()
    )
    fills = set(re.findall(r'fill="(#[0-9a-f]{3,6})"', body))
    areas: Counter[str] = Counter()
    for fill in sorted(fills):
        digits = fill[1:] if len(fill) == 7 else "".join(c * 2 for c in fill[1:])
        areas[fill] = seen[(*bytes.fromhex(digits), 255)]
    return [fill for fill, area in areas.most_common(8) if area]


def things(
    icons: dict[str, Any], names: dict[str, str], english: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return each drawing with its group, subgroup and main colours."""
    places = {entry["hexcode"].lower(): entry for entry in english}
    by_name = {name: places.get(code) or places.get(f"{code}-fe0f") for code, name in names.items()}
    found = {}
    for name, icon in icons.items():
        entry = by_name.get(name)
        if entry is None or "group" not in entry or any(tone in name for tone in TONES):
            continue
        colours = main_colours(icon["body"])
        if entry["group"] == 1:  # people: what they wear has a colour, not their skin
            colours = [c for c in colours if not SKIN.fullmatch(c)] or colours
        found[name] = [icon["body"], entry["group"], entry["subgroup"], colours]
    return found


def words(
    entries: list[dict[str, Any]], name_of: dict[str, str], groups: dict[str, int]
) -> dict[str, Any]:
    """Return a language's words: each means the drawing that it names best."""
    best: dict[str, tuple[int, int, str]] = {}
    labels = {}

    def offer(word: str, rank: int, entry: dict[str, Any], name: str) -> None:
        late = LATE.get(groups[name], 0) if rank else LATE.get(groups[name], 0) // 20
        if word and len(word) < 40:
            best[word] = min(
                best.get(word, (999, 0, "")), (rank + late, entry.get("order", 0), name)
            )

    for entry in entries:
        name = name_of.get(entry["hexcode"])
        if name is None:
            continue
        label = fold(entry["label"])
        labels[name] = entry["label"].replace(":", "")
        offer(label, 0, entry, name)
        offer(label.rsplit(" ", 1)[-1], 10, entry, name)
        for tag in entry.get("tags", ()):
            offer(fold(tag), 20 + (" " in tag), entry, name)
    return {"words": {word: name for word, (_, _, name) in best.items()}, "labels": labels}


def write(name: str, value: object) -> None:
    """Write a file that is the same whenever it is made of the same."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    (DATA / name).write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def main(folder: Path) -> None:
    """Pack what lies in the folder."""
    (icon_set,) = folder.glob("iconify-json-fluent-emoji-flat-*/")
    (base,) = folder.glob("emojibase-data-*/")
    icons = json.loads((icon_set / "icons.json").read_text())["icons"]
    names = json.loads((icon_set / "chars.json").read_text())
    data = {lang: json.loads((base / lang / "data.json").read_text()) for lang in LANGUAGES}
    drawings = things(icons, names, data["en"])
    name_of = {}
    for entry in data["en"]:
        code = entry["hexcode"].lower()
        name = names.get(code) or names.get(code.replace("-fe0f", ""))
        if name in drawings:
            name_of[entry["hexcode"]] = name
    groups = {name: drawing[1] for name, drawing in drawings.items()}
    DATA.mkdir(exist_ok=True)
    write("things.json.gz", drawings)
    write(
        "words.json.gz", {lang: words(entries, name_of, groups) for lang, entries in data.items()}
    )
    shutil.copy(base / "LICENSE", DATA / "LICENSE-emojibase-data")
    print(len(drawings), "drawings")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
