"""The verbs of the store about edits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storage import absences, changes, jitter
from storage.changes import AT_ONCE
from storage.storepart import StorePart


class ChangeVerbs(StorePart):
    """Part of the store; see storage/store.py."""

    def changes(self, article_id: int) -> dict[int, dict[str, Any]]:
        """Return what each revision of an article but its first one changed, by its number."""
        return changes.of_article(self._db, article_id)

    def changes_since(
        self,
        start: datetime | None,
        *,
        outlet: str | None = None,
        classes: Sequence[str] = (),
        limit: int = 50,
    ) -> list[dict[str, Any]]:
        """Return the edits seen since a moment, the latest first; with *classes* those that are of one of them."""
        return changes.since(self._db, start, outlet=outlet, classes=tuple(classes), limit=limit)

    def removals_since(
        self, start: datetime | None, *, outlet: str | None = None, limit: int = 50
    ) -> list[dict[str, Any]]:
        """Return the removals and returns since a moment, the latest removal first."""
        return changes.removals_since(self._db, start, outlet=outlet, limit=limit)

    def absences(self, article_id: int) -> list[dict[str, Any]]:
        """Return when every host said that an article is not there, and what came of it; the first one first."""
        return absences.of_article(self._db, article_id)

    def ignored_lines(self, article_id: int) -> list[dict[str, Any]]:
        """Return the lines in which an article's page was found to differ without an edit, the first one first."""
        return jitter.ignored_lines(self._db, article_id)

    def live_since(self, article_id: int) -> tuple[str, str] | None:
        """Return since when an article is known to be a live blog, and by what; None when it is none."""
        return changes.live_since(self._db, article_id)

    def class_changes(self, limit: int = AT_ONCE) -> int:
        """Class edits that an earlier version stored, at most *limit*; return how many: call again until there is
        none."""
        with self._writing() as db:
            return changes.class_some(db, limit)
