"""``scrapy crawl feeds -a outlet=presstv``, as any Scrapy user would try it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.hold import hold
from tests.path.newsroom import EXAMPLE, FIRE, Newsroom
from tests.path.test_feed_to_mail import FIRE_URL, LIBRARY_URL, publish
from tests.world.answers import feed
from tests.world.server import World

Make = Callable[..., Newsroom]


def scrapy(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run Scrapy's own command in a folder with a config."""
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *args],
        cwd=folder,
        env={**os.environ, "SCRAPY_SETTINGS_MODULE": "crawler.settings"},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_crawl_by_scrapy_stores_articles_and_a_run_that_adds_up(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    room.change("delay = 0", 'delay = 0\nuser_agent = "hawk-of-the-test"')
    publish(world, FIRE_URL, LIBRARY_URL, "https://elsewhere.example.net/a")
    done = scrapy(room.folder, "crawl", "feeds", "-a", "outlet=example")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "ERROR" not in done.stderr
    assert "new=2" in done.stderr
    assert room.sql("select state, found, new, skipped, known + revised + pending from runs") == [
        ("done", 3, 2, 1, 0)
    ]
    assert {row["url"] for row in room.rows()} == {FIRE_URL, LIBRARY_URL}
    assert {asked.header("User-Agent") for asked in world.asked} == {"hawk-of-the-test"}


def test_scrapy_crawl_recheck_takes_up_what_is_pending(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    for host in ("www.example.com", "example-mirror.net"):
        world.put(host, "/rss.xml", feed(FIRE_URL))
    room.crawl()
    assert room.rows() == []
    publish(world, FIRE_URL)
    done = scrapy(room.folder, "crawl", "recheck", "-a", "outlet=example")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_scrapy_lists_the_spiders(tmp_path: Path) -> None:
    assert scrapy(tmp_path, "list").stdout.split() == ["feeds", "recheck", "sections", "sitemaps"]


@pytest.mark.parametrize("args", [("-a", "outlet=exmple"), ()])
def test_a_wrong_outlet_is_told_in_one_line(newsroom: Make, args: tuple[str, ...]) -> None:
    done = scrapy(newsroom(EXAMPLE).folder, "crawl", "feeds", "--nolog", *args)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.endswith("-a outlet=ID. Configured: example.")


def test_a_wrong_config_is_told_with_its_line(newsroom: Make) -> None:
    room = newsroom(EXAMPLE.replace("hosts", "hostz"))
    done = scrapy(room.folder, "crawl", "feeds", "--nolog", "-a", "outlet=example")
    assert done.returncode == 2
    assert "newshawk.toml:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_store_that_is_held_is_left_alone(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    with hold(room.folder / "newshawk.db"):
        done = scrapy(room.folder, "crawl", "feeds", "--nolog", "-a", "outlet=example")
    assert done.returncode == 75
    (line,) = done.stderr.splitlines()
    assert str(os.getpid()) in line
    assert world.asked_urls() == []
