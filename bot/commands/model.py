"""`easel model`: the built-in drawing model alone, on a port."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bot.sketch.__main__ import main as sketch

if TYPE_CHECKING:
    import argparse


def main(args: argparse.Namespace) -> int:
    """Serve until stopped."""
    sys.stderr.write("The built-in sketcher (no AI). Set EASEL_MODEL_URL to the address below.\n")
    given = ["--host", args.host, "--port", str(args.port)]
    return sketch([*given, *(["--key", args.key] if args.key else [])])
