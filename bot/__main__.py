"""Which command was called? `easel run`, `demo`, `doctor`, … or one of a platform's own."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from bot.commands.platforms import find_platforms
from bot.ports.errors import EaselError
from bot.ports.settings import BadSettings

_COMMANDS = {
    "run": (
        "run",
        "run with what is configured; nothing configured: the page and the built-in model",
    ),
    "demo": ("run", "the page and the built-in model, whatever is configured"),
    "doctor": ("doctor", "check settings, database, image store and model"),
    "model": ("model", "serve the built-in drawing model alone"),
    "export": ("export", "write a thread, or all, into a ZIP file"),
    "usage": ("usage", "what was spent in a month, by workspace, person, channel and model"),
    "images": ("images", "whose the images in the image store are; nobody else removes any"),
    "resume": ("resume", "go on after the model's account was empty"),
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="easel", description="Every chat thread is a canvas. Settings are EASEL_… variables."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (_, text) in _COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        if name == "doctor":
            command.add_argument(
                "--live",
                action="store_true",
                help="draw a small picture, edit it, call a tool; says the price first",
            )
        if name == "usage":
            command.add_argument("--month", metavar="2026-11", help="in UTC; default: this one")
        if name == "export":
            command.add_argument(
                "thread",
                nargs="?",
                metavar="THREAD",
                help="its id, its address on the page, or its place (slack/T…/C…/…)",
            )
            command.add_argument("--all", action="store_true", help="every thread")
            command.add_argument("--out", metavar="FILE", help="default: named after the thread")
        if name == "images":
            command.add_argument(
                "--take",
                action="store_true",
                help="they are this installation's from now on: it took the other's place",
            )
        if name == "model":
            command.add_argument("--host", default="127.0.0.1")
            command.add_argument("--port", type=int, default=8090, help="0 picks a free one")
            command.add_argument("--key", help="answer 401 to any other key")
    for platform in find_platforms():
        if platform.commands:
            text = "; ".join(one.help for one in platform.commands)
            command = commands.add_parser(platform.name, help=text, description=text)
            command.add_argument("what", choices=[one.name for one in platform.commands])
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run a command; what goes wrong is a sentence, not a traceback."""
    try:
        args = _parser().parse_args(argv)
        module, _ = _COMMANDS.get(args.command, ("platforms", ""))
        command = import_module(f"bot.commands.{module}")
        code: int = command.main(args)
    except (BadSettings, EaselError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
