"""Links hidden from the feeds of 20 outlets at random, and how many of them the comparison with each channel finds.

    python -m benchmarks.completeness [--outlets 20] [--links 40] [--seed 1]

A third of the outlets has a news sitemap that robots.txt names, a third a front page, a third a mirror whose feed is
whole; slugs and hosts differ between the channels, and pages that are no articles stand among the links. Prints found of
hidden per channel, what was called missing and was not hidden, what ``--fetch`` brought, and the recall of a second
comparison. Exits 1 if a hidden link was not found, another was called missing, or one was not fetched.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.corpora import feed
from benchmarks.proxyweb import serve, write_web

CHANNELS = ("robots_sitemap", "front_page", "mirror")
Web = dict[str, tuple[bytes, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One outlet with links that its feed does not name."""

    id: str
    channel: str
    hidden: frozenset[str]
    """Numbers of these links."""


def main() -> int:
    """Make the worlds, compare, fetch, compare again; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outlets", type=int, default=20)
    parser.add_argument("--links", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    web: Web = {}
    worlds = [
        make(web, chance, f"outlet{place:02d}", CHANNELS[place % len(CHANNELS)], options.links)
        for place in range(options.outlets)
    ]
    folder = Path(tempfile.mkdtemp(prefix="completeness-"))
    write_web(folder / "web", web)
    with serve(folder / "web") as proxy:
        (folder / "newshawk.toml").write_text(declare(proxy, worlds))
        newshawk(folder, "crawl", "--json")
        first = newshawk(folder, "reconcile", "--json")["outlets"]
        fetched = newshawk(folder, "reconcile", "--fetch", "--json")["outlets"]
        again = newshawk(folder, "reconcile", "--json")["outlets"]
    return report(worlds, first, fetched, again)


def make(web: Web, chance: random.Random, outlet: str, channel: str, links: int) -> World:
    """Add an outlet to the web: pages, a feed that lacks some, and the channel that has all."""
    host, mirror = f"{outlet}.example", f"mirror-{outlet}.example"
    numbers = [str(10_000 + place) for place in range(links)]
    hidden = frozenset(chance.sample(numbers, chance.randint(1, links // 4)))
    for number in numbers:
        page = f"<title>Report {number}</title><h1>Report {number}</h1>" + "".join(
            f"<p>Paragraph {part} of report {number} of {outlet}, long enough to be read as a text.</p>"
            for part in range(4)
        )
        for at in (host, mirror):
            for slug in ("a-slug", "another-slug"):
                web[f"http://{at}/story/{number}/{slug}"] = (page.encode(), "text/html")
    shown = [f"http://{host}/story/{number}/a-slug" for number in numbers if number not in hidden]
    whole = [f"http://{mirror}/story/{number}/another-slug" for number in numbers]
    chance.shuffle(whole)
    web[f"http://{host}/rss.xml"] = (feed(host, shown), "application/rss+xml")
    if channel == "mirror":
        web[f"http://{mirror}/rss.xml"] = (feed(mirror, whole), "application/rss+xml")
    elif channel == "front_page":
        others = ["/tag/harbour", "/about-us", "https://elsewhere.example/story/1/x", "/video/1"]
        body = "".join(f'<p><a href="{url}">A headline of some length</a></p>' for url in (*whole, *others))
        web[f"http://{host}/"] = (f"<html><body><h1>{outlet}</h1>{body}</body></html>".encode(), "text/html")
    else:
        web[f"http://{host}/robots.txt"] = (f"Sitemap: http://{host}/news.xml\n".encode(), "text/plain")
        web[f"http://{host}/news.xml"] = (sitemap(whole), "application/xml")
    return World(id=outlet, channel=channel, hidden=hidden)


def sitemap(urls: list[str]) -> bytes:
    """Return a news sitemap of addresses published an hour ago."""
    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    entries = "".join(
        f"<url><loc>{url}</loc><news:news><news:publication_date>{at}</news:publication_date></news:news></url>"
        for url in urls
    )
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{entries}</urlset>'
    ).encode()


def declare(proxy: str, worlds: list[World]) -> str:
    """Return the config."""
    head = f'[network]\nproxy = "{proxy}"\ndelay = 0\n[mail]\ntransport = "file"\nfolder = "mail"\n[ops]\nlisten = ""\n'
    return head + "".join(
        f'[[outlets]]\nid = "{world.id}"\nname = "{world.id}"\n'
        f'hosts = ["{world.id}.example", "mirror-{world.id}.example"]\n'
        f"feeds = [\"http://{world.id}.example/rss.xml\"]\narticle_id = '/story/(\\d+)'\n"
        for world in worlds
    )


def newshawk(folder: Path, *words: str) -> Any:
    """Return what a command prints as JSON."""
    command = [sys.executable, "-m", "crawler.cli.app", *words, "--config", str(folder / "newshawk.toml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def report(worlds: list[World], first: Any, fetched: Any, again: Any) -> int:
    """Print a row a channel; return the exit code."""
    print(
        f"{'channel':<16}{'outlets':>8}{'hidden':>8}{'found':>8}{'wrongly':>9}{'fetched':>9}{'recall then':>13}"
    )
    is_whole = True
    for channel in CHANNELS:
        mine = [world for world in worlds if world.channel == channel]
        hidden = sum(len(world.hidden) for world in mine)
        named = {world.id: {number(each["url"]) for each in first[world.id]["missing"]} for world in mine}
        found = sum(len(named[world.id] & world.hidden) for world in mine)
        wrongly = sum(len(named[world.id] - world.hidden) for world in mine)
        got = sum(link["state"] == "new" for world in mine for link in fetched[world.id]["links"])
        lowest = min((again[world.id]["recall"] or 0.0 for world in mine), default=0.0)
        print(f"{channel:<16}{len(mine):>8}{hidden:>8}{found:>8}{wrongly:>9}{got:>9}{lowest:>13.3f}")
        is_whole &= found == got == hidden and not wrongly and lowest == 1.0
    return 0 if is_whole else 1


def number(url: str) -> str:
    """Return the article's number in an address."""
    return url.split("/")[4]


if __name__ == "__main__":
    sys.exit(main())
