"""What a look at an article leaves behind when no new text comes of it: it stands, or a mirror shows it otherwise."""

from __future__ import annotations

from datetime import datetime

from crawler.items import Article, LinkState, Outcome, Outlet, Page, Refusal, Untouched
from crawler.reasons import DIVERGENT, GONE
from crawler.removal import answers_of, how_missing
from storage import (
    absences,
    articles,
    divergences,
    mirrordifferences,
    notes,
    pagevalidators,
    recheckhours,
    rechecks,
)
from storage.alerting import Alerting
from storage.comparing import is_comparable
from storage.connection import Connection, Row
from storage.rechecks import Scheduling
from storage.trusting import Trusting
from storage.values import stored
from storage.visits import add_visit

COMPARED = "compared"
"""Verdict of the visit to a mirror whose page was compared with the stored one."""
NOT_MODIFIED, SAME_BYTES, SUPERSEDED = "not_modified", "same_bytes", "superseded"
"""Reasons of a re-check that was not read: the host said so, or sent what is known; the text changed meanwhile."""


class Looks:
    """Writes the looks of one batch; lives for one transaction."""

    def __init__(
        self,
        db: Connection,
        alerting: Alerting,
        run_id: int,
        outlet: Outlet,
        now: datetime,
        scheduling: Scheduling,
    ) -> None:
        self.db, self.alerting = db, alerting
        self.run_id, self.outlet, self.now = run_id, outlet, now
        self.scheduling, self.trusting = scheduling, Trusting(db, outlet, now)

    def stands(self, page: Page, article: Row, *, is_edit: bool = False) -> int:
        """Write that a re-check found the article in its place, with another text than before (*is_edit*) or not;
        return how many outbox rows its return brought."""
        now = stored(self.now)
        if article["gone_at"]:
            told = f"{article['url']} is back; it was found removed at {article['gone_at']}"
            notes.add(self.db, "returned", told, now, outlet_id=self.outlet.id, article_id=article["id"])
        if article["missing_since"]:
            absences.end(self.db, article["id"], now)
        rechecks.learn(self.db, article, self.now, is_edit=is_edit)
        articles.read_again(self.db, article["id"], stored(page.at))
        self.scheduling.set_next(article["id"])
        for tried in page.attempts:
            if tried.reason in GONE and tried.host in self.outlet.hosts and tried.host != page.host:
                how = tried.reason.removeprefix("http_")
                mirrordifferences.missing_at(self.db, article, tried.host, tried.url, how, self.now)
        mirrordifferences.end(self.db, article["id"], page.host, mirrordifferences.GONE, now)
        if self.trusting.is_own_host(article, page):
            divergences.tell(self.db, article, now)
        return self.alerting.returned(article, self.now) if article["gone_at"] else 0

    def showed(self, item: Article, article_id: int) -> None:
        """Write what the page that showed the article's latest text came with."""
        article = articles.get(self.db, article_id)
        assert article is not None
        if article["recheck_at"] is not None:
            pagevalidators.keep(self.db, article_id, item.page, article["revision"])
        if not self.trusting.is_own_host(article, item.page):
            mirrordifferences.compare_time(self.db, item, article)

    def untouched(self, item: Untouched) -> Outcome:
        """Write that a page is as it was; when the article has another text by now it is asked for again at once."""
        page = item.page
        assert page.link.article_id is not None
        article = articles.get(self.db, page.link.article_id)
        if article is None:
            raise LookupError(f"no article {page.link.article_id}")
        row = pagevalidators.get(self.db, article["id"], page.url)
        if row is None or row["revision"] != article["revision"] or article["quarantined_by"] is not None:
            articles.set_recheck(self.db, article["id"], stored(self.now))
            recheckhours.count(self.db, self.outlet.id, self.now, page)
            return self._visited(page, article, LinkState.FAILED, SUPERSEDED)
        recheckhours.count(self.db, self.outlet.id, self.now, page, stood=1, saved=1)
        divergences.end_of_host(self.db, article["id"], page.host, stored(self.now))
        alerts = self.stands(page, article)
        articles.sight(self.db, article["id"], page.url, page.host, "fetch", stored(page.at))
        reason = NOT_MODIFIED if page.status == 304 else SAME_BYTES
        reason = "returned" if article["gone_at"] else reason
        return self._visited(page, article, LinkState.UNCHANGED, reason, alerts)

    def _visited(self, page: Page, article: Row, state: LinkState, reason: str, alerts: int = 0) -> Outcome:
        shown = article["revision"] if state is LinkState.UNCHANGED else None
        about = {"reason": reason, "article_id": article["id"], "revision": shown}
        add_visit(self.db, self.run_id, page, page.link.id, state.value, **about)
        return Outcome(
            link_id=page.link.id,
            state=state,
            reason=reason,
            article_id=article["id"],
            revision=article["revision"],
            story_id=article["story_id"],
            alerts=alerts,
        )

    # --- mirrors ----------------------------------------------------------------------------------

    def compared(self, item: Article | Refusal) -> Outcome:
        """Write in what the page of a mirror differs from the article; nothing of the article changes."""
        page = item.page
        assert page.link.article_id is not None
        article = articles.get(self.db, page.link.article_id)
        if article is None:
            raise LookupError(f"no article {page.link.article_id}")
        recheckhours.ask(self.db, self.outlet.id, self.now, page)
        if isinstance(item, Refusal):
            reason, capture_id = self._refused(item, article), None
        else:
            reason, capture_id = self._differs(item, article)
        about = {"reason": reason, "article_id": article["id"], "capture_id": capture_id}
        add_visit(self.db, self.run_id, page, page.link.id, COMPARED, **about)
        return Outcome(
            link_id=page.link.id, state=LinkState.UNCHANGED, reason=reason, article_id=article["id"]
        )

    def _refused(self, refusal: Refusal, article: Row) -> str:
        host, answers = refusal.page.host, answers_of(refusal)
        if answers.get(host) in GONE and article["missing_since"] is None:
            how = how_missing({host: answers[host]})
            mirrordifferences.missing_at(self.db, article, host, refusal.page.url, how, self.now)
        return refusal.reason

    def _differs(self, item: Article, article: Row) -> tuple[str, int | None]:
        """Return in what a mirror differs, and the number of its kept page where that is new."""
        host, now = item.page.host, stored(self.now)
        if (item.key.kind, item.key.value) != (article["key_kind"], article["key_value"]):
            return "redirected", None  # its address leads to another article
        mirrordifferences.end(self.db, article["id"], host, mirrordifferences.GONE, now)
        mirrordifferences.compare_time(self.db, item, article)
        latest = articles.latest(self.db, article)
        if latest["text_sha256"] == item.fingerprint.text_sha256:
            divergences.end_of_host(self.db, article["id"], host, now)
            return "", None
        if not is_comparable(item, latest):
            return "unkept", None
        if self.trusting.is_earlier_text(article, item):
            return "outdated", None
        capture_id = divergences.keep(self.db, item, article)
        divergences.tell(self.db, article, now)  # an own host has shown the article just before
        return DIVERGENT, capture_id
