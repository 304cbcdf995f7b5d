"""What changes by itself in an article: learned from its own re-checks, and the lines that made no edit, kept.

boilerplate   nothing but counters, relative times, labels and the like differs (crawler/changes/furniture.py)
jitter        only places differ that were learned of this article
asked twice   lines that may change by themselves, or the same lines for the third time: another answer is asked for
              in the same run. What differs between the two answers is learned; what both say is an edit
each check    lines that rotate in the same places at three checks: learned
flip          a text that the article had before, for the second time: learned; of headlines those it had
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from crawler.changes.furniture import is_furniture_only
from crawler.changes.slots import Difference, Slot, difference, fits, rotates
from crawler.items import Article
from crawler.query.fold import fold_text
from storage import captures
from storage.connection import Connection, Row
from storage.values import moment, plain, stored

BOILERPLATE, JITTER = "boilerplate", "jitter"
"""Reasons of a re-check whose text differs from the stored one, but in nothing that is an edit."""
MOST_PLACES = 20
"""Places of one article that are learned."""
MOST_KEPT_LINES, MOST_KEPT_PAGES = 50, 5
"""Lines of one article that are kept although they made no edit, and pages that are kept for them."""
TWICE = timedelta(minutes=30)
"""Two answers within this time are of one page: what differs between them nobody edited."""
HISTORY = 6
"""Latest revisions among which a text that comes back is looked for."""


class Judgement(StrEnum):
    """What another text of a re-check is."""

    EDIT = "edit"
    JITTER = "jitter"
    ASK = "ask"
    """A second answer tells."""


@dataclass(frozen=True, slots=True)
class _Learned:
    """What is known of an article."""

    places: dict[tuple[str, str], tuple[int, int]]
    """Most lines and characters by place."""
    is_title: bool

    def covers(self, slot: Slot) -> bool:
        """Return whether what stands in a slot is no more than what changes there by itself."""
        return slot.place in self.places and fits(slot, *self.places[slot.place])


# --- known already --------------------------------------------------------------------------------


def known(db: Connection, item: Article, article: Row, before: Row) -> str:
    """Return why a text that differs is no edit as far as is known already; empty when it may be one."""
    old, new = (before["title"], before["body"]), (plain(item.title), plain(item.body))
    if is_furniture_only(old, new):
        return BOILERPLATE
    learned = _learned(db, article["id"])
    if not learned.places and not learned.is_title:
        return ""
    found = difference(old, new)
    if found.is_headline_changed and not (learned.is_title and _had_title(db, article, new[0])):
        return ""
    return JITTER if all(learned.covers(slot) for slot in found.slots) else ""


def lines_by_themselves(db: Connection, item: Article, article: Row, before: Row) -> frozenset[str]:
    """Return the lines of an edited text that stand at places which change by themselves, and were not there before."""
    learned = _learned(db, article["id"])
    if not learned.places:
        return frozenset()
    found = difference((before["title"], before["body"]), (plain(item.title), plain(item.body)))
    return frozenset(line for slot in found.slots if learned.covers(slot) for line in slot.new)


def _learned(db: Connection, article_id: int) -> _Learned:
    rows = db.all("SELECT * FROM jitter WHERE article_id = ?", (article_id,))
    return _Learned(
        {
            (row["line_before"], row["line_behind"]): (row["most_lines"], row["most_length"])
            for row in rows
            if row["kind"] == "lines"
        },
        any(row["kind"] == "title" for row in rows),
    )


def _had_title(db: Connection, article: Row, title: str) -> bool:
    rows = db.all("SELECT title FROM revisions WHERE article_id = ?", (article["id"],))
    return fold_text(title) in {fold_text(row["title"]) for row in rows}


class Jitter:
    """Judges the re-checks of one batch; lives for one transaction."""

    def __init__(self, db: Connection, run_id: int, now: datetime) -> None:
        self.db, self.run_id, self.now = db, run_id, now

    # --- looked at --------------------------------------------------------------------------------

    def judge(self, item: Article, article: Row, before: Row) -> Judgement:
        """Return what a text is that differs from the latest revision in more than what is known; places are learned
        where it proves them."""
        new = (plain(item.title), plain(item.body))
        found = difference((before["title"], before["body"]), new)
        waiting = self._waiting(article)
        if waiting is not None and self.now - moment(waiting["at"]) <= TWICE:
            return self._with_two_answers(item, article, before, waiting)
        if self._is_flip(item, article):
            self._learn(article, found, "flip")
            return Judgement.JITTER
        again = self._is_there_again(article, before, found)
        if again and all(map(rotates, found.slots)):
            self._learn(article, found, "each_check")
            return Judgement.JITTER
        if again or found.may_be_jitter():
            return Judgement.ASK
        return Judgement.EDIT

    def _waiting(self, article: Row) -> Row | None:
        return self.db.one(
            "SELECT * FROM unconfirmed_texts WHERE article_id = ? AND settled = '' AND revision = ?",
            (article["id"], article["revision"]),
        )

    def _with_two_answers(self, item: Article, article: Row, before: Row, waiting: Row) -> Judgement:
        new = (plain(item.title), plain(item.body))
        between = difference((waiting["title"], waiting["body"]), new)
        if waiting["text_sha256"] == item.fingerprint.text_sha256 or not between.slots:
            self._settle(article, Judgement.EDIT)
            return Judgement.EDIT
        self._learn(article, between, "asked_twice")
        self._settle(article, Judgement.JITTER)
        is_known = known(self.db, item, article, before) != ""
        return Judgement.JITTER if is_known else Judgement.EDIT

    def _is_flip(self, item: Article, article: Row) -> bool:
        """Return whether the text is an earlier one again, and the article went back to an earlier one before."""
        rows = self.db.all(
            "SELECT text_sha256 FROM revisions WHERE article_id = ? ORDER BY number DESC LIMIT ?",
            (article["id"], HISTORY),
        )
        hashes = [row["text_sha256"] for row in rows][::-1]
        if item.fingerprint.text_sha256 not in hashes[:-1]:
            return False
        return any(each in hashes[:at] for at, each in enumerate(hashes))

    def _is_there_again(self, article: Row, before: Row, found: Difference) -> bool:
        """Return whether the two latest revisions changed the very places, and only these, too."""
        if found.is_headline_changed or not found.slots or article["revision"] < 3:
            return False
        rows = self.db.all(
            "SELECT title, body FROM revisions WHERE article_id = ? AND number <= ? ORDER BY number DESC LIMIT 3",
            (article["id"], before["number"]),
        )
        places = {slot.place for slot in found.slots}
        texts = [(row["title"], row["body"]) for row in rows]
        for new, old in pairwise(texts):
            earlier = difference(old, new)
            if earlier.is_headline_changed or {slot.place for slot in earlier.slots} != places:
                return False
        return len(texts) == 3

    # --- written ----------------------------------------------------------------------------------

    def ask(self, item: Article, article: Row, capture_id: int) -> None:
        """Keep a text until another answer tells what it is."""
        values = {
            "article_id": article["id"],
            "at": stored(item.page.at),
            "run_id": self.run_id,
            "revision": article["revision"],
            "title": plain(item.title),
            "body": plain(item.body),
            "text_sha256": item.fingerprint.text_sha256,
            "capture_id": capture_id,
            "settled": "",
        }
        names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        self.db.execute(f"INSERT OR REPLACE INTO unconfirmed_texts ({names}) VALUES ({marks})", values)  # noqa: S608

    def stands(self, article: Row, before: Row) -> None:
        """Learn what a first answer had otherwise, now that a second one gives the stored text."""
        waiting = self._waiting(article)
        if waiting is None:
            return
        if self.now - moment(waiting["at"]) <= TWICE:
            found = difference((before["title"], before["body"]), (waiting["title"], waiting["body"]))
            self._learn(article, found, "asked_twice")
        self._settle(article, Judgement.JITTER)

    def _settle(self, article: Row, settled: Judgement) -> None:
        self.db.execute(
            "UPDATE unconfirmed_texts SET settled = ? WHERE article_id = ?", (settled, article["id"])
        )

    def _learn(self, article: Row, found: Difference, why: str) -> None:
        count = int(self.db.value("SELECT count(*) FROM jitter WHERE article_id = ?", (article["id"],)))
        slots = [("lines", slot) for slot in found.slots]
        if found.is_headline_changed:
            slots.append(("title", Slot(before="", behind="")))
        for kind, slot in slots[: max(MOST_PLACES - count, 0)]:
            self.db.execute(
                "INSERT INTO jitter (article_id, kind, line_before, line_behind, most_lines, most_length, why,"
                " learned_at, old, new) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " most_lines = max(most_lines, excluded.most_lines),"
                " most_length = max(most_length, excluded.most_length)",
                (
                    *(article["id"], kind, slot.before, slot.behind, slot.lines, slot.length, why),
                    *(stored(self.now), "\n".join(slot.old), "\n".join(slot.new)),
                ),
            )

    def trace(self, item: Article, article: Row, before: Row, reason: str) -> int | None:
        """Keep the lines that made no edit, and their page while few are kept; return its number, None when it is
        not kept."""
        known = {fold_text(line) for line in before["body"].split("\n")}
        lines = [line for line in plain(item.body).split("\n") if line and fold_text(line) not in known]
        if fold_text(before["title"]) != fold_text(item.title):
            lines.insert(0, plain(item.title))
        rows = self.db.all("SELECT * FROM ignored_lines WHERE article_id = ? ORDER BY id", (article["id"],))
        kept = {row["text"]: row["id"] for row in rows}
        fresh = [line for line in dict.fromkeys(lines) if line not in kept][: MOST_KEPT_LINES - len(rows)]
        pages = {row["capture_id"] for row in rows} - {None}
        capture_id = captures.keep(self.db, item.page) if fresh and len(pages) < MOST_KEPT_PAGES else None
        at = stored(item.page.at)
        for line in fresh:
            self.db.execute(
                "INSERT INTO ignored_lines (article_id, revision, reason, text, first_seen_at, last_seen_at, count,"
                " capture_id) VALUES (?, ?, ?, ?, ?, ?, 1, ?)",
                (article["id"], article["revision"], reason, line, at, at, capture_id),
            )
        again = {kept.get(line, rows[-1]["id"] if rows else None) for line in lines if line not in fresh}
        self.db.many(
            "UPDATE ignored_lines SET last_seen_at = ?, count = count + 1 WHERE id = ?",
            [(at, number) for number in again if number is not None],
        )
        return capture_id


def ignored_lines(db: Connection, article_id: int) -> list[dict[str, Any]]:
    """Return the lines in which an article's page was found to differ without an edit, the first one first."""
    rows = db.rows(
        "SELECT revision, reason, text, first_seen_at, last_seen_at, count, capture_id FROM ignored_lines"
        " WHERE article_id = ? ORDER BY id",
        (article_id,),
    )
    return [dict(row) for row in rows]
