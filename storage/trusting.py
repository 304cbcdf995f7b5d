"""Whose word counts: what a host may change of an article that another one gave."""

from __future__ import annotations

from datetime import datetime

from crawler.identity import is_own_host
from crawler.items import Article, Outlet, Page
from crawler.ladder import MISSING_PAUSE
from crawler.reasons import DIVERGENT
from storage import articles
from storage.connection import Connection, Row
from storage.values import moment


class Trusting:
    """Judges the answers of one batch; lives for one transaction."""

    def __init__(self, db: Connection, outlet: Outlet, now: datetime) -> None:
        self.db, self.outlet, self.now = db, outlet, now

    def is_trusted(self, article: Row, item: Article) -> bool:
        """Return whether the answer may change or replace the article: it is of a host of its own, or none of
        these has shown the article since another said so 12 hours ago."""
        if self.is_own_host(article, item.page):
            return True
        since = self._divergent_since(article)
        return since is not None and self.now - moment(since) >= MISSING_PAUSE

    def is_own_host(self, article: Row, page: Page) -> bool:
        """Return whether the answer is of a host that may change the article without another's word."""
        return is_own_host(self.outlet, page.host, articles.latest(self.db, article)["host"])

    def is_earlier_text(self, article: Row, item: Article) -> bool:
        """Return whether the article had this text before or has it now."""
        sql = "SELECT 1 FROM revisions WHERE article_id = ? AND text_sha256 = ?"
        return self.db.one(sql, (article["id"], item.fingerprint.text_sha256)) is not None

    def _divergent_since(self, article: Row) -> str | None:
        """Return since when a mirror has shown something else, not refuted by a host that showed the article."""
        since: str | None = self.db.value(
            "SELECT min(at) FROM visits WHERE article_id = ? AND reason = ? AND at > ?",
            (article["id"], DIVERGENT, article["checked_at"]),
        )
        return since
