"""What the daemon's endpoint answers, from a real store."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.config.model import Ops, Store
from crawler.errors import StoreError
from crawler.items import Outlet
from crawler.runtime import Runtime
from schedules.health import HealthServer

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[HealthServer]:
    """An endpoint that does not listen, over a store with one outlet."""
    outlet = Outlet(id="example", name="Example", hosts=("www.example.com",))
    config = replace(Config(outlets=(outlet,)), store=Store(path=tmp_path / "n.db"), ops=Ops(listen=""))
    runtime = Runtime.build(config, lambda: NOW)
    await runtime.store.open()
    await runtime.apply_config(config)
    yield HealthServer(runtime)
    await runtime.stop()


async def test_it_is_alive_and_ready(server: HealthServer) -> None:
    assert (await server.healthz())[::2] == (200, b"ok\n")
    assert (await server.readyz())[::2] == (200, b"ready\n")


async def test_figures_name_outlets_and_states_only(server: HealthServer) -> None:
    code, content_type, body = await server.metrics()
    assert (code, content_type.split(";")[0]) == (200, "text/plain")
    assert 'newshawk_articles{outlet="example"} 0.0' in body.decode()
    assert "://" not in body.decode()


async def test_a_scrape_does_not_wait_for_the_writer(server: HealthServer) -> None:
    is_done = threading.Event()

    def busy() -> Iterator[tuple[()]]:
        is_done.wait(30)
        yield ()

    writer = asyncio.create_task(server.runtime.store.call_each("outbox_depth", busy()))
    try:
        async with asyncio.timeout(10):
            code, _, _ = await server.metrics()
    finally:
        is_done.set()
        await writer
    assert code == 200


async def test_a_store_that_fails_is_not_ready(server: HealthServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object) -> None:
        raise StoreError("n.db", "the disk failed.")

    monkeypatch.setattr(server.runtime.store, "call", fails)
    code, _, body = await server.readyz()
    assert (code, body) == (503, b"n.db: the disk failed.\n")


async def test_an_empty_listen_opens_nothing(server: HealthServer) -> None:
    await server.start()
    assert not server.is_listening
    await server.stop()
