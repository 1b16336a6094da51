"""Which colours have names?"""

from typing import Final

#: Name to ``#rrggbb``: chosen to sit well beside each other, not as CSS has them.
COLOURS: Final[dict[str, str]] = {
    "red": "#d8433b", "crimson": "#b8243c", "scarlet": "#e03a24", "maroon": "#7a2331",
    "orange": "#f08a2c", "coral": "#f47c64", "peach": "#fbc19a", "salmon": "#f29180",
    "yellow": "#f6c934", "gold": "#e3ab2e", "mustard": "#cf9a22", "cream": "#f7ecd2",
    "green": "#5a9f45", "lime": "#a3cf3e", "olive": "#84893a", "mint": "#a5dcc0",
    "emerald": "#2f9e6a", "teal": "#2b8c8c", "turquoise": "#3fbfb8", "cyan": "#45bfd9",
    "blue": "#3b78c9", "navy": "#26396e", "azure": "#4a9fe8", "indigo": "#4a4aa8",
    "purple": "#8450b0", "violet": "#8e5bd0", "lavender": "#b8a4e0", "lilac": "#c9a6d8",
    "magenta": "#c93a94", "pink": "#f08fb4", "rose": "#e2678a", "brown": "#8d5f3c",
    "tan": "#cda878", "beige": "#e2d3b2", "black": "#2c2d35", "grey": "#8d939b",
    "silver": "#bcc4cc", "white": "#f7f6f1", "charcoal": "#43464e", "copper": "#b96f45",
    "bronze": "#a27a3c", "ginger": "#d8833f", "khaki": "#b3a672",
    "plum": "#743a66", "chocolate": "#5c3a26",
}  # fmt: skip

#: Other words for the same colours.
COLOUR_SYNONYMS: Final[dict[str, str]] = {
    "gray": "grey", "golden-coloured": "gold", "aqua": "turquoise", "violett": "violet",
    "aquamarine": "turquoise", "ivory": "cream", "off-white": "cream", "burgundy": "maroon",
    "wine red": "maroon", "ruby": "crimson", "amber": "gold", "blond": "gold",
    "sky blue": "azure", "light blue": "azure", "dark blue": "navy", "royal blue": "blue",
    "midnight blue": "navy", "baby blue": "azure", "light green": "lime", "dark green": "emerald",
    "forest green": "emerald", "sea green": "teal", "light grey": "silver", "light gray": "silver",
    "dark grey": "charcoal", "dark gray": "charcoal", "dark red": "maroon", "light pink": "pink",
    "hot pink": "magenta", "fuchsia": "magenta", "light purple": "lavender",
    "dark purple": "plum", "light yellow": "cream", "dark brown": "chocolate",
    "light brown": "tan", "snow white": "white", "jet black": "black", "brick red": "crimson",
    "petrol": "teal", "ochre": "mustard", "apricot": "peach", "mauve": "lilac",
    "sandy coloured": "beige", "pitch black": "black", "silvery": "silver",
    "reddish": "red", "greenish": "green", "bluish": "blue", "rust": "copper",
}  # fmt: skip


def colour_name(value: str | None) -> str | None:
    """Return the name of a hex colour, where it has one."""
    return next((name for name, hexed in COLOURS.items() if hexed == value), None)
