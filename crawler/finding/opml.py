"""Lists of subscriptions: OPML 1 and 2, from any bytes, to one outlet for each site. Pure; nobody is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree
from pydantic_core import PydanticCustomError

from crawler.declarations.values import web_address
from crawler.errors import AddressRefused, NotAFeed
from crawler.feeds import one_line
from crawler.finding.found import LeftOut
from crawler.finding.offers import SERVICES
from crawler.finding.sites import core_of
from crawler.urls import host_of
from crawler.xmltext import escaped_ampersands, plain_text, refuse_bombs, root_name, whole_tags

MAX_DEPTH = 200
"""Open elements: libxml2 gives up at 256; a list has folders in folders, not two hundred."""
MAX_SUBSCRIPTIONS = 10_000
MAX_FEEDS = 300
"""Feeds of one outlet, as the config allows."""
MAX_TITLE = 100

_FEED_SCHEME = re.compile(r"^feed:(?://)?(?=https?:)|^feed(?=://)", re.IGNORECASE)
_FEED_LABEL = re.compile(r"^(?:feeds?|rss|xml)\.(?=[^.]+\.)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One feed of a list."""

    url: str
    site: str = ""
    """The address of the site, when the list gives one."""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The feeds of one site."""

    host: str
    is_guessed: bool
    """True when the list names no site and its host is that of the feed."""
    feeds: tuple[Subscription, ...] = field(repr=False)

    @property
    def name(self) -> str:
        """What the list calls it: the title of its only feed, else its host."""
        titles = {feed.title for feed in self.feeds if feed.title}
        return titles.pop() if len(titles) == 1 else core_of(self.host)


def read_opml(body: bytes, *, name: str) -> tuple[list[Subscription], list[LeftOut], bool]:
    """Return the subscriptions in order, each address once, those that cannot be used, and whether the file breaks off.

    Raises:
        NotAFeed: empty, too_large, entities, too_deep, unknown (no OPML).
    """
    text = plain_text(body, url=name)
    if root_name(text) != "opml":
        raise NotAFeed(name, "unknown")
    refuse_bombs(text, name, depth=MAX_DEPTH)
    found: dict[str, Subscription] = {}
    left_out: list[LeftOut] = []
    for outline in _outlines(escaped_ampersands(whole_tags(text))):
        url = _FEED_SCHEME.sub(
            lambda match: "" if ":" in match[0] else "http", outline.get("xmlurl", "").strip()
        )
        if not url and outline.get("type", "").lower() not in ("rss", "atom"):
            continue  # a folder, or a link
        title = one_line(outline.get("title") or outline.get("text"), MAX_TITLE)
        if why := _why_not(url, len(found)):
            left_out.append(LeftOut(url=url[:500] or title or "?", why=why))
            continue
        site = outline.get("htmlurl", "").strip()
        found.setdefault(url, Subscription(url=url, site="" if _why_not(site, 0) else site, title=title))
    return list(found.values()), left_out, "</opml" not in text.lower()


def _outlines(text: str) -> Iterator[dict[str, str]]:
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        encoding="utf-8",
    )
    root = etree.fromstring(text.encode("utf-8", "replace"), parser=parser)
    if root is None:
        return
    for element in root.iter("{*}outline"):
        yield {str(key).lower(): str(value) for key, value in element.attrib.items()}


def _why_not(url: str, count: int) -> str:
    if not url:
        return "it has no address"
    if count >= MAX_SUBSCRIPTIONS:
        return f"the list has more than {MAX_SUBSCRIPTIONS} feeds"
    try:
        web_address(url)
        host_of(url)
    except PydanticCustomError as error:
        return f"its address {error.message()}"
    except AddressRefused as refused:
        return f"its address cannot be asked ({refused.reason})"
    return ""


def grouped(subscriptions: Iterable[Subscription]) -> tuple[list[Group], list[LeftOut]]:
    """Return the sites with their feeds, in the order of the list; ``www.`` and bare names are one site.

    A feed that a service keeps belongs to the site that the list names for it, and is left out when it names none:
    its links would be foreign to any host that could be written.
    """
    hosts: dict[str, tuple[str, bool]] = {}
    feeds: dict[str, list[Subscription]] = {}
    left_out: list[LeftOut] = []
    for each in subscriptions:
        own = host_of(each.site or each.url)
        host, is_guessed = (own, False) if each.site else (_FEED_LABEL.sub("", own), True)
        if own in SERVICES:
            why = "the list does not say whose it is; give the address of its site to newshawk outlets add"
            left_out.append(LeftOut(url=each.url, why=why))
            continue
        known, was_guessed = hosts.setdefault(core_of(host), (host, is_guessed))
        if was_guessed and not is_guessed:
            hosts[core_of(host)] = host, False
        of_site = feeds.setdefault(core_of(known), [])
        if len(of_site) < MAX_FEEDS:
            of_site.append(each)
        else:
            left_out.append(LeftOut(url=each.url, why=f"{known} has more than {MAX_FEEDS} feeds"))
    groups = [
        Group(host=hosts[core][0], is_guessed=hosts[core][1], feeds=tuple(of_site))
        for core, of_site in feeds.items()
    ]
    return groups, left_out
