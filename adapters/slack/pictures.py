"""Which form of a picture does Slack take? PNG, JPEG and GIF as they are; others are written anew."""

from __future__ import annotations

#: what a block may show
SHOWABLE = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
