"""The parser pool with real processes: hangs, starvation and crashes cost one document each."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from crawler.errors import AddressRefused, ExtractionError, FetchFailed, NotAFeed
from crawler.pool import ParserPool

URL = "https://www.example.com/a"
PAGE = (
    b"<html><head><title>Ferries resume</title></head><body><article><h1>Ferries resume</h1>"
    b"<p>The harbour board has reopened four of its five ferry lines after the pilots accepted an offer on night pay.</p>"
    b"<p>Tickets bought before the strike stay valid until June, the board said in a statement on Tuesday.</p>"
    b"</article></body></html>"
)


def hang() -> None:
    while True:
        time.sleep(0.05)


def starve() -> int:
    return len(b"x" * (4 << 30))


def crash() -> None:
    os._exit(7)


def refuse() -> None:
    raise NotAFeed(URL, "html")


def own_pid() -> int:
    return os.getpid()


@pytest.fixture
async def pool() -> AsyncIterator[ParserPool]:
    made = ParserPool(1, timeout=15)
    yield made
    made.close()


async def test_page_comes_back_as_draft(pool: ParserPool) -> None:
    draft = await pool.page(PAGE, url=URL)
    assert draft.title == "Ferries resume"
    assert draft.lines[-1].startswith("Tickets bought")


@pytest.mark.parametrize(
    ("task", "seconds", "word"), [(hang, 1.0, "extract_timeout"), (crash, 15.0, "extract_crash")]
)
async def test_lost_worker_costs_one_document(
    pool: ParserPool, task: object, seconds: float, word: str
) -> None:
    with pytest.raises(ExtractionError) as failure:
        await pool._run(URL, seconds, task)  # type: ignore[arg-type]
    assert (failure.value.url, failure.value.reason) == (URL, word)
    assert (await pool.page(PAGE, url=URL)).title == "Ferries resume"


async def test_starved_worker_says_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = ParserPool(1, memory_limit=40 << 20)
    words = " ".join(f"<p>word{i} and more of it to fill memory</p>" for i in range(700_000))
    try:
        with pytest.raises(ExtractionError) as failure:
            await pool.page(b"<html><body>" + words.encode(), url=URL)
        assert failure.value.reason == "extract_memory"
        assert (await pool.page(PAGE, url=URL)).title == "Ferries resume"
    finally:
        pool.close()


async def test_page_of_nested_links_is_bounded(pool: ParserPool) -> None:
    page = b"<html><body>" + b"<a href=/x>link " * 100_000
    pool.timeout = 3.0
    try:
        await pool.page(page, url=URL)
    except ExtractionError as error:
        assert error.reason == "extract_timeout"  # noqa: PT017
    assert (await pool.page(PAGE, url=URL)).title == "Ferries resume"


async def test_errors_cross_the_process_border_intact(pool: ParserPool) -> None:
    with pytest.raises(NotAFeed) as failure:
        await pool._run(URL, 15, refuse)
    assert (failure.value.url, failure.value.reason) == (URL, "html")


@pytest.mark.parametrize(
    "error",
    [
        NotAFeed(URL, "html"),
        ExtractionError(URL, "empty"),
        FetchFailed(URL, "dns", "x"),
        AddressRefused(URL, "port"),
    ],
)
def test_errors_survive_pickling(error: Exception) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.args, str(copy)) == (type(error), error.args, str(error))


async def test_worker_told_to_stop_from_outside_did_not_fail_on_its_page(pool: ParserPool) -> None:
    pid = await pool._run(URL, 15, own_pid)
    os.kill(pid, signal.SIGTERM)
    assert (await pool.page(PAGE, url=URL)).title == "Ferries resume"


async def test_many_pages_at_once(pool: ParserPool) -> None:
    drafts = await asyncio.gather(*(pool.page(PAGE, url=f"{URL}/{i}") for i in range(20)))
    assert {draft.title for draft in drafts} == {"Ferries resume"}


async def test_document_under_way_is_cancelled_by_close() -> None:
    pool = ParserPool(1)
    await pool.page(PAGE, url=URL)
    task = asyncio.create_task(pool._run(URL, 60, hang))
    await asyncio.sleep(0.3)
    await asyncio.to_thread(pool.close)
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_closed_pool_leaves_no_worker_and_takes_no_page() -> None:
    pool = ParserPool(2)
    pid = await pool._run(URL, 15, own_pid)
    pool.close()
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(RuntimeError):
        await pool.page(PAGE, url=URL)


def test_interrupt_of_the_process_group_prints_no_traceback(tmp_path: Path) -> None:
    script = tmp_path / "daemon.py"
    script.write_text(
        "import asyncio, signal\n"
        "from crawler.pool import ParserPool\n"
        "async def main():\n"
        "    stop = asyncio.Event()\n"
        "    loop = asyncio.get_running_loop()\n"
        "    for name in (signal.SIGINT, signal.SIGTERM):\n"
        "        loop.add_signal_handler(name, stop.set)\n"
        "    pool = ParserPool(2)\n"
        "    await pool.page(b'<html><body><p>one line of text</p></body></html>', url='https://e.com/1')\n"
        "    print('ready', flush=True)\n"
        "    await stop.wait()\n"
        "    pool.close()\n"
        "if __name__ == '__main__':\n"
        "    asyncio.run(main())\n"
    )
    for name in (signal.SIGINT, signal.SIGTERM):
        process = subprocess.Popen(
            [sys.executable, str(script)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        os.killpg(process.pid, name)
        _, told = process.communicate(timeout=30)
        assert (process.returncode, told) == (0, b"")
