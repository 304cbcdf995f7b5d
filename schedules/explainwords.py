"""What ``explain`` says of each step: plain values for JSON, and words. Pure but for robots.txt that was asked already."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeAlias

from crawler.alerts.excerpts import excerpts, field_spans, marked_title
from crawler.dates import iso
from crawler.items import Attempt, LinkState, Timestamp
from crawler.outage import outage
from crawler.robots import robots_url

if TYPE_CHECKING:
    from schedules.inquiry import Answer, Inquiry
    from storage.preview import Preview

Spans: TypeAlias = tuple[tuple[str, int, int], ...]

TITLE = 300
"""Characters of a headline that a rule's match shows."""
EXCERPTS = 3
"""Places of the body that a rule's match shows."""


def robots(answer: Answer, inquiry: Inquiry) -> list[dict[str, Any]]:
    """Return what robots.txt says at each address that was tried."""
    agent = inquiry.config.network.user_agent
    told = []
    for url in dict.fromkeys(attempt.url for attempt in answer.attempts):
        rules = inquiry.robots.known(url)
        if rules is None:
            continue
        told.append(
            {
                "url": robots_url(url),
                "allowed": None if rules.reason else rules.allows(url, agent),
                "has_rules": rules.parsed is not None,
                "crawl_delay": rules.crawl_delay(agent),
                "reason": rules.reason,
                "detail": rules.detail,
            }
        )
    return list({row["url"]: row for row in told}.values())


def attempt(tried: Attempt) -> dict[str, Any]:
    """Return one try at one host, with what its reason means."""
    return asdict(tried) | {"told": "" if tried.reason == "ok" else outage([tried])}


def stamp(published: Timestamp) -> dict[str, Any]:
    """Return a time of publication, and how it is known."""
    return {
        "at": iso(published.at) if published.at else None,
        "precision": published.precision.value,
        "source": published.source.value,
        "local": published.local,
        "raw": published.raw,
    }


def verdict_words(seen: Preview) -> str:
    """Return what the store would do and why."""
    article = f"article {seen.article_id}"
    match seen.state:
        case LinkState.NEW if seen.is_reused_key:
            return f"The outlet used this key before, for {article}, with another title, text and day: a new article."
        case LinkState.NEW:
            story = f" It would join story {seen.story_id}." if seen.story_id else ""
            return f"No article has this key: a new one.{story}"
        case LinkState.DUPLICATE:
            text = (
                "the same text" if seen.same_text else "another text, so that one would be re-checked at once"
            )
            return f"Another address of {article}, which has {text}: no second article."
        case LinkState.UNCHANGED:
            return f"This is {article}, with the same text: nothing changes."
        case _ if not seen.is_comparable:
            return (
                f"This is {article}, whose stored text was read by other rules: a re-check has its kept page read"
                " again, and only what differs then is a revision."
            )
        case _:
            return f"This is {article}, with another text: a revision."


def title_pieces(title: str, spans: Spans) -> list[dict[str, Any]]:
    """Return a headline in pieces, those that a rule matched marked."""
    return [asdict(piece) for piece in marked_title(title, field_spans("title", spans, len(title)), TITLE)]


def body_pieces(body: str, spans: Spans) -> list[list[dict[str, Any]]]:
    """Return the places of a text that a rule matched, each in pieces."""
    found = excerpts(body, field_spans("body", spans, len(body)), EXCERPTS)
    return [[asdict(piece) for piece in pieces] for pieces in found.shown]
