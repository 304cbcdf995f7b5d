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


def dated_feed(
    links: list[str], *, title: str = "The Paper", at: datetime = NOW, atom: bool = False
) -> Answer:
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
    return Answer(
        body=f'<!DOCTYPE html><html lang="{lang}"><head>{head}</head><body>{"".join(parts)}</body></html>'
    )


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
        Answer(
            body=f"User-agent: *\nDisallow: /x\nSitemap: {base}/news-sitemap.xml\nSitemap: {base}/all.xml\n",
            content_type="text/plain",
        ),
    )
    stamp = NOW.isoformat()
    entries = "".join(
        f"<url><loc>{link}</loc><news:news><news:publication_date>{stamp}</news:publication_date><news:title>T</news:title></news:news></url>"
        for link in stories(base, "news", 704150, 12)
    )
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    world.put(
        host, "/news-sitemap.xml", Answer(body=f"<urlset {space}>{entries}</urlset>", content_type="text/xml")
    )
    old = "".join(f"<url><loc>{base}/news/{n}/old-story</loc></url>" for n in range(600000, 601500))
    world.put(host, "/all.xml", Answer(body=f"<urlset {space}>{old}</urlset>", content_type="text/xml"))


@pytest.fixture
def room(tmp_path: Path, world: World) -> Newsroom:
    return Newsroom(tmp_path, world)


@pytest.fixture
def add(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr(
        "schedules.session.run_in_reactor", lambda main: reactor_thread().run(main(), timeout=300)
    )
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
    assert [source.url for source in outlet.sources] == urls(
        [*found["feeds"], *found["sitemaps"], *found["sections"]]
    )


def test_what_was_found_is_shown_in_words_and_a_dry_run_writes_nothing(
    add: Callable[..., Result], room: Newsroom, world: World
) -> None:
    build(world)
    before = room.config.read_bytes()
    result = add(f"http://{SITE}/", "--dry-run", "--id", "my-paper", "--name", 'The "Paper"')
    assert result.exit_code == 0
    assert 'id = "my-paper"' in result.stdout
    assert r'name = "The \"Paper\""' in result.stdout
    assert "named in the page's head; 10 links" in result.stdout
    assert room.config.read_bytes() == before


def test_the_outlet_that_was_added_is_crawled(
    add: Callable[..., Result], room: Newsroom, world: World
) -> None:
    build(world)
    for number in range(10):
        text = f"Word {number} of the council on the bridge, and what the people of the town had to say about it."
        path = f"/news/{704100 + number}/the-{WORDS[number]}-reopens"
        world.put(SITE, path, html(f"The {WORDS[number]} reopens", text))
    assert add(f"http://{SITE}/").exit_code == 0
    counts = room.crawl()["paper"]
    assert counts["found"] == 34  # 10 in the feed, 12 in the sitemap, 6 in each section
    assert counts["new"] == 10
    assert {row["outlet"] for row in room.rows()} == {"paper"}


def test_adding_twice_makes_no_twin(add: Callable[..., Result], room: Newsroom, world: World) -> None:
    build(world)
    add(f"http://{SITE}/")
    once, asked = room.config.read_bytes(), len(world.asked)
    for url in (f"http://{SITE}/", f"https://{SITE}/sport/", "paper.example", f"http://{SITE}/rss.xml"):
        again = add(url)
        assert (again.exit_code, "watched already" in again.stdout) == (0, True)
    assert room.config.read_bytes() == once
    assert len(world.asked) == asked


@pytest.mark.parametrize(
    "path", ["/rss.xml", "/world", "/news/704100/the-harbour-reopens", "/news-sitemap.xml"]
)
def test_any_address_of_the_site_leads_to_its_feed(
    add: Callable[..., Result], world: World, path: str
) -> None:
    build(world)
    world.put(SITE, "/news/704100/the-harbour-reopens", html("The harbour reopens", "It did.", "Yes."))
    found = told(add(f"http://{SITE}{path}", "--json"))
    assert f"http://{SITE}/rss.xml" in urls(found["feeds"])
    assert f"http://{SITE}/news-sitemap.xml" in urls(found["sitemaps"])
    assert found["hosts"] == [SITE]


def test_a_bare_host_is_asked_by_https_then_by_http(add: Callable[..., Result], world: World) -> None:
    build(world)
    world.break_host(SITE, "reset", "https")
    assert urls(told(add(SITE, "--json"))["feeds"]) == [f"http://{SITE}/rss.xml"]


def test_a_site_at_a_port_of_loopback_is_found_where_private_addresses_are_allowed(
    add: Callable[..., Result], room: Newsroom, world: World
) -> None:
    host = world.listen("local")
    build(world, "local", f"http://{host}")
    refused = add(f"http://{host}/")
    assert refused.exit_code == 1
    assert "allow_private = true" in refused.stdout
    room.change("[network]", "[network]\nallow_private = true")
    room.change(f'proxy = "{world.proxy}"', "")
    found = told(add(f"http://{host}/", "--json"))
    assert (found["hosts"], urls(found["feeds"])) == ([host], [f"http://{host}/rss.xml"])
    assert load_config(room.config).outlets[0].hosts == (host,)
    assert room.crawl()[found["id"]]["host"] == host


# --- feeds ----------------------------------------------------------------------------------------


def test_a_page_of_feeds_is_followed_one_level(add: Callable[..., Result], world: World) -> None:
    base = f"http://{SITE}"
    world.put(SITE, "/", page(NAV, '<footer><a href="/feeds/">RSS</a></footer>'))
    listed = "".join(
        f'<li><a href="/rss/{name}.xml">{name}</a></li>' for name in ("world", "sport", "podcast")
    )
    world.put(SITE, "/feeds/", page(listed, '<a href="/feeds/more/">more</a>'))
    world.put(SITE, "/feeds/more/", page('<a href="/rss/deep.xml">deep</a>'))
    for number, name in enumerate(("world", "sport", "podcast", "deep")):
        world.put(SITE, f"/rss/{name}.xml", dated_feed(stories(base, "news", 800000 + 100 * number)))
    found = told(add(f"{base}/", "--json"))
    assert urls(found["feeds"]) == [f"{base}/rss/world.xml", f"{base}/rss/sport.xml"]
    assert f"{base}/rss/deep.xml" not in world.asked_urls()


def test_common_addresses_are_tried_only_where_no_feed_is_named(
    add: Callable[..., Result], world: World
) -> None:
    build(world)
    add(f"http://{SITE}/", "--dry-run")
    assert f"http://{SITE}/feed/" not in world.asked_urls()
    bare = "bare.example"
    world.put(bare, "/", page(NAV))
    world.put(bare, "/feed/", dated_feed(stories(f"http://{bare}", "news", 500000)))
    found = told(add(f"http://{bare}/", "--json"))
    assert urls(found["feeds"]) == [f"http://{bare}/feed/"]
    assert len(world.asked_urls()) < 40


def test_an_address_with_spaces_and_letters_is_written_as_a_config_can_hold_it(
    add: Callable[..., Result], room: Newsroom, world: World
) -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/rss/Landkreis München">'
    world.put(SITE, "/", page(NAV, head=head))
    world.put(SITE, "/rss/Landkreis%20M%C3%BCnchen", dated_feed(stories(f"http://{SITE}", "news", 704100)))
    add(f"http://{SITE}/")
    assert load_config(room.config).outlets[0].sources[0].url == f"http://{SITE}/rss/Landkreis%20M%C3%BCnchen"


def test_a_sitemap_that_robots_name_by_its_path_is_found(add: Callable[..., Result], world: World) -> None:
    build(world)
    robots = "User-agent: *\nDisallow:\nSitemap: /news-sitemap.xml\nSitemap: javascript:x\n"
    world.put(SITE, "/robots.txt", Answer(body=robots, content_type="text/plain"))
    found = told(add(f"http://{SITE}/", "--json"))
    assert urls(found["sitemaps"]) == [f"http://{SITE}/news-sitemap.xml"]


def test_an_index_of_news_sitemaps_is_declared_and_one_of_all_times_is_not(
    add: Callable[..., Result], world: World
) -> None:
    build(world)
    base = f"http://{SITE}"

    def index(*names: str) -> Answer:
        children = "".join(f"<sitemap><loc>{base}/{name}</loc></sitemap>" for name in names)
        return Answer(body=f"<sitemapindex>{children}</sitemapindex>", content_type="text/xml")

    def robots(name: str) -> Answer:
        return Answer(body=f"User-agent: *\nSitemap: {base}/{name}\n", content_type="text/plain")

    world.put(SITE, "/i.xml", index("news-sitemap.xml"))
    world.put(SITE, "/robots.txt", robots("i.xml"))
    assert urls(told(add(f"{base}/", "--json", "--dry-run"))["sitemaps"]) == [f"{base}/i.xml"]
    world.put(SITE, "/i.xml", index("news-sitemap.xml", *(f"posts-{n}.xml" for n in range(40))))
    found = told(add(f"{base}/", "--json", "--dry-run"))
    assert urls(found["sitemaps"]) == [f"{base}/news-sitemap.xml"]
    world.put(SITE, "/i.xml", index("all.xml"))
    world.put(SITE, "/news-sitemap.xml", Answer(status=404))
    found = told(add(f"{base}/", "--json", "--dry-run"))
    assert found["sitemaps"] == []
    assert any("for backfill" in each["why"] for each in found["left_out"])


def test_a_frozen_feed_is_left_out_unless_there_is_nothing_else(
    add: Callable[..., Result], world: World
) -> None:
    build(world)
    base = f"http://{SITE}"
    world.put(SITE, "/rss.xml", dated_feed(stories(base, "news", 100000), at=NOW - timedelta(days=40)))
    found = told(add(f"{base}/", "--json", "--dry-run"))
    assert urls(found["feeds"]) == [f"{base}/atom.xml"]
    assert any("kept no longer" in each["why"] for each in found["left_out"])
    for gone in ("/atom.xml", "/news-sitemap.xml"):
        world.put(SITE, gone, Answer(status=404, body="gone"))
    found = told(add(f"{base}/", "--json", "--dry-run"))
    assert urls(found["feeds"]) == [f"{base}/rss.xml"]
    assert any("kept no longer" in sentence for sentence in found["evidence"])


def test_a_feed_of_other_sites_is_left_out(add: Callable[..., Result], world: World) -> None:
    world.put(
        SITE, "/", page(NAV, '<a href="/feed">RSS</a>', links(*stories(f"http://{SITE}", "news", 704100)))
    )
    world.put(SITE, "/feed", dated_feed(stories("https://planet.example", "news", 1)))
    found = told(add(f"http://{SITE}/", "--json"))
    assert found["feeds"] == []
    assert any("lead to other sites" in each["why"] for each in found["left_out"])
    assert urls(found["sections"]) == [f"http://{SITE}/"]  # the front page lists articles itself


def test_a_feed_kept_by_a_service_is_found_through_a_redirect(
    add: Callable[..., Result], world: World
) -> None:
    base = f"http://{SITE}"
    world.put(SITE, "/", page(NAV, head='<link rel="alternate" type="application/rss+xml" href="/feed">'))
    world.put(SITE, "/feed", redirect("http://feeds.feedburner.com/paper"))
    world.put("feeds.feedburner.com", "/paper", dated_feed(stories(base, "news", 704100)))
    found = told(add(f"{base}/", "--json"))
    assert urls(found["feeds"]) == ["http://feeds.feedburner.com/paper"]
    assert found["hosts"] == [SITE]


def test_articles_on_another_host_of_the_site_make_it_one_of_its_hosts(
    add: Callable[..., Result], world: World
) -> None:
    head = '<link rel="alternate" hreflang="fr" href="http://fr.paper.example/">'
    head += '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
    world.put(SITE, "/", page(NAV, head=head))
    mixed = [
        *stories("http://live.paper.example", "news", 1000000, 5),
        *stories("http://fr.paper.example", "news", 2000000, 5),
    ]
    world.put(SITE, "/rss.xml", dated_feed([*stories(f"http://{SITE}", "news", 704100), *mixed]))
    found = told(add(f"http://{SITE}/", "--json"))
    assert found["hosts"] == [SITE, "live.paper.example"]
    assert found["editions"] == [{"language": "fr", "url": "http://fr.paper.example/"}]


# --- what is known --------------------------------------------------------------------------------


def test_an_outlet_of_the_catalogue_is_used_and_nobody_is_asked(
    add: Callable[..., Result], room: Newsroom, world: World
) -> None:
    result = add("https://www.presstv.ir/Detail/2023/04/18/701800/Russia")
    assert "presstv is in the catalogue; it is watched now" in result.stdout
    assert [outlet.id for outlet in load_config(room.config).outlets] == ["presstv"]
    assert room.config.read_text().endswith('[[outlets]]\nuse = "presstv"\n')
    assert world.connections == 0
    assert isinstance(add("https://www.rt.com/", "--id", "other").exception, UsageError)


def test_a_disabled_outlet_is_watched_again(add: Callable[..., Result], room: Newsroom) -> None:
    room.declare(
        '[[outlets]]\nid = "own"\nenabled = false\nhosts = ["www.own.example"]\nfeeds = ["http://www.own.example/r"]\n'
    )
    assert told(add("http://own.example/", "--json"))["known"] == "disabled"
    assert [outlet.id for outlet in load_config(room.config).outlets] == ["own"]


# --- what goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "words"),
    [("reset", "broke the connection off"), ("expired", "expired"), ("drop_connect", "through the proxy")],
)
def test_a_host_out_of_reach_is_told_with_its_cause_and_the_cure(
    add: Callable[..., Result], room: Newsroom, world: World, fault: str, words: str
) -> None:
    world.break_host(SITE, fault, "https")
    before = room.config.read_bytes()
    result = add(f"https://{SITE}/")
    assert result.exit_code == 1
    assert words in result.stdout
    assert "what to do" in result.stdout
    assert room.config.read_bytes() == before


def test_a_front_page_behind_a_bot_check_still_gives_its_feed(
    add: Callable[..., Result], world: World
) -> None:
    body = "<html><head><title>Just a moment...</title></head><body><script src='/cdn-cgi/challenge-platform/x'></script></body></html>"
    world.put(SITE, "/", Answer(status=403, body=body))
    world.put(SITE, "/rss.xml", dated_feed(stories(f"http://{SITE}", "news", 704100)))
    found = told(add(f"http://{SITE}/", "--json"))
    assert urls(found["feeds"]) == [f"http://{SITE}/rss.xml"]
    assert "bot check" in found["error"]


def test_a_site_that_moved_elsewhere_is_not_followed(add: Callable[..., Result], world: World) -> None:
    world.put(SITE, "/", redirect("https://elsewhere.example/"))
    result = add(f"http://{SITE}/")
    assert result.exit_code == 1
    assert "https://elsewhere.example/" in result.stdout
    assert world.asked_urls() == [f"http://{SITE}/"]


def test_a_site_that_moved_to_another_of_its_hosts_is_followed(
    add: Callable[..., Result], world: World
) -> None:
    build(world)
    world.put("old.paper.example", "/", redirect(f"http://{SITE}/"))
    found = told(add("http://old.paper.example/", "--json"))
    assert (found["hosts"], found["aliases"]) == ([SITE], ["old.paper.example"])
    assert urls(found["feeds"]) == [f"http://{SITE}/rss.xml"]


def test_what_robots_forbid_is_not_asked(add: Callable[..., Result], world: World) -> None:
    build(world)
    world.put(SITE, "/robots.txt", Answer(body="User-agent: *\nDisallow: /", content_type="text/plain"))
    result = add(f"http://{SITE}/")
    assert result.exit_code == 1
    assert "robots" in result.stdout
    assert world.asked_urls() == []


@pytest.mark.parametrize(
    "url", ["", "ftp://x.example/", "no address", "https://u:p@x.example/", "mailto:a@b.example"]
)
def test_what_is_no_address_is_a_wrong_call(add: Callable[..., Result], world: World, url: str) -> None:
    result = add(url)
    assert isinstance(result.exception, UsageError), result.stdout
    assert world.connections == 0


@pytest.mark.parametrize(
    "words", [("--id", "Not An Id"), ("--name", "a\nb"), ("--name", " "), ("--id", "presstv")]
)
def test_an_id_or_name_that_cannot_be_is_refused_before_anybody_is_asked(
    add: Callable[..., Result], world: World, words: tuple[str, str]
) -> None:
    assert isinstance(add(f"http://{SITE}/", *words).exception, UsageError)
    assert world.connections == 0


def test_without_a_config_only_a_dry_run_works(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(world)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("http_proxy", world.proxy)
    monkeypatch.setattr(
        "schedules.session.run_in_reactor", lambda main: reactor_thread().run(main(), timeout=300)
    )
    app = typer.Typer()
    catalogue.register(app)
    refused = CliRunner().invoke(app, ["outlets", "add", f"http://{SITE}/"])
    assert isinstance(refused.exception, UsageError)
    assert "newshawk init" in str(refused.exception)
    assert world.connections == 0
    found = told(CliRunner().invoke(app, ["outlets", "add", f"http://{SITE}/rss.xml", "--dry-run", "--json"]))
    assert (urls(found["feeds"]), found["written"]) == ([f"http://{SITE}/rss.xml"], None)
    assert not (tmp_path / "newshawk.toml").exists()


# --- hostile --------------------------------------------------------------------------------------


def test_names_and_titles_cannot_break_the_config(
    add: Callable[..., Result], room: Newsroom, world: World
) -> None:
    evil = "Evil &quot;]&#10;[store]&#10;path = &quot;/x&quot; \\ ''' # &#27;[31m \u202e &#127;"
    head = f'<meta property="og:site_name" content="{evil}"><link rel="alternate" type="application/rss+xml" href="/r.xml?a=%22%5D%0A&b=\'x">'
    world.put(SITE, "/", page(NAV, head=head))
    item_links = [f"http://{SITE}/it's/{n}/a" for n in range(704100, 704110)]
    world.put(SITE, "/r.xml?a=%22%5D%0A&b='x", dated_feed(item_links, title=evil))
    world.put(SITE, "/r.xml?a=%22%5D%0A&b=%27x", dated_feed(item_links, title=evil))
    assert add(f"http://{SITE}/").exit_code == 0
    config = load_config(room.config)
    assert config.store.path == room.folder / "newshawk.db"
    (outlet,) = config.outlets
    assert outlet.name.startswith('Evil "]')
    assert "\x1b" not in outlet.name
    assert tomllib.loads(room.config.read_text())["outlets"][0]["name"] == outlet.name


def test_a_hostile_front_page_costs_no_more_than_its_bounds(add: Callable[..., Result], world: World) -> None:
    bombs = "".join(f'<a href="/rss/{n}.xml">RSS</a><a href="javascript:x({n})">y</a>' for n in range(40_000))
    private = '<a href="http://127.0.0.1/rss">RSS</a><a href="http://feeds.local/rss.xml">RSS</a><a href="http://[/rss">RSS</a>'
    head = '<base href="http://169.254.169.254/latest/"><link rel="alternate" type="application/rss+xml" href="feed.rss">'
    world.put(SITE, "/", page(private, bombs, head=head))
    sitemaps = "".join(f"Sitemap: http://10.0.0.1/{n}.xml\n" for n in range(5000))
    world.put(SITE, "/robots.txt", Answer(body=sitemaps, content_type="text/plain"))
    result = add(f"http://{SITE}/")
    assert result.exit_code == 1
    hosts = {asked.host for asked in world.asked}
    assert hosts == {SITE}
    assert len(world.asked) < 60


def test_a_feed_bomb_is_left_out_with_its_reason(add: Callable[..., Result], world: World) -> None:
    build(world)
    bomb = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><rss version="2.0"><channel><title>&b;</title></channel></rss>'
    world.put(SITE, "/atom.xml", Answer(body=bomb, content_type="application/rss+xml"))
    found = told(add(f"http://{SITE}/", "--json"))
    assert urls(found["feeds"]) == [f"http://{SITE}/rss.xml"]
    assert any("harm its reader" in each["why"] for each in found["left_out"])
