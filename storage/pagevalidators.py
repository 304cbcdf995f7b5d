"""What hosts gave with the pages of articles (ETag, Last-Modified, hash), and which hosts lie about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from crawler.items import Page, Validators
from crawler.urls import host_of
from storage import notes
from storage.captures import body_sha256
from storage.connection import Connection, Row
from storage.values import as_json, plain, stored

MISTRUSTED = timedelta(days=30)
"""A host that lied is asked for whole pages for so long."""


def of_articles(
    db: Connection, shown: Mapping[int, int], liars: Collection[str]
) -> dict[int, dict[str, Validators]]:
    """Return what each address gave with the page of each of these articles (number and latest revision), by
    address; nothing where it showed another revision, or of hosts that are *liars*."""
    found: dict[int, dict[str, Validators]] = {}
    rows = db.rows(
        "SELECT v.* FROM json_each(?) AS j CROSS JOIN page_validators AS v ON v.article_id = j.value",
        (as_json(list(shown)),),
    )
    for row in rows:
        if row["revision"] == shown[row["article_id"]] and host_of(row["url"]) not in liars:
            given = Validators(
                etag=row["etag"], last_modified=row["last_modified"], body_sha256=row["body_sha256"]
            )
            found.setdefault(row["article_id"], {})[row["url"]] = given
    return found


def of_page(page: Page) -> Validators:
    """Return what an answer said of its page."""
    named = {name.lower(): value for name, value in page.headers}
    return Validators(
        etag=named.get("etag", ""),
        last_modified=named.get("last-modified", ""),
        body_sha256=body_sha256(page),
    )


def get(db: Connection, article_id: int, url: str) -> Row | None:
    """Return the row of an address, None without one."""
    return db.one("SELECT * FROM page_validators WHERE article_id = ? AND url = ?", (article_id, plain(url)))


def keep(db: Connection, article_id: int, page: Page, revision: int) -> None:
    """Write what the answer that showed this revision said of its page."""
    given = of_page(page)
    db.execute(
        "INSERT OR REPLACE INTO page_validators (article_id, url, etag, last_modified, body_sha256, revision, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            article_id,
            plain(page.url),
            plain(given.etag),
            plain(given.last_modified),
            given.body_sha256,
            revision,
            stored(page.at),
        ),
    )


def note_lie(db: Connection, article: Row, page: Page, now: datetime) -> None:
    """Write that a host gave another text under the validators of the one before, if it did: from then on it is
    asked for whole pages."""
    before, given = get(db, article["id"], page.url), of_page(page)
    if before is None or not (given.etag or given.last_modified):
        return
    if (before["etag"], before["last_modified"]) != (plain(given.etag), plain(given.last_modified)):
        return
    key = (article["outlet_id"], page.host)
    since = db.value("SELECT pages_lie_at FROM hosts WHERE outlet_id = ? AND host = ?", key)
    db.execute("UPDATE hosts SET pages_lie_at = ? WHERE outlet_id = ? AND host = ?", (stored(now), *key))
    if since is None:
        told = (
            f"{page.host} gave another text of {page.url} under the same ETag or Last-Modified; its pages are asked"
            " for as a whole"
        )
        notes.add(db, "validators_lie", told, stored(now), outlet_id=key[0], article_id=article["id"])


def liars(db: Connection, outlet_id: str, now: datetime) -> frozenset[str]:
    """Return the hosts of an outlet whose validators are not believed."""
    rows = db.rows(
        "SELECT host FROM hosts WHERE outlet_id = ? AND pages_lie_at >= ?",
        (outlet_id, stored(now - MISTRUSTED)),
    )
    return frozenset(row["host"] for row in rows)
