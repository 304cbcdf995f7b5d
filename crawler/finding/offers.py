"""Addresses that may be feeds: which are worth asking, in which order, and which are not news of the site. Pure.

Nothing here decides whether an address is a feed. It is asked, and its answer read (schedules/finding.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from crawler.addressform import looks_like_article
from crawler.errors import AddressRefused
from crawler.urls import canonical_url

GIVEN, HEAD, LINK, LISTED, GUESS, ROBOTS = "given", "head", "link", "listed", "guess", "robots"
WAYS = {
    GIVEN: "the address given",
    HEAD: "named in the page's head",
    LINK: "linked on the page",
    LISTED: "on the site's page of feeds",
    GUESS: "at a common address",
    ROBOTS: "named in robots.txt",
}
"""How an address was come by, and the words for it. The surer come first."""
FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "text/rss",
        "text/rss+xml",
        "text/atom+xml",
        "text/xml",
        "application/xml",
    }
)
GUESSES = (
    "/feed/",
    "/rss",
    "/rss.xml",
    "/feed",
    "/atom.xml",
    "/index.xml",
    "/feed.xml",
    "/feeds",
    "/feed.json",
)
"""Where feeds stand that no page names; ``/feed/`` is that of every WordPress."""

SERVICES = ("feeds.feedburner.com", "feeds2.feedburner.com", "feedproxy.google.com", "feeds.feedblitz.com")
"""Hosts that keep the feeds of others."""
_FEED_PATH = re.compile(
    r"(?:^|[/._-])(?:rss\w*|feeds?|atom|rdf|newsfeed)(?:[/._-]|$)|\.(?:rss|atom|rdf)$|rss\.(?:aspx?|php|jsp)$",
    re.IGNORECASE,
)
_FEED_QUERY = re.compile(
    r"(?:^|&)(?:feed|format|type|output|alt|outputtype|mode)=(?:rss\d*|atom|xml|feed|rdf)(?:&|$)",
    re.IGNORECASE,
)
_NOT_FEED_PATH = re.compile(
    r"\.(?:css|gif|html?|ico|jpe?g|js|m3u8|mp[34]|pdf|png|svg|webp|zip)$|sitemap|opensearch|oembed|/wp-json|xmlrpc",
    re.IGNORECASE,
)
_FEED_WORD = re.compile(r"\b(?:rss|atom|feeds?|xml)\b", re.IGNORECASE)
_READERS = re.compile(
    r"(?:feedly|netvibes|bloglines|newsblur|inoreader|my\.yahoo|theoldreader|subtome|w3)\.(?:com|org)$"
)
"""Services that take a feed's address as a parameter, and the validator."""

_UNWANTED = (
    ("comments", re.compile(r"(?:^|[/._-])(?:comments?|replies|kommentare|commentaires|comentarios)(?:[/._-]|$)|withcomments|comments-rss")),
    ("a search", re.compile(r"(?:^|/)(?:search|suche|recherche|buscar)(?:[/._-]|$)|(?:^|[?&])(?:s|q|query|search|keyword)=")),
    ("one author", re.compile(r"(?:^|/)(?:authors?|autor(?:en)?|auteurs?|profile|users?|by)/|[?&]author=")),
    ("one tag", re.compile(r"(?:^|/)(?:tags?|schlagwort|etiqueta|mot-cle|hashtag)/|[?&]tag=")),
    ("podcasts", re.compile(r"(?:^|[/._-])(?:podcasts?|audio|radio-show|episodes)(?:[/._-]|$)|itpc:|acast|megaphone\.fm")),
    ("videos", re.compile(r"(?:^|[/._-])(?:videos?|youtube|vimeo|mrss)(?:[/._-]|$)")),
    ("web stories", re.compile(r"/web-stories/")),
    ("the site's programs", re.compile(r"/wp-json|oembed|opensearch|/xmlrpc")),
)  # fmt: skip
_UNWANTED_TITLES = (
    (
        "comments",
        re.compile(
            r"\bcomments?\b|kommentar|commentaires|comentarios|commenti|coment[aá]rios|комментар|نظرات|تعليقات|評論|评论",
            re.IGNORECASE,
        ),
    ),
    ("podcasts", re.compile(r"\bpodcasts?\b", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An address that may be a feed or a sitemap."""

    url: str
    way: str
    """How it was come by: a key of WAYS."""
    title: str = ""
    """What the page calls it."""


def looks_like_feed(url: str, text: str) -> bool:
    """Return whether a link on a page is worth asking for a feed, by its address and what it is called."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or _READERS.search(host) or _NOT_FEED_PATH.search(parts.path):
        return False
    if host in SERVICES or _FEED_PATH.search(parts.path) or _FEED_QUERY.search(parts.query):
        return True
    if host.startswith(("feeds.", "rss.", "feed.")):
        return True
    return parts.path.lower().endswith(".xml") and bool(_FEED_WORD.search(text))


def unwanted(url: str, title: str = "") -> str:
    """Return what a feed is about that is not the news of the site (``comments``, ``one tag``), '' if nothing says so."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    target = unquote(f"{parts.path}?{parts.query}" if parts.query else parts.path).lower()
    for word, pattern in _UNWANTED:
        if pattern.search(target) or (word in ("podcasts", "videos") and pattern.search(parts.netloc)):
            return word
    if found := next((word for word, pattern in _UNWANTED_TITLES if pattern.search(title)), ""):
        return found
    above = re.sub(r"/(?:feed|rss|atom)[^/]*/?$", "", url, flags=re.IGNORECASE)
    return "comments" if above != url and "/tag" not in above and _is_article(above) else ""


def _is_article(url: str) -> bool:
    """Return whether *url* has the shape of an article: a feed below one is that of its comments."""
    try:
        return looks_like_article(canonical_url(url))
    except AddressRefused:
        return False


def ranked(offers: Iterable[Offer]) -> list[Offer]:
    """Return the offers, each address once, the most promising first: by the way they were come by, then those
    nearer the top of the site."""
    first: dict[str, Offer] = {}
    ways = list(WAYS)
    for offer in sorted(offers, key=lambda each: ways.index(each.way)):
        first.setdefault(offer_key(offer.url), offer)
    return sorted(first.values(), key=lambda each: (ways.index(each.way), _depth(each.url)))


def offer_key(url: str) -> str:
    """Return what tells addresses of feeds apart: scheme and closing slash do not count."""
    try:
        address = canonical_url(url)
    except AddressRefused:
        address = url
    return address.partition("://")[2].rstrip("/")


def guesses(front: str, known: Sequence[str], paths: Sequence[str] = GUESSES) -> list[Offer]:
    """Return common addresses at the host of *front* that are not *known* yet; each only once, its slash apart."""
    parts = urlsplit(front)
    keys = {offer_key(url) for url in known}
    found: dict[str, Offer] = {}
    for path in paths:
        url = f"{parts.scheme}://{parts.netloc}{path}"
        if offer_key(url) not in keys:
            found.setdefault(offer_key(url), Offer(url=url, way=GUESS))
    return list(found.values())


def _depth(url: str) -> int:
    return len([part for part in urlsplit(url).path.split("/") if part])
