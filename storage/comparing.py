"""A re-checked page beside the stored text: is it an edit, or only read by other rules than the text was?

read by the same rules      the hashes decide
by others                   the kept page of the stored text is read again (pipelines/reread.py), the text takes that
                            reading, and with it the page is compared: reason ``reread``
whatever read it            counters and the like, and what was learned to change by itself, make no edit
                            (storage/jitter.py): reasons ``boilerplate`` and ``jitter``
by others, no page kept     lines that either reading cut, or that the outlet's rules cut now, make no edit; any other
                            line does: reason ``unkept``
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crawler.extract.line_asking import line_rules
from crawler.items import Article, Outlet
from crawler.textchange import is_same_but_for_furniture
from storage import articles, jitter
from storage.alerting import Alerting
from storage.connection import Connection, Row
from storage.reextract import Reextractor

REREAD = "reread"
"""Reason of a re-check whose stored text was read by other rules: its kept page gives the text of the page now."""
UNKEPT = "unkept"
"""Reason of a re-check of a text that other rules read and whose page is not kept: compared by lines, with care."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a re-checked page is to the stored text."""

    article: Row
    before: Row
    """The latest revision, read again where that was needed."""
    is_same: bool
    reason: str = ""
    """How it is known, where the hashes alone did not tell."""
    alerts: int = 0
    """Outbox rows that the new reading of the stored text brought."""


def is_comparable(item: Article, revision: Row) -> bool:
    """Return whether the same rules read both, or both say the same: then their hashes decide."""
    return bool(
        revision["extraction"] == item.extraction or revision["text_sha256"] == item.fingerprint.text_sha256
    )


class Comparing:
    """Compares the re-checks of one batch; lives for one transaction."""

    def __init__(
        self, db: Connection, alerting: Alerting, run_id: int, outlet: Outlet, now: datetime
    ) -> None:
        self.db, self.run_id, self.outlet = db, run_id, outlet
        self.reextractor = Reextractor(db, alerting, now, why="recheck")

    def compare(self, item: Article, article_id: int) -> Compared:
        """Return how the page of a re-check stands to the article's latest text; the article's texts take what their
        kept pages give now.

        Raises:
            LookupError: there is no such article.
        """
        alerts = sum(self.reextractor.write(read, self.run_id).alerts for read in item.rereads)
        article = articles.get(self.db, article_id)
        if article is None:
            raise LookupError(f"no article {article_id}")
        before = articles.latest(self.db, article)
        is_same, reason = self._decided(item, article, before)
        if not is_same and (known := jitter.known(self.db, item, article, before)):
            is_same, reason = True, known
        return Compared(article=article, before=before, is_same=is_same, reason=reason, alerts=alerts)

    def _decided(self, item: Article, article: Row, before: Row) -> tuple[bool, str]:
        read = next((read.article for read in item.rereads if read.revision_id == before["id"]), None)
        if read is not None:  # it counts even where it would lose too much to take the text's place
            is_same = read.fingerprint.text_sha256 == item.fingerprint.text_sha256
            return is_same, REREAD if is_same else ""
        if is_comparable(item, before):
            return before["text_sha256"] == item.fingerprint.text_sha256, ""
        return self._is_same_with_care(item, article, before), UNKEPT

    def _is_same_with_care(self, item: Article, article: Row, before: Row) -> bool:
        rules = line_rules(self.outlet.chrome, item.published.at.date() if item.published.at else None)
        cuts = [cut.text for cut in articles.cuts(self.db, article["id"], before["number"])]
        return is_same_but_for_furniture(
            (before["title"], before["body"], cuts),
            (item.title, item.body, [cut.text for cut in item.cut]),
            lambda line: bool(rules.rule(line, "head", "tail", "line")),
            site=self.outlet.name,
        )
