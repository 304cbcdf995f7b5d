"""Outlets of the local web, and the failures of real ones: each is switched on at an outlet's first host, or in what all
its hosts serve.

What each failure is was seen in production and told in public issue trackers; pages and markers here are our own.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count

from tests.world.answers import Answer, Asked, Page, redirect
from tests.world.server import World

RSS = "application/rss+xml"
_VERBS = (
    "counted",
    "moved",
    "lost",
    "bought",
    "sold",
    "repaired",
    "inspected",
    "opened",
    "painted",
    "measured",
)
_THINGS = ("boats", "cranes", "houses", "engines", "trucks", "bridges", "schools", "farms", "wells", "mills")
_PLACES = (
    "Arvand",
    "Belmora",
    "Castrin",
    "Delvane",
    "Estoril",
    "Farsund",
    "Galway",
    "Hestia",
    "Irvane",
    "Jorvik",
)


@dataclass(frozen=True, kw_only=True)
class Story:
    """One article of an outlet."""

    number: int
    title: str
    text: tuple[str, ...] = field(repr=False)
    day: str = "2026-11-23"

    @property
    def path(self) -> str:
        """Where it stands on each host."""
        return f"/story/{self.number}/{self.title.lower().replace(' ', '-')}"

    def page(self, head: str = "", foot: str = "") -> str:
        """Its page, with more in the head and below the text."""
        text = "".join(f"<p>{paragraph}</p>" for paragraph in self.text)
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{self.title}</title>{head}</head>'
            f"<body><article><h1>{self.title}</h1>{text}</article>{foot}</body></html>"
        )


def story(number: int) -> Story:
    """Return an article whose text is like no other's; the same for the same number."""
    chance = random.Random(number)
    place = chance.choice(_PLACES)
    text = tuple(
        f"Officials in {place} {verb} {chance.randint(100, 9999)} {thing} on the {chance.randint(2, 28)}th near the harbour"
        f" of district {chance.randint(1, 99999)}, said clerk {chance.randint(1, 99999)} of the council."
        for verb, thing in zip(chance.sample(_VERBS, 6), chance.sample(_THINGS, 6), strict=True)
    )
    return Story(number=number, title=f"{place} counts its harbour part {number}", text=text)


@dataclass
class Site:
    """One outlet: its hosts and what it has published, newest first."""

    id: str
    hosts: tuple[str, ...]
    stories: list[Story] = field(default_factory=list)
    added: list[Story] = field(default_factory=list)
    """What was published since the last ``publish``."""

    @property
    def first(self) -> str:
        """The host that the outlet prefers."""
        return self.hosts[0]

    def declared(self) -> str:
        """The outlet as a table of the config."""
        hosts = ", ".join(f'"{host}"' for host in self.hosts)
        return (
            f'\n[[outlets]]\nid = "{self.id}"\nname = "{self.id}"\nhosts = [{hosts}]\naliases = ["old.{self.id}.example"]\n'
            f'feeds = ["http://{self.first}/rss.xml", "http://{self.first}/more.xml"]\n'
            "article_id = '/story/(\\d+)'\n"
        )

    def add(self, *numbers: int) -> list[Story]:
        """Write further articles."""
        self.added = [story(number) for number in numbers]
        self.stories[:0] = self.added
        return self.added

    def url(self, one: Story, host: str = "", scheme: str = "https") -> str:
        """The address of an article."""
        return f"{scheme}://{host or self.first}{one.path}"

    def publish(self, world: World) -> None:
        """Serve everything on all hosts, nothing broken."""
        listed = rss(*(item(self.url(one), one.title) for one in self.stories))
        for host in self.hosts:
            world.break_host(host, "")
            self._on(world, host, "/rss.xml", listed)
            self._on(world, host, "/more.xml", rss())
            for one in self.stories:
                self._on(world, host, one.path, Answer(body=one.page()))
            self._on(
                world,
                host,
                "/",
                Answer(body="<html><head><title>Front</title></head><body><p>News</p></body></html>"),
            )

    def _on(self, world: World, host: str, path: str, page: Page) -> None:
        world.put(host, path, page)

    def serve(self, world: World, path: str, page: Page, *, hosts: tuple[str, ...] = ()) -> None:
        """Serve another answer at *path*, at the first host unless told otherwise."""
        for host in hosts or (self.first,):
            world.put(host, path, page)

    def serve_all(self, world: World, page: Page, *, pages_only: bool = False) -> None:
        """Serve this at every address of the first host."""
        for path in (*(() if pages_only else ("/rss.xml", "/more.xml")), *(one.path for one in self.stories)):
            self.serve(world, path, page)

    def lists(self, world: World, *items: str, content_type: str = RSS) -> None:
        """Serve a feed of these items on all hosts."""
        self.serve(world, "/rss.xml", rss(*items, content_type=content_type), hosts=self.hosts)


def item(url: str, title: str = "", more: str = "") -> str:
    """Return one item of a feed."""
    return f"<item><title>{title}</title><link>{url.replace('&', '&amp;')}</link>{more}</item>"


def rss(*items: str, content_type: str = RSS) -> Answer:
    """Return a feed of these items, with an ETag of its own."""
    body = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Feed</title>'
        f"{''.join(items)}</channel></rss>"
    )
    return Answer(
        body=body, content_type=content_type, etag=f'"{hashlib.sha256(body.encode()).hexdigest()[:16]}"'
    )


# --- the failures ---------------------------------------------------------------------------------


def html_where_the_feed_was(world: World, site: Site) -> None:
    """200 and a web page at the address of the feed."""
    page = Answer(body="<html><body><h1>Welcome to our new site</h1><p>Enjoy it.</p></body></html>")
    site.serve(world, "/rss.xml", page)
    site.serve(world, "/more.xml", page)


CHALLENGE = (
    "<html><head><title>Just a moment...</title></head><body><p>Checking your browser.</p>"
    '<script src="/cdn-cgi/challenge-platform/h/b/x.js"></script></body></html>'
)


def challenge(world: World, site: Site) -> None:
    """A bot check in the place of feed and pages, with 403 and with 202."""
    site.serve_all(world, Answer(status=403, body=CHALLENGE, headers=(("cf-mitigated", "challenge"),)))
    waf = Answer(
        status=202,
        body="<html><script>gokuProps={}</script></html>",
        headers=(("x-amzn-waf-action", "challenge"),),
    )
    site.serve_all(world, waf, pages_only=True)


def guid_turns_https(world: World, site: Site) -> None:
    """The scheme of guid and link changes with each answer."""
    schemes = count()

    def flapping(_: Asked) -> Answer:
        scheme = ("http", "https")[next(schemes) % 2]
        urls = [site.url(one, scheme=scheme) for one in site.stories]
        return rss(*(item(url, more=f"<guid>{url}</guid>") for url in urls))

    site.serve(world, "/rss.xml", flapping, hosts=site.hosts)


def guid_of_another_host(world: World, site: Site) -> None:
    """Guid and link on a variant of the host, and a slug that was edited."""
    domain = site.first.removeprefix("www.")
    urls = [
        site.url(one, host).replace("-counts-", "-counted-")
        for one in site.stories
        for host in (f"m.{domain}", domain)
    ]
    items = [item(site.url(one), one.title) for one in site.stories]
    site.lists(world, *items, *(item(url, more=f"<guid>{url}</guid>") for url in urls))


def random_guid(world: World, site: Site) -> None:
    """Another guid with each answer."""
    numbers = count()

    def restless(_: Asked) -> Answer:
        return rss(
            *(
                item(site.url(one), one.title, f"<guid isPermaLink='false'>{next(numbers)}</guid>")
                for one in site.stories
            )
        )

    site.serve(world, "/rss.xml", restless, hosts=site.hosts)


def rewritten_titles(world: World, site: Site) -> None:
    """Every title in the feed is rewritten; the pages stay."""
    site.lists(world, *(item(site.url(one), f"Updated: {one.title}") for one in site.stories))


def permanent_304(world: World, site: Site) -> None:
    """The first host says that nothing changed, whatever it is asked with."""

    def unchanged(asked: Asked) -> Answer:
        if asked.header("If-None-Match") or asked.header("If-Modified-Since"):
            return Answer(status=304, content_type="", etag='"stuck"')
        body = rss(*(item(site.url(one), one.title) for one in site.stories)).body
        return Answer(
            body=body,
            content_type=RSS,
            headers=(("ETag", '"stuck"'), ("Last-Modified", "Fri, 01 Feb 2041 00:00:00 GMT")),
        )

    site.serve(world, "/rss.xml", unchanged)


def odd_dates(world: World, site: Site) -> None:
    """Dates in the future, in 1970, in no known form, and one with two zones."""
    dates = (
        "Tue, 24 Nov 2099 07:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "23.11.2026 kl. 8",
        "2026-11-23 17:00:00 Z +0200",
    )
    items = [
        item(site.url(one), one.title, f"<pubDate>{dates[n % 4]}</pubDate>")
        for n, one in enumerate(site.stories)
    ]
    site.lists(world, *items)


def no_dates_and_a_pinned_item(world: World, site: Site) -> None:
    """No item has a date, the oldest is pinned on top and the others come in any order."""
    *newer, oldest = site.stories
    random.Random(1).shuffle(newer)
    site.lists(world, *(item(site.url(one), one.title) for one in (oldest, *newer)))


def forbidden(world: World, site: Site) -> None:
    """403 for everything: user agent, network or TLS fingerprint are not liked."""
    site.serve_all(world, Answer(status=403, body="<h1>Forbidden</h1>"))


CONSENT = (
    "<html><head><title>Before you continue</title></head><body><h1>Before you continue</h1><p>We and our partners keep"
    " cookies on your device.</p><form><button>Accept all</button><button>Reject all</button></form></body></html>"
)


def consent_wall(world: World, site: Site) -> None:
    """A consent wall with 200 in the place of each page."""
    site.serve_all(world, Answer(body=CONSENT), pages_only=True)


def javascript_disabled(world: World, site: Site) -> None:
    """A page without text that asks for JavaScript."""
    page = (
        "<html><head><title>News</title></head><body><noscript>JavaScript is disabled in your browser. Please enable"
        " JavaScript to read this site.</noscript><div id=app></div><script src=/app.js></script></body></html>"
    )
    site.serve_all(world, Answer(body=page), pages_only=True)


ARABIC = (
    "قال مسؤولون في الميناء إن الحريق أُخمد صباح الاثنين ولم يصب أحد بأذى",
    "وتبحث الشرطة عن شاحنة بيضاء شوهدت على الرصيف قبل الحادث بساعة",
)


def windows_1256(world: World, site: Site) -> None:
    """Pages in windows-1256, as declared in the markup only."""
    for number, one in enumerate(site.added):
        text = "".join(f"<p>{paragraph} {number}.</p>" for paragraph in ARABIC)
        page = (
            '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1256">'
            f"<title>حريق {one.number}</title></head><body><article><h1>حريق {one.number}</h1>{text}</article></body></html>"
        )
        answer = Answer(body=page.encode("windows-1256", "ignore"), content_type="text/html")
        site.serve(world, one.path, answer, hosts=site.hosts)


def share_blocks(world: World, site: Site) -> None:
    """Paragraphs nested in boxes and quotations, which extractors give twice, and a block to share behind the text."""
    for one in site.added:
        *plain, last = one.text
        nested = one.page(foot="<div class=share><ul><li>Share this</li><li>Tweet</li></ul></div>")
        nested = nested.replace(f"<p>{last}</p>", f"<blockquote><div><p>{last}</p></div></blockquote>")
        for text in plain:
            nested = nested.replace(f"<p>{text}</p>", f"<div><div><p>{text}</p></div></div>")
        site.serve(world, one.path, Answer(body=nested), hosts=site.hosts)


def modified_for_published(world: World, site: Site) -> None:
    """The page gives the time of its last change, and the day it was published below."""
    head = (
        '<meta property="article:modified_time" content="2026-11-24T09:00:00Z">'
        '<meta property="article:published_time" content="2026-11-22T08:00:00Z">'
    )
    for one in site.added:
        site.serve(world, one.path, Answer(body=one.page(head)), hosts=site.hosts)


def soft_404(world: World, site: Site) -> None:
    """200 and "page not found"."""
    page = "<html><head><title>Page not found</title></head><body><h1>Page not found</h1><p>Try our search.</p></body></html>"
    site.serve_all(world, Answer(body=page), pages_only=True)


def redirect_loop(world: World, site: Site) -> None:
    """Each page redirects to itself with a cookie, for ever."""

    def again(asked: Asked) -> Answer:
        return Answer(status=302, headers=(("Location", asked.path), ("Set-Cookie", "seen=1")))

    site.serve_all(world, again)


def moved_to_a_new_domain(world: World, site: Site) -> None:
    """Everything redirects for good to the front page of a domain that nobody declared."""
    site.serve_all(world, redirect(f"https://new-{site.id}.example/", 301))
    world.put(f"new-{site.id}.example", "/", Answer(body="<html><body><h1>Our new home</h1></body></html>"))


def wrong_encoding(world: World, site: Site) -> None:
    """The feed claims gzip and is none; pages are always gzip, asked or not."""
    plain = rss(*(item(site.url(one), one.title) for one in site.stories))
    site.serve(world, "/rss.xml", replace(plain, headers=(("Content-Encoding", "gzip"),)))
    for one in site.stories:
        packed = gzip.compress(one.page().encode())
        site.serve(
            world, one.path, Answer(body=packed, headers=(("Content-Encoding", "gzip"),)), hosts=site.hosts
        )


def incomplete_chain(world: World, site: Site) -> None:
    """The server sends its own certificate and not the one that signed it."""
    world.break_host(site.first, "incomplete_chain", "https")
    world.break_host(site.first, "reset", "http")


def too_many_requests(world: World, site: Site) -> None:
    """429 with Retry-After: 0, which means no number of seconds."""
    site.serve_all(world, Answer(status=429, headers=(("Retry-After", "0"),)))


def google_news_links(world: World, site: Site) -> None:
    """Links of a news search: the old form carries the address, the new one is encrypted."""
    items = []
    for one in site.added:
        url = site.url(one).encode()
        token = base64.urlsafe_b64encode(b"\x08\x13\x22" + bytes([len(url)]) + url).decode().rstrip("=")
        items.append(item(f"https://news.google.com/rss/articles/{token}?oc=5", one.title))
    items.append(
        item("https://news.google.com/rss/articles/CBMiX0FVX3lxTE9hYmNkZWZnaGlqa2xtbm9w?oc=5", "Encrypted")
    )
    site.lists(world, *items)


def slugs_and_amp(world: World, site: Site) -> None:
    """One number under several slugs, with an AMP twin whose canonical points at itself."""
    items = []
    for one in site.added:
        amp = f"{one.path}/amp"
        canonical = f'<link rel="canonical" href="https://{site.first}{amp}">'
        site.serve(world, amp, Answer(body=one.page(canonical)), hosts=site.hosts)
        slug = one.path.replace("-counts-", "-counted-")
        site.serve(world, slug, Answer(body=one.page()), hosts=site.hosts)
        items += [item(f"https://{site.first}{path}", one.title) for path in (amp, slug, one.path)]
    site.lists(world, *items)


def blackout(world: World, site: Site) -> None:
    """No host can be reached."""
    for host in site.hosts:
        world.break_host(host, "reset")


def one_dead_feed(world: World, site: Site) -> None:
    """One of two feeds is gone on every host."""
    site.serve(world, "/more.xml", Answer(status=404, body="<h1>Gone</h1>"), hosts=site.hosts)


FAILURES: tuple[Callable[[World, Site], None], ...] = (
    html_where_the_feed_was,
    challenge,
    guid_turns_https,
    guid_of_another_host,
    random_guid,
    rewritten_titles,
    permanent_304,
    odd_dates,
    no_dates_and_a_pinned_item,
    forbidden,
    consent_wall,
    javascript_disabled,
    windows_1256,
    share_blocks,
    modified_for_published,
    soft_404,
    redirect_loop,
    moved_to_a_new_domain,
    wrong_encoding,
    incomplete_chain,
    too_many_requests,
    google_news_links,
    slugs_and_amp,
    blackout,
    one_dead_feed,
)
"""In the order in which they were told."""


def sites(number: int, hosts: int = 3, stories: int = 10) -> Iterator[Site]:
    """Yield outlets with hosts of different domains and some articles each."""
    for at in range(number):
        name = f"outlet{at:02d}"
        domains = (f"www.{name}.example", f"{name}-mirror.example", f"{name}.cdn.example")
        site = Site(id=name, hosts=domains[:hosts])
        site.add(*range(1000 * at + 1, 1000 * at + 1 + stories))
        yield site
