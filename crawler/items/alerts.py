"""Who is told what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from crawler.items.times import NO_TIME, Timestamp

HAPPENED = MappingProxyType(
    {
        "match": "",
        "edit": "edited",
        "unmatch": "no longer said",
        "headline": "headline changed",
        "removal": "removed",
        "return": "back",
    }
)
"""What an alert can be of, and the words for it: a new article that matches; an edit that brings the match; an edit that
takes it away; another headline of an article that matches, or did; an article that matches and is removed, and its
return. A rule asks for each but the last, which goes with the removal."""

WHOLE = frozenset({"removal", "return"})
"""Events of an article as a whole, not of an edit."""
LATER = WHOLE | {"unmatch", "headline"}
"""Events of a story that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way to tell somebody that is no mail. Its address is a secret: never in the store, a log or an error."""

    name: str
    url: str = field(repr=False)
    """http and https: our own signed document (webhook); other schemes are apprise's."""
    secret: str = field(default="", repr=False)
    """What the documents of a webhook are signed with."""
    ca_files: tuple[Path, ...] = ()
    """Certificates that a webhook may be trusted by besides the system's."""

    @property
    def is_webhook(self) -> bool:
        """Return whether it takes our own document."""
        return self.url.partition("://")[0].lower() in ("http", "https")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who is told, in one way: by mail, or through one channel. A reader of the config who has both is several
    of these, ``desk`` and ``desk/team``, so that each is told and tried again on its own. The addresses stay in the
    config; the store knows only the id."""

    id: str
    emails: tuple[str, ...] = ()
    """Empty where there is a channel."""
    timezone: str = "UTC"
    quiet: str = ""
    """``22:00-07:00`` in the recipient's zone; empty for none."""
    quiet_days: tuple[str, ...] = ()
    """``sat``, ``sun``: days of the recipient's clock that are quiet from midnight to midnight; never all seven."""
    channel: Channel | None = None
    """None: by mail."""

    @property
    def reader(self) -> str:
        """Return the id that the config gives the reader."""
        return self.id.partition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A standing query."""

    id: str
    query: str
    to: tuple[str, ...]
    cadence: str = "immediate"
    """immediate, hourly, ``daily HH:MM`` or ``mon HH:MM``, in the reader's zone."""
    severity: Literal["normal", "high"] = "normal"
    on: tuple[str, ...] = ("match", "edit")
    match: tuple[Document, ...] = ()
    """Examples that it must match."""
    no_match: tuple[Document, ...] = ()
    outlets: tuple[str, ...] = ()
    """Outlet ids the rule is limited to; empty for all."""
    expanded: str = ""
    """The query with named queries and synonyms in their places, which means the same without them; empty where it
    uses none."""

    @property
    def full_query(self) -> str:
        """The query that is matched and kept with each match: it can be read without the config."""
        return self.expanded or self.query


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRule:
    """A rule of the config that cannot be used as it is written, or a named query; the others are used without it."""

    id: str
    """``@name`` of a named query; empty where it cannot be read, or is that of a rule before it."""
    told: tuple[str, ...]
    """Each mistake, with file and line of the file; of a query two further lines, the place with a caret under it."""

    @property
    def is_query(self) -> bool:
        """True for a named query, which alerts nobody by itself: the rules that use it are broken too."""
        return self.id.startswith("@")

    @property
    def cause(self) -> str:
        """The first mistake as one line."""
        return self.told[0].partition("\n")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a query sees of one revision of an article."""

    title: str
    body: str = field(repr=False)
    byline: str = ""
    section: str = ""
    outlet: str = ""
    language: str = ""
    date: datetime | None = None
    """published_at, else first_seen_at: what since: and until: compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule that holds for a document, with the places that made it hold."""

    rule_id: str
    spans: tuple[tuple[str, int, int], ...] = ()
    """(field, start, end) in the original text; field is title, body, byline or section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An article of another outlet in the same story."""

    outlet_name: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """A rule that matches too much."""

    rule_id: str
    stories: int
    """The most within an hour; 0 once it is over."""
    readers: frozenset[str] = frozenset()
    """Recipients who were told of it within the last hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One row of the outbox with what a mail needs; no address, no rendered text."""

    id: int
    rule_id: str
    recipient_id: str
    story_id: int
    article_id: int
    revision: int
    outlet_id: str
    outlet_name: str
    title: str
    body: str = field(repr=False)
    url: str
    """Canonical address: the citation."""
    fetched_url: str
    """The address that served it; its host is shown."""
    byline: tuple[str, ...] = ()
    section: str = ""
    language: str = ""
    published: Timestamp = NO_TIME
    first_seen_at: datetime
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    spans: tuple[tuple[str, int, int], ...] = ()
    asked: str = ""
    """The query that matched, as it was then, with all names in their places; empty where nothing matches now."""
    edited_at: datetime | None = None
    """When this text of an edited article was first seen; None for the first text."""
    headline_before: str = ""
    """The headline before the edit, where the edit changed it."""
    body_before: str = field(default="", repr=False)
    """The text before the edit."""
    copies: tuple[Copy, ...] = ()
    """Articles of other outlets in the same story, the first of each outlet."""
    event: str = "match"
    """One of HAPPENED."""
    digest: bool = False
    """True when it goes into a digest (cadence, quiet hours, backlog)."""
    stormy: bool = False
    """True when it goes into a digest since its rule matches too much."""
    doubt: bool = False
    """True when the outlet's pages broke and nobody has read this text anew since."""
    message_id: str = ""
    """Message-ID under which it may already have left (outcome unknown, or a crash between sending
    and marking): the same alerts are sent again as the same mail. Empty if it surely did not."""
