"""Which command was called? `easel run`, `demo`, `doctor`, … or one of a platform's own."""

from __future__ import annotations

import argparse
import gc
import sys
from importlib import import_module
from typing import Any

from bot.ports.errors import EaselError
from bot.ports.settings import BadSettings

#: by name: the function in `bot.commands` that runs it, and what it is for
_COMMANDS = {
    "run": (
        "run:main",
        "run with what is configured; nothing configured: the page and the built-in model",
    ),
    "demo": ("run:main", "the page and the built-in model, whatever is configured"),
    "setup": ("setup:main", "ask what you want, check each answer, and write .env"),
    "doctor": ("doctor:main", "check settings, database, image store and model"),
    "model": ("operate:model", "serve the built-in drawing model alone"),
    "export": ("export:main", "write a thread, or all, into a ZIP file"),
    "backup": ("backup:main", "write everything into one file, while Easel runs or not"),
    "restore": ("backup:restore", "read such a file into an empty database"),
    "move": ("move:main", "to another database, another image store, or both; Easel is stopped"),
    "migrate": ("operate:migrate", "bring the database's tables up to date, as each start does"),
    "usage": (
        "operate:usage",
        "what was spent in a month, by workspace, person, channel and model",
    ),
    "audit": (
        "audit:main",
        "who drew, deleted and set what, at what cost; of all workspaces, the newest first",
    ),
    "images": (
        "operate:images",
        "whose the images in the image store are; nobody else removes any",
    ),
    "secrets": ("operate:secrets", "make the key that encrypts workspaces' tokens, or rotate it"),
    "resume": ("operate:resume", "go on after the model's account was empty"),
}
_FLAG: dict[str, Any] = {"action": "store_true"}
_ARGUMENTS: dict[str, dict[str, dict[str, Any]]] = {
    "doctor": {
        "--live": {
            **_FLAG,
            "help": "draw a small picture, edit it, call a tool; says the price first",
        }
    },
    "setup": {
        "--yes": {**_FLAG, "help": "ask nothing: what is not set has its default"},
        "--platforms": {"metavar": "NAMES", "help": "slack, discord, or none: the page alone"},
        "--model-url": {
            "metavar": "URL",
            "help": "a gateway; keys and tokens come from EASEL_… or EASEL_…_FILE",
        },
        "--model": {"metavar": "NAME", "help": "default: gpt-4o-image"},
        "--draw": {**_FLAG, "help": "draw one small picture, at the gateway's price"},
    },
    "run": {
        "--roles": {
            "metavar": "ROLES",
            "help": "what of it, where several share a Postgres: platforms to listen to, worker to draw",
        }
    },
    "usage": {"--month": {"metavar": "2026-11", "help": "in UTC; default: this one"}},
    "audit": {
        "--since": {"metavar": "2026-11-01", "help": "in UTC; default: from the beginning"},
        "--until": {"metavar": "2026-12-01", "help": "this day is not in it; default: until now"},
        "--format": {"choices": ["text", "csv", "jsonl"], "default": "text"},
    },
    "export": {
        "thread": {
            "nargs": "?",
            "metavar": "THREAD",
            "help": "its id, its address on the page, or its place (slack/T…/C…/…)",
        },
        "--all": {**_FLAG, "help": "every thread"},
        "--out": {"metavar": "FILE", "help": "default: named after the thread"},
    },
    "backup": {"file": {"metavar": "FILE", "help": "a tar archive, to be made"}},
    "restore": {"file": {"metavar": "FILE", "help": "what `easel backup` made"}},
    "move": {
        "--to": {"metavar": "URL", "help": "postgresql://…, with no conversations in it"},
        "--blobs": {"metavar": "URL", "help": "s3://…, gs://… or az://…"},
    },
    "images": {
        "--take": {
            **_FLAG,
            "help": "they are this installation's from now on: it took the other's place",
        }
    },
    "secrets": {
        "what": {
            "choices": ["key", "rotate"],
            "help": "key: print a new one; rotate: encrypt all under the first of EASEL_SECRET_KEY",
        }
    },
    "model": {
        "--host": {"default": "127.0.0.1"},
        "--port": {"type": int, "default": 8090, "help": "0 picks a free one"},
        "--key": {"help": "answer 401 to any other key"},
    },
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="easel", description="Every chat thread is a canvas. Settings are EASEL_… variables."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (runs, text) in _COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(runs=runs, roles=None)
        for argument, about in _ARGUMENTS.get(name, {}).items():
            command.add_argument(argument, **about)
    for platform in import_module("bot.commands.platforms").find_platforms():
        if platform.commands:
            text = "; ".join(one.help for one in platform.commands)
            command = commands.add_parser(platform.name, help=text, description=text)
            command.set_defaults(runs="platforms:main")
            command.add_argument("what", choices=[one.name for one in platform.commands])
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run a command; what goes wrong is a sentence, not a traceback."""
    gc.disable()  # what imports make stays: looking through it again and again is a quarter of a start
    try:
        args = _parser().parse_args(argv)
        module, _, function = args.runs.partition(":")
        run = getattr(import_module(f"bot.commands.{module}"), function)
        gc.freeze()
        gc.enable()
        code: int = run(args)
    except (BadSettings, EaselError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
