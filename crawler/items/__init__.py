"""The types that travel: one frozen dataclass a stage, so that a reader sees which stage knows what.

Outlet            what is watched (a declaration)
Source            one address polled for links: a feed, a sitemap, a section page
FeedEntry         one link as a source gave it
Listing           all links of one document
PlannedPoll       a source that is to be asked now
Discovery         all links of one response, with its validators
Gap               a time in which links of a source may have been missed
Walk              what one document of an archive named, and where its archive goes on
Link              a row of the ledger, as the spiders see it
Page              one answer to a request for a link, or the reason there is none
Untouched         the page of a re-check that is as it was
Draft, Extracted  what the parser made of a page
Signals           what a page tells of its template and of how well it was read
Article           a cleaned, fingerprinted text, ready for the writer
TextPage, LearnedRule    what is learned of an outlet's template, and from what
Refusal           a page that does not become an article, and why
KeptText, Reread  a stored text whose kept page is read again, and what that gives
Reextraction      what became of the stored text
Reading, Change, TextDiff    what a text says, what an edit did to it, and both beside each other
Verdict, Outcome  what the writer made of it
Member, Window, Standing  an article of a story, when it was published, and who was first
Vocabulary        what queries may refer to
Recipient, Rule, Match, Alert    who is told what
BrokenRule        a rule that cannot be used as it is written
Beat, Pulse, OutletPulse    what ops is told on days on which nothing matched
Silence           a time in which what a rule finds is not sent
BreakNotice, Example    what ops is told of an outlet whose pages changed
"""

from __future__ import annotations

from crawler.items.alerts import (
    HAPPENED,
    LATER,
    WHOLE,
    Alert,
    BrokenRule,
    Channel,
    Copy,
    Document,
    Match,
    Recipient,
    Rule,
    Storm,
)
from crawler.items.breaks import BreakNotice, Example
from crawler.items.changes import Change, ChangeClass, DiffLine, Piece, Reading, TextDiff
from crawler.items.discovery import (
    ArchiveDocument,
    Attempt,
    Backfill,
    Discovery,
    FeedEntry,
    Gap,
    Link,
    LinkState,
    Listing,
    PlannedPoll,
    PollOutcome,
    Validators,
)
from crawler.items.extractions import (
    WRITTEN,
    Extraction,
    Fate,
    FieldChange,
    KeptText,
    Reextraction,
    Reread,
    TextWindow,
)
from crawler.items.found import FoundStory
from crawler.items.heartbeats import Beat, OutletPulse, Pulse
from crawler.items.learned import (
    IN_FORCE,
    LEARNED,
    CarriedMatch,
    Decision,
    Evidence,
    GeneralCuts,
    LearnedRule,
    LearnedState,
    Learning,
    Place,
    TextPage,
)
from crawler.items.outlets import ChromeRule, IdPattern, Key, Outlet, PageRule, Source, SourceKind
from crawler.items.pages import (
    Article,
    CutLine,
    Draft,
    Extracted,
    Fingerprint,
    Outcome,
    Page,
    Refusal,
    Signals,
    Untouched,
    Verdict,
)
from crawler.items.queries import NO_VOCABULARY, Vocabulary
from crawler.items.silences import Silence, SilenceKind
from crawler.items.stories import Member, Standing, Window
from crawler.items.times import NO_TIME, Precision, TimeSource, Timestamp

__all__ = [
    "HAPPENED",
    "IN_FORCE",
    "LATER",
    "LEARNED",
    "NO_TIME",
    "NO_VOCABULARY",
    "WHOLE",
    "WRITTEN",
    "Alert",
    "ArchiveDocument",
    "Article",
    "Attempt",
    "Backfill",
    "Beat",
    "BreakNotice",
    "BrokenRule",
    "CarriedMatch",
    "Change",
    "ChangeClass",
    "Channel",
    "ChromeRule",
    "Copy",
    "CutLine",
    "Decision",
    "DiffLine",
    "Discovery",
    "Document",
    "Draft",
    "Evidence",
    "Example",
    "Extracted",
    "Extraction",
    "Fate",
    "FeedEntry",
    "FieldChange",
    "Fingerprint",
    "FoundStory",
    "Gap",
    "GeneralCuts",
    "IdPattern",
    "KeptText",
    "Key",
    "LearnedRule",
    "LearnedState",
    "Learning",
    "Link",
    "LinkState",
    "Listing",
    "Match",
    "Member",
    "Outcome",
    "Outlet",
    "OutletPulse",
    "Page",
    "PageRule",
    "Piece",
    "Place",
    "PlannedPoll",
    "PollOutcome",
    "Precision",
    "Pulse",
    "Reading",
    "Recipient",
    "Reextraction",
    "Refusal",
    "Reread",
    "Rule",
    "Signals",
    "Silence",
    "SilenceKind",
    "Source",
    "SourceKind",
    "Standing",
    "Storm",
    "TextDiff",
    "TextPage",
    "TextWindow",
    "TimeSource",
    "Timestamp",
    "Untouched",
    "Validators",
    "Verdict",
    "Vocabulary",
    "Window",
]
