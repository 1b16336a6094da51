"""Which settings were given, in the environment, in `.env`, or in files that these name?"""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dotenv import dotenv_values
from pydantic import ValidationError

from bot.ports.settings import BadSettings, SettingsModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

M = TypeVar("M", bound=SettingsModel)

#: what a Kubernetes service or a linked container of this name puts into the environment, and the benchmark
_NOT_OURS = re.compile(
    r"EASEL_(BENCH_|\w*SERVICE_(HOST|PORT)|\w*PORT_\d+_(TCP|UDP)|\w*PORT=(tcp|udp)://|(ENV|NAME)\b)"
)
#: ends the name of a setting that names a file which holds the value, as Docker's and Kubernetes' secrets are
_FILE = "_FILE"


def setting_names(model: type[SettingsModel]) -> dict[str, str]:
    """Return the fields of a model by the names of their settings, `EASEL_…`."""
    prefix = model.model_config.get("env_prefix", "")
    return {f"{prefix}{field}".upper(): field for field in model.model_fields}


def read_files(names: Iterable[str]) -> dict[str, str]:
    """Read the settings that stand in files, `EASEL_…_FILE`, by their names.

    Raise BadSettings for a file that cannot be read, and for an EASEL_… that is no setting: one that is misspelt
    would not hold.
    """
    known, found, wrong = set(names), {}, []
    values = {
        name.upper(): value for name, value in {**dotenv_values(".env"), **os.environ}.items()
    }
    for name, value in values.items():
        setting = name.removesuffix(_FILE)
        if not name.startswith("EASEL_") or name in known or _NOT_OURS.match(f"{name}={value}"):
            continue
        if setting not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
            meant = f"Did you mean {near[0]}?" if near else "README.md lists all of them."
            wrong.append(f"{name}: there is no such setting. {meant}")
        elif value and values.get(setting):
            wrong.append(f"{name}: {setting} is set, too. Unset one of them.")
        elif value:
            try:
                found[setting] = Path(value).read_text().strip()
            except (OSError, UnicodeDecodeError) as error:
                why = getattr(error, "strerror", None) or "it is no text"
                wrong.append(f"{name}: {value} cannot be read ({why}).")
    if wrong:
        raise BadSettings("\n".join(wrong))
    return found


def read_model(model: type[M], given: Mapping[str, object]) -> M:
    """Read one model; `given` wins, by the settings' names. Raise BadSettings."""
    names = setting_names(model)
    own = {names[name]: value for name, value in given.items() if name in names}
    try:
        return model(**own)
    except ValidationError as error:
        lines = []
        prefix = model.model_config.get("env_prefix", "")
        for one in error.errors():
            name = prefix + "_".join(str(part) for part in one["loc"]).upper()
            said = one["msg"].removeprefix("Value error, ")
            lines.append(f"{name}: {said}." if one["loc"] else f"{said}.")
        raise BadSettings("\n".join(lines)) from None
