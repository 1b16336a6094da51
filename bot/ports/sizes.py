"""What may people call a size or a quality?"""

from __future__ import annotations

#: what people may call a size
SIZE_NAMES = {
    "square": "1024x1024",
    "portrait": "1024x1536",
    "landscape": "1536x1024",
    "large": "2048x2048",
}
#: what people may call a quality
QUALITY_NAMES = {"draft": "low", "normal": "medium", "standard": "medium", "best": "high"}
