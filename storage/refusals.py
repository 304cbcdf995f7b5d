"""Pages that are no article: a failed or skipped link, or a re-check that may prove an article removed."""

from __future__ import annotations

from datetime import datetime

from crawler.items import LinkState, Outcome, Outlet, Page, Refusal
from crawler.ladder import MISSING_PAUSE, next_recheck, next_try, retry_recheck
from crawler.reasons import GONE
from crawler.removal import (
    DOUBT_LEAST,
    DOUBT_LONGEST,
    answers_of,
    how_missing,
    is_missing,
    is_outlet_broken,
)
from storage import absences, articles, captures, links, mirrordifferences, notes, recheckhours
from storage.connection import Connection, Row
from storage.values import moment, stored, stored_or_none
from storage.visits import add_visit


class Refusals:
    """Writes refusals of one batch; lives for one transaction."""

    def __init__(self, db: Connection, run_id: int, outlet: Outlet, now: datetime) -> None:
        self.db, self.run_id, self.outlet, self.now = db, run_id, outlet, now

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
        first_seen = moment(self.db.value("SELECT first_seen_at FROM articles WHERE id = ?", (article_id,)))
        again = stored(retry_recheck(first_seen, self.now))
        articles.set_recheck(self.db, article_id, again, "the last check proved nothing")

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
        answers = answers_of(refusal)
        is_gone = is_missing(self.outlet, answers)
        recheckhours.count(self.db, self.outlet.id, self.now, refusal.page, missing=int(is_gone))
        if is_gone:
            verdict = self._missing(article, how_missing(answers))
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

    def _missing(self, article: Row, how: str) -> str:
        """Return gone when this is the second such check after the pause, else failed."""
        now = stored(self.now)
        absence = absences.missed(self.db, article, how, now)
        since = moment(absence["missing_since"])
        if self.now - since < MISSING_PAUSE:
            again = stored(since + MISSING_PAUSE)
            articles.set_recheck(self.db, article["id"], again, "a second check decides", promised=True)
            return "failed"
        if absence["gone_at"] is None and self._is_in_doubt(absence):
            self._doubt(article, absence)
            return "failed"
        following = stored_or_none(next_recheck(moment(article["first_seen_at"]), self.now))
        articles.set_recheck(self.db, article["id"], following, "to see whether it returns")
        if absence["gone_at"] is None:
            absences.remove(self.db, absence, now)
            mirrordifferences.end_of_article(self.db, article["id"], now)
            told = f"{article['url']} was removed on every host; its text is kept"
            notes.add(self.db, "gone", told, now, outlet_id=self.outlet.id, article_id=article["id"])
        return "gone"

    def _is_in_doubt(self, absence: Row) -> bool:
        """Return whether most of what was checked of the outlet since the article is missing is missing too. After
        a week of that it is removed."""
        since = moment(absence["missing_since"])
        if self.now - since >= DOUBT_LONGEST:
            return False
        stood = recheckhours.stood(self.db, self.outlet.id, since)
        most = max(stood, DOUBT_LEAST)
        missing = absences.undecided(self.db, self.outlet.id, absence["missing_since"], most)
        return is_outlet_broken(missing, stood)

    def _doubt(self, article: Row, absence: Row) -> None:
        now = stored(self.now)
        if not absences.is_any_doubted(self.db, self.outlet.id):
            told = (
                f"since {absence['missing_since']} most re-checks of {self.outlet.id} find no page on any host: its"
                " articles count as removed only when that is over, or after a week"
            )
            notes.add(self.db, "removals_in_doubt", told, now, outlet_id=self.outlet.id)
        absences.doubt(self.db, absence["id"], now)
        self.later(article["id"])
