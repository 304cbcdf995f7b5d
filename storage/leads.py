"""Links that only lead to an article (FeedBurner's): where they lead is written into their row of the ledger."""

from __future__ import annotations

from datetime import datetime

from crawler.identity import classify_link
from crawler.items import Link, LinkState, Outcome, Outlet
from storage import articles, links
from storage.connection import Connection
from storage.values import plain, stored


def resolve(db: Connection, outlet: Outlet, link_id: int, target: str, now: datetime) -> Link | Outcome:
    """Write that a link leads to *target*; return the link to be fetched, or the state in which it ended: skipped
    for a foreign target, duplicate for a known article. The row stays that of the address as the source names
    it, so that the source's next answer meets it."""
    at, row = stored(now), links.get(db, link_id)
    classed = classify_link(outlet, target)
    if classed.refusal:
        links.settle(db, link_id, LinkState.SKIPPED, at, reason=classed.refusal)
        return Outcome(link_id=link_id, state=LinkState.SKIPPED, reason=classed.refusal)
    article = articles.find_by_key(db, outlet.id, classed.key)
    is_fetched = links.pending_key(db, outlet.id, classed.key) not in (None, link_id)
    db.execute(
        "UPDATE links SET url = ?, address = ?, key_kind = ?, key_value = ? WHERE id = ?",
        (plain(classed.url), plain(classed.address), classed.key.kind, plain(classed.key.value), link_id),
    )
    if article is None and not is_fetched:
        return links.as_link(links.get(db, link_id))
    reason = "" if article is not None else links.WAITING
    article_id = None if article is None else article["id"]
    links.settle(db, link_id, LinkState.DUPLICATE, at, reason=reason, article_id=article_id)
    if article_id is not None:
        articles.sight(db, article_id, row["url"], row["host"], "duplicate", row["first_seen_at"])
        articles.sight(db, article_id, plain(classed.url), row["host"], "duplicate", at)
    return Outcome(link_id=link_id, state=LinkState.DUPLICATE, reason=reason, article_id=article_id)
