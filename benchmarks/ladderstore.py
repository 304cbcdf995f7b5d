"""The planned ladder through a real store, for benchmarks/ladder.py: the verbs that a crawl uses, without a network."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from crawler.fingerprint import fingerprint
from crawler.identity import article_key
from crawler.items import (
    Article,
    Attempt,
    Discovery,
    FeedEntry,
    IdPattern,
    Link,
    Outlet,
    Page,
    PollOutcome,
    Source,
    SourceKind,
    Untouched,
)
from storage.store import Store

if TYPE_CHECKING:
    from benchmarks.ladder import Written

HOST = "www.example.com"
FEED = Source(kind=SourceKind.FEED, url=f"http://{HOST}/rss.xml")
OUTLET = Outlet(
    id="example",
    name="Example",
    hosts=(HOST,),
    canonical_host=HOST,
    sources=(FEED,),
    article_id=(IdPattern(pattern=r"/story/(\d+)"),),
)


class StoreBook:
    """One outlet's articles in a store of their own."""

    def __init__(self, path: Path, delay: float, at_once: int) -> None:
        self.store = Store.open(path)
        self.delay, self.at_once = delay, at_once
        self.articles: dict[int, Written] = {}
        """By the number in the simulation, which is the number in the store: both count from 1."""
        self.budget = 0
        self.run_id = 0
        self._links: dict[int, Link] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def set_plan(self, now: datetime) -> None:
        """Make the plan of the hour."""
        if not self.run_id:
            self.store.sync_config((OUTLET,), (), now)
            self.run_id = self.store.begin_run(OUTLET.id, now, "crawl")
        self.store.plan_rechecks(OUTLET, self.delay, now)
        self.budget = self.store.rechecks(now)[OUTLET.id]["rechecks"]["budget"]

    def add(self, article: Written, now: datetime) -> None:
        """Take up a new article: its link is discovered, its page is written."""
        url = f"http://{HOST}/story/{article.number}/news"
        discovery = Discovery(
            outlet_id=OUTLET.id,
            source=FEED,
            outcome=PollOutcome.LISTED,
            at=now,
            host=HOST,
            url=FEED.url,
            entries=(FeedEntry(url=url, title=url),),
        )
        (link,) = self.store.record_discovery(self.run_id, OUTLET, discovery).to_fetch
        self.store.write((_article(link, article, now),), self.run_id, OUTLET, now)
        self.articles[article.number] = article

    def due(self, now: datetime) -> list[Written]:
        """Return what is asked for now."""
        found = []
        for link in self.store.due_rechecks(OUTLET.id, now, self.at_once):
            assert link.article_id is not None
            self._links[link.article_id] = link
            found.append(self.articles[link.article_id])
        return found

    def checked(self, article: Written, now: datetime, *, is_edit: bool) -> None:
        """Write what a check found: another text, or that nothing changed."""
        link = self._links.pop(article.number)
        read = _article(link, article, now)
        item = read if is_edit or not link.validators else Untouched(page=_page(link, now, b"", 304))
        self.store.write((item,), self.run_id, OUTLET, now)


def _page(link: Link, now: datetime, body: bytes, status: int = 200) -> Page:
    return Page(
        link=link,
        at=now,
        url=link.url,
        requested_url=link.url,
        host=HOST,
        status=status,
        headers=(("ETag", f'"{len(body)}"'),),
        body=body,
        raw_sha256="00" * 32,
        raw_size=len(body),
        attempts=(Attempt(host=HOST, url=link.url, status=status, reason="ok"),),
    )


def _article(link: Link, article: Written, now: datetime) -> Article:
    """Return the text of an article: another one after each edit that is past."""
    words, left = random.Random(article.number), len(article.edits)
    told = " ".join(f"w{words.randrange(10_000)}" for _ in range(60))
    body = f"{told}.\nReport {article.number}, {left} changes before its last form."
    return Article(
        page=_page(link, now, body.encode()),
        address=link.url,
        key=article_key(OUTLET, link.url),
        title=f"Report {article.number}",
        body=body,
        word_count=len(body.split()),
        fingerprint=fingerprint(f"Report {article.number}", body),
    )
