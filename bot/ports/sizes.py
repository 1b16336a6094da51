"""What may people call a size or a quality?"""

from __future__ import annotations

from bot.ports.language import N_

#: what people may call a size
SIZE_NAMES = {
    N_("square"): "1024x1024",
    N_("portrait"): "1024x1536",
    N_("landscape"): "1536x1024",
    N_("large"): "2048x2048",
}
#: what people may call a quality
QUALITY_NAMES = {"draft": "low", "normal": "medium", "standard": "medium", "best": "high"}
