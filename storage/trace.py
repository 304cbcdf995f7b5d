"""All that the store knows of one address, and of what became of it. Read only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from crawler.items import Document, Key
from storage import absences, articles, mirrordifferences, status, stories
from storage.connection import Connection, Row
from storage.merging import family

MOST_MEMBERS = 50
"""Articles of one story that are named."""

_RUN = "SELECT id, trigger, state, started_at, finished_at, host FROM runs"
_NOTES = "SELECT at, kind, text FROM notes"
_VISITS = (
    "SELECT v.at, v.host, v.requested_url, v.url, v.status, v.verdict, v.reason, v.kind, v.evidence, v.revision,"
    " v.capture_id, v.article_id, v.run_id AS run, r.trigger, v.attempts"
    " FROM visits AS v JOIN runs AS r ON r.id = v.run_id WHERE v.link_id = ? ORDER BY v.id"
)
_ARTICLE = (
    "id",
    "outlet_id",
    "key_kind",
    "key_value",
    "generation",
    "url",
    "revision",
    "story_id",
    "first_seen_at",
    "last_seen_at",
    "revised_at",
    "checked_at",
    "recheck_at",
    "recheck_by",
    "recheck_why",
    "missing_since",
    "gone_at",
    "quarantined_by",
    "published_at",
    "published_local",
    "published_precision",
    "published_source",
    "published_raw",
)


def trace(db: Connection, urls: Sequence[str]) -> list[dict[str, Any]]:
    """Return a row for each link of the ledger that one of these forms of an address means, oldest first: how
    it was found, its state, its visits, and the facts of the article it belongs to. Of an address that is no
    link, the links of the articles that were seen there. Empty if it was never met."""
    found = {row["id"]: row for url in dict.fromkeys(urls) for row in status.find_address(db, url)}
    direct = [link_id for link_id in found if _is_link(db, link_id, urls)]
    return [_traced(db, found[link_id]) for link_id in sorted(direct or found)]


def article_of_key(db: Connection, outlet_id: str, key: Key) -> dict[str, Any] | None:
    """Return the facts of the article of a key, None if there is none."""
    row = articles.find_by_key(db, outlet_id, key)
    return None if row is None else _facts(db, row)


def documents(db: Connection, article_id: int) -> dict[int, Document]:
    """Return what a query sees of each revision of an article, by number."""
    article = articles.get(db, article_id)
    if article is None:
        return {}
    rows = db.rows("SELECT * FROM revisions WHERE article_id = ? ORDER BY number", (article["id"],))
    return {row["number"]: articles.document(article, row) for row in rows}


# --- the link -------------------------------------------------------------------------------------


def _is_link(db: Connection, link_id: int, urls: Sequence[str]) -> bool:
    """Return whether one of these forms is the link's own address, not just one at which its article was seen."""
    forms = {*urls, *(form for url in urls for form in status.ledger_forms(url))}
    row = db.one("SELECT url, address, ledger_key FROM links WHERE id = ?", (link_id,))
    return row is not None and not forms.isdisjoint(row)


def _traced(db: Connection, found: dict[str, Any]) -> dict[str, Any]:
    row = db.one("SELECT * FROM links WHERE id = ?", (found["id"],))
    assert row is not None
    article = None if row["article_id"] is None else articles.get(db, row["article_id"])
    visits = [dict(visit) for visit in db.rows(_VISITS, (row["id"],))]
    return found | {
        "key": {"kind": row["key_kind"], "value": row["key_value"]},
        "settled_at": row["settled_at"],
        "discovery": _discovery(db, row),
        "silenced_by": _run(db, row["silent_run_id"]),
        "waits_for": _waits_for(db, row),
        "visits": [visit | {"attempts": json.loads(visit["attempts"])} for visit in visits],
        "notes": _listed(db, f"{_NOTES} WHERE link_id = ? AND article_id IS NULL ORDER BY id", row["id"]),
        "article": None if article is None else _facts(db, article),
    }


def _discovery(db: Connection, link: Row) -> dict[str, Any]:
    """Return the poll that named the link first; of one that no source named (a redirect led to it) only the
    run that was on."""
    poll = db.one(
        "SELECT p.run_id, p.host, p.url, f.kind, f.url AS source FROM polls AS p JOIN feeds AS f ON f.id = p.feed_id"
        " WHERE p.feed_id = ? AND p.first_at <= ? AND p.last_at >= ? AND p.outcome = 'listed' ORDER BY p.id LIMIT 1",
        (link["feed_id"], link["first_seen_at"], link["first_seen_at"]),
    )
    if poll is not None:
        return {
            "source": poll["source"],
            "kind": poll["kind"],
            "host": poll["host"],
            "answer": poll["url"],
            "run": _run(db, poll["run_id"]),
        }
    run = db.one(
        f"{_RUN} WHERE outlet_id = ? AND started_at <= ? ORDER BY id DESC LIMIT 1",
        (link["outlet_id"], link["first_seen_at"]),
    )
    feed = db.one("SELECT kind, url FROM feeds WHERE id = ?", (link["feed_id"],)) or _second_channel(
        db, link["id"]
    )
    return {
        "source": None if feed is None else feed["url"],
        "kind": feed["kind"]
        if feed is not None
        else "redirect"
        if link["backfill_id"] is None
        else "backfill",
        "host": link["host"],
        "answer": None,
        "run": None if run is None else dict(run),
    }


def _second_channel(db: Connection, link_id: int) -> Row | None:
    """Return the channel of the comparison that found a link which no source had named."""
    return db.one(
        "SELECT c.kind, c.url FROM missing AS m JOIN channels AS c ON c.reconciliation_id = m.reconciliation_id"
        " AND c.position = m.position WHERE m.link_id = ? ORDER BY m.reconciliation_id LIMIT 1",
        (link_id,),
    )


def _run(db: Connection, run_id: int | None) -> dict[str, Any] | None:
    row = db.one(f"{_RUN} WHERE id = ?", (run_id,))
    return None if row is None else dict(row)


def _waits_for(db: Connection, link: Row) -> str | None:
    """Return the address that is fetched in place of this one: another of the same key, still open."""
    if link["state"] != "duplicate" or link["article_id"] is not None:
        return None
    url = db.value(
        "SELECT url FROM links WHERE outlet_id = ? AND key_kind = ? AND key_value = ? AND id != ?"
        " AND (state = 'pending' OR next_try_at IS NOT NULL) ORDER BY id LIMIT 1",
        (link["outlet_id"], link["key_kind"], link["key_value"], link["id"]),
    )
    return None if url is None else str(url)


# --- the article ----------------------------------------------------------------------------------


def _facts(db: Connection, row: Row) -> dict[str, Any]:
    article_id = row["id"]
    story_id = stories.root(db, row["story_id"])
    first = db.one("SELECT url, silent, title FROM links WHERE id = ?", (row["link_id"],))
    assert first is not None
    return {
        **{name: row[name] for name in _ARTICLE},
        "story_id": story_id,
        "link_id": row["link_id"],
        "link": first["url"],
        "link_title": first["title"],
        "silent": bool(first["silent"]),
        "sightings": _listed(
            db,
            "SELECT url, host, via, first_seen_at, last_seen_at, count FROM sightings WHERE article_id = ?"
            " ORDER BY first_seen_at, url, host, via",
            article_id,
        ),
        "revisions": _listed(
            db,
            "SELECT number, seen_at, host, fetched_url, title, word_count, method, charset, charset_doubt, capture_id,"
            " extraction, extracted_at FROM revisions"
            " WHERE article_id = ? ORDER BY number",
            article_id,
        ),
        "divergences": _listed(
            db,
            "SELECT host, title, first_seen_at, last_seen_at, count, ended_at, capture_id FROM divergences"
            " WHERE article_id = ? ORDER BY id",
            article_id,
        ),
        "absences": absences.of_article(db, article_id),
        "mirror_differences": mirrordifferences.of_article(db, article_id),
        "members": _listed(
            db,
            "SELECT a.id, a.outlet_id AS outlet, a.url, r.title, a.first_seen_at FROM articles AS a"
            " JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision"
            " WHERE a.story_id = ? AND a.merged_into IS NULL ORDER BY a.id LIMIT ?",
            story_id,
            MOST_MEMBERS,
        ),
        "matches": _listed(
            db,
            "SELECT rule_id AS rule, revision, at, query, ended_at FROM matches WHERE article_id = ?"
            " ORDER BY revision, rule_id",
            article_id,
        ),
        "alerts": _alerts(db, story_id),
        "notes": _listed(db, f"{_NOTES} WHERE article_id = ? ORDER BY id", article_id),
        "merged": [_merged(db, part) for part in family(db, article_id)],
        "rekeys": _listed(
            db,
            "SELECT at, action, article_id, into_id, old_kind, old_value, new_kind, new_value, told FROM rekeys"
            " WHERE article_id = ? ORDER BY id",
            article_id,
        ),
    }


def _merged(db: Connection, article_id: int) -> dict[str, Any]:
    """Return what an article that lives on in another one brought along, under its own number."""
    row = db.one("SELECT id, url, first_seen_at FROM articles WHERE id = ?", (article_id,))
    assert row is not None
    return dict(row) | {
        "revisions": _listed(
            db,
            "SELECT number, seen_at, host, fetched_url, title, word_count, method, charset, charset_doubt, capture_id,"
            " extraction, extracted_at FROM revisions"
            " WHERE article_id = ? ORDER BY number",
            article_id,
        ),
        "matches": _listed(
            db,
            "SELECT rule_id AS rule, revision, at, query, ended_at FROM matches WHERE article_id = ?"
            " ORDER BY revision, rule_id",
            article_id,
        ),
    }


def _alerts(db: Connection, story_id: int) -> list[dict[str, Any]]:
    """Return the outbox rows of a story and of those that became one with it: one a rule and recipient, whichever
    article caused it."""
    rows = _listed(
        db,
        "SELECT id, rule_id AS rule, recipient_id AS recipient, article_id, revision, state, created_at, due_at,"
        " digest, event, attempts, next_try_at, held_until, sent_at, message_id, unknown_outcome, error,"
        " silence_id AS silence FROM outbox"
        " WHERE story_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        json.dumps(stories.family(db, story_id)),
    )
    return [row | {flag: bool(row[flag]) for flag in ("digest", "unknown_outcome")} for row in rows]


def _listed(db: Connection, sql: str, *keys: int | str) -> list[dict[str, Any]]:
    return [dict(row) for row in db.rows(sql, keys)]
