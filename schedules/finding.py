"""What there is to watch at an address: feeds, sitemaps and sections, each asked and read. Nothing is written.

Asked as a crawl asks, by guard, gate, robots.txt and proxy, and read in the parser pool. Each step is bounded, and so
is the whole: a site can make the search come out wrong, but not long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic
from urllib.parse import urlsplit

from crawler.addressform import looks_like_article
from crawler.clock import utc_now
from crawler.config import Config
from crawler.extract.document import absolute
from crawler.extract.languages import language_of, primary_tag
from crawler.finding import conclusions, sitemaps
from crawler.finding.found import (
    Found,
    FoundSource,
    LeftOut,
    frozen,
    printed_offset,
    read_source,
    unusable,
    without_doubles,
)
from crawler.finding.front import FrontPage
from crawler.finding.numbering import Numbering, learned_numbering
from crawler.finding.offers import (
    GIVEN,
    GUESS,
    GUESSES,
    LISTED,
    ROBOTS,
    Offer,
    guesses,
    offer_key,
    ranked,
    unwanted,
)
from crawler.finding.sites import addresses_of, country_of, same_site
from crawler.items import IdPattern, Listing, Outlet, SourceKind
from crawler.outage import outage
from crawler.pool import ParserPool
from crawler.urls import host_of
from schedules.inquiry import Inquiry
from schedules.listening import (
    READ_WORDS,
    Heard,
    Listener,
    cure_of,
    is_out_of_reach,
    plain_address,
    trouble_of,
)

SECONDS = 240.0
"""For the whole search."""
HOST_SECONDS = 15
"""For one answer."""
MOST_FEEDS = 12
MOST_LISTED = 24
"""Feeds asked that pages name, and that a page of feeds lists besides."""
MOST_SITEMAPS = 6
MOST_CHILDREN = 5
"""Sitemaps of an index that are asked."""
MOST_SECTIONS = 8
MENU = "menu"


async def find(
    config: Config,
    given: str,
    *,
    clock: Callable[[], datetime] = utc_now,
    seconds: float = SECONDS,
    say: Callable[[str], None] = lambda _: None,
) -> Found:
    """Return what was found at *given*: a front page, a section, an article, a feed, or a bare host. Needs the
    running reactor. *say* hears of each step.

    Raises:
        UsageError: *given* is no address.
    """
    addresses = addresses_of(given)
    settings = {"DOWNLOAD_TIMEOUT": HOST_SECONDS, "CONCURRENT_REQUESTS": 16}
    inquiry = Inquiry(config, clock=clock, settings=settings)
    async with ParserPool() as pool:
        search = _Search(Listener(inquiry, pool, monotonic() + seconds), say)
        return await search.run(given.strip(), addresses)


class _Search:
    """One search at one site."""

    def __init__(self, ears: Listener, say: Callable[[str], None]) -> None:
        self.ears, self.say = ears, say
        self.left_out: list[LeftOut] = []
        self.frozen: list[FoundSource] = []
        """Feeds that seem to be kept no longer: declared only where there is nothing else."""
        self.pages: list[FrontPage] = []
        self.outlet = Outlet(id="found", name="", hosts=("",))

    async def run(self, given: str, addresses: Sequence[str]) -> Found:
        """Return what is found, beginning at the first of *addresses* that answers."""
        self.say(f"Asking {addresses[0]}")
        entrance = await self._entrance(addresses)
        front = await self._fronts(entrance)
        self.outlet = replace(self.outlet, hosts=(host_of(front),))
        found = Found(given=given, hosts=self.outlet.hosts, asked=len(self.ears.asked))
        if isinstance(entrance.read, str):
            found = replace(found, trouble=trouble_of(entrance), cure=cure_of(entrance))
            if is_out_of_reach(entrance.answer):
                return found
        heard = await self._feeds(front, entrance)
        self._widen(entrance, heard)
        feeds = self._judged(heard)
        if not feeds:
            more = await self.ears.hear(guesses(front, [*self.ears.asked], GUESSES))
            self._widen(entrance, more)
            feeds = self._judged(more)
        feeds, doubles = without_doubles(feeds)
        self.left_out += doubles
        maps = await self._sitemaps(front, entrance, feeds)
        if not feeds and not maps:
            feeds, _ = without_doubles(self.frozen)
            self.left_out = [each for each in self.left_out if each.url not in {feed.url for feed in feeds}]
        return await self._concluded(found, entrance, feeds, maps)

    async def _concluded(
        self, found: Found, entrance: Heard, feeds: list[FoundSource], maps: list[FoundSource]
    ) -> Found:
        links = [link for source in (*feeds, *maps) for link in source.links]
        menu = list(dict.fromkeys(url for page in self.pages for url in page.menu))
        shown = [link for page in self.pages for link in page.articles]
        numbering = learned_numbering(links if links else shown, menu)
        sections = await self._sections(menu, numbering, entrance, has_sources=bool(feeds or maps))
        proven = numbering is not None or conclusions.is_shape_proven(links)
        titles = " . ".join(title for feed in feeds for title in feed.titles)
        return replace(
            found,
            hosts=self.outlet.hosts,
            aliases=self.outlet.aliases,
            name=conclusions.name_of(self.pages, feeds, self.outlet.hosts[0]),
            languages=await self._languages(feeds, titles),
            country=country_of(self.outlet.hosts[0]),
            feeds=tuple(feeds),
            sitemaps=tuple(maps),
            sections=tuple(sections),
            are_sections_polled=proven or not (feeds or maps),
            numbering=numbering,
            editions=self._editions(),
            left_out=tuple({each.url: each for each in self.left_out}.values()),
            notes=tuple(self._notes(feeds)),
            asked=len(self.ears.asked),
        )

    # --- the way in -------------------------------------------------------------------------------

    async def _entrance(self, addresses: Sequence[str]) -> Heard:
        """Return what the address given answered; the next way to write it is tried where no connection came about."""
        heard: list[Heard] = []
        for address in addresses:
            heard += await self.ears.hear([Offer(url=address, way=GIVEN)])
            self.ears.asked.discard(
                offer_key(address)
            )  # https and http are one key: the second must be asked
            if not is_out_of_reach(heard[-1].answer):
                break
        last = next((each for each in heard if not is_out_of_reach(each.answer)), heard[0])
        self.ears.asked.add(offer_key(last.offer.url))
        return last

    async def _fronts(self, entrance: Heard) -> str:
        """Read the site's front page besides the page given, where that tells too little; return its address."""
        front = conclusions.root_of(entrance.url)
        if isinstance(entrance.read, Listing):
            front = conclusions.linked_site(entrance.read) or front
        elif isinstance(entrance.read, FrontPage):
            self.pages.append(entrance.read)
            offers = [o for o in entrance.read.offers if not unwanted(o.url, o.title)]
            if conclusions.is_front(entrance.url) or (offers and not looks_like_article(entrance.url)):
                return front
        elif is_out_of_reach(entrance.answer) or conclusions.is_front(entrance.url):
            return front
        self.say(f"Asking {front}")
        for heard in await self.ears.hear([Offer(url=front, way=GUESS)]):
            if isinstance(heard.read, FrontPage) and self._is_same_edition(heard.read):
                self.pages.append(heard.read)
                front = conclusions.root_of(heard.url)
        return front

    def _is_same_edition(self, page: FrontPage) -> bool:
        languages = {primary_tag(each.language) for each in (*self.pages, page)} - {""}
        return len(languages) < 2

    # --- feeds ------------------------------------------------------------------------------------

    async def _feeds(self, front: str, entrance: Heard) -> list[Heard]:
        """Return all feeds heard of on the pages, and on a page of feeds that they link to."""
        heard = [entrance] if isinstance(entrance.read, Listing) and not _is_sitemap(entrance.read) else []
        offers = self._wanted(offer for page in self.pages for offer in page.offers)
        self.say(f"Asking {min(len(offers), MOST_FEEDS)} feeds of {urlsplit(front).netloc}")
        heard += await self.ears.hear(offers[:MOST_FEEDS])
        lists = [each.read for each in heard if isinstance(each.read, FrontPage)]
        listed = self._wanted(replace(offer, way=LISTED) for page in lists for offer in page.offers)
        fresh = [offer for offer in listed if offer_key(offer.url) not in self.ears.asked]
        if fresh:
            self.say(f"Asking {min(len(fresh), MOST_LISTED)} feeds of its page of feeds")
        heard += await self.ears.hear(fresh[:MOST_LISTED])
        rest = len(offers[MOST_FEEDS:]) + len(fresh[MOST_LISTED:])
        if rest:
            self.left_out.append(LeftOut(url=front, why=f"{rest} more of its feeds were not asked"))
        return heard

    def _wanted(self, offers: Iterable[Offer]) -> list[Offer]:
        """Return the offers worth asking, the best first; what is not news of the site is left out."""
        kept = []
        for offer in ranked(offers):
            if about := unwanted(offer.url, offer.title):
                self.left_out.append(LeftOut(url=offer.url, why=f"a feed of {about}"))
            else:
                kept.append(offer)
        return kept

    def _widen(self, entrance: Heard, heard: Iterable[Heard]) -> None:
        """Add the hosts that feeds and pages show to be the site's."""
        listings = [each.read for each in heard if isinstance(each.read, Listing)]
        editions = [edition for page in self.pages for edition in page.editions]
        hosts = (*self.outlet.hosts, *conclusions.more_hosts(self.outlet, listings, editions))
        self.outlet = replace(self.outlet, hosts=tuple(dict.fromkeys(hosts)))
        aliases = conclusions.named_aliases(self.outlet, self.pages, [host_of(entrance.offer.url)])
        self.outlet = replace(self.outlet, aliases=aliases)

    def _judged(self, heard: Iterable[Heard], kind: SourceKind = SourceKind.FEED) -> list[FoundSource]:
        """Return the feeds that are worth polling, and note why the others are not."""
        kept = []
        for each in heard:
            if not isinstance(each.read, Listing):
                self._note(each)
                continue
            source = read_source(self.outlet, each.offer, each.url, kind, each.read)
            why = unusable(source)
            if not why and (why := frozen(source, self.ears.inquiry.clock())):
                self.frozen.append(source)
            if why:
                self.left_out.append(LeftOut(url=each.url, why=why))
            else:
                kept.append(source)
        return kept

    def _note(self, heard: Heard) -> None:
        """Note an address that answered with no list; of a guess that is nothing to tell."""
        if heard.offer.way in (GUESS, GIVEN) or isinstance(heard.read, FrontPage):
            return
        words = outage(heard.answer.attempts) or READ_WORDS.get(
            str(heard.read), f"it could not be read ({heard.read})"
        )
        self.left_out.append(LeftOut(url=heard.offer.url, why=words))

    # --- sitemaps ---------------------------------------------------------------------------------

    async def _sitemaps(self, front: str, entrance: Heard, feeds: Sequence[FoundSource]) -> list[FoundSource]:
        """Return the sitemaps that list news: those of robots.txt, else at common addresses."""
        rules = self.ears.inquiry.robots.known(front)
        named = rules.sitemaps[:1000] if rules else ()
        given = [entrance] if isinstance(entrance.read, Listing) and _is_sitemap(entrance.read) else []
        urls = sitemaps.by_newsness(absolute(front, url) for url in named)
        offers = [Offer(url=url, way=ROBOTS) for url in urls if url]
        self.say("Looking at its sitemaps")
        heard = given + await self.ears.hear(offers[:MOST_SITEMAPS], SourceKind.SITEMAP)
        known = frozenset(link for feed in feeds for link in feed.links)
        kept = await self._polled(heard, known)
        if not kept:
            more = guesses(front, [*self.ears.asked], sitemaps.GUESSES)
            kept = await self._polled(await self.ears.hear(more, SourceKind.SITEMAP), known)
        kept, doubles = without_doubles(kept)
        self.left_out += doubles
        return kept

    async def _polled(self, heard: Sequence[Heard], known: frozenset[str]) -> list[FoundSource]:
        kept: list[FoundSource] = []
        for each in heard:
            if isinstance(each.read, Listing) and each.read.children:
                kept += await self._of_index(each, each.read, known)
            elif source := self._sitemap(each, known):
                kept.append(source)
        return kept

    async def _of_index(self, index: Heard, listing: Listing, known: frozenset[str]) -> list[FoundSource]:
        """Return the index when all its sitemaps list news, else those of them that are named for it."""
        children = [url for url in sitemaps.by_newsness(listing.children) if _is_near(url, self.outlet)]
        offers = [Offer(url=url, way=index.offer.way) for url in children[:MOST_CHILDREN]]
        noted = len(self.left_out)
        heard = await self.ears.hear(offers, SourceKind.SITEMAP)
        kept = [source for each in heard if (source := self._sitemap(each, known))]
        if kept and len(kept) == len(listing.children):
            entries, own = (sum(getattr(source, name) for source in kept) for name in ("entries", "own"))
            newest = max((source.newest for source in kept if source.newest), default=None)
            links = tuple(link for source in kept for link in source.links)
            return [
                replace(
                    kept[0],
                    url=index.url,
                    form=listing.kind,
                    entries=entries,
                    own=own,
                    newest=newest,
                    links=links,
                )
            ]
        del self.left_out[noted:]
        named = [source for source in kept if sitemaps.is_named_for_news(source.url)]
        if not named:
            why = f"an index of {len(listing.children)} sitemaps of all times: for backfill, not for polling"
            self.left_out.append(LeftOut(url=index.url, why=why))
        return named

    def _sitemap(self, heard: Heard, known: frozenset[str]) -> FoundSource | None:
        """Return a sitemap that is polled, None after noting why it is not."""
        if not isinstance(heard.read, Listing) or heard.read.children:
            self._note(heard)
            return None
        source = read_source(self.outlet, heard.offer, heard.url, SourceKind.SITEMAP, heard.read)
        why = sitemaps.why_not_polled(heard.read, source.links, known, self.ears.inquiry.clock())
        if why:
            self.left_out.append(LeftOut(url=heard.url, why=why))
            return None
        return source

    # --- sections ---------------------------------------------------------------------------------

    async def _sections(
        self, menu: Sequence[str], numbering: Numbering | None, entrance: Heard, *, has_sources: bool
    ) -> list[FoundSource]:
        """Return the pages of the menu that list articles; the front page itself where there is nothing else."""
        patterns = (IdPattern(pattern=numbering.pattern),) if numbering else ()
        self.outlet = replace(self.outlet, article_id=patterns)
        offers = [Offer(url=url, way=MENU) for url in menu if _is_near(url, self.outlet)]
        if offers:
            self.say(f"Looking at {min(len(offers), MOST_SECTIONS)} sections")
        heard = await self.ears.hear(offers[:MOST_SECTIONS], SourceKind.SECTION, self.outlet)
        read = {each.url: self._section(each, each.read) for each in heard if isinstance(each.read, Listing)}
        sections = conclusions.real_sections(await self._given_section(entrance) | read)
        if sections or has_sources or not isinstance(entrance.read, FrontPage):
            return sections
        page = replace(entrance, offer=replace(entrance.offer, way=GIVEN))
        again = await self.ears.read(page.answer, SourceKind.SECTION, self.outlet)
        front = self._section(page, again) if isinstance(again, Listing) else None
        return [front] if front and len(front.links) >= conclusions.LEAST_ARTICLES else []

    async def _given_section(self, entrance: Heard) -> dict[str, FoundSource]:
        """Return the page that was given, read as a section, when it is neither a front page nor an article."""
        url = entrance.url
        if not isinstance(entrance.read, FrontPage) or conclusions.is_front(url) or looks_like_article(url):
            return {}
        again = await self.ears.read(entrance.answer, SourceKind.SECTION, self.outlet)
        return {url: self._section(entrance, again)} if isinstance(again, Listing) else {}

    def _section(self, heard: Heard, listing: Listing) -> FoundSource:
        return read_source(self.outlet, heard.offer, heard.url, SourceKind.SECTION, listing)

    # --- the rest ---------------------------------------------------------------------------------

    async def _languages(self, feeds: Sequence[FoundSource], titles: str) -> tuple[str, ...]:
        claims = [page.language for page in self.pages] + [feed.language for feed in feeds]
        found = await asyncio.to_thread(language_of, titles, *claims)
        return (found,) if found else ()

    def _editions(self) -> tuple[tuple[str, str], ...]:
        """Return the other languages of the site."""
        own = {primary_tag(page.language) for page in self.pages}
        editions = [edition for page in self.pages for edition in page.editions]
        return tuple(dict.fromkeys(each for each in editions if primary_tag(each[0]) not in own))

    def _notes(self, feeds: Sequence[FoundSource]) -> Iterable[str]:
        for host in conclusions.foreign_names(self.outlet, self.pages):
            yield f"Its page names {host} as its address; add it to hosts or aliases if it is the outlet's."
        old = [feed for feed in feeds if feed in self.frozen]
        if old:
            yield "Its feeds seem to be kept no longer; there is nothing better, so they are watched all the same."
        if offset := printed_offset(feeds):
            yield f"Its feeds print their times at {offset}; set timezone if its pages give times without a zone."


def _is_sitemap(listing: Listing) -> bool:
    return listing.kind.startswith("sitemap")


def _is_near(url: str, outlet: Outlet) -> bool:
    return bool(plain_address(url)) and any(same_site(host_of(url), host) for host in outlet.hosts)
