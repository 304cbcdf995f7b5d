"""What an outlet's sources did not name and a second channel does. Pure.

A second channel is another way to the same news: a sitemap, a section page or the front page where feeds are the
usual source, a feed where sitemaps are, the sitemaps that robots.txt names, the same source at another mirror.
Articles are compared by their keys, so other slugs and other hosts are the same article.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from crawler.addressform import is_article
from crawler.dates import date_in_address, parse_published
from crawler.errors import AddressRefused
from crawler.identity import PATH, LinkClass, classify_link
from crawler.items import (
    NO_TIME,
    FeedEntry,
    Key,
    Outlet,
    Precision,
    Source,
    SourceKind,
    TimeSource,
    Timestamp,
)
from crawler.shapes import Shape
from crawler.urls import host_of, path_and_query, with_host

SHORTEST, LONGEST = timedelta(hours=48), timedelta(days=7)
"""How far back a comparison looks: to the last one, and within these bounds."""
BEHIND = timedelta(hours=24)
"""A channel whose newest article is so much older than what the sources list is not kept any more."""
MOST_CHANNELS = 12
MOST_SOURCES = 40
"""Addresses asked of one outlet in one comparison."""
MOST_ENTRIES = 5_000
"""Links of one channel that are judged: a sitemap may list the whole archive."""
MOST_LISTED = 20_000
"""Links of one list of a source that are judged; what stands behind them is in the ledger."""
MOST_UNDATED = 500
"""Unknown addresses without a date in one sitemap above which they say nothing: it lists the whole archive."""
_NOT_TEXT = frozenset(
    """
    audio clip clips embed galleries gallery live live-blog live-tv liveblog photo photos picture pictures player
    podcast podcasts programme programmes radio show shows stream tv video videos watch
    """.split()  # noqa: SIM905 - a table to read and to sort
)
"""Folders of pages that no feed of articles need name. Counted only where the outlet's own pattern says article."""


class ChannelKind(StrEnum):
    """The kinds of second channel."""

    SITEMAP = "sitemap"
    FEED = "feed"
    SECTION = "section"
    FRONT_PAGE = "front_page"
    ROBOTS_SITEMAP = "robots_sitemap"
    MIRROR = "mirror"


class Outcome(StrEnum):
    """What came of a comparison, or of one channel in it."""

    COMPARED = "compared"
    STALE = "stale"
    """Its newest article is too old: it is not kept any more."""
    UNRELATED = "unrelated"
    """Not one of its articles is known, and none has a date."""
    EMPTY = "empty"
    """It names no article of the outlet."""
    FAILED = "failed"
    """No host gave it."""
    NONE = "none"
    """Of a comparison: no channel could be compared."""
    UNPOLLED = "unpolled"
    """Of a comparison: no source of the outlet has answered yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One second channel of an outlet."""

    kind: ChannelKind
    source: Source
    host: str = ""
    """The one host that is asked; empty for any host of the outlet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An article of the outlet as a list named it."""

    link: LinkClass
    entry: FeedEntry
    published: Timestamp = NO_TIME
    """As the list or the address dates it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows of an article's key."""

    is_missed: bool
    """True when only an earlier comparison met it: no source did."""
    sources: frozenset[str] = frozenset()
    """Sources that named it first, or list it now, by address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What one channel gave."""

    channel: Channel
    host: str = ""
    """That answered, else the last one tried."""
    entries: tuple[FeedEntry, ...] | None = field(default=None, repr=False)
    """None when no host gave it."""
    told: str = ""
    """Why not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelReport:
    """One channel compared. All numbers count articles, each key once."""

    channel: Channel
    host: str
    outcome: Outcome
    told: str = ""
    entries: int = 0
    """Links it gave, of any kind."""
    expected: frozenset[Key] = field(default=frozenset(), repr=False)
    met: frozenset[Key] = field(default=frozenset(), repr=False)
    """Of the expected: in the ledger, or named by a source at this moment."""
    listed: frozenset[Key] = field(default=frozenset(), repr=False)
    """Of the expected: named by another source."""
    missing: tuple[Named, ...] = ()
    newest_at: datetime | None = None

    @property
    def undated(self) -> int:
        """How many of the missing carry no date, and so may be old."""
        return sum(each.published.at is None for each in self.missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One outlet compared with its second channels."""

    outlet_id: str
    at: datetime
    since: datetime
    channels: tuple[ChannelReport, ...] = ()
    told: str = ""
    """Why nothing was compared."""
    outcome: Outcome = Outcome.COMPARED

    @property
    def compared(self) -> tuple[ChannelReport, ...]:
        """The channels that say something."""
        return tuple(each for each in self.channels if each.outcome is Outcome.COMPARED)

    @property
    def expected(self) -> frozenset[Key]:
        """The articles that the channels name together."""
        return frozenset[Key]().union(*(each.expected for each in self.compared))

    @property
    def met(self) -> frozenset[Key]:
        """Those of them that are known."""
        return frozenset[Key]().union(*(each.met for each in self.compared))

    @property
    def listed(self) -> frozenset[Key]:
        """Those of them that a source named."""
        return frozenset[Key]().union(*(each.listed for each in self.compared))

    @property
    def missing(self) -> tuple[tuple[int, Named], ...]:
        """The others, each key once, with the position of the channel that named it first."""
        found: dict[Key, tuple[int, Named]] = {}
        for position, each in enumerate(self.channels):
            for named in each.missing:
                found.setdefault(named.link.key, (position, named))
        return tuple(found.values())


# --- which channels -------------------------------------------------------------------------------


def usual_kind(outlet: Outlet) -> SourceKind:
    """Return the kind of source on which the outlet is followed: feeds where it has any, then sitemaps."""
    kinds = [source.kind for source in outlet.sources]
    return next((kind for kind in SourceKind if kind in kinds), SourceKind.FEED)


def channels(outlet: Outlet) -> list[Channel]:
    """Return the second channels that the declaration itself gives, the most telling first: sources of another
    kind than the usual, the front page, the usual sources at each other host."""
    usual = usual_kind(outlet)
    others = [source for source in outlet.sources if source.kind is not usual]
    found = [Channel(kind=ChannelKind(source.kind.value), source=source) for source in others]
    front = Source(kind=SourceKind.SECTION, url=front_page(outlet))
    if not any(_same_place(source.url, front.url) for source in outlet.sources):
        found.append(Channel(kind=ChannelKind.FRONT_PAGE, source=front))
    return [*found, *_mirrors(outlet, usual)][:MOST_CHANNELS]


def front_page(outlet: Outlet) -> str:
    """Return the address of the front page, by the scheme of the outlet's own sources."""
    own = [source.url for source in outlet.sources if _host(source.url) in outlet.hosts]
    scheme = "http" if own and own[0][:5].lower() == "http:" else "https"
    return f"{scheme}://{outlet.hosts[0]}/"


def _mirrors(outlet: Outlet, usual: SourceKind) -> Iterable[Channel]:
    for source in outlet.sources:
        if source.kind is usual and _host(source.url) in outlet.hosts:
            for host in outlet.hosts:
                at_host = Source(kind=source.kind, url=with_host(source.url, host))
                yield Channel(kind=ChannelKind.MIRROR, source=at_host, host=host)


def named_by_robots(outlet: Outlet, sitemaps: Iterable[str], limit: int = 3) -> list[Channel]:
    """Return channels for the sitemaps that robots.txt names, news first; none where sitemaps are configured."""
    if any(source.kind is SourceKind.SITEMAP for source in outlet.sources):
        return []
    by_path: dict[str, str] = {}
    for url in sitemaps:
        link = classify_link(outlet, url)
        if not link.refusal:
            by_path.setdefault(link.ledger_key, url)  # each mirror names its own copy
    ours = sorted(by_path.values(), key=lambda url: "news" not in url.lower())
    return [
        Channel(kind=ChannelKind.ROBOTS_SITEMAP, source=Source(kind=SourceKind.SITEMAP, url=url))
        for url in ours[:limit]
    ]


def _host(url: str) -> str:
    try:
        return host_of(url)
    except AddressRefused:
        return ""


def _same_place(one: str, other: str) -> bool:
    return path_and_query(one) == path_and_query(other)


# --- comparing ------------------------------------------------------------------------------------


def window(now: datetime, last: datetime | None) -> datetime:
    """Return since when publications count: since the *last* comparison, at least two days, at most a week."""
    return min(now - SHORTEST, max(last or now, now - LONGEST))


def articles(
    outlet: Outlet,
    entries: Sequence[FeedEntry],
    now: datetime,
    shapes: Sequence[Shape] = (),
    *,
    limit: int = MOST_ENTRIES,
) -> list[Named]:
    """Return the articles of the outlet among the links of a list, each key once, in its order; of a list of more
    than *limit* the newest of them, those without a date last.

    They are those that a crawl takes of a section page: by the outlet's patterns, else by the *shapes* of its known
    articles, and by the form of the address when nothing has one of these. Takes a quarter of a millisecond a link.
    """
    chosen = _newest_of(entries, now, limit)
    own = [(entry, link) for entry in chosen if not (link := classify_link(outlet, entry.url)).refusal]
    found: dict[Key, Named] = {}
    for entry, link in _articles_of(outlet, own, shapes):
        if link.key not in found:
            dated = Named(link=link, entry=entry, published=_published(outlet, entry, link, now))
            found[link.key] = dated
    return list(found.values())


def _newest_of(entries: Sequence[FeedEntry], now: datetime, limit: int) -> Sequence[FeedEntry]:
    if len(entries) <= limit:
        return entries
    dates = [each.published.at or date_in_address(each.url, now=now).at for each in entries]
    dated = sorted(((at, -place) for place, at in enumerate(dates) if at is not None), reverse=True)
    places = [-place for _, place in dated] + [place for place, at in enumerate(dates) if at is None]
    return [entries[place] for place in sorted(places[:limit])]


def _articles_of(
    outlet: Outlet, own: Sequence[tuple[FeedEntry, LinkClass]], shapes: Sequence[Shape]
) -> list[tuple[FeedEntry, LinkClass]]:
    chosen = [each for each in own if _is_text(outlet, each[1], shapes)]
    if not chosen and shapes:  # the outlet may have changed its addresses
        chosen = [each for each in own if _is_text(outlet, each[1], ())]
    return chosen


def _is_text(outlet: Outlet, link: LinkClass, shapes: Sequence[Shape]) -> bool:
    if not is_article(outlet, link, shapes):
        return False
    folders = path_and_query(link.address).partition("?")[0].lower().split("/")[:-1]
    return link.key.kind != PATH or _NOT_TEXT.isdisjoint(folders)


def _published(outlet: Outlet, entry: FeedEntry, link: LinkClass, now: datetime) -> Timestamp:
    given = entry.published
    if given.at is None and given.raw:
        given = parse_published(given.raw, zone=outlet.timezone, source=TimeSource.FEED, now=now)
    return given if given.at is not None else date_in_address(link.address, now=now)


def compare(
    answer: Answered,
    named: list[Named],
    *,
    since: datetime,
    known: Mapping[Key, Known],
    listed_now: Collection[Key],
    newest: datetime | None,
) -> ChannelReport:
    """Return what one channel says of the sources. Of its articles those count that were published since then, and
    those without a date: they stand on the list now.

    *known*: what the store knows of these keys. *listed_now*: keys that the sources name at this moment. *newest*:
    the newest publication that the sources name or the ledger holds.
    """
    entries = answer.entries or ()
    report = ChannelReport(
        channel=answer.channel,
        host=answer.host,
        outcome=Outcome.COMPARED,
        entries=len(entries),
        newest_at=max((each.published.at for each in named if each.published.at), default=None),
    )
    met = {each.link.key for each in named if _is_met(each.link.key, known, listed_now)}
    refused = _unfit(answer, report, named, met, since, newest)
    if refused is not None:
        outcome, told = refused
        return replace(report, outcome=outcome, told=told)
    judged = [each for each in named if each.published.at is None or _is_within(each.published, since)]
    if answer.channel.source.kind is SourceKind.SITEMAP and _undated(judged, met) > MOST_UNDATED:
        judged = [each for each in judged if each.published.at is not None]
    expected = frozenset(each.link.key for each in judged)
    unknown = [each for each in judged if each.link.key not in met]
    own = answer.channel.source.url
    listed = {key for key in expected if key in listed_now or _is_listed(known.get(key), own)}
    return replace(
        report, expected=expected, met=expected & met, listed=frozenset(listed), missing=tuple(unknown)
    )


def _unfit(
    answer: Answered,
    report: ChannelReport,
    named: list[Named],
    met: set[Key],
    since: datetime,
    newest: datetime | None,
) -> tuple[Outcome, str] | None:
    """Return why a channel cannot be compared, None if it can."""
    if answer.entries is None:
        return Outcome.FAILED, answer.told
    if not named:
        return Outcome.EMPTY, "it names no article of the outlet"
    last = report.newest_at
    if last is not None and newest is not None and last + BEHIND < newest:
        told = f"its newest article is of {last:%Y-%m-%d %H:%M}, the sources' of {newest:%Y-%m-%d %H:%M}"
        return Outcome.STALE, told
    if all(each.published.at is not None for each in named):
        if last is not None and not any(_is_within(each.published, since) for each in named):
            return Outcome.STALE, f"its newest article is of {last:%Y-%m-%d}"
    elif not met and not any(_is_within(each.published, since) for each in named):
        return Outcome.UNRELATED, "none of its articles is known, and none has a date"
    return None


def _is_met(key: Key, known: Mapping[Key, Known], listed_now: Collection[Key]) -> bool:
    found = known.get(key)
    return key in listed_now or (found is not None and not found.is_missed)


def _is_listed(found: Known | None, own: str) -> bool:
    return found is not None and any(source != own for source in found.sources)


def _is_within(published: Timestamp, since: datetime) -> bool:
    if published.at is None:
        return False
    length = timedelta(days=1) if published.precision is Precision.DAY else timedelta()
    return published.at + length >= since


def _undated(judged: Iterable[Named], met: Collection[Key]) -> int:
    return sum(each.published.at is None and each.link.key not in met for each in judged)


def is_news(each: Named, first_polled: datetime, *, is_new_on_channel: bool) -> bool:
    """Return whether an address that no source named may alert: it was published after the outlet was first
    polled, or without a date, was not on the channel at an earlier comparison. Else it belongs to an old list."""
    at = each.published.at
    if at is None:
        return is_new_on_channel
    if each.published.precision is Precision.DAY:
        return at.date() > first_polled.astimezone(UTC).date()
    return at >= first_polled
