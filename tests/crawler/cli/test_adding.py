"""``outlets add``: a site of the local web found, written, and crawled."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from crawler.cli import catalogue
from crawler.config import load_config
from crawler.errors import UsageError
from tests.path.newsroom import Newsroom
from tests.world.answers import Answer, html, redirect
from tests.world.reactor import reactor_thread
from tests.world.server import World

SITE = "www.paper.example"
NOW = datetime.now(UTC)
WORDS = "harbour council bridge school market river station theatre garden museum library bakery".split()  # noqa: SIM905


def dated_feed(links: list[str], *, title: str = "The Paper", at: datetime = NOW, atom: bool = False) -> Answer:
    """Return a feed of *links*, an hour apart, the newest at *at*."""
    times = [at - timedelta(hours=n) for n in range(len(links))]
    if atom:
        items = "".join(
            f'<entry><title>Story {n}</title><link href="{link}"/><id>{link}</id><updated>{time.isoformat()}</updated></entry>'
            for n, (link, time) in enumerate(zip(links, times, strict=True))
        )
        body = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title>{items}</feed>'
        return Answer(body=body, content_type="application/atom+xml")
    items = "".join(
        f"<item><title>The {WORDS[n % 12]} reopens</title><link>{link}</link><pubDate>{format_datetime(time)}</pubDate></item>"
        for n, (link, time) in enumerate(zip(links, times, strict=True))
    )
    body = f'<rss version="2.0"><channel><title>{title}</title><language>en</language>{items}</channel></rss>'
    return Answer(body=body, content_type="application/rss+xml")


def stories(base: str, folder: str, first: int, number: int = 10) -> list[str]:
    """Return addresses of articles."""
    return [f"{base}/{folder}/{first + n}/the-{WORDS[n % 12]}-reopens" for n in range(number)]


def page(*parts: str, head: str = "", lang: str = "en") -> Answer:
    """Return a page of the site."""
    return Answer(body=f'<!DOCTYPE html><html lang="{lang}"><head>{head}</head><body>{"".join(parts)}</body></html>')


def links(*urls: str) -> str:
    """Return a list of links."""
    return "".join(f'<a href="{url}">A headline of today</a> ' for url in urls)


NAV = '<nav><a href="/world">World</a><a href="/sport/">Sport</a><a href="/about">About</a><a href="/login">Log in</a></nav>'
ALTERNATES = """
<link rel="alternate" type="application/rss+xml" title="All news" href="/rss.xml">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
<link rel="alternate" type="application/atom+xml" href="/atom.xml">
<link rel="alternate" type="application/json+oembed" href="/oembed?url=x">
<meta property="og:site_name" content="The Paper">
"""


def build(world: World, host: str = SITE, base: str = f"http://{SITE}") -> None:
    """Put a small newspaper under *host*."""
    news = stories(base, "news", 704100)
    world.put(host, "/", page(NAV, links(*news[:5]), head=ALTERNATES))
    world.put(host, "/rss.xml", dated_feed(news))
    world.put(host, "/atom.xml", dated_feed(news, atom=True))
    world.put(host, "/comments/feed/", dated_feed([f"{base}/news/704100/x#comment-{n}" for n in range(3)]))
    world.put(host, "/world", page(NAV, links(*stories(base, "news", 704200, 6))))
    world.put(host, "/sport/", page(NAV, links(*stories(base, "news", 704300, 6))))
    world.put(
        host,
        "/robots.txt",
        Answer(body=f"User-agent: *\nDisallow: /x\nSitemap: {base}/news-sitemap.xml\nSitemap: {base}/all.xml\n", content_type="text/plain"),
    )
    stamp = NOW.isoformat()
    entries = "".join(
        f"<url><loc>{link}</loc><news:news><news:publication_date>{stamp}</news:publication_date><news:title>T</news:title></news:news></url>"
        for link in stories(base, "news", 704150, 12)
    )
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    world.put(host, "/news-sitemap.xml", Answer(body=f"<urlset {space}>{entries}</urlset>", content_type="text/xml"))
    old = "".join(f"<url><loc>{base}/news/{n}/old-story</loc></url>" for n in range(600000, 601500))
    world.put(host, "/all.xml", Answer(body=f"<urlset {space}>{old}</urlset>", content_type="text/xml"))


@pytest.fixture
def room(tmp_path: Path, world: World) -> Newsroom:
    return Newsroom(tmp_path, world)


@pytest.fixture
def add(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr("schedules.session.run_in_reactor", lambda main: reactor_thread().run(main()))
    app = typer.Typer()
    catalogue.register(app)

    def call(*words: str, config: Path | None = None) -> Result:
        return CliRunner().invoke(app, ["outlets", "add", *words, "--config", str(config or room.config)])

    return call


def told(result: Result) -> dict[str, Any]:
    """Return the object that --json printed."""
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def urls(sources: list[dict[str, Any]]) -> list[str]:
    """Return the addresses of sources."""
    return [source["url"] for source in sources]


# --- finding --------------------------------------------------------------------------------------


def test_a_front_page_gives_feeds_sitemaps_sections_and_numbering(
    add: Callable[..., Result], room: Newsroom, world: World
) -> None:
    build(world)
    found = told(add(f"http://{SITE}/", "--json"))
    assert (found["id"], found["name"], found["languages"]) == ("paper", "The Paper", ["en"])
    assert urls(found["feeds"]) == [f"http://{SITE}/rss.xml"]
    assert urls(found["sitemaps"]) == [f"http://{SITE}/news-sitemap.xml"]
    assert urls(found["sections"]) == [f"http://{SITE}/world", f"http://{SITE}/sport/"]
    assert found["article_id"] == r"^/news/(\d+)(?:[/?]|$)"
    why = {each["url"]: each["why"] for each in found["left_out"]}
    assert "comments" in why[f"http://{SITE}/comments/feed/"]
    assert "same links" in why[f"http://{SITE}/atom.xml"]
    assert "backfill" in why[f"http://{SITE}/all.xml"]
    assert found["written"] == str(room.config)
    assert f"http://{SITE}/comments/feed/" not in world.asked_urls()
    (outlet,) = load_config(room.config).outlets
    assert outlet.id == "paper"
    assert [source.url for source in outlet.sources] == urls([*found["feeds"], *found["sitemaps"], *found["sections"]])
