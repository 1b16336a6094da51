"""How is the built-in model started by itself? `python -m bot.sketch`."""

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence

from bot.sketch.server import serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and serve; the exit status."""
    about = "Easel's built-in drawing model: the image API, drawn by rules, not by an AI."
    parser = argparse.ArgumentParser(prog="python -m bot.sketch", description=about)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--fd", type=int, help="serve on this inherited listening socket")
    parser.add_argument("--key", help="let only this key in")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end with the parent")
    given = parser.parse_args(arguments)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            serve(**vars(given))
    except OSError as error:
        why = os.strerror(error.errno or 0)
        sys.stderr.write(f"Can't listen on {given.host}:{given.port}: {why}.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
