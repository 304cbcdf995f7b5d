"""What finders find at 20 sites of the corpora, rebuilt as a local web: newshawk's, trafilatura's, and the classic one.

    python -m benchmarks.finding [--json FILE]

A site's front page is rebuilt from one of its article pages: head, menus, footer and lists of links stay as they are,
the article goes. Behind the addresses that the page really names stand feeds made here: SITES says by hand which are
feeds of the site, which say the same (RSS and Atom of one list), which are traps that answer too (comments, a tag), and
which page lists further feeds. One site names no feed and has one at a common address. Robots.txt of every second site
names a news sitemap and an archive. A section is a page of one word in its path below which at least two articles of
the page stand; those answer with articles of their own, every other page of the site with the same six headlines.

The finders:
  newshawk      schedules.finding.find, as `newshawk outlets add` calls it; each address it names it has read
  trafilatura   trafilatura.feeds.determine_feed on the front page: what its find_feed_urls uses (that one returns links
                of articles, and its downloader knows SOCKS proxies only, so the page is fetched for it)
  classic       alternates of the head, else links with rss, rdf, xml, atom or feed in them, else six common addresses,
                each kept when feedparser reads an entry: feedfinder2's way with feedparser as the judge

Seconds of CPU are those of one process a finder over all sites, its start and workers included: compare, do not quote.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.sax.saxutils import escape

import lxml.html

from benchmarks.corpora import Sample, by_host, samples
from benchmarks.proxyweb import serve, write_web


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is true of one site, by hand. Addresses are those the page names, with http."""

    page: str
    """Id of the article page in the corpora."""
    feeds: tuple[tuple[str, ...], ...] = ()
    """Feeds; addresses of one tuple say the same."""
    traps: tuple[str, ...] = ()
    """Feeds that answer and are not the site's news."""
    list_page: str = ""
    """A page that lists further feeds."""
    listed: tuple[str, ...] = ()


WORDPRESS = (("/feed/",),)
SITES = {
    "techcrunch.com": Site(page="us-TechCrunch_2024_04_28", feeds=WORDPRESS, traps=("/comments/feed/",)),
    "www.thesun.co.uk": Site(page="uk-TheSun_2024_04_22", feeds=WORDPRESS),
    "www.politico.eu": Site(page="be-PoliticoEu_2025_10_23", feeds=WORDPRESS),
    "globalnews.ca": Site(
        page="ca-GlobalNews_2026_05_24",
        feeds=WORDPRESS,
        traps=("/news/11862251/russia-missile-attack-kyiv-ukraine/feed/",),
        list_page="/pages/feeds/",
        listed=("/canada/feed/", "/world/feed/", "/politics/feed/"),
    ),
    "www.golem.de": Site(
        page="de-Golem_2025_09_09",
        feeds=(("http://rss.golem.de/rss.php?feed=RSS1.0", "http://rss.golem.de/rss.php?feed=ATOM1.0"),),
    ),
    "www.spiegel.de": Site(page="spiegel.de.albtraum", feeds=(("/schlagzeilen/index.rss",),)),
    "www.sueddeutsche.de": Site(
        page="de-SZ_2024_09_30",
        feeds=(("http://rss.sueddeutsche.de/rss/Topthemen",), ("http://rss.sueddeutsche.de/rss/Sport",)),
        list_page="/updates-rss",
        listed=("http://rss.sueddeutsche.de/rss/Politik", "http://rss.sueddeutsche.de/rss/Wirtschaft"),
    ),
    "elpais.com": Site(page="elpais.com.ciencia", feeds=(("/rss/elpais/ciencia.xml",),)),
    "www.lavanguardia.com": Site(
        page="es-LaVanguardia_2025_01_13",
        feeds=(("/topics/rss/politica",),),
        list_page="/rss",
        listed=("/rss/home.xml", "/rss/internacional.xml", "/rss/economia.xml"),
    ),
    "timesofindia.indiatimes.com": Site(
        page="ind-TimesOfIndia_2026_04_16",
        list_page="/rss.cms",
        listed=("/rssfeedstopstories.cms", "/rssfeeds/296589292.cms", "/rssfeeds/-2128936835.cms"),
    ),
    "www.mbl.is": Site(
        page="isl-Morgunbladid_2025_04_16",
        list_page="/feeds/",
        listed=("/feeds/fp/", "/feeds/innlent/", "/feeds/erlent/"),
    ),
    "landesspiegel.li": Site(
        page="li-Landesspiegel_2025_06_30",
        feeds=(("/feed/", "/feed/atom/"),),
        traps=("/comments/feed/", "/web-stories/feed/"),
    ),
    "habarileo.co.tz": Site(page="tz-HabariLeo_2025_01_23", feeds=WORDPRESS, traps=("/comments/feed/",)),
    "www.dailymail.co.uk": Site(
        page="dailymail.co.uk.food", feeds=(("/news/index.rss", "/news/articles.rss"),)
    ),
    "www.techradar.com": Site(
        page="uk-TechRadar_2026_05_21",
        feeds=(("/feeds.xml",), ("/feeds/articletype/news",)),
        traps=("/feeds/tag/ai-platforms-assistants",),
    ),
    "www.tag24.de": Site(
        page="d76bb5cda4cd4621a04c1b166d6cad9f",
        feeds=(
            ("/sitemap/rss",),
            *(
                (f"/sitemap/rss/{city}",)
                for city in (
                    "berlin chemnitz dresden frankfurt hamburg koeln leipzig stuttgart thueringen muenchen".split()  # noqa: SIM905
                )
            ),
        ),
    ),
    "forsal.pl": Site(
        page="Ile_jest_warta_godzina_pracy__W_tych_krajach_praca_pop_aca_-_Forsal.pl",
        feeds=(("http://rss.forsal.pl/Forsal",),),
    ),
    "www.handelsblatt.com": Site(
        page="handelsblatt.com.grenzschliessungen",
        feeds=(("/contentexport/feed/top-themen/",),),
        list_page="/rss-feeds/?navi=SERVICE_SUBNAV_RSS-FEEDS_3597096",
        listed=("/contentexport/feed/schlagzeilen", "/contentexport/feed/finanzen"),
    ),
    "phys.org": Site(
        page="phys.org.tool",
        feeds=(("/rss-feed/",), ("/rss-feed/breaking/",), ("/rss-feed/editorials/",)),
        list_page="/feeds/",
        listed=("/rss-feed/space-news/", "/rss-feed/earth-news/"),
    ),
    "www.standard.co.uk": Site(page="uk-EveningStandard_2024_10_24", feeds=(("/rss",),)),
}
NOW = datetime.now(UTC).replace(microsecond=0)
ITEMS = 20


# --- the local web --------------------------------------------------------------------------------


def build(host: str, site: Site, sample: Sample) -> tuple[dict[str, tuple[bytes, str]], dict[str, Any]]:
    """Return the pages of one site, and what is true of it."""
    root = f"http://{host}/"
    page = front_page(sample, root)
    links = own_links(page, root)
    articles = [link for link in links if is_article(link)] or [
        f"{root}news/{n}/story-of-the-day" for n in range(5)
    ]
    sections = true_sections(links, articles)
    web: dict[str, tuple[bytes, str]] = {}
    for link in links:
        web[link] = list_page(articles[:6]), "text/html"
    for number, section in enumerate(sections):
        web[section] = list_page([*articles[:6], *variants(articles, 5000 + 100 * number)]), "text/html"
    named = [[urljoin(root, url) for url in same] for same in (*site.feeds, *((url,) for url in site.listed))]
    for number, same in enumerate(named):
        for url in same:
            web[url] = rss(variants(articles, 100 * number)), "application/rss+xml"
    for number, trap in enumerate(site.traps):
        web[urljoin(root, trap)] = rss([f"{url}#c{number}" for url in articles[:3]]), "application/rss+xml"
    if site.list_page:
        shown = "".join(f'<li><a href="{escape(url)}">RSS</a></li>' for url in site.listed)
        web[urljoin(root, site.list_page)] = (
            f"<html><body><h1>RSS</h1>{shown}</body></html>".encode(),
            "text/html",
        )
    web[root] = page, "text/html"
    truth: dict[str, Any] = {"feeds": named, "sections": sections, "sitemaps": []}
    if sum(map(ord, host)) % 2:
        add_sitemaps(web, root, articles)
        truth["sitemaps"] = [f"{root}news-sitemap.xml"]
    return web, truth


def front_page(sample: Sample, root: str) -> bytes:
    """Return the article page without its article, as the front page of its site."""
    tree = lxml.html.document_fromstring(sample.html.replace(b"https://", b"http://"))
    for element in tree.xpath("//article | //p | //script | //style | //svg | //form"):
        element.drop_tree()
    for link in tree.xpath("//link[@rel='canonical']"):
        link.set("href", root)
    for meta in tree.xpath("//meta[@property='og:url']"):
        meta.set("content", root)
    return lxml.html.tostring(tree, encoding="utf-8", doctype="<!DOCTYPE html>")


def own_links(page: bytes, root: str) -> list[str]:
    """Return the addresses of the site that the page links to, without their fragments, in page order."""
    tree = lxml.html.document_fromstring(page)
    found = {
        urljoin(root, str(href)).partition("#")[0]: None
        for href in tree.xpath("//a/@href")
        if ":" not in href[:9] or href[:4] == "http"
    }
    return [url for url in found if url.startswith(root) and url != root]


def is_article(url: str) -> bool:
    """Return whether an address is an article's: a long last part with a number of five digits or three hyphens."""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return len(last) > 12 and (bool(re.search(r"\d{5}", last)) or last.count("-") >= 3)


def true_sections(links: list[str], articles: list[str]) -> list[str]:
    """Return the pages of one word below which at least two articles of the page stand."""
    folders = Counter(urlsplit(url).path.split("/")[1] for url in articles)
    words = [url for url in links if re.fullmatch(r"/[a-z][a-z-]*/?", urlsplit(url).path) and "?" not in url]
    return list(
        {url.rstrip("/"): url for url in words if folders[urlsplit(url).path.strip("/")] >= 2}.values()
    )


def variants(articles: list[str], first: int) -> list[str]:
    """Return ITEMS addresses in the forms of *articles*, with other numbers and slugs."""
    return [variant(articles[n % len(articles)], first + n) for n in range(ITEMS)]


def variant(article: str, step: int) -> str:
    """Return the address of another article of the same form."""
    slug = article.replace("-", f"-{step}x-", 1)
    return re.sub(r"\d{5,}", lambda match: str(int(match[0]) + step + 1), slug)


def rss(links: list[str]) -> bytes:
    """Return a feed whose newest item is of today."""
    items = "".join(
        f"<item><title>Item {n}</title><link>{escape(link)}</link>"
        f"<pubDate>{format_datetime(NOW - timedelta(hours=n))}</pubDate></item>"
        for n, link in enumerate(links)
    )
    return f'<rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'.encode()


def list_page(links: list[str]) -> bytes:
    """Return a page that lists links."""
    shown = "".join(f'<li><a href="{escape(link)}">A headline</a></li>' for link in links)
    return (
        f"<!DOCTYPE html><html><head><title>List</title></head><body><ul>{shown}</ul></body></html>".encode()
    )


def add_sitemaps(web: dict[str, tuple[bytes, str]], root: str, articles: list[str]) -> None:
    """Add a news sitemap, and an archive of 3,000 addresses that nobody should poll."""
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    news = "".join(
        f"<url><loc>{escape(url)}</loc><n:news><n:publication_date>{NOW.isoformat()}</n:publication_date></n:news></url>"
        for url in variants(articles, 9000)
    )
    old = "".join(f"<url><loc>{root}old/{n}</loc></url>" for n in range(3000))
    web[f"{root}news-sitemap.xml"] = f'<urlset xmlns="{space}">{news}</urlset>'.encode(), "text/xml"
    web[f"{root}archive.xml"] = f'<urlset xmlns="{space}">{old}</urlset>'.encode(), "text/xml"
    text = (
        f"User-agent: *\nDisallow: /private/\nSitemap: {root}archive.xml\nSitemap: {root}news-sitemap.xml\n"
    )
    web[f"{root}robots.txt"] = text.encode(), "text/plain"


# --- the finders: host and proxy to what they name ----------------------------------------------------

Finding = dict[str, list[str]]


def by_newshawk(hosts: list[str], proxy: str) -> Iterator[Finding]:
    """Yield what `newshawk outlets add` would declare."""
    from crawler.config import load_config
    from crawler.log import configure_logging
    from schedules.finding import find
    from schedules.session import run_in_reactor

    configure_logging("CRITICAL")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "newshawk.toml"
        path.write_text(f'[network]\nproxy = "{proxy}"\ndelay = 0\n')
        config = load_config(path)

    async def run() -> list[Finding]:
        return [
            {
                "feeds": [source.url for source in found.feeds],
                "sections": [source.url for source in found.sections],
                "sitemaps": [source.url for source in found.sitemaps],
                "numbering": [found.numbering.pattern] if found.numbering else [],
            }
            for found in [await find(config, f"http://{host}/") for host in hosts]
        ]

    yield from run_in_reactor(run)


def by_trafilatura(hosts: list[str], proxy: str) -> Iterator[Finding]:
    """Yield what trafilatura reads from the front page."""
    from trafilatura.feeds import FeedParameters, determine_feed

    for host in hosts:
        url = f"http://{host}/"
        html = fetch(url, proxy).decode("utf-8", "replace")
        yield {"feeds": determine_feed(html, FeedParameters(f"http://{host}", host, url))}


def by_classic(hosts: list[str], proxy: str) -> Iterator[Finding]:
    """Yield what the classic finder keeps after feedparser has read it."""
    import feedparser

    def is_feed(url: str) -> bool:
        return bool(feedparser.parse(fetch(url, proxy)).entries)

    for host in hosts:
        root = f"http://{host}/"
        tree = lxml.html.document_fromstring(fetch(root, proxy))
        types = (
            "application/rss+xml",
            "text/xml",
            "application/atom+xml",
            "application/x.atom+xml",
            "application/x-atom+xml",
        )
        heads = [str(link.get("href")) for link in tree.xpath("//link[@href]") if link.get("type") in types]
        found = [url for url in dict.fromkeys(urljoin(root, href) for href in heads) if is_feed(url)]
        if not found:
            anchors = dict.fromkeys(urljoin(root, str(href)) for href in tree.xpath("//a/@href"))
            like = [
                url
                for url in anchors
                if re.search(r"rss|rdf|xml|atom|feed", url, re.IGNORECASE) and url.startswith("http://")
            ]
            found = [url for url in like if is_feed(url)]
        if not found:
            common = ("atom.xml", "index.atom", "index.rdf", "rss.xml", "index.xml", "index.rss")
            found = [root + name for name in common if is_feed(root + name)]
        yield {"feeds": found}


def fetch(url: str, proxy: str) -> bytes:
    """Return the body of an address, empty for an error."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy}))
    try:
        with opener.open(urllib.request.Request(url.replace(" ", "%20")), timeout=20) as answer:
            return bytes(answer.read())
    except (urllib.error.URLError, ValueError, OSError):
        return b""


FINDERS: dict[str, Callable[[list[str], str], Iterator[Finding]]] = {
    "newshawk": by_newshawk,
    "trafilatura": by_trafilatura,
    "classic": by_classic,
}


# --- judging ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Score:
    """Counts over all sites."""

    feeds: int = 0
    of_feeds: int = 0
    doubles: int = 0
    wrong: int = 0
    sections: int = 0
    of_sections: int = 0
    wrong_sections: int = 0
    sitemaps: int = 0
    of_sitemaps: int = 0
    wrong_sitemaps: int = 0


def judge(score: Score, found: Finding, truth: dict[str, Any]) -> list[str]:
    """Add one site to the score; return what is amiss, as words."""
    keys = [{key(url) for url in same} for same in truth["feeds"]]
    named = [key(url) for url in found["feeds"]]
    hits = [sum(url in same for url in named) for same in keys]
    wrong = [url for url in named if not any(url in same for same in keys)]
    score.feeds += sum(hit > 0 for hit in hits)
    score.of_feeds += len(keys)
    score.doubles += sum(hit - 1 for hit in hits if hit > 1)
    score.wrong += len(wrong)
    for name in ("sections", "sitemaps"):
        true, got = ({key(url) for url in urls} for urls in (truth[name], found.get(name, [])))
        setattr(score, name, getattr(score, name) + len(true & got))
        setattr(score, f"of_{name}", getattr(score, f"of_{name}") + len(true))
        setattr(score, f"wrong_{name}", getattr(score, f"wrong_{name}") + len(got - true))
    missed = [sorted(same)[0] for same, hit in zip(keys, hits, strict=True) if not hit]
    return [f"missed {url}" for url in missed] + [f"wrong {url}" for url in wrong]


def key(url: str) -> str:
    """Return an address without scheme and closing slash."""
    return url.partition("://")[2].rstrip("/")


def run_finder(name: str, hosts: list[str], proxy: str) -> tuple[dict[str, Finding], int, float]:
    """Return what a finder names in a process of its own, the requests made, and its seconds of CPU."""
    before, used = asked(proxy), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.finding", "--finder", name, "--proxy", proxy, *hosts],
        stdout=subprocess.PIPE,
        check=True,
    )
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    return json.loads(done.stdout), asked(proxy) - before - 1, seconds


def asked(proxy: str) -> int:
    """Return how many requests the local web has answered so far."""
    return int(fetch("http://asked.proxyweb/", proxy))


def main() -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--finder", choices=FINDERS)
    parser.add_argument("--proxy")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("hosts", nargs="*")
    options = parser.parse_args()
    if options.finder:
        found = FINDERS[options.finder](options.hosts, options.proxy)
        print(json.dumps(dict(zip(options.hosts, found, strict=True))))
        return 0
    pages = {page.id: page for of_host in by_host(list(samples())).values() for page in of_host}
    if not pages:
        print("skipped: the corpora of ../shared are not here")
        return 0
    web: dict[str, tuple[bytes, str]] = {}
    truths: dict[str, dict[str, Any]] = {}
    for host, site in SITES.items():
        built, truths[host] = build(host, site, pages[site.page])
        web |= built
    with tempfile.TemporaryDirectory() as folder:
        write_web(Path(folder), web)
        with serve(Path(folder)) as proxy:
            compare(truths, proxy, options.json)
    return 0


def compare(truths: dict[str, dict[str, Any]], proxy: str, path: Path | None) -> None:
    """Run each finder over all sites and print what came of it."""
    lines, told = [], {}
    for name in FINDERS:
        found, requests, seconds = run_finder(name, list(truths), proxy)
        score = Score()
        amiss = {host: judge(score, found[host], truth) for host, truth in truths.items()}
        told[name] = {"found": found, "amiss": amiss}
        for host, words in amiss.items():
            print(f"{name:<12} {host:<28} {'; '.join(words) or 'all'}"[:160])
        lines.append(
            f"{name:<12} {score.feeds:>3} of {score.of_feeds:<3} {score.doubles:>7} {score.wrong:>6}"
            f"  {score.sections:>3} of {score.of_sections:<3} {score.wrong_sections:>6}"
            f"  {score.sitemaps:>3} of {score.of_sitemaps:<3} {score.wrong_sitemaps:>6} {requests:>9} {seconds:>8.1f}"
        )
    print(f"\n{len(truths)} sites")
    print(
        f"{'finder':<12} {'feeds':<10} {'doubles':>7} {'wrong':>6}  {'sections':<10} {'wrong':>6}  {'sitemaps':<10} {'wrong':>6} {'requests':>8} {'CPU s':>8}"
    )
    print("\n".join(lines))
    if path:
        path.write_text(json.dumps(told, indent=1))


if __name__ == "__main__":
    sys.exit(main())
