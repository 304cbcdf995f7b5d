"""A real store in a temporary folder, and short ways to make what travels into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.fingerprint import fingerprint
from crawler.identity import article_key, outlet_address
from crawler.items import (
    Article,
    Attempt,
    Discovery,
    FeedEntry,
    IdPattern,
    Link,
    LinkState,
    Outcome,
    Outlet,
    Page,
    PollOutcome,
    Recipient,
    Refusal,
    Rule,
    Source,
    SourceKind,
    Untouched,
    Validators,
)
from crawler.query import Matcher
from crawler.recorded import Recorded
from storage.store import Store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FEED = Source(kind=SourceKind.FEED, url="http://www.example.com/rss.xml")
OUTLET = Outlet(
    id="example",
    name="Example News",
    hosts=("www.example.com", "example-mirror.net"),
    aliases=("old.example.com",),
    sources=(FEED,),
    article_id=(IdPattern(pattern=r"/Detail/(?:\d{4}/\d\d/\d\d/)?(\d+)"),),
)
OTHER = Outlet(
    id="other",
    name="Other Wire",
    hosts=("other.example.org",),
    sources=(Source(kind=SourceKind.FEED, url="http://other.example.org/feed"),),
)
DESK = Recipient(id="desk", emails=("desk@example.org",))
TEXT = (
    "The bridge over the river at Karlow was closed to all traffic on Monday morning.\n"
    "Engineers found cracks in two of its six piers after the flood of last week.\n"
    "The town council said repairs would take at least until the end of March.\n"
    "Drivers are asked to use the northern crossing, which adds half an hour to the way."
)


@dataclass
class World:
    """A store, its clock, and one outlet that is crawled."""

    store: Store
    path: Path
    outlet: Outlet = OUTLET
    now: datetime = NOON
    run_id: int = 0
    rules: list[Rule] = field(default_factory=list)

    def begin(self, **later: float) -> int:
        """Start a new run, after some time."""
        self.now += timedelta(**later)
        self.run_id = self.store.begin_run(self.outlet.id, self.now, "crawl")
        return self.run_id

    def add_rule(self, query: str, **more: Any) -> Rule:
        """Configure one rule more."""
        rule = Rule(id=f"rule{len(self.rules)}", query=query, to=("desk",), **more)
        self.rules.append(rule)
        self.store.sync_config((OUTLET, OTHER), self.rules, self.now)
        self.store.set_matcher(Matcher(self.rules), self.rules, (DESK,))
        return rule

    def discover(
        self, *urls: str, source: Source = FEED, host: str = "www.example.com", **more: Any
    ) -> Recorded:
        """Record a poll that listed these addresses; one that brought nothing new bears what the host gave last."""
        entries = more.pop("listing", None)
        if entries is None:
            entries = tuple(FeedEntry(url=url, title=f"Title of {url}") for url in urls)
        outcome = more.pop("outcome", PollOutcome.LISTED)
        if outcome is PollOutcome.UNCHANGED:
            more.setdefault("validators", self.given(host, source))
        discovery = Discovery(
            outlet_id=self.outlet.id,
            source=source,
            outcome=outcome,
            at=self.now,
            host=host,
            url=source.url,
            entries=entries,
            validators=more.pop("validators", Validators(etag='"1"', body_sha256="aa")),
            attempts=(Attempt(host=host, url=source.url, status=200, reason="ok"),),
            **more,
        )
        return self.store.record_discovery(self.run_id, self.outlet, discovery)

    def given(self, host: str, source: Source = FEED) -> Validators:
        """Return what a host gave last for a source; empty ones if it never answered."""
        rows = self.rows(
            "SELECT h.etag, h.last_modified, h.body_sha256 FROM feed_hosts AS h JOIN feeds AS f ON f.id = h.feed_id"
            " WHERE f.outlet_id = ? AND f.url = ? AND h.host = ?",
            self.outlet.id,
            source.url,
            host,
        )
        return Validators(**rows[0]) if rows else Validators()

    def make_known(self, source: Source = FEED) -> None:
        """Let the source have its first complete poll, which is silent."""
        self.discover(source=source)

    def found(self, url: str) -> Link:
        """Return the link of an address that the known feed lists for the first time."""
        (link,) = self.discover(url).to_fetch
        return link

    def page(self, link: Link, **more: Any) -> Page:
        """Return an answered page."""
        given: dict[str, Any] = {
            "url": link.url,
            "requested_url": link.url,
            "host": "www.example.com",
            "status": 200,
            "headers": (("Content-Type", "text/html"),),
            "body": b"<html>" + link.url.encode() + b"</html>",
            "raw_sha256": "00" * 32,
            "raw_size": 10,
            "attempts": (Attempt(host="www.example.com", url=link.url, status=200, reason="ok"),),
        }
        return Page(link=link, at=self.now, **(given | more))

    def article(self, link: Link, title: str = "Bridge closed", body: str = TEXT, **more: Any) -> Article:
        """Return a page's text ready for the writer."""
        page = more.pop("page", None) or self.page(link)
        address = outlet_address(self.outlet, page.url)
        given: dict[str, Any] = {
            "address": address,
            "key": article_key(self.outlet, address),
            "language": "en",
            "section": "Region",
            "byline": ("Ada Writer", "B. Author"),
            "word_count": len(body.split()),
            "fingerprint": fingerprint(title, body),
        }
        return Article(page=page, title=title, body=body, **(given | more))

    def write(self, *items: Article | Refusal | Untouched) -> list[Outcome]:
        """Write a batch."""
        return self.store.write(items, self.run_id, self.outlet, self.now)

    def store_article(self, url: str, title: str = "Bridge closed", body: str = TEXT, **more: Any) -> Outcome:
        """Discover and write one article."""
        (outcome,) = self.write(self.article(self.found(url), title, body, **more))
        return outcome

    def recheck(self, article_id: int) -> Link:
        """Return the link of an article that is due for a re-check."""
        due = self.store.due_rechecks(self.outlet.id, self.now, 100)
        return next(link for link in due if link.article_id == article_id)

    def refusal(self, link: Link, reason: str = "http_503", *, retry: bool = True, **more: Any) -> Refusal:
        """Return a page that is no article."""
        page = self.page(link, **({"status": None, "body": b"", "reason": reason} | more))
        return Refusal(page=page, state=LinkState.FAILED, reason=reason, retry=retry)

    def removed(self, link: Link, *statuses: int) -> Refusal:
        """Return the refusal of a page that the hosts answered with these statuses."""
        attempts = tuple(
            Attempt(host=host, url=link.url, status=status, reason=f"http_{status}")
            for host, status in zip(self.outlet.hosts, statuses, strict=True)
        )
        refusal = self.refusal(link, f"http_{statuses[-1]}", retry=False)
        return replace(
            refusal,
            page=replace(refusal.page, status=statuses[-1], host=self.outlet.hosts[-1], attempts=attempts),
        )

    def rows(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        """Read the tables as an analyst would, over another connection."""
        from storage.connection import Connection

        db = Connection.open(self.path, read_only=True)
        try:
            return [dict(row) for row in db.all(sql, parameters)]
        finally:
            db.close()

    def value(self, sql: str, *parameters: Any) -> Any:
        """Return the first column of the first row."""
        rows = self.rows(sql, *parameters)
        return next(iter(rows[0].values())) if rows else None


@contextmanager
def opened(folder: Path) -> Iterator[World]:
    """Open a new store in *folder* whose feed is known already: what it lists next is news."""
    with Store.open(folder / "newshawk.db") as store:
        store.sync_config((OUTLET, OTHER), (), NOON - timedelta(days=1))
        made = World(store=store, path=folder / "newshawk.db")
        made.begin()
        made.make_known()
        yield made
