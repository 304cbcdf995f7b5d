"""Atom feeds (RFC 4287) of what saved searches find, an entry a story.

Ids are tag: URIs (RFC 4151) of the operator's mail domain, so they are the same at whatever address the feed is read, and
whichever host of an outlet served the article. Every text is inert, in XML and in the HTML that it carries.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from xml.etree.ElementTree import Element, SubElement, tostring

from crawler.alerts.excerpts import Pieces, excerpts, field_spans
from crawler.alerts.plain import one_line, safe_href
from crawler.alerts.views import NAME, NAMES, QUERY, RIGHT_TO_LEFT, TITLE
from crawler.items import FoundStory

NAMESPACE = "http://www.w3.org/2005/Atom"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was updated."""

EXCERPTS = 3
DOUBT = "<p>Text in doubt: the outlet’s pages changed, and nobody has read this text anew since.</p>"

_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A saved search: a query, or a rule by its id."""

    query: str = ""
    rule_id: str = ""
    link: str = ""
    """Where this very feed is."""
    domain: str
    """The mail domain of who runs newshawk."""
    archive: str = ""
    """The address of an article's page in the store up to its number; empty for none."""


def feed(saved: Saved, stories: Sequence[FoundStory]) -> bytes:
    """Return the feed as a document: the same for the same stories, whenever it is made."""
    root = Element("feed", {"xmlns": NAMESPACE})
    name = f"rule {saved.rule_id}" if saved.rule_id else saved.query
    what = (
        saved.rule_id or "search/" + hashlib.sha256(saved.query.encode("utf-8", "replace")).hexdigest()[:32]
    )
    _text(root, "id", _tag(saved, f"rule/{what}" if saved.rule_id else what))
    _text(root, "title", one_line(f"newshawk: {name}", QUERY))
    _text(root, "updated", _moment(max((story.revised_at for story in stories), default=NEVER)))
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": saved.link})
    _text(SubElement(root, "author"), "name", "newshawk")
    _text(root, "generator", "newshawk")
    for story in stories:
        _entry(SubElement(root, "entry"), saved, story)
    for element in root.iter():
        element.text = _clean(element.text or "")
        element.attrib = {name: _clean(value) for name, value in element.attrib.items()}
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _entry(entry: Element, saved: Saved, story: FoundStory) -> None:
    if _LANGUAGE.fullmatch(story.language):
        entry.set("xml:lang", story.language)
    _text(entry, "id", _tag(saved, f"story/{story.story_id}"))
    outlet = one_line(story.outlet_name, NAME) or one_line(story.outlet_id, NAME) or "(no name)"
    title = one_line(story.title, TITLE) or "(no headline)"
    _text(entry, "title", f"{'Text in doubt: ' if story.doubt else ''}{title} · {outlet}")
    _text(entry, "updated", _moment(story.revised_at))
    _text(entry, "published", _moment(story.published.at or story.first_seen_at))
    authors = [line for name in story.byline[:NAMES] if (line := one_line(name, NAME))]
    for name in authors or [outlet]:
        _text(SubElement(entry, "author"), "name", name)
    copy = safe_href(f"{saved.archive}{story.article_id}") if saved.archive else ""
    if href := _iri(story.url):
        SubElement(entry, "link", {"rel": "alternate", "href": href})
    if copy:
        SubElement(entry, "link", {"rel": "related", "title": "Copy in the store", "href": copy})
    SubElement(entry, "category", {"term": story.outlet_id, "label": outlet})
    content = SubElement(entry, "content", {"type": "html"})
    content.text = "".join(_paragraphs(story, copy))


def _paragraphs(story: FoundStory, copy: str) -> list[str]:
    """Return the entry's own words as HTML: what matched in its context, and who else has it."""
    direction = "rtl" if story.language.partition("-")[0].lower() in RIGHT_TO_LEFT else "auto"
    shown = excerpts(story.body, field_spans("body", story.spans, len(story.body)), EXCERPTS).shown
    told = [DOUBT] if story.doubt else []
    told += [f'<p dir="{direction}">{_marked(pieces)}</p>' for pieces in shown]
    if story.others:
        names = ", ".join(escape(one_line(name, NAME)) for name in story.others[:NAMES])
        more = len(story.others) - NAMES
        told.append(f"<p>Also in {names}{f' and {more} more' if more > 0 else ''}</p>")
    if copy:
        told.append(f'<p><a href="{escape(copy)}">Copy in the store</a></p>')
    return told


def _marked(pieces: Pieces) -> str:
    return "".join(f"<b>{escape(piece.text)}</b>" if piece.marked else escape(piece.text) for piece in pieces)


def _iri(url: str) -> str:
    """Return an address as Atom may hold it; empty if it is no safe link."""
    href = safe_href(url)
    return re.sub(r"[\"<>\\^`{|}]", lambda found: f"%{ord(found[0]):02X}", href)


def _tag(saved: Saved, what: str) -> str:
    return f"tag:{saved.domain},2026:newshawk/{what}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
