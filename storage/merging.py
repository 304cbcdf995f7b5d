"""One article that was stored as two, and two that were stored as one: what is written when that comes out.

Nothing is deleted and no text moves on a merge: the younger article keeps its revisions, matches, visits and alerts
under its own number and points to the older one, so that it can be parted again. A split moves revisions that are
another article's under a number of their own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from crawler.errors import AddressRefused
from crawler.identity import article_key
from crawler.items import Key, Outlet
from storage import absences, articles, changes, joining, standings, stories
from storage.connection import Connection, Row
from storage.values import plain, published_of


def family(db: Connection, article_id: int) -> list[int]:
    """Return the numbers of all articles that live on in this one, at any distance, oldest first."""
    rows = db.rows(
        "WITH RECURSIVE part(id) AS (SELECT id FROM articles WHERE merged_into = ?"
        " UNION SELECT a.id FROM part JOIN articles AS a ON a.merged_into = part.id)"
        " SELECT id FROM part ORDER BY id",
        (article_id,),
    )
    return [row["id"] for row in rows]


# --- two that are one -----------------------------------------------------------------------------


def merge(db: Connection, article_id: int, into: int, now: str) -> None:
    """Let an article live on in an older one: its addresses count for that one, its re-checks end, and what was sent
    for either story counts for both. A text that is newer than the older article's becomes its latest revision, and is
    in quarantine there if it was here."""
    younger, older = _row(db, article_id), _row(db, into)
    db.execute(
        "UPDATE articles SET merged_into = ?, recheck_at = NULL, recheck_by = NULL, quarantined_by = NULL WHERE id = ?",
        (into, article_id),
    )
    articles.unindex(db, younger)
    _move_sightings(db, article_id, into)
    if younger["revised_at"] > older["revised_at"]:
        _adopt_text(db, younger, older)
    db.execute(
        "UPDATE articles SET first_seen_at = min(first_seen_at, :first), last_seen_at = max(last_seen_at, :last),"
        " gone_at = CASE WHEN :stands THEN NULL ELSE gone_at END,"
        " missing_since = CASE WHEN :stands THEN NULL ELSE missing_since END,"
        " recheck_at = :now WHERE id = :id",
        {
            "first": younger["first_seen_at"],
            "last": younger["last_seen_at"],
            "stands": younger["gone_at"] is None,
            "now": now,
            "id": into,
        },
    )
    if younger["gone_at"] is None:
        absences.end(db, into, now)
    joining.merge(db, younger["story_id"], older["story_id"])


def part(db: Connection, article_id: int, now: str) -> None:
    """Let an article that lived on in another one stand for itself again; it is checked at once."""
    db.execute("UPDATE articles SET merged_into = NULL, recheck_at = ? WHERE id = ?", (now, article_id))
    articles.reindex(db, _row(db, article_id))
    standings.refresh_of(db, article_id)


def _row(db: Connection, article_id: int) -> Row:
    row = db.one("SELECT * FROM articles WHERE id = ?", (article_id,))
    assert row is not None
    return row


def _adopt_text(db: Connection, younger: Row, older: Row) -> None:
    """Make the latest text of *younger* the latest revision of *older* as well, with its cut lines and matches: no
    alert comes of it, since one text is one story."""
    given, known = articles.latest(db, younger), articles.latest(db, older)
    if given["text_sha256"] == known["text_sha256"]:
        return
    db.execute(
        "UPDATE articles SET quarantined_by = ? WHERE id = ?", (younger["quarantined_by"], older["id"])
    )
    number = older["revision"] + 1
    articles.copy_revision(db, given, older["id"], number)
    changes.write(db, older["id"], number)
    db.execute(
        "INSERT INTO matches (article_id, revision, rule_id, at, run_id, query, spans)"
        " SELECT ?, ?, rule_id, at, run_id, query, spans FROM matches WHERE article_id = ? AND revision = ?"
        " AND ended_at IS NULL",
        (older["id"], number, younger["id"], given["number"]),
    )


def _move_sightings(db: Connection, article_id: int, into: int, urls: Sequence[str] | None = None) -> None:
    """Write the sightings of one article (at these addresses, all for None) under another, intervals joined."""
    chosen = {"from": article_id, "into": into, "urls": None if urls is None else json.dumps(urls)}
    among = " AND (:urls IS NULL OR url IN (SELECT value FROM json_each(:urls)))"
    db.execute(
        "INSERT INTO sightings (article_id, url, host, via, url_host, first_seen_at, last_seen_at, count)"  # noqa: S608
        " SELECT :into, url, host, via, url_host, first_seen_at, last_seen_at, count FROM sightings"
        f" WHERE article_id = :from{among} ON CONFLICT DO UPDATE SET"
        " first_seen_at = min(first_seen_at, excluded.first_seen_at),"
        " last_seen_at = max(last_seen_at, excluded.last_seen_at), count = count + excluded.count",
        chosen,
    )
    db.execute(f"DELETE FROM sightings WHERE article_id = :from{among}", chosen)  # noqa: S608 - ours


def hand_over_sightings(db: Connection, outlet: Outlet, article_id: int, key: Key, to: int | None) -> None:
    """Give the sightings of an article at addresses of another key to the article of that key. Without one they are
    taken away: the address was never this article's, and its link remembers since when it is known."""
    rows = db.rows("SELECT DISTINCT url FROM sightings WHERE article_id = ?", (article_id,))
    urls = [row["url"] for row in rows if key_of(outlet, row["url"]) == key]
    if to is not None:
        _move_sightings(db, article_id, to, urls)
        return
    db.many(
        "DELETE FROM sightings WHERE article_id = ? AND url = ? AND via IN ('source', 'duplicate')",
        [(article_id, url) for url in urls],
    )


def key_of(outlet: Outlet, url: str) -> Key:
    """Return the key that an address gives now, as the store writes it; of what is no address a key of its own."""
    try:
        key = article_key(outlet, url)
    except AddressRefused:
        return Key(kind="path", value=plain(url))
    return Key(kind=key.kind, value=plain(key.value))


# --- one that is two ------------------------------------------------------------------------------


def split(db: Connection, article_id: int, numbers: Sequence[int], to: int, now: str) -> None:
    """Move revisions of an article behind those of another, which exists; matches, visits and alerts that are about
    them go along. The numbers of those that stay do not change."""
    for number in numbers:
        _move_revision(db, (article_id, number), (to, _row(db, to)["revision"] + 1))
    for changed in (article_id, to):
        db.execute(
            "UPDATE articles SET recheck_at = :now, (revision, revised_at) = (SELECT number, seen_at"
            " FROM revisions WHERE article_id = :id ORDER BY number DESC LIMIT 1) WHERE id = :id",
            {"id": changed, "now": now},
        )
        articles.reindex(db, _row(db, changed))
        standings.refresh_of(db, changed, reread=True)
        changes.write_all(db, changed)


def _move_revision(db: Connection, here: tuple[int, int], there: tuple[int, int]) -> None:
    """Give a revision, by article and number, another place. An alert about it counts for the story that it is in
    since, unless the reader has one for that story already."""
    for table, column in (
        ("revisions", "number"),
        ("matches", "revision"),
        ("visits", "revision"),
        ("outbox", "revision"),
    ):
        sql = f"UPDATE {table} SET article_id = ?, {column} = ? WHERE article_id = ? AND {column} = ?"  # noqa: S608
        db.execute(sql, there + here)
    db.execute(
        "UPDATE OR IGNORE outbox SET story_id = (SELECT story_id FROM articles WHERE id = ?)"
        " WHERE article_id = ? AND revision = ?",
        (there[0], *there),
    )
    db.execute("UPDATE articles SET revision = ? WHERE id = ?", (there[1], there[0]))


def add_split_off(
    db: Connection, outlet: Outlet, key: Key, generation: int, link_id: int, url: str, revision: Row
) -> int:
    """Return the number of an article, without a text yet, for revisions that are about to be moved to it. It is in
    the story that its first text joins."""
    from crawler.fingerprint import fingerprint  # loads numpy, which readers never need
    from storage.copies import Arriving

    given = fingerprint(revision["title"], revision["body"])
    arriving = Arriving(
        outlet_id=outlet.id,
        title=revision["title"],
        day=articles.printed_day(published_of(revision)) or revision["seen_at"][:10],
        body=revision["body"],
        fingerprint=given,
    )
    story_id = joining.join(db, arriving, revision["seen_at"])
    published = {name: revision[name] for name in _PUBLISHED}
    values = {
        "outlet_id": outlet.id,
        "key_kind": key.kind,
        "key_value": key.value,
        "generation": generation,
        "link_id": link_id,
        "url": plain(url),
        "story_id": story_id,
        "revision": 0,
        "first_seen_at": revision["seen_at"],
        "last_seen_at": revision["seen_at"],
        "revised_at": revision["seen_at"],
        "checked_at": revision["seen_at"],
    }
    article_id = db.insert("articles", values | published)
    stories.add_bands(db, article_id, given.bands)
    articles.sight(db, article_id, revision["fetched_url"], revision["host"], "fetch", revision["seen_at"])
    return article_id


_PUBLISHED = (
    "published_at",
    "published_local",
    "published_precision",
    "published_source",
    "published_raw",
)
