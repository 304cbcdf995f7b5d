"""Alerts as the store hands them out."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.items import Alert, Precision, TimeSource, Timestamp

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BODY = (
    "The minister spoke for an hour.\n"
    "He said that the harbour of Bakhmut Bay would stay open while talks go on, and named Wagner twice.\n"
    "Nobody asked him about the price."
)


@pytest.fixture
def make_alert() -> Callable[..., Alert]:
    """Return a maker of alerts, numbered from 1, each of its own story unless told otherwise."""
    numbers = itertools.count(1)

    def make(*terms: str, **changes: Any) -> Alert:
        number = next(numbers)
        values: dict[str, Any] = {
            "id": number,
            "rule_id": "bakhmut",
            "recipient_id": "desk",
            "story_id": number,
            "article_id": number,
            "revision": 1,
            "outlet_id": "presstv",
            "outlet_name": "Press TV",
            "title": "Harbour of Bakhmut Bay stays open",
            "body": BODY,
            "url": f"https://www.presstv.ir/Detail/2026/11/23/{number}/harbour",
            "fetched_url": f"https://www.presstv.co.uk/Detail/2026/11/23/{number}/harbour",
            "section": "Iran",
            "byline": ("A. Reporter",),
            "language": "en",
            "published": Timestamp(
                at=datetime(2026, 11, 23, 11, 40, tzinfo=UTC),
                precision=Precision.MINUTE,
                source=TimeSource.FEED,
            ),
            "first_seen_at": NOON,
            "created_at": NOON,
            "due_at": NOON,
        }
        values.update(changes)
        values["spans"] = changes.get("spans") or tuple(
            (field, at, at + len(term))
            for field in ("title", "body")
            for term in terms
            for at in _places(values[field], term)
        )
        return Alert(**values)

    return make


def _places(text: str, term: str) -> list[int]:
    return [at for at in range(len(text)) if text.startswith(term, at)]
