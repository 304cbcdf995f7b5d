"""Visits: each fetch and re-check of a link."""

from __future__ import annotations

from typing import Any

from crawler.items import Page
from storage.captures import body_sha256
from storage.connection import Connection
from storage.values import attempts_json, plain, stored


def add_visit(
    db: Connection,
    run_id: int,
    page: Page,
    link_id: int,
    verdict: str,
    *,
    reason: str = "",
    article_id: int | None = None,
    revision: int | None = None,
    capture_id: int | None = None,
    evidence: str = "",
) -> int:
    """Return the number of a new visit. *evidence* says that *reason* is the kind of the page as it was read."""
    kind, known_by = (reason, evidence) if evidence else answered_kind(page)
    values: dict[str, Any] = {
        "link_id": link_id,
        "run_id": run_id,
        "article_id": article_id,
        "at": stored(page.at),
        "host": page.host,
        "requested_url": plain(page.requested_url),
        "url": plain(page.url),
        "status": page.status,
        "verdict": verdict,
        "reason": plain(reason),
        "revision": revision,
        "capture_id": capture_id,
        "raw_sha256": page.raw_sha256,
        "body_sha256": body_sha256(page),
        "attempts": attempts_json(page.attempts),
        "kind": plain(kind),
        "evidence": plain(known_by),
    }
    return db.insert("visits", values)


def answered_kind(page: Page) -> tuple[str, str]:
    """Return the class of the answer that counts, and its evidence: of a failure the one that gave the reason,
    else the last; both empty when no host answered."""
    classed = [tried for tried in page.attempts if tried.kind]
    telling = [tried for tried in classed if tried.reason == (page.reason or "ok")] or classed
    return (telling[-1].kind, telling[-1].detail) if telling else ("", "")
