"""What a channel is told in place of a mail: a document for programs, a short text for people.

Both are made of what the mail shows, so every text in them is inert. In a chat more than that is alive: mentions,
links under other words, marks of Markdown and HTML. Texts from outside lose what could become one, whatever the chat.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from crawler.alerts.excerpts import Pieces
from crawler.alerts.links import Links
from crawler.alerts.message import domain_of, message_id, subject
from crawler.alerts.policy import Mail
from crawler.alerts.views import ArticleView, MailView, StoryView, view_mail
from crawler.items import Alert, Recipient, Rule

VERSION = 1
"""Of the document's shape: keys may be added to it, none is taken away or changes its meaning."""

LONGEST_TEXT = 1_500
"""Characters of a short text: every chat takes so many with the subject, and no phone shows more."""

TEXT_EXCERPT = 300

_LOOKS = str.maketrans(
    {"<": "\u2039", ">": "\u203a", "*": "\u2217", "`": "\u02cb", "~": "\u223c", "|": "\u00a6"}
)
"""Marks of Markdown, of HTML and of Slack, and what looks like them."""

_ALIVE = re.compile(r"[@\]#!:/](?=\S)|_(?=_)")
"""Characters that begin a mention, a channel, a link or an emoji with what follows."""

JOINER = "\u2060"
"""Word joiner: no width, no line break. It parts what would be read as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a channel is told, in both forms."""

    id: str
    """The Message-ID: the same whenever the same alerts leave again."""
    title: str
    text: str
    document: Mapping[str, Any] = field(repr=False)

    @property
    def key(self) -> str:
        """Return the id without its brackets."""
        return self.id.strip("<>")

    def body(self) -> bytes:
        """Return the document as a webhook gets it."""
        return json.dumps(self.document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def build_note(
    mail: Mail,
    recipient: Recipient,
    *,
    sender: str,
    now: datetime,
    rules: Mapping[str, Rule],
    public_url: str = "",
    database: str = "newshawk",
    links: Links | None = None,
) -> Note:
    """Return what the channel of *recipient* is told; arguments as of ``message.build``."""
    archive = f"{public_url.rstrip('/')}/{database}/article?id=" if public_url else ""
    view = view_mail(mail, recipient, rules, now, archive, links)
    mute = (
        links.url("mute", recipient.id, *dict.fromkeys(alert.rule_id for alert in mail.alerts))
        if links
        else ""
    )
    note_id = mail.message_id or message_id(mail, domain_of(sender))
    return Note(
        id=note_id,
        title=chat_safe(subject(view, mail)),
        text=_text(view, mail.digest) + (f"\nMute for a week: {mute}" if mute else ""),
        document={
            "version": VERSION,
            "id": note_id.strip("<>"),
            "kind": "digest" if mail.digest else "alert",
            "reader": recipient.reader,
            "late": mail.late,
            "part": mail.part,
            "parts": mail.parts,
            "storm": list(view.stormy),
            "rules": [
                {
                    "id": rule.id,
                    "query": rule.query,
                    "severity": "high" if rule.high else "normal",
                    "mute_url": rule.mute,
                    "unsubscribe_url": rule.leave,
                }
                for rule in view.rules
            ],
            "stories": [
                _story(story, alerts)
                for story, alerts in zip((*view.stories, *view.brief), mail.stories(), strict=True)
            ],
        },
    )


# --- for programs ---------------------------------------------------------------------------------


def _story(view: StoryView, alerts: tuple[Alert, ...]) -> dict[str, Any]:
    by_article = {(alert.article_id, alert.revision, alert.event): alert for alert in reversed(alerts)}
    first = {
        key: by_article[key] for key in ((each.article_id, each.revision, each.event) for each in alerts)
    }
    return {
        "id": alerts[0].story_id,
        "rules": list(view.rules),
        "late": bool(view.late),
        "doubt": view.doubt,
        "articles": [
            _article(article, alert) for article, alert in zip(view.articles, first.values(), strict=True)
        ],
        "also": [{"outlet": each.outlet, "title": each.title, "url": each.href} for each in view.also],
        "also_more": view.also_more,
    }


def _article(view: ArticleView, alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.article_id,
        "revision": alert.revision,
        "event": alert.event,
        "outlet": {"id": alert.outlet_id, "name": view.outlet},
        "title": _marked(view.title),
        "url": view.href,
        "served_by": view.host,
        "copy": view.archive,
        "language": view.language,
        "section": view.section,
        "byline": view.byline,
        "published_at": _moment(alert.published.at),
        "published_precision": str(alert.published.precision),
        "first_seen_at": _moment(alert.first_seen_at),
        "due_at": _moment(alert.due_at),
        "edited_at": _moment(alert.edited_at),
        "headline_before": view.headline_before,
        "excerpts": [_marked(pieces) for pieces in view.excerpts.shown],
        "excerpts_of": "text before the edit" if view.lost else "text",
        "more_matches": view.excerpts.more,
    }


def _marked(pieces: Pieces) -> list[dict[str, Any]]:
    return [{"text": piece.text, "match": piece.marked} for piece in pieces]


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


# --- for people -----------------------------------------------------------------------------------


def chat_safe(text: str) -> str:
    """Return an inert text that mentions nobody, links nothing and formats nothing in a chat."""
    return _ALIVE.sub(lambda found: found[0] + JOINER, text.translate(_LOOKS))


def _text(view: MailView, is_digest: bool) -> str:
    stories = [*view.stories, *view.brief]
    if not is_digest or len(stories) == 1:
        return "\n".join(_told(stories[0], TEXT_EXCERPT))
    lines = [chat_safe(view.storm)] if view.storm else []
    for number, story in enumerate(stories):
        block = _short(story)
        if sum(map(len, (*lines, *block))) > LONGEST_TEXT:
            lines.append(f"and {len(stories) - number} more stories, in the outbox: newshawk alerts list")
            break
        lines += block
    return "\n".join(lines)


def _short(story: StoryView) -> list[str]:
    article = story.articles[0]
    title = chat_safe("".join(piece.text for piece in article.title))
    also = f" (and {_count(story)})" if _count(story) else ""
    return [f"• {title} · {chat_safe(article.outlet)}{also}", _link(article)]


def _told(story: StoryView, room: int) -> list[str]:
    article = story.articles[0]
    lines = [f"Late by {story.late}"] if story.late else []
    if story.doubt:
        lines.append("Text in doubt: the outlet's pages changed.")
    if article.headline_before:
        lines.append(f"Headline before: {chat_safe(article.headline_before)}")
    if article.excerpts.shown:
        lines.append(
            ("Before the edit: " if article.lost else "") + _excerpt(article.excerpts.shown[0], room)
        )
    lines.append(f"{chat_safe(article.outlet)} · {article.published}")
    lines.append(_link(article))
    if _count(story):
        lines.append(f"Also in {_count(story)}")
    if article.archive:
        lines.append(f"Copy: {article.archive}")
    return lines


def _count(story: StoryView) -> str:
    number = len(story.also) + story.also_more
    return f"{number} other outlet{'s' if number > 1 else ''}" if number else ""


def _excerpt(pieces: Pieces, room: int) -> str:
    """Return the excerpt, its matches between asterisks, cut behind *room* characters but not before the first match."""
    told = ""
    for piece in pieces:
        safe = chat_safe(piece.text)
        if piece.marked and safe.strip():
            told += f"*{safe.strip()}*"
        elif len(told) + len(safe) > room and "*" in told:
            return f"{told}{safe[: max(0, room - len(told))].rstrip()} …"
        else:
            told += safe
    return told.strip()


def _link(article: ArticleView) -> str:
    """Return the article's address, with what a chat could take for a mention or the end of a link escaped."""
    if not article.href:
        return chat_safe(article.address)
    return quote(article.href, safe="%/:?#[]!$&'(),;=+-._")
