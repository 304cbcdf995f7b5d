"""The watch over one outlet's pages while a batch is written: what each tells, whether it breaks with what is usual, and
what follows for its article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.baseline import NO_TEXT, Baseline, Echo, Judged, Observed, judge
from crawler.items import Article, Outlet, Refusal, Signals, Timestamp
from crawler.ladder import MISSING_PAUSE
from crawler.reasons import DOUBTFUL
from crawler.redesign import (
    DAYS,
    HEALTHY,
    WINDOW,
    Finding,
    found_break,
    found_lasting_break,
    found_redesign,
    is_broken,
    is_suspect,
    known_by,
)
from crawler.template import ALIKE, likeness
from storage import baselines, breaks, captures, pagesignals, quarantine
from storage.alerting import Alerting, Hold
from storage.connection import Connection, Row
from storage.values import moment, stored

OLD = timedelta(days=30)
"""An article that was published longer ago says nothing of how the outlet builds its pages now."""
TOLD_FOR = timedelta(days=30)
"""A redesign that left the texts sound is noted once in this time."""
_PLAIN = frozenset({"missed", "scant", "short"})
"""Signs of a re-check by which its text is doubted before a break is proved."""


def is_sound(db: Connection, item: Article, article: Row) -> bool:
    """Return whether the page of an article in quarantine, read anew, no longer shows what the break is known by. While
    nothing is known of the outlet it cannot be told, and the article stays. Nothing is written."""
    row = breaks.get(db, article["quarantined_by"])
    judged = _judged(item, baselines.standing(db, article["outlet_id"]))
    return row is not None and judged is not None and not _shows(row, judged)


def _judged(item: Article, baseline: Baseline | None) -> Judged | None:
    """Return what is odd about a page, the ones before it left out: what is read again is no new page."""
    if baseline is None or item.signals is None:
        return None
    return judge(Observed(number=0, at=item.page.at, signals=item.signals), baseline, Echo())


def _shows(row: Row, judged: Judged | None) -> bool:
    """Return whether a page shows what a break is known by."""
    is_new = bool(row["new_template"])
    return judged is not None and is_broken(judged, breaks.signs_of(row), new_template=is_new)


class Watch:
    """Judges the new pages of one batch; lives for one transaction."""

    def __init__(self, db: Connection, alerting: Alerting, outlet: Outlet, now: datetime) -> None:
        self.db, self.alerting, self.outlet, self.now = db, alerting, outlet, now
        self._open: Row | None = breaks.open_of(db, outlet.id)
        self._baseline: Baseline | None = None
        self._echo: Echo | None = None
        self._is_read = False

    # --- new pages --------------------------------------------------------------------------------

    def of_article(self, item: Article, link: Row, article_id: int, published: Timestamp) -> Hold | None:
        """Take in the page of a new article; return why its alerts wait, None when they do not."""
        is_old = published.at is not None and self.now - published.at > OLD
        if item.signals is None or is_old or link["backfill_id"] is not None:
            return None
        return self._take(item.signals, link["id"], article_id, item.page.at)

    def of_refusal(self, refusal: Refusal) -> None:
        """Take in a page that became no article: a text may have been overlooked."""
        signals, link = refusal.signals, refusal.page.link
        if signals is None or signals.kind not in NO_TEXT or link.article_id is not None:
            return
        row = self.db.one("SELECT id, backfill_id, attempts FROM links WHERE id = ?", (link.id,))
        if row is None or row["backfill_id"] is not None or row["attempts"] > 1:
            return  # asked again and again, one page would look like many
        self._take(signals, link.id, None, refusal.page.at)

    def _take(self, signals: Signals, link_id: int, article_id: int | None, at: datetime) -> Hold | None:
        baseline, echo = self._usual()
        seen = Observed(number=0, at=at, signals=signals, link_id=link_id, article_id=article_id)
        judged = None if baseline is None else judge(seen, baseline, echo)
        echo.add(signals)
        number = pagesignals.add(self.db, self.outlet.id, link_id, article_id, stored(at), signals, judged)
        if baseline is None or judged is None:
            return None
        judged = replace(judged, page=replace(seen, number=number))
        if self._open is None:
            self._look_for_break(judged, baseline)
        else:
            self._go_on(self._open, judged, baseline)
        return self._hold_of(article_id)

    def _usual(self) -> tuple[Baseline | None, Echo]:
        if not self._is_read:
            self._is_read = True
            self._baseline = baselines.current(
                self.db, self.outlet.id, self.now, may_change=self._open is None
            )
        if self._echo is None:
            self._echo = pagesignals.echo(self.db, self.outlet.id)
        return self._baseline, self._echo

    def _hold_of(self, article_id: int | None) -> Hold | None:
        if self._open is None or article_id is None:
            return None
        row = self.db.one("SELECT quarantined_by FROM articles WHERE id = ?", (article_id,))
        is_held = row is not None and row["quarantined_by"] == self._open["id"]
        return Hold.of(self._open["id"], self.now) if is_held else None

    # --- breaks -----------------------------------------------------------------------------------

    def _look_for_break(self, judged: Judged, baseline: Baseline) -> None:
        if not judged.signs and judged.known:
            return
        pages = pagesignals.judged(self.db, self.outlet.id, baseline, WINDOW)
        finding = found_break(pages, baseline)
        if finding is None and is_suspect(pages):
            since = stored(self.now - timedelta(days=DAYS))
            pages = pagesignals.judged_since(self.db, self.outlet.id, baseline, since, WINDOW)
            finding = found_lasting_break(pages, baseline)
        if finding is not None:
            break_id = breaks.add(self.db, self.outlet, finding, judged.page.number, self.now)
            self._open = breaks.get(self.db, break_id)
            self._mark(finding, pages)
            return
        finding = found_redesign(pages, baseline)
        if finding is not None and not self._is_told(judged):
            breaks.add(self.db, self.outlet, finding, judged.page.number, self.now)

    def _is_told(self, judged: Judged) -> bool:
        since = stored(self.now - TOLD_FOR)
        told = breaks.told_redesigns(self.db, self.outlet.id, since)
        return any(likeness(each, judged.page.signals.template) >= ALIKE for each in told)

    def _mark(self, finding: Finding, pages: Sequence[Judged]) -> None:
        """Mark the pages since the first one that show the break, and doubt the texts of their articles."""
        assert self._open is not None
        signs = known_by(finding.kind, [sign.name for sign in finding.signs])
        broken = [
            each.page
            for each in pages
            if each.page.number >= finding.first and is_broken(each, signs, new_template=finding.new_template)
        ]
        pagesignals.mark(self.db, [page.number for page in broken], self._open["id"])
        if finding.kind == "text":
            self._put(self._open, [page.article_id for page in broken if page.article_id is not None])

    def _put(self, row: Row, article_ids: Sequence[int]) -> None:
        quarantine.put(self.db, self.alerting, article_ids, Hold.of(row["id"], self.now))

    def _go_on(self, row: Row, judged: Judged, baseline: Baseline) -> None:
        """Hold a page against the open break: it shows it too, or it is one of those that end it."""
        if is_broken(judged, breaks.signs_of(row), new_template=bool(row["new_template"])):
            pagesignals.mark(self.db, [judged.page.number], row["id"])
            if row["kind"] == "text" and judged.page.article_id is not None:
                self._put(row, [judged.page.article_id])
        if row["kind"] == "fields" and judged.signs:
            pages = pagesignals.judged(self.db, self.outlet.id, baseline, WINDOW, row["id"])
            finding = found_break(pages, baseline)
            if finding and finding.kind == "text":
                breaks.widen(self.db, row, finding, judged.page.number)
                self._open = breaks.get(self.db, row["id"])
                self._mark(finding, pages)
                return
        if self._is_over(row):
            breaks.close(self.db, self.alerting, row, breaks.FIXED, self.now)
            self._open = None

    def _is_over(self, row: Row) -> bool:
        """Return whether nine of the last ten pages since it was noticed are sound."""
        newest = self.db.all(
            "SELECT break_id FROM page_signals WHERE outlet_id = ? AND id > ? ORDER BY at DESC, id DESC LIMIT ?",
            (self.outlet.id, row["last_page"], HEALTHY),
        )
        odd = sum(each["break_id"] is not None for each in newest)
        return len(newest) == HEALTHY and odd <= 1

    # --- re-checks --------------------------------------------------------------------------------

    def is_doubtful(self, item: Article, article: Row, before: Row) -> bool:
        """Return whether the text that a re-check gave is not to be believed now: it shows what an open break is
        known by; or it lost half of the stored text on a page of a new template, for 12 hours."""
        judged = self._judged(item)
        if judged is None:
            return False
        if self._open is not None:
            return self._open["kind"] == "text" and _shows(self._open, judged)
        is_less = 2 * item.word_count < before["word_count"] or "missed" in judged.signs
        if judged.known or not is_less or judged.signs.isdisjoint(_PLAIN):
            return False
        since = self.db.value(
            "SELECT min(at) FROM visits WHERE article_id = ? AND reason = ? AND at > ?",
            (article["id"], DOUBTFUL, article["checked_at"]),
        )
        return since is None or self.now - moment(since) < MISSING_PAUSE

    def is_mended(self, item: Article, article: Row) -> bool:
        """Return whether a re-check gave a sound text of an article that is in quarantine."""
        return article["quarantined_by"] is not None and is_sound(self.db, item, article)

    def keep_doubtful(self, item: Article, article: Row) -> int:
        """Keep the text of a doubtful re-check beside the article; return the number of its kept page. Of one text the
        first page is kept."""
        judged, key = self._judged(item), (article["id"], item.fingerprint.text_sha256)
        capture_id = quarantine.page_of(self.db, *key)
        if capture_id is None:
            capture_id = captures.keep(self.db, item.page)
        values = {
            "article_id": key[0],
            "break_id": None if self._open is None else self._open["id"],
            "at": stored(item.page.at),
            "url": item.page.url,
            "text_sha256": key[1],
            "title": item.title,
            "body": item.body,
            "signs": "" if judged is None else " ".join(sorted(judged.signs)),
            "capture_id": capture_id,
        }
        quarantine.keep_doubtful(self.db, values)
        return capture_id

    def release(self, article_id: int) -> None:
        """Take an article out of quarantine: its text is sound, or is accepted."""
        quarantine.release(self.db, self.alerting, [article_id], self.now)

    def _judged(self, item: Article) -> Judged | None:
        return _judged(item, self._usual()[0])
