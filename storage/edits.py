"""What another text of a re-check comes to: an edit, something that changes by itself, or a live blog that goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from crawler.changes.liveblog import is_live, live_signs, next_revision
from crawler.items import Article
from storage import articles, captures, changes
from storage.alerting import Alerting
from storage.connection import Connection, Row
from storage.jitter import BOILERPLATE, JITTER, Jitter, Judgement, lines_by_themselves
from storage.values import moment, stored

LIVE = "live"
"""Reason of a re-check of a live blog whose text goes on, and has a revision that is young: its page is kept."""
IGNORED = frozenset({BOILERPLATE, JITTER})
"""Reasons of a re-check whose text differs, but in nothing that is an edit."""


class Edits:
    """Judges and writes the edits of one batch; lives for one transaction."""

    def __init__(self, db: Connection, alerting: Alerting, run_id: int, now: datetime) -> None:
        self.db, self.alerting, self.now = db, alerting, now
        self.jitter = Jitter(db, run_id, now)

    def judge(self, item: Article, article: Row, before: Row) -> str | None:
        """Return empty for an edit, the reason of a text that is none, None when another answer has to tell."""
        if self._is_live(item, article, before):
            return "" if self._is_due(article) or self._matches_anew(item, article) else LIVE
        judgement = self.jitter.judge(item, article, before)
        if judgement is Judgement.ASK:
            return None
        return JITTER if judgement is Judgement.JITTER else ""

    def ask(self, item: Article, article: Row) -> int:
        """Keep a text, and its page, until another answer tells what it is; the article is due at once. Return the
        number of the page."""
        capture_id = captures.keep(self.db, item.page)
        self.jitter.ask(item, article, capture_id)
        articles.set_recheck(self.db, article["id"], stored(self.now))
        return capture_id

    def pass_over(self, item: Article, article: Row, before: Row, reason: str) -> int | None:
        """Keep what was seen of a text that makes no revision, after the re-check was written; return the number of
        its page, None where that is not kept."""
        if reason in IGNORED:
            return self.jitter.trace(item, article, before, reason)
        if reason == LIVE:
            due = stored(next_revision(moment(article["revised_at"]), article["revision"]))
            self.db.execute(
                "UPDATE articles SET recheck_at = min(coalesce(recheck_at, :due), :due) WHERE id = :id",
                {"due": due, "id": article["id"]},
            )
            return captures.keep(self.db, item.page)
        self.jitter.stands(article, before)
        return None

    def write(self, article_id: int, number: int, *, is_mended: bool = False) -> None:
        """Write what a new revision changed."""
        changes.write(self.db, article_id, number, is_mended=is_mended)

    def is_headline(self, article_id: int, number: int) -> bool:
        """Return whether a revision, written before, has another headline than the one before it."""
        sql = "SELECT headline FROM changes WHERE article_id = ? AND number = ?"
        return bool(self.db.value(sql, (article_id, number)))

    def mark_live(self, item: Article, article_id: int, before: str | None = None) -> bool:
        """Write that an article is a live blog, if it shows so; return whether it does."""
        signs = live_signs(
            title=item.title,
            address=item.address,
            section=item.section,
            body=item.body,
            page=item.page.body,
            before=before,
        )
        if is_live(signs):
            self.db.execute(
                "UPDATE articles SET live_since = ?, live_by = ? WHERE id = ?",
                (stored(self.now), " ".join(signs), article_id),
            )
        return is_live(signs)

    def quiet_rules(self, item: Article, article: Row, before: Row) -> frozenset[str]:
        """Return the rules that hold for an edited text only with lines that change by themselves: none alerts."""
        lines = lines_by_themselves(self.db, item, article, before)
        if not lines:
            return frozenset()
        document = articles.document(article, articles.read_columns(item))
        body = "\n".join(line for line in document.body.split("\n") if line not in lines)
        found, without = (self.alerting.matches(each) for each in (document, replace(document, body=body)))
        return frozenset({match.rule_id for match in found} - {match.rule_id for match in without})

    def _is_live(self, item: Article, article: Row, before: Row) -> bool:
        return article["live_since"] is not None or self.mark_live(item, article["id"], before["body"])

    def _is_due(self, article: Row) -> bool:
        return self.now >= next_revision(moment(article["revised_at"]), article["revision"])

    def _matches_anew(self, item: Article, article: Row) -> bool:
        """Return whether a rule holds that held for no revision yet: its alert quotes the text, which is stored."""
        document = articles.document(article, articles.read_columns(item))
        found = {match.rule_id for match in self.alerting.matches(document)}
        if not found:
            return False
        rows = self.db.rows("SELECT DISTINCT rule_id FROM matches WHERE article_id = ?", (article["id"],))
        return bool(found - {row["rule_id"] for row in rows})
