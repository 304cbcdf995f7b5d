"""The writer: verdict, story, matches and alerts of a batch of pages, in one transaction.

page of a pending link   no article of that key       new
                         known key                    duplicate (the text is compared by re-checks only)
re-check                 same text                    unchanged (storage/comparing.py says what is the same)
                         other text                   revision, unless nothing of it was edited
                                                      (storage/edits.py): unchanged, or failed/unconfirmed
                         an earlier revision's text,
                         at a mirror                  failed/outdated: the mirror is behind
either                   known key, but other title,
                         other body, other day        new, as the key's next generation
page as it was           re-check (304, same bytes)   unchanged, nothing is read (storage/looks.py)
a mirror's page          beside a re-check            compared: what differs is recorded, nothing changes
no article               of a pending link            failed (tried again or not) or skipped
                         of a re-check                the article stands; removed everywhere twice: gone

A mirror alone is not believed: another text, or another article, on the word of a host that is not the
article's own counts only when its own hosts have not answered for 12 hours. Until then it is kept as a
divergence (storage/divergences.py), and the re-check is failed/divergent, of a pending link duplicate.

While an outlet's pages are broken (storage/watch.py) the alerts of its doubtful new texts wait, and a doubtful text
of a re-check is failed/doubtful: it replaces nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from crawler.dates import date_in_address
from crawler.errors import StoreError
from crawler.fingerprint import same_story
from crawler.identity import article_key
from crawler.items import Article, Document, LinkState, Outcome, Outlet, Refusal, Timestamp, Untouched
from crawler.reasons import DIVERGENT, DOUBTFUL, UNCONFIRMED
from crawler.urls import path_and_query, sorted_query
from storage import (
    articles,
    captures,
    divergences,
    joining,
    learned,
    links,
    notes,
    pagevalidators,
    recheckhours,
    standings,
    stories,
)
from storage.addressing import Addressing
from storage.alerting import Alerting, Hold
from storage.comparing import Compared, Comparing, is_comparable
from storage.connection import Connection, Row
from storage.copies import Arriving, sharing
from storage.edits import Edits
from storage.looks import Looks
from storage.outlets import is_rekey_due
from storage.preview import is_next_generation
from storage.rechecks import Scheduling
from storage.refusals import Refusals
from storage.trusting import Trusting
from storage.values import as_json, published_of, stored
from storage.visits import add_visit
from storage.watch import Watch

STORE_ERROR = "store_error"
"""Reason of a link whose item could not be stored; the note says why."""

MENDED = "mended"
"""Reason of a re-check that gave a sound text of an article whose text was in doubt."""

OUTDATED = "outdated"
"""Reason of a re-check in which a mirror showed a text that the article had before."""


class Writer:
    """Writes one batch; lives for one transaction."""

    def __init__(
        self, db: Connection, alerting: Alerting, run_id: int, outlet: Outlet, now: datetime
    ) -> None:
        self.db, self.alerting = db, alerting
        self.run_id, self.outlet, self.now = run_id, outlet, now
        self.scheduling = Scheduling(db, outlet.id, now)
        self.refusals = Refusals(db, run_id, outlet, now)
        self.looks = Looks(db, alerting, run_id, outlet, now, self.scheduling)
        self.comparing = Comparing(db, alerting, run_id, outlet, now)
        self.edits = Edits(db, alerting, run_id, now)
        self.watch = Watch(db, alerting, outlet, now)
        self.addressing = Addressing(db, run_id, outlet)
        self.trusting = Trusting(db, outlet, now)

    def write(self, batch: Sequence[Article | Refusal | Untouched]) -> list[Outcome]:
        """Write each item within a savepoint of its own: one that cannot be stored sinks no other."""
        outcomes = [self._write_one(item) for item in batch]
        standings.catch_up(self.db)
        return outcomes

    def _write_one(self, item: Article | Refusal | Untouched) -> Outcome:
        links.outlet_of(self.outlet, item.page.link)
        try:
            with self.db.savepoint():
                if isinstance(item, Untouched):
                    return self.looks.untouched(item)
                if item.page.opinion:
                    return self.looks.compared(item)
                return self._refusal(item) if isinstance(item, Refusal) else self._told(item)
        except StoreError:
            raise  # the disk or the lock: it concerns the whole batch
        except Exception as error:  # noqa: BLE001 - the edge of one item; whatever its data raised is noted
            return self._set_aside(item, error)

    def _refusal(self, refusal: Refusal) -> Outcome:
        outcome = self.refusals.write(refusal)
        self.watch.of_refusal(refusal)
        if outcome.reason != "gone" or outcome.article_id is None:
            return outcome
        article = articles.get(self.db, outcome.article_id)
        assert article is not None
        return replace(outcome, alerts=self.alerting.removed(article, self.now))

    def _set_aside(self, item: Article | Refusal | Untouched, error: Exception) -> Outcome:
        """Settle a link whose item could not be stored: never lost, never in the way of the others."""
        link, now = item.page.link, stored(self.now)
        told = f"{item.page.url}: {type(error).__name__}: {error}"
        notes.add(
            self.db, STORE_ERROR, told, now, outlet_id=self.outlet.id, run_id=self.run_id, link_id=link.id
        )
        if link.article_id is None:
            links.settle(self.db, link.id, LinkState.FAILED, now, reason=STORE_ERROR)
            links.release_waiting(self.db, self.outlet.id, link.key)
        else:
            self.refusals.later(link.article_id)
        return Outcome(
            link_id=link.id, state=LinkState.FAILED, reason=STORE_ERROR, article_id=link.article_id
        )

    def _told(self, item: Article) -> Outcome:
        """Write an article, and what standing queries found in lines that learned rules cut."""
        outcome = self._article(item)
        if item.page.link.article_id is not None:
            edits = int(outcome.state is LinkState.REVISION)
            recheckhours.count(self.db, self.outlet.id, self.now, item.page, stood=1, edits=edits)
        if item.carried:
            about = {"outlet_id": self.outlet.id, "run_id": self.run_id, "article_id": outcome.article_id}
            learned.tell_carried(self.db, item.carried, stored(self.now), **about)
        return outcome

    # --- verdict ----------------------------------------------------------------------------------

    def _article(self, item: Article) -> Outcome:
        link = links.get(self.db, item.page.link.id)
        known = articles.find_by_key(self.db, self.outlet.id, item.key)
        article_id = item.page.link.article_id
        if article_id is None and link["state"] == LinkState.NEW:
            article_id = link["article_id"]  # asked twice in one run: the second answer is a re-check
        if article_id is not None:
            return self._rechecked(item, link, known, article_id)
        if known is None and is_rekey_due(self.db, self.outlet):
            known = self._under_an_old_key(item, link)
        if known is None:
            return self._new(item, link)
        if self._is_next_generation(known, item) and self.trusting.is_trusted(known, item):
            return self._next_generation(item, link, known)
        return self._duplicate(item, link, known)

    def _rechecked(self, item: Article, link: Row, known: Row | None, article_id: int) -> Outcome:
        compared = self.comparing.compare(item, article_id)
        article, before, same_text = compared.article, compared.before, compared.is_same
        if (known is None or known["id"] != article["id"]) and not self._is_under_an_old_key(
            item, article, known
        ):
            if not same_text and not same_story(item.body, before["body"]):
                return self._moved(item, link, article)
            self.addressing.settle_final(item, link, article["id"])
            self.addressing.fill_waiting(item, article["id"])
        elif self._is_next_generation(article, item):
            if not self.trusting.is_trusted(article, item):
                return self._divergent(item, link, article)
            return self._next_generation(item, link, article)
        if same_text:
            return self._unchanged(item, link, compared)
        if self.watch.is_doubtful(item, article, before):
            return self._proves_nothing(
                item, link, article, DOUBTFUL, self.watch.keep_doubtful(item, article)
            )
        if not self.trusting.is_own_host(article, item.page):
            if self.trusting.is_earlier_text(article, item):
                return self._proves_nothing(item, link, article, OUTDATED)
            if not self.trusting.is_trusted(article, item):
                return self._divergent(item, link, article)
        reason = self.edits.judge(item, article, before)
        if reason is None:
            return self._proves_nothing(item, link, article, UNCONFIRMED, self.edits.ask(item, article))
        if reason:
            return self._unchanged(item, link, replace(compared, reason=reason))
        return self._revision(item, link, compared)

    def _under_an_old_key(self, item: Article, link: Row) -> Row | None:
        """Return the article that has this text, and whose address gives this key now: it was stored by other patterns
        and "outlets rekey" has not been run since. It must not be stored twice meanwhile."""
        arriving = Arriving.of(self.outlet.id, item, self._published(item), link["first_seen_at"])
        members = self.db.rows(
            "SELECT * FROM articles WHERE story_id IN (SELECT value FROM json_each(?)) AND outlet_id = ?"
            " AND merged_into IS NULL ORDER BY id",
            (as_json(sharing(self.db, arriving)), self.outlet.id),
        )
        return next((row for row in members if article_key(self.outlet, row["url"]) == item.key), None)

    def _is_under_an_old_key(self, item: Article, article: Row, known: Row | None) -> bool:
        """Return whether a re-check read the article's own address, which gives another key than it was stored by."""
        stored_by = (article["key_kind"], article["key_value"])
        if known is not None and (known["key_kind"], known["key_value"]) == stored_by:
            return False
        own, read = (sorted_query(path_and_query(url)) for url in (article["url"], item.address))
        return own == read and stored_by != (item.key.kind, item.key.value)

    def _is_next_generation(self, article: Row, item: Article) -> bool:
        """The outlet uses a key again: another title, another body and another day of publication."""
        before = articles.latest(self.db, article)
        return is_next_generation(article, before, item, self._published(item))

    # --- what follows from it ---------------------------------------------------------------------

    def _new(self, item: Article, link: Row, *, generation: int = 1) -> Outcome:
        """A later generation is news, however silent the link was when the first one was found."""
        at = stored(item.page.at)
        published, seen_at = self._published(item), link["first_seen_at"] if generation == 1 else at
        story_id = joining.join(self.db, Arriving.of(self.outlet.id, item, published, seen_at), at)
        article_id = articles.add(self.db, link, item, published, story_id, generation)
        capture_id = captures.keep(self.db, item.page)
        articles.add_revision(self.db, article_id, 1, item, capture_id)
        stories.add_bands(self.db, article_id, item.fingerprint.bands)
        standings.take_up(self.db, story_id, article_id)
        articles.sight(self.db, article_id, link["url"], link["host"], "source", link["first_seen_at"])
        self.addressing.sight(item, article_id)
        links.settle(self.db, link["id"], LinkState.NEW, at, article_id=article_id)
        self.addressing.settle_final(item, link, article_id)
        self.addressing.fill_waiting(item, article_id)
        self.scheduling.set_next(article_id)
        self.edits.mark_live(item, article_id)
        self.looks.showed(item, article_id)
        self._visit(item, link, "new", article_id, revision=1, capture_id=capture_id)
        hold = self.watch.of_article(item, link, article_id, published)
        silent = bool(link["silent"]) and generation == 1
        alerts = self._alerts(article_id, None, silent=silent, hold=hold)
        return self._outcome(link, LinkState.NEW, article_id, alerts)

    def _next_generation(self, item: Article, link: Row, before: Row) -> Outcome:
        articles.set_recheck(self.db, before["id"], None)
        divergences.end_of_text(self.db, before["id"], item.fingerprint.text_sha256, stored(self.now))
        further = articles.next_generation(self.db, self.outlet.id, item.key)
        outcome = self._new(item, link, generation=max(further, before["generation"] + 1))
        told = (
            f"{self.outlet.id} uses {item.key.kind} {item.key.value} again: article {before['id']} is followed by"
            f" article {outcome.article_id}, {item.title!r}"
        )
        notes.add(
            self.db,
            "key_reused",
            told,
            stored(self.now),
            outlet_id=self.outlet.id,
            run_id=self.run_id,
            article_id=outcome.article_id,
            link_id=link["id"],
        )
        return outcome

    def _revision(self, item: Article, link: Row, compared: Compared) -> Outcome:
        article = compared.article
        article_id, number = article["id"], article["revision"] + 1
        document = articles.document(article, compared.before)
        capture_id = captures.keep(self.db, item.page)
        articles.add_revision(self.db, article_id, number, item, capture_id)
        old = published_of(article)
        better = articles.best_published(old, item.published)
        if better != old:
            articles.set_published(self.db, article_id, better)
            standings.refresh_of(self.db, article_id)
        divergences.end_of_text(self.db, article_id, item.fingerprint.text_sha256, stored(self.now))
        is_mended = self.watch.is_mended(item, article)
        pagevalidators.note_lie(self.db, article, item.page, self.now)
        back = self.looks.stands(item.page, article, is_edit=not is_mended)
        self.looks.showed(item, article_id)
        self.addressing.sight(item, article_id)
        self.edits.write(article_id, number, is_mended=is_mended)
        reason = "returned" if article["gone_at"] else MENDED if is_mended else compared.reason
        self._visit(item, link, "revision", article_id, reason, revision=number, capture_id=capture_id)
        if is_mended:  # no edit: the text was there all the time
            self.watch.release(article_id)
            return self._outcome(link, LinkState.REVISION, article_id, compared.alerts + back, reason)
        quiet = self.edits.quiet_rules(item, article, compared.before)
        alerts = compared.alerts + back + self._alerts(article_id, document, quiet=quiet)
        return self._outcome(link, LinkState.REVISION, article_id, alerts, reason)

    def _unchanged(self, item: Article, link: Row, compared: Compared) -> Outcome:
        article = compared.article
        divergences.end_of_host(self.db, article["id"], item.page.host, stored(self.now))
        back = self.looks.stands(item.page, article)
        self.looks.showed(item, article["id"])
        self.addressing.sight(item, article["id"])
        if self.watch.is_mended(item, article):
            self.watch.release(article["id"])
        capture_id = self.edits.pass_over(item, article, compared.before, compared.reason)
        reason = "returned" if article["gone_at"] else compared.reason
        self._visit(
            item,
            link,
            "unchanged",
            article["id"],
            reason,
            revision=article["revision"],
            capture_id=capture_id,
        )
        return self._outcome(link, LinkState.UNCHANGED, article["id"], compared.alerts + back, reason)

    def _duplicate(self, item: Article, link: Row, article: Row) -> Outcome:
        """Another address of a known key. It never makes a revision; if its text differs, the article's own
        address is re-checked at once."""
        at, article_id = stored(item.page.at), article["id"]
        capture_id = captures.keep(self.db, item.page)
        articles.sight(self.db, article_id, link["url"], link["host"], "duplicate", link["first_seen_at"])
        self.addressing.sight(item, article_id)
        links.settle(self.db, link["id"], LinkState.DUPLICATE, at, article_id=article_id)
        self.addressing.settle_final(item, link, article_id)
        self.addressing.fill_waiting(item, article_id)
        latest = articles.latest(self.db, article)
        if latest["text_sha256"] != item.fingerprint.text_sha256:
            articles.set_recheck(self.db, article_id, at)
            is_odd = is_comparable(item, latest) and not self.trusting.is_earlier_text(article, item)
            if is_odd and not self.trusting.is_own_host(article, item.page):
                divergences.keep(self.db, item, article, capture_id)
        self._visit(item, link, "duplicate", article_id, revision=article["revision"], capture_id=capture_id)
        return self._outcome(link, LinkState.DUPLICATE, article_id)

    def _moved(self, item: Article, link: Row, article: Row) -> Outcome:
        """A re-check led to another article: its address enters the ledger, as news; ours proves nothing."""
        self.addressing.enter(item, "pending", None, silent=False)
        return self._proves_nothing(item, link, article, "redirected")

    def _divergent(self, item: Article, link: Row, article: Row) -> Outcome:
        """A mirror alone shows something else under the key: ours stands until its own hosts say so too."""
        capture_id = divergences.keep(self.db, item, article)
        return self._proves_nothing(item, link, article, DIVERGENT, capture_id)

    def _proves_nothing(
        self, item: Article, link: Row, article: Row, reason: str, capture_id: int | None = None
    ) -> Outcome:
        if reason != UNCONFIRMED:  # that is asked again at once
            self.refusals.later(article["id"])
        if capture_id is None:
            capture_id = captures.kept_before(self.db, link["id"], captures.body_sha256(item.page))
        if capture_id is None and reason != DIVERGENT:  # of one text of a mirror the first page is kept
            capture_id = captures.keep(self.db, item.page)
        self._visit(item, link, "failed", article["id"], reason, capture_id=capture_id)
        return Outcome(link_id=link["id"], state=LinkState.FAILED, reason=reason, article_id=article["id"])

    # --- parts of it ------------------------------------------------------------------------------

    def _published(self, item: Article) -> Timestamp:
        return articles.best_published(
            item.published, item.page.link.published, date_in_address(item.address)
        )

    def _alerts(
        self,
        article_id: int,
        before: Document | None,
        *,
        silent: bool = False,
        hold: Hold | None = None,
        quiet: Collection[str] = (),
    ) -> int:
        article = articles.get(self.db, article_id)
        assert article is not None
        document = articles.document(article, articles.latest(self.db, article))
        return self.alerting.record(
            article,
            document,
            before,
            silent=silent,
            run_id=self.run_id,
            now=self.now,
            hold=hold,
            headline=before is not None and self.edits.is_headline(article_id, article["revision"]),
            quiet=quiet,
        )

    def _visit(
        self,
        item: Article,
        link: Row,
        verdict: str,
        article_id: int,
        reason: str = "",
        *,
        revision: int | None = None,
        capture_id: int | None = None,
    ) -> None:
        add_visit(
            self.db,
            self.run_id,
            item.page,
            link["id"],
            verdict,
            reason=reason,
            article_id=article_id,
            revision=revision,
            capture_id=capture_id,
        )

    def _outcome(
        self, link: Row, state: LinkState, article_id: int, alerts: int = 0, reason: str = ""
    ) -> Outcome:
        row = self.db.one("SELECT revision, story_id FROM articles WHERE id = ?", (article_id,))
        assert row is not None
        return Outcome(
            link_id=link["id"],
            state=state,
            reason=reason,
            article_id=article_id,
            revision=row["revision"],
            story_id=row["story_id"],
            alerts=alerts,
        )
