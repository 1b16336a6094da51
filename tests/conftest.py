"""What do all tests share? Real parts: a store in a folder, a strict local model, a running Easel."""

from __future__ import annotations

import faulthandler
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import settings as hypothesis

from bot.commands.compose import Running, running
from bot.commands.platforms import read_settings
from bot.model.transport import Timing
from storage import migrate
from storage.postgres import connect
from storage.store import SqlStore
from tests import measuring, tiers
from tests.journeys.web import WebDriver
from tests.servers import ports
from tests.servers.http import serving
from tests.servers.model import ModelServer
from tests.servers.postgres import PostgresServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Iterator
    from contextlib import AbstractAsyncContextManager

    Start = Callable[..., AbstractAsyncContextManager[Running]]
#: no pause that a test would wait for; time-outs long enough for a busy machine
QUICK = Timing(
    pauses=(0.01, 0.02),
    silence=5.0,
    whole=20.0,
    connect=5.0,
    longest_wait=0.2,
    fetches=(0.01, 0.02),
)


hypothesis.register_profile("same", derandomize=True, database=None, deadline=None, max_examples=50)
hypothesis.register_profile("fuzz", max_examples=1000, deadline=None, print_blob=True)
hypothesis.load_profile("same")


_HERE = Path(__file__).parent
_STDERR = pytest.StashKey[int]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the browsers, which wait the most: at the end they would hold each other up."""
    items.sort(key=lambda item: item.path.parent.name != "browser")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_STDERR] = os.dup(2)  # pytest takes 2 itself while a test runs


def pytest_timeout_set_timer(item: pytest.Item, settings: Any) -> None:
    """End the worker where a timeout's exception was swallowed, or Hypothesis runs the test again for it."""
    faulthandler.dump_traceback_later(
        settings.timeout + 30, exit=True, file=item.config.stash[_STDERR]
    )


def pytest_timeout_cancel_timer() -> None:
    faulthandler.cancel_dump_traceback_later()


def pytest_itemcollected(item: pytest.Item) -> None:
    tiers.mark(item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    measuring.switch(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    yield from tiers.watch(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    yield from tiers.watch(item)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Report a failure that nobody can describe as a failure, since pytest-xdist would wait for ever."""
    try:
        return (yield)
    except BaseException as error:
        assert call.when != "collect"
        why = f"{call.excinfo!r}, and its report failed: {error!r}"
        return pytest.TestReport(item.nodeid, item.location, {}, "failed", why, call.when)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run three times as many tests at once as there are cores: they wait more than they compute."""
    return 3 * (os.cpu_count() or 1)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep the developer's own EASEL_… and .env out of the tests."""
    for name in list(os.environ):
        if name.startswith("EASEL_"):
            monkeypatch.delenv(name)
    is_unit = request.node.get_closest_marker("unit") is not None
    monkeypatch.chdir(_HERE if is_unit else request.getfixturevalue("tmp_path"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    opened = SqlStore(tmp_path / "easel.db")
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real Postgres, one for all tests, with our tables in the database `easel`."""
    server = PostgresServer()
    try:
        server.start()
        server.run("CREATE DATABASE easel")
        engine = sa.create_engine(
            "postgresql+psycopg://", creator=lambda: connect(server.url("easel"))
        )
        with engine.begin() as sql:
            migrate.to_newest(sql)
        engine.dispose()
        yield server
    finally:
        server.close()


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> str:
    """The address of a database with our tables and no rows."""
    return postgres.emptied("easel")


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    """A strict local model; `model.url` is its address."""
    server = ModelServer()
    async with serving(server.app) as address:
        server.url = f"{address}/v1"
        yield server


@pytest.fixture
def start(tmp_path: Path, model: ModelServer) -> Start:
    """Start an Easel on the test's data folder; again after it was stopped goes on with its data."""

    @asynccontextmanager
    async def starting(timing: Timing = QUICK, **given: Any) -> AsyncIterator[Running]:
        settings = {
            "data": tmp_path / "data",
            "model_url": model.url,
            "web_port": 0,
            "grace_s": 5,
            **given,
        }
        async with running(read_settings(**settings), timing=timing) as one:
            yield one

    return starting


@pytest.fixture
def settings() -> dict[str, Any]:
    """What `easel` is started with; a module may have its own."""
    return {}


@pytest.fixture
async def easel(start: Start, settings: dict[str, Any]) -> AsyncIterator[Running]:
    async with start(**settings) as one:
        yield one


@pytest.fixture
async def web(easel: Running) -> AsyncIterator[WebDriver]:
    """A person on the page."""
    async with WebDriver(easel.address) as driver:
        yield driver


@pytest.fixture
def unused_port() -> int:
    return ports.unused()
