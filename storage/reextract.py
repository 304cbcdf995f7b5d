"""A stored text takes what its kept page gives now: a new reading of the same revision, never an edit.

Looked at first (``look``), then written (``write``): the revision's row has the latest reading, ``extractions`` those
before. What the readings differ in is carried on to the full-text index, the story's bands, the article's time of
publication, its matches and the outbox. Number, time and page of the revision stay; so does the story, unless the earlier reading was all
that the article shared with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.dates import date_in_address
from crawler.items import (
    WRITTEN,
    Article,
    CutLine,
    Document,
    Fate,
    FieldChange,
    Reextraction,
    Reread,
    Timestamp,
)
from crawler.reasons import INTERNAL, PAGE_DAMAGED
from crawler.textchange import TextChange, text_change
from storage import (
    articles,
    changes,
    extractions,
    learned,
    links,
    notes,
    quarantine,
    regrouping,
    standings,
    stories,
)
from storage.alerting import Alerting, hold_of
from storage.connection import Connection, Row
from storage.regrouping import Place
from storage.rematching import Rematch, Rematcher
from storage.values import moment_or_none, plain, published_columns, published_of, stored, texts
from storage.watch import is_sound

MOST_LOST = 0.3
"""Share of a text's words that a new reading may lose; of more somebody must say that they are to go."""
TOO_MUCH = "loses_text"
"""Reason of a text that stands because its new reading would lose too much."""
_FAULTS = frozenset({INTERNAL, PAGE_DAMAGED})
"""Reasons beside those of the parser for which a page could not be read."""
_OF_THE_READING = ("extraction", "charset", "charset_doubt")
"""Columns that say how a page was read, not what it said: they alone make no new reading."""
_FIELDS = ("title", "section", "language", "image_url", "image_caption")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """One text with its new reading and what that changes."""

    article: Row
    revision: Row
    item: Article
    values: dict[str, Any]
    """Columns of the revision as they are read now."""
    published: Timestamp
    """The article's time of publication then."""
    change: TextChange
    fields: tuple[FieldChange, ...]
    rematch: Rematch
    place: Place | None
    """The story it belongs to by this reading, None for the one that it is in."""
    is_mended: bool
    """The stored text is in doubt since its outlet was redesigned, and this reading is sound."""


class Reextractor:
    """Looks at new readings of stored texts and writes them; lives for one transaction."""

    def __init__(
        self,
        db: Connection,
        alerting: Alerting,
        now: datetime,
        *,
        why: str = "reextract",
        force: bool = False,
    ) -> None:
        """*why*: what has the pages read again. *force*: a text that loses much is written all the same."""
        self.db, self.now, self.why, self.force = db, now, why, force
        self.rematcher = Rematcher(db, alerting)

    def look(self, read: Reread) -> Reextraction:
        """Return what writing this reading would change; nothing is written."""
        return self._told(read, self._plan(read))

    def write(self, read: Reread, run_id: int) -> Reextraction:
        """Write a reading, unless the stored text is to stand; return what changed."""
        plan = self._plan(read)
        told = self._told(read, plan)
        if told.fate is Fate.WITHHELD and plan is not None and self.why == "recheck":
            self._note_withheld(told, plan, run_id)
        if plan is None or told.fate not in WRITTEN:
            return told
        if plan.item.carried:
            about = {"outlet_id": plan.article["outlet_id"], "run_id": run_id, "article_id": told.article_id}
            learned.tell_carried(self.db, plan.item.carried, stored(self.now), **about)
        if self._replace(plan):
            doubt = None if plan.is_mended else hold_of(plan.article, self.now)
            article, _ = self._rows(read)
            self.rematcher.write(
                article, plan.revision, plan.rematch, run_id=run_id, now=self.now, hold=doubt
            )
            if told.unmatched:
                self._note(told, plan, run_id)
        if plan.is_mended:
            quarantine.release(self.db, self.rematcher.alerting, [plan.article["id"]], self.now)
        return told

    # --- looked at --------------------------------------------------------------------------------

    def _plan(self, read: Reread) -> _Plan | None:
        """Return what a reading changes, None when the page gives no article."""
        item = read.article
        if item is None:
            return None
        article, revision = self._rows(read)
        values = articles.read_columns(item)
        published = self._published(article, revision, item)
        before = articles.document(article, revision)
        after = self._document(before, values, published, article)
        place = None
        if revision["number"] == 1 and revision["body"] != values["body"]:
            place = regrouping.place(self.db, article, item)
        own = article["story_id"]
        told_in = (own,) if place is None else place.stories(own)
        rematch = Rematch()
        if before != after:
            rematch = self.rematcher.compare(article, revision, before, after, told_in)
        return _Plan(
            article=article,
            revision=revision,
            item=item,
            values=values,
            published=published,
            change=text_change(revision["body"], values["body"]),
            fields=tuple(_field_changes(revision, values)),
            rematch=rematch,
            place=place,
            is_mended=article["quarantined_by"] is not None and is_sound(self.db, item, article),
        )

    def _rows(self, read: Reread) -> tuple[Row, Row]:
        revision = self.db.one("SELECT * FROM revisions WHERE id = ?", (read.revision_id,))
        if revision is None:
            raise LookupError(f"no revision {read.revision_id}")
        article = self.db.one("SELECT * FROM articles WHERE id = ?", (revision["article_id"],))
        assert article is not None
        return article, revision

    def _document(
        self, before: Document, values: dict[str, Any], published: Timestamp, article: Row
    ) -> Document:
        return Document(
            title=values["title"],
            body=values["body"],
            byline="\n".join(texts(values["byline"])),
            section=values["section"],
            outlet=before.outlet,
            language=values["language"],
            date=published.at or moment_or_none(article["first_seen_at"]),
        )

    def _published(self, article: Row, revision: Row, item: Article) -> Timestamp:
        """Return the article's time of publication with this reading of a revision in the place of the one before."""
        if published_columns(item.published) == published_columns(published_of(revision)):
            return published_of(article)
        rows = self.db.all("SELECT * FROM revisions WHERE article_id = ? ORDER BY number", (article["id"],))
        first, *later = (item.published if row["id"] == revision["id"] else published_of(row) for row in rows)
        link = published_of(links.get(self.db, article["link_id"]))
        best = articles.best_published(first, link, date_in_address(article["url"]))
        for stamp in later:
            best = articles.best_published(best, stamp)
        return best

    def _told(self, read: Reread, plan: _Plan | None) -> Reextraction:
        if plan is None:
            article, revision = self._rows(read)
            failed = read.reason.startswith("extract_") or read.reason in _FAULTS
            return Reextraction(
                article_id=article["id"],
                number=revision["number"],
                url=article["url"],
                title=revision["title"],
                fate=Fate.FAILED if failed else Fate.NO_ARTICLE,
                reason=read.reason,
                capture_id=revision["capture_id"],
            )
        fate = _fate(plan.change, force=self.force or plan.is_mended)
        rematch = plan.rematch
        return Reextraction(
            article_id=plan.article["id"],
            number=plan.revision["number"],
            url=plan.article["url"],
            title=plan.revision["title"],
            fate=fate,
            reason=TOO_MUCH if fate is Fate.WITHHELD else "",
            gained=plan.change.gained,
            lost=plan.change.lost,
            lost_share=plan.change.lost_share,
            fields=plan.fields,
            matched=tuple(match.rule_id for match in rematch.matched),
            unmatched=rematch.ended,
            alerts=0 if fate is Fate.WITHHELD else len(rematch.readers),
        )

    # --- written ----------------------------------------------------------------------------------

    def _replace(self, plan: _Plan) -> bool:
        """Put the reading in the place of the one before; return whether it differs in anything but its version."""
        article, revision, values = plan.article, plan.revision, plan.values
        cuts = articles.cuts(self.db, article["id"], revision["number"])
        is_new = any(revision[name] != value for name, value in values.items() if name not in _OF_THE_READING)
        if not is_new and cuts == _as_stored(plan.item.cut):
            names = ", ".join(f"{name} = ?" for name in _OF_THE_READING)
            self.db.execute(
                f"UPDATE revisions SET {names} WHERE id = ?",  # noqa: S608 - our names
                (*(values[name] for name in _OF_THE_READING), revision["id"]),
            )
            return False
        now, same_body = stored(self.now), revision["body"] == values["body"]
        extractions.keep(self.db, revision, cuts, now, self.why, same_body=same_body)
        names = ", ".join(f"{name} = :{name}" for name in values)
        self.db.execute(
            f"UPDATE revisions SET {names}, extracted_at = :now WHERE id = :id",  # noqa: S608 - our names
            values | {"now": now, "id": revision["id"]},
        )
        self.db.execute("DELETE FROM cuts WHERE revision_id = ?", (revision["id"],))
        articles.add_cuts(self.db, revision["id"], plan.item.cut)
        self._carry_on(plan, same_body=same_body)
        return True

    def _carry_on(self, plan: _Plan, *, same_body: bool) -> None:
        """Bring what was made of the text to what it says now."""
        article, revision = self._rows(
            Reread(
                revision_id=plan.revision["id"], article_id=plan.article["id"], number=plan.revision["number"]
            )
        )
        articles.index_again(self.db, article, revision)
        changes.write_around(self.db, article["id"], revision["number"])
        if plan.published != published_of(article):
            articles.set_published(self.db, article["id"], plan.published)
            standings.refresh_of(self.db, article["id"])
        if revision["number"] == 1 and not same_body:
            from crawler.fingerprint import fingerprint  # loads numpy, which readers never need

            old = fingerprint(plan.revision["title"], plan.revision["body"]).bands
            stories.replace_bands(self.db, article["id"], old, plan.item.fingerprint.bands)
            standings.refresh_of(self.db, article["id"], reread=True)
            if plan.place is not None:
                self.rematcher.end(plan.article, plan.revision, plan.rematch, self.now)
                regrouping.move(self.db, article, plan.place, self.now)

    def _note_withheld(self, told: Reextraction, plan: _Plan, run_id: int) -> None:
        """Note, once for each text, that it stands: nobody sees what a re-check comes to, as one sees a report."""
        text = (
            f"{plan.article['url']}, revision {told.number}: read again by the rules of now it would lose more than"
            f' {MOST_LOST:.0%} of its words, and stands; "newshawk reextract --dry-run" shows what, --force writes it'
        )
        sql = "SELECT 1 FROM notes WHERE article_id = ? AND kind = 'withheld' AND text = ?"
        if self.db.one(sql, (told.article_id, plain(text))) is None:
            about = {"outlet_id": plan.article["outlet_id"], "run_id": run_id, "article_id": told.article_id}
            notes.add(self.db, "withheld", text, stored(self.now), **about)

    def _note(self, told: Reextraction, plan: _Plan, run_id: int) -> None:
        rules = ", ".join(told.unmatched)
        text = (
            f"{plan.article['url']}, revision {told.number}: read again, its text no longer holds what these rules"
            f" matched: {rules}; the earlier reading is kept, and alerts about it that wait are taken back"
        )
        about = {"outlet_id": plan.article["outlet_id"], "run_id": run_id, "article_id": told.article_id}
        notes.add(self.db, "unmatched", text, stored(self.now), **about)


def _as_stored(cuts: tuple[CutLine, ...]) -> list[CutLine]:
    return [CutLine(position=cut.position, text=plain(cut.text), rule=cut.rule) for cut in cuts]


def _fate(change: TextChange, *, force: bool) -> Fate:
    if change.lost_share > MOST_LOST and not force:
        return Fate.WITHHELD
    if change.gained and change.lost:
        return Fate.CHANGED
    if change.gained:
        return Fate.GAINED
    return Fate.LOST if change.lost else Fate.SAME


def _field_changes(revision: Row, values: dict[str, Any]) -> list[FieldChange]:
    """Return what is read otherwise beside the text."""
    pairs: list[tuple[str, str, str]] = [(name, revision[name], values[name]) for name in _FIELDS]
    pairs.append(("byline", _byline(revision), _byline(values)))
    pairs.append(("published", _printed(revision), _printed(values)))
    return [FieldChange(name=name, old=old, new=new) for name, old, new in pairs if old != new]


def _byline(row: Row | dict[str, Any]) -> str:
    return ", ".join(texts(row["byline"]))


def _printed(row: Row | dict[str, Any]) -> str:
    """Return a time of publication as it was printed, as far as it was."""
    return str(row["published_local"] or row["published_at"] or row["published_raw"] or "")
