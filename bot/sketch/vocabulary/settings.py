"""Which words set the stage: landscape, hour, weather, season, style, camera?"""

from typing import Final

#: Phrase to (land, water, far features); None leaves what is there.
STAGES: Final[dict[str, tuple[str | None, str | None, tuple[str, ...]]]] = {
    "meadow": ("meadow", None, ()), "grass": ("meadow", None, ()), "field": ("meadow", None, ()),
    "garden": ("meadow", None, ("flowers",)), "park": ("meadow", None, ("forest",)),
    "flower meadow": ("meadow", None, ("flowers",)), "flower field": ("meadow", None, ("flowers",)),
    "field of flowers": ("meadow", None, ("flowers",)),
    "farm": ("meadow", None, ("hills",)), "countryside": ("meadow", None, ("hills",)),
    "landscape": ("meadow", None, ("hills",)), "pasture": ("meadow", None, ("hills",)),
    "hills": ("meadow", None, ("hills",)), "hill": ("meadow", None, ("hills", "hill")),
    "hillside": ("meadow", None, ("hills", "hill")), "hilltop": ("meadow", None, ("hills", "hill")),
    "valley": ("meadow", None, ("hills",)), "village": ("meadow", None, ("hills", "village")),
    "mountain": (None, None, ("mountains",)), "alps": ("meadow", None, ("mountains",)),
    "mountain range": (None, None, ("mountains",)), "peak": (None, None, ("mountains",)),
    "forest": ("forest floor", None, ("forest",)), "wood": ("forest floor", None, ("forest",)),
    "woodland": ("forest floor", None, ("forest",)), "jungle": ("forest floor", None, ("forest",)),
    "rainforest": ("forest floor", None, ("forest",)),
    "beach": ("beach", "sea", ()), "seaside": ("beach", "sea", ()), "shore": ("beach", "sea", ()),
    "sand": ("beach", None, ()), "tropical island": ("beach", "sea", ()),
    "coast": ("meadow", "sea", ()), "bay": ("meadow", "sea", ()), "harbour": ("meadow", "sea", ()),
    "harbor": ("meadow", "sea", ()), "coastline": ("meadow", "sea", ()),
    "cliff": ("meadow", "sea", ("cliff",)), "headland": ("meadow", "sea", ("cliff",)),
    "sea": (None, "sea", ()), "ocean": (None, "sea", ()), "wave": (None, "sea", ()),
    "open sea": ("open", "sea", ()), "open ocean": ("open", "sea", ()), "high seas": ("open", "sea", ()),
    "island": ("open", "sea", ()), "water": (None, "lake", ()),
    "lake": (None, "lake", ()), "pond": (None, "lake", ()), "lagoon": (None, "lake", ()),
    "river": (None, "river", ()), "stream": (None, "river", ()), "brook": (None, "river", ()),
    "creek": (None, "river", ()), "canal": (None, "river", ()), "fjord": ("meadow", "lake", ("mountains",)),
    "desert": ("desert", "none", ()), "dune": ("desert", "none", ()), "savanna": ("desert", "none", ()),
    "sahara": ("desert", "none", ()), "oasis": ("desert", "lake", ()),
    "city": ("street", None, ("city",)), "town": ("street", None, ("city",)),
    "skyline": (None, None, ("city",)), "downtown": ("street", None, ("city",)),
    "street": ("street", None, ("city", "road")), "town square": ("street", None, ("city",)),
    "road": (None, None, ("road",)), "path": (None, None, ("road",)), "highway": (None, None, ("road",)),
    "lane": (None, None, ("road",)), "motorway": (None, None, ("road",)),
    "space": ("space", "none", ()), "outer space": ("space", "none", ()), "galaxy": ("space", "none", ()),
    "cosmos": ("space", "none", ()), "universe": ("space", "none", ()),
    "surface of the moon": ("space", "none", ()), "on the moon": ("space", "none", ()), "lunar surface": ("space", "none", ()),
    "underwater": ("underwater", "none", ()), "under water": ("underwater", "none", ()),
    "under the sea": ("underwater", "none", ()), "bottom of the sea": ("underwater", "none", ()),
    "aquarium": ("underwater", "none", ()), "coral reef": ("underwater", "none", ()),
    "deep sea": ("underwater", "none", ()), "seabed": ("underwater", "none", ()),
    "room": ("room", "none", ()), "living room": ("room", "none", ()), "kitchen": ("room", "none", ()),
    "bedroom": ("room", "none", ()), "indoors": ("room", "none", ()), "inside": ("room", "none", ()),
    "office": ("room", "none", ()), "studio": ("room", "none", ()), "library": ("room", "none", ()),
    "plain background": ("plain", "none", ()), "white background": ("plain", "none", ()),
    "simple background": ("plain", "none", ()), "empty background": ("plain", "none", ()),
    "snow field": ("snow", None, ()), "snowfield": ("snow", None, ()), "snowy landscape": ("snow", None, ()),
    "ice": ("snow", None, ()), "arctic": ("snow", None, ("mountains",)), "antarctica": ("snow", None, ()),
    "north pole": ("snow", None, ()), "glacier": ("snow", None, ("mountains",)),
    "volcano": (None, None, ("volcano",)), "moor": ("meadow", None, ()),
    "rocky ground": ("rock", None, ()),
}  # fmt: skip

TIMES: Final[dict[str, str]] = {
    "day": "day", "daytime": "day", "daylight": "day", "noon": "day", "midday": "day",
    "afternoon": "day", "by day": "day", "during the day": "day", "at day": "day",
    "dawn": "dawn", "sunrise": "dawn", "morning": "dawn", "early morning": "dawn",
    "daybreak": "dawn", "golden hour": "golden", "late afternoon": "golden", "golden light": "golden",
    "dusk": "dusk", "sunset": "dusk", "evening": "dusk", "twilight": "dusk", "nightfall": "dusk",
    "night": "night", "midnight": "night", "by night": "night", "at night": "night",
    "nighttime": "night", "night time": "night", "moonlight": "night", "night sky": "night",
    "moonlit": "night", "starlit": "night", "starry night": "night", "starry sky": "night", "darkness": "night", "dark": "night",
}  # fmt: skip

WEATHERS: Final[dict[str, str]] = {
    "rain": "rain", "raining": "rain", "rainy": "rain", "drizzle": "rain", "shower": "rain",
    "rainstorm": "storm", "storm": "storm", "stormy": "storm", "thunderstorm": "storm",
    "tempest": "storm", "snow": "snow", "snowing": "snow", "snowy": "snow", "snowfall": "snow",
    "blizzard": "snow", "snowflake": "snow", "snowstorm": "snow",
    "fog": "fog", "foggy": "fog", "mist": "fog", "misty": "fog", "haze": "fog", "hazy": "fog",
    "wind": "wind", "windy": "wind", "breeze": "wind", "breezy": "wind",
    "cloudy": "cloudy", "overcast": "cloudy", "grey sky": "cloudy", "gray sky": "cloudy",
    "sunny": "clear", "clear sky": "clear", "blue sky": "clear", "fair weather": "clear",
    "clear weather": "clear", "nice weather": "clear", "good weather": "clear", "cloudless": "clear",
}  # fmt: skip

SEASONS: Final[dict[str, str]] = {
    "spring": "spring", "springtime": "spring", "summer": "summer", "summertime": "summer",
    "autumn": "autumn", "fall": "autumn", "autumnal": "autumn", "winter": "winter",
    "wintertime": "winter", "wintry": "winter", "in blossom": "spring",
}  # fmt: skip

STYLES: Final[dict[str, str]] = {
    "watercolour": "watercolour", "watercolor": "watercolour", "water colour": "watercolour",
    "watercolour painting": "watercolour", "watercolor painting": "watercolour",
    "aquarelle": "watercolour", "painting": "watercolour", "painted": "watercolour",
    "oil painting": "watercolour", "van gogh": "watercolour", "monet": "watercolour",
    "impressionist": "watercolour", "impressionism": "watercolour", "pixel": "pixel", "pixel art": "pixel", "pixelated": "pixel",
    "8 bit": "pixel", "8-bit": "pixel", "16-bit": "pixel", "retro game": "pixel", "pixels": "pixel",
    "blueprint": "blueprint", "technical drawing": "blueprint", "pencil": "pencil",
    "sketch": "pencil", "pencil sketch": "pencil", "pencil drawing": "pencil", "charcoal drawing": "pencil",
    "hand drawn": "pencil", "hand-drawn": "pencil", "line drawing": "pencil",
    "poster": "poster", "travel poster": "poster", "vintage poster": "poster", "retro": "poster",
    "screen print": "poster", "flat design": "poster", "vintage": "poster", "retro poster": "poster",
    "neon": "neon", "neon sign": "neon", "cyberpunk": "neon", "synthwave": "neon", "neon light": "neon",
    "paper cut": "papercut", "papercut": "papercut", "cut paper": "papercut", "paper craft": "papercut",
    "paper": "papercut", "paper-cut": "papercut", "origami": "papercut", "collage": "papercut",
    "cut-out": "papercut", "cutout": "papercut", "paper cut-out": "papercut",
    "cartoon": "cartoon", "comic": "cartoon", "ink": "cartoon", "anime": "cartoon", "outlined": "cartoon",
    "comic book": "cartoon", "children's book": "cartoon",
    "black and white": "mono", "black & white": "mono", "monochrome": "mono", "greyscale": "mono",
    "grayscale": "mono", "b&w": "mono", "sepia": "sepia", "old photo": "sepia",
    "normal style": "none", "back to normal": "none", "original style": "none", "usual style": "none", "no style": "none",
    "full colour": "none", "full color": "none", "vector": "none", "in colour": "none", "in color": "none",
    "realistic": "none", "photorealistic": "none", "photo realistic": "none",
}  # fmt: skip

CAMERAS: Final[dict[str, str]] = {
    "close-up": "close", "close up": "close", "closeup": "close", "portrait of": "close",
    "zoom in": "close", "zoomed in": "close", "closer": "close", "macro": "close",
    "wide shot": "wide", "wide view": "wide", "wide angle": "wide", "wide-angle": "wide",
    "panorama": "wide", "from afar": "wide", "from far away": "wide", "zoom out": "wide",
    "zoomed out": "wide", "in the distance": "wide", "wider": "wide",
    "from above": "above", "bird's eye view": "above", "birds eye view": "above",
    "bird's-eye view": "above", "aerial view": "above", "top view": "above", "top down": "above",
}  # fmt: skip

#: Where a kind's `home` puts it.
HOMES: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "meadow": ("meadow", "none", ()),
    "coast": ("meadow", "sea", ("cliff",)),
    "city": ("street", "none", ("city",)),
    "river": ("meadow", "river", ()),
    "lake": ("meadow", "lake", ()),
    "sea": ("open", "sea", ()),
    "beach": ("beach", "sea", ()),
    "road": ("meadow", "none", ("hills", "road")),
    "snow": ("snow", "none", ("mountains",)),
    "desert": ("desert", "none", ()),
    "forest": ("forest floor", "none", ("forest",)),
    "space": ("space", "none", ()),
    "underwater": ("underwater", "none", ()),
    "room": ("room", "none", ()),
    "table": ("room", "none", ()),
    "plain": ("plain", "none", ()),
    "night": ("meadow", "none", ("hills",)),
}

#: How a landscape is spoken of: with the article or without.
LAND_WORDS: Final[dict[str, str]] = {
    "meadow": "on a green meadow", "beach": "on a sandy beach", "desert": "in the desert",
    "snow": "in a field of snow", "street": "in the street", "room": "in a room",
    "space": "in space", "plain": "on a plain background", "forest floor": "in the forest",
    "underwater": "under water", "rock": "on rocky ground", "open": "at sea",
}  # fmt: skip
