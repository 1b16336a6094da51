"""`easel setup`: which three steps lead from nothing to an Easel that runs? Platforms, the model, `.env`."""

from __future__ import annotations

import argparse
import asyncio
import os
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.commands import doctor
from bot.commands.env_file import BACKUP, FILE, read_env_file, write_env_file
from bot.commands.platforms import find_platforms, installation_of, read_settings
from bot.commands.terminal import Terminal
from bot.ports.money import format_money
from bot.ports.settings import BadSettings
from bot.server import logs

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bot.ports.platform import AnyPlatform
    from bot.ports.setup import Question
    from bot.server.settings import Settings

_MODEL = ("EASEL_MODEL_URL", "EASEL_MODEL_KEY", "EASEL_MODEL")


def main(args: argparse.Namespace) -> int:
    """Ask, check each answer, write `.env`, run the doctor. Raise BadSettings where nobody can be asked again."""
    logs.configure("ERROR")
    return SetUp(args, Terminal(assumes_yes=args.yes)).run()


class SetUp:
    """One run of it: what was answered, which is written at the end, all at once."""

    def __init__(self, args: argparse.Namespace, terminal: Terminal) -> None:
        self._args = args
        self._terminal = terminal
        self._say = terminal.say
        self._stored = read_env_file()
        self._answers: dict[str, str] = {}
        #: settings that were looked at, wherever they stand
        self._used: set[str] = set()
        #: settings whose value was wrong, and is asked for again
        self._rejected: set[str] = set()

    def run(self) -> int:
        """Go through the steps; return the doctor's exit code."""
        self._say("1/3  Where do people talk to Easel? Its page on this machine is always there.")
        for platform in self._choose_platforms():
            self._set_up(platform)
        self._say("\n2/3  Which model draws?")
        self._choose_model()
        self._say("\n3/3  Settings")
        self._write()
        code = doctor.main(argparse.Namespace(live=False))
        self._say(
            "\nStart it with `easel run`."
            if code == 0
            else "\nMend what has a ✗, then `easel run`."
        )
        return code

    def _settings(self) -> Settings:
        """Return the settings with what was answered so far. Raise BadSettings."""
        return read_settings(
            **{name.removeprefix("EASEL_").lower(): value for name, value in self._answers.items()}
        )

    def _choose_platforms(self) -> list[AnyPlatform]:
        known = {one.name: one for one in find_platforms() if one.setup() is not None}
        own = self._settings().platforms
        default = [name for name, one in known.items() if one.is_configured(own[one])]
        label = f"Platforms ({', '.join(known)}, or none)"
        while True:
            given = self._args.platforms
            if given is None:
                given = self._terminal.ask(label, ", ".join(default) or "none")
            names = [name for name in given.lower().replace(",", " ").split() if name != "none"]
            if not (unknown := [name for name in names if name not in known]):
                return [known[name] for name in dict.fromkeys(names)]
            problem = f"“{unknown[0][:40]}” is none of {', '.join(known)}."
            if self._args.platforms is not None or not self._terminal.is_interactive:
                raise BadSettings(problem)
            self._say(f"✗ {problem}")

    def _set_up(self, platform: AnyPlatform) -> None:
        """Take the steps of one platform."""
        setup = platform.setup()
        assert setup is not None  # noqa: S101 - these were offered only
        self._say(f"\n{platform.title}")
        if any(not self._given(question.setting) for question in setup.questions):
            self._prepare(platform)
        for question in setup.questions:
            self._answer(question, partial(self._call, platform, question.check))
        if setup.finish is not None:
            self._say(self._call(platform, setup.finish))

    def _prepare(self, platform: AnyPlatform) -> None:
        setup = platform.setup()
        assert setup is not None  # noqa: S101 - as above
        step = setup.preparation
        while True:
            token = ""
            if step.label:
                self._say(f"{step.label}: {step.where}.")
                token = self._terminal.ask_secret("Token, or nothing")
            try:
                self._say(self._call(platform, step.run, token))
            except BadSettings as error:
                self._refuse(error)
            else:
                return

    def _call(
        self, platform: AnyPlatform, work: Callable[..., Coroutine[Any, Any, str]], *more: str
    ) -> str:
        settings = self._settings()
        return asyncio.run(work(settings.platforms[platform], installation_of(settings), *more))

    def _given(self, setting: str) -> str:
        """Return what is set already; "": nothing."""
        self._used.add(setting)
        if setting in self._rejected:
            return ""
        named = os.environ.get(f"{setting}_FILE") or self._stored.get(f"{setting}_FILE")
        return (
            self._answers.get(setting)
            or os.environ.get(setting)
            or self._stored.get(setting)
            or named
            or ""
        )

    def _answer_with(self, setting: str, value: str) -> None:
        self._answers[setting] = value
        self._rejected.discard(setting)

    def _answer(self, question: Question[Any], check: Callable[[], str]) -> None:
        """Ask until it is right; what is set already is checked first. Raise BadSettings where nobody can be asked."""
        is_asked = not self._given(question.setting)
        if is_asked:
            self._say(f"{question.label}: {question.where}.")
        while True:
            if is_asked and not self._read(question):
                continue
            try:
                said = check()
            except BadSettings as error:
                self._refuse(error)
                is_asked = True
            else:
                self._say(f"✓ {said}")
                return

    def _read(self, question: Question[Any]) -> bool:
        ask = self._terminal.ask_secret if question.is_secret else self._terminal.ask
        if value := ask(question.setting):
            self._answer_with(question.setting, value)
            return True
        self._refuse(BadSettings(f"{question.setting}: it is needed. {question.where}."))
        return False

    def _refuse(self, error: BadSettings) -> None:
        """Say what is wrong; raise it where nobody can answer again."""
        if not self._terminal.is_interactive:
            raise error
        self._say(f"✗ {error}")

    def _choose_model(self) -> None:
        """Ask for a gateway until one answers, or none is wanted."""
        if self._args.model_url is not None:
            self._answers["EASEL_MODEL_URL"] = self._args.model_url
        while True:
            self._ask_for_gateway()
            try:
                self._say(f"✓ {asyncio.run(doctor.check_model(self._settings()))}")
                if self._given("EASEL_MODEL_URL"):
                    self._draw_one()
            except BadSettings as error:
                self._refuse(error)
                self._rejected |= set(_MODEL)
            else:
                return

    def _ask_for_gateway(self) -> None:
        ask, (url, key, model) = self._terminal.ask, _MODEL
        if not self._given(url):
            self._say(
                "A gateway's address ends in /v1. Without one the built-in model draws, without a key."
            )
            self._answer_with(url, ask("Address of a gateway, or nothing"))
        if not self._given(url):
            return
        if not self._given(key):
            self._answer_with(key, self._terminal.ask_secret(f"Its key ({key})"))
        if not self._given(model):
            self._answer_with(model, ask("Model", self._args.model or self._settings().model))

    def _draw_one(self) -> None:
        """Draw a small picture, if that is agreed to at its price."""
        settings = self._settings()
        price = asyncio.run(doctor.price_of_one(settings))
        cost = format_money(price, estimated=True) if price is not None else "at an unknown price"
        question = f"Draw one small picture now, {cost}, to see that it works?"
        if self._args.draw or self._terminal.confirm(question, default=False):
            asyncio.run(doctor.draw_one(settings))
            self._say("✓ a picture came")

    def _write(self) -> None:
        new = {name: value for name, value in self._answers.items() if value}
        for name in self._used:  # it runs without this environment, too
            if name not in self._rejected and (value := os.environ.get(name)):
                new.setdefault(name, value)
        for name in [one for one in new if os.environ.get(one) and os.environ[one] != new[one]]:
            self._say(
                f"{name} is also in the environment, which wins over {FILE}: change it there, too."
            )
        new = {name: value for name, value in new.items() if self._stored.get(name) != value}
        if not new:
            self._say(f"{FILE} stays as it is.")
            return
        backup = f"; what it was before is in {BACKUP}" if FILE.exists() else ""
        write_env_file(new)
        self._say(f"{FILE} has {', '.join(sorted(new))} (only you can read it){backup}.")
