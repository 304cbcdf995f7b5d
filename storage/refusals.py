"""Pages that are no article: a failed or skipped link, or a re-check that may prove an article removed."""

from __future__ import annotations

from datetime import datetime

from crawler.items import LinkState, Outcome, Outlet, Page, Refusal
from crawler.ladder import MISSING_PAUSE, next_try
from crawler.reasons import GONE
from storage import articles, captures, links, notes
from storage.connection import Connection, Row
from storage.rechecking import Rechecking
from storage.values import moment, stored, stored_or_none
from storage.visits import add_visit

REMOVED_STATUS = frozenset({404, 410})


class Refusals:
    """Writes refusals of one batch; lives for one transaction."""

    def __init__(self, db: Connection, run_id: int, outlet: Outlet, now: datetime) -> None:
        self.db, self.run_id, self.outlet, self.now = db, run_id, outlet, now
        self.rechecking = Rechecking(db, outlet, now)

    def write(self, refusal: Refusal) -> Outcome:
        """Write visit, kept page and state; return the outcome."""
        page = refusal.page
        capture_id = self._capture(page)
        if page.link.article_id is not None:
            return self._of_recheck(refusal, page.link.article_id, capture_id)
        add_visit(
            self.db,
            self.run_id,
            page,
            page.link.id,
            refusal.state.value,
            reason=refusal.reason,
            capture_id=capture_id,
            evidence=refusal.evidence,
        )
        self._settle(refusal)
        return Outcome(link_id=page.link.id, state=refusal.state, reason=refusal.reason)

    def later(self, article_id: int) -> None:
        """Put off a re-check that proved nothing."""
        self.rechecking.later(article_id)

    def _capture(self, page: Page) -> int | None:
        if page.status is None or not page.body:
            return None
        before = captures.kept_before(self.db, page.link.id, captures.body_sha256(page))
        return captures.keep(self.db, page) if before is None else before

    def _settle(self, refusal: Refusal) -> None:
        link, now = refusal.page.link, stored(self.now)
        row = links.get(self.db, link.id)
        if row["article_id"] is not None:
            return  # settled meanwhile under another address: it stands
        if refusal.state is LinkState.SKIPPED:
            links.settle(self.db, link.id, LinkState.SKIPPED, now, reason=refusal.reason)
        else:
            again = self._next_try(refusal, row)
            links.fail(self.db, link.id, refusal.reason, now, stored_or_none(again))
        links.release_waiting(self.db, self.outlet.id, link.key)

    def _next_try(self, refusal: Refusal, row: Row) -> datetime | None:
        is_gone = refusal.reason in GONE
        if not (refusal.retry or is_gone):
            return None
        first_seen = moment(row["first_seen_at"])
        return next_try(row["attempts"] + 1, first_seen, self.now, is_gone=is_gone)

    # --- re-checks --------------------------------------------------------------------------------

    def _of_recheck(self, refusal: Refusal, article_id: int, capture_id: int | None) -> Outcome:
        article = articles.get(self.db, article_id)
        if article is None:
            raise LookupError(f"no article {article_id}")
        verdict = refusal.state.value
        if self._is_removed_everywhere(refusal):
            verdict = self._missing(article)
        else:
            self.later(article["id"])
        add_visit(
            self.db,
            self.run_id,
            refusal.page,
            refusal.page.link.id,
            verdict,
            reason=refusal.reason,
            article_id=article["id"],
            capture_id=capture_id,
            evidence=refusal.evidence,
        )
        return Outcome(
            link_id=refusal.page.link.id,
            state=refusal.state,
            reason="gone" if verdict == "gone" else refusal.reason,
            article_id=article["id"],
        )

    def _is_removed_everywhere(self, refusal: Refusal) -> bool:
        """True if every host of the outlet said in this check that the page is gone. A host out of reach,
        resting, or with a foreign page proves nothing."""
        page = refusal.page
        last = {tried.host: (tried.status, tried.reason) for tried in page.attempts}
        if refusal.reason in GONE and last.get(page.host, (None, "ok"))[1] == "ok":
            last[page.host] = (page.status, refusal.reason)  # an answer that was read, and found to be none
        return all(
            host in last and (last[host][0] in REMOVED_STATUS or last[host][1] in GONE)
            for host in self.outlet.hosts
        )

    def _missing(self, article: Row) -> str:
        """Return gone when this is the second such check after the pause, else failed."""
        now = stored(self.now)
        since = article["missing_since"]
        if since is None:
            self.db.execute("UPDATE articles SET missing_since = ? WHERE id = ?", (now, article["id"]))
            articles.set_recheck(self.db, article["id"], stored(self.now + MISSING_PAUSE))
            return "failed"
        if self.now - moment(since) < MISSING_PAUSE:
            articles.set_recheck(self.db, article["id"], stored(moment(since) + MISSING_PAUSE))
            return "failed"
        articles.set_recheck(self.db, article["id"], self.rechecking.promised(article["id"]))
        if article["gone_at"] is None:
            self.db.execute("UPDATE articles SET gone_at = ? WHERE id = ?", (now, article["id"]))
            told = f"{article['url']} was removed on every host; its text is kept"
            notes.add(self.db, "gone", told, now, outlet_id=self.outlet.id, article_id=article["id"])
        return "gone"
