"""Notes: what the store noticed and people should know."""

from __future__ import annotations

from typing import Any

from storage.connection import Connection
from storage.values import plain


def add(db: Connection, kind: str, text: str, at: str, **about: Any) -> None:
    """Add a note; *about* names what it is about: outlet_id, run_id, article_id, link_id."""
    db.insert("notes", {"at": at, "kind": kind, "text": plain(text)} | about)
