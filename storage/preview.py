"""What the writer would make of an article, asked without writing. Read only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crawler.dates import date_in_address
from crawler.fingerprint import same_story
from crawler.identity import ledger_key
from crawler.items import Article, LinkState, Outlet, Timestamp
from crawler.query.fold import fold_text
from storage import articles, jitter, links, stories
from storage.comparing import is_comparable
from storage.connection import Connection, Row
from storage.copies import Arriving, sharing
from storage.values import published_of, stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The verdict that the store would give now, and what it knows already."""

    state: LinkState
    """new, duplicate, unchanged or revision."""
    published: Timestamp
    """The publication time it would keep."""
    article_id: int | None = None
    """The known article of the key."""
    same_text: bool | None = None
    """Whether that article's latest text is this one, or differs in nothing that is an edit; None without one."""
    is_comparable: bool = True
    """False: other rules read that text, so a re-check has its kept page read again before it compares."""
    story_id: int | None = None
    """The story it is in, or would join; None for a story of its own."""
    ledger_state: str = ""
    """State of the address in the ledger; empty when it was never seen."""
    ledger_reason: str = ""
    next_try_at: str | None = None
    is_reused_key: bool = False
    """True: the known article has another title, text and day, so this is the key's next generation."""


def preview(db: Connection, outlet: Outlet, item: Article, url: str) -> Preview:
    """Return what would become of *item*, found at the address *url* of *outlet*."""
    published = articles.best_published(
        item.published, item.page.link.published, date_in_address(item.address)
    )
    row = links.find(db, outlet.id, ledger_key(outlet, url))
    ledger: dict[str, Any] = {}
    if row is not None:
        ledger = {
            "ledger_state": row["state"],
            "ledger_reason": row["reason"],
            "next_try_at": row["next_try_at"],
        }
    known = articles.find_by_key(db, outlet.id, item.key)
    if known is None:
        seen_at = stored(item.page.at) if row is None else row["first_seen_at"]
        found = sharing(db, Arriving.of(outlet.id, item, published, seen_at))
        return Preview(state=LinkState.NEW, published=published, story_id=min(found, default=None), **ledger)
    before = articles.latest(db, known)
    same_text = before["text_sha256"] == item.fingerprint.text_sha256
    same_text = same_text or jitter.known(db, item, known, before) != ""
    reused = is_next_generation(known, before, item, published)
    return Preview(
        state=_state(row, known, same_text=same_text, reused=reused),
        published=published,
        article_id=known["id"],
        same_text=same_text,
        is_comparable=is_comparable(item, before),
        story_id=None if reused else stories.root(db, known["story_id"]),
        is_reused_key=reused,
        **ledger,
    )


def _state(row: Row | None, known: Row, *, same_text: bool, reused: bool) -> LinkState:
    """Only the article's own address is re-checked; another one is a duplicate whatever it shows."""
    if reused:
        return LinkState.NEW
    if row is None or row["article_id"] != known["id"] or row["state"] == LinkState.DUPLICATE:
        return LinkState.DUPLICATE
    return LinkState.UNCHANGED if same_text else LinkState.REVISION


def is_next_generation(article: Row, before: Row, item: Article, published: Timestamp) -> bool:
    """Return whether the outlet uses a key again: another title, another body and another day of publication."""
    day = articles.printed_day(published_of(article))
    given = articles.printed_day(published)
    return (
        bool(day and given and day != given)
        and fold_text(before["title"]) != fold_text(item.title)
        and not same_story(before["body"], item.body)
    )
