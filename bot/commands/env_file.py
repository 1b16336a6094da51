"""How do settings get into `.env`, whole or not at all, and readable for nobody else?"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values, set_key

from bot.ports.settings import BadSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE, BACKUP = Path(".env"), Path(".env.backup")


def read_env_file() -> dict[str, str]:
    """Return what stands there."""
    return {name: value for name, value in dotenv_values(FILE).items() if value}


def write_env_file(values: Mapping[str, str]) -> None:
    """Set these, and leave the rest as it is. What stood there before is in `.env.backup`. Raise BadSettings."""
    new = FILE.with_name(f".env.{os.getpid()}")
    try:
        if FILE.exists():
            shutil.copyfile(FILE, new)
            shutil.copyfile(FILE, BACKUP)
            BACKUP.chmod(0o600)
        else:
            new.touch(0o600)
        new.chmod(0o600)
        for name, value in values.items():
            set_key(new, name, value)
        new.replace(FILE)
    except OSError as error:
        raise BadSettings(
            f".env cannot be written ({error.strerror}). Run this in a folder of yours."
        ) from None
    finally:
        new.unlink(missing_ok=True)
