"""The addresses at which an article is found, read or said to be: its sightings, and their rows of the ledger."""

from __future__ import annotations

from crawler.identity import LinkClass, ledger_key
from crawler.items import Article, LinkState, Outlet
from storage import articles, links
from storage.connection import Connection, Row
from storage.values import stored


class Addressing:
    """Writes the addresses of the articles of one batch; lives for one transaction."""

    def __init__(self, db: Connection, run_id: int, outlet: Outlet) -> None:
        self.db, self.run_id, self.outlet = db, run_id, outlet

    def sight(self, item: Article, article_id: int) -> None:
        """Write where the page was read, and the addresses that it says are its own."""
        at, page = stored(item.page.at), item.page
        articles.sight(self.db, article_id, page.url, page.host, "fetch", at)
        for url, via in item.sightings:
            articles.sight(self.db, article_id, url, page.host, via, at)

    def settle_final(self, item: Article, link: Row, article_id: int) -> None:
        """Settle the address after redirects in the ledger too: it is not fetched again."""
        key = ledger_key(self.outlet, item.address)
        if key == link["ledger_key"]:
            return
        row = links.find(self.db, self.outlet.id, key)
        if row is None:
            self.enter(item, "duplicate", article_id, silent=bool(link["silent"]))
        elif _is_to_be_asked(row):
            at = stored(item.page.at)
            links.settle(self.db, row["id"], LinkState.DUPLICATE, at, article_id=article_id)

    def enter(self, item: Article, state: str, article_id: int | None, *, silent: bool) -> None:
        """Add the address after redirects to the ledger, unless it is there."""
        key = ledger_key(self.outlet, item.address)
        row = links.find(self.db, self.outlet.id, key)
        if row is not None:
            if row["reason"] == links.MISSED and state == LinkState.PENDING:
                links.reopen(self.db, row["id"])
                self.db.execute("UPDATE links SET silent = 0 WHERE id = ?", (row["id"],))
            return
        silent_run_id = self.run_id if silent else None
        found = links.Found(at=stored(item.page.at), host=item.page.host, silent_run_id=silent_run_id)
        classed = LinkClass(url=item.page.url, address=item.address, ledger_key=key, key=item.key)
        links.add(self.db, self.outlet.id, classed, found, state=state, article_id=article_id)

    def fill_waiting(self, item: Article, article_id: int) -> None:
        """Give the other addresses that waited for this key their article."""
        at = stored(item.page.at)
        keys = dict.fromkeys((item.page.link.key, item.key))
        waiting = [row for key in keys for row in links.waiting_for(self.db, self.outlet.id, key)]
        missed = [row for key in keys if (row := links.missed_of(self.db, self.outlet.id, key))]
        for row in waiting + missed:
            links.settle(self.db, row["id"], LinkState.DUPLICATE, at, article_id=article_id)
            articles.sight(self.db, article_id, row["url"], row["host"], "duplicate", row["first_seen_at"])


def _is_to_be_asked(row: Row) -> bool:
    """Return whether a link is still to be fetched, or would be when somebody asks for what was missed."""
    return (
        row["state"] == LinkState.PENDING or row["next_try_at"] is not None or row["reason"] == links.MISSED
    )
