"""What newshawk learns of an outlet's template: pages as the learner reads them, and the rules it made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from crawler.items.outlets import ChromeRule

Place = Literal["head", "tail", "line"]
LEARNED = "learned:"
"""How the ids of learned rules begin; the rule's number follows."""


class LearnedState(StrEnum):
    """What a learned rule may do."""

    PROPOSED = "proposed"
    """Nothing: it waits for somebody's word."""
    APPLIED = "applied"
    """It cuts, since its evidence is beyond doubt; learning may set it back."""
    APPROVED = "approved"
    """It cuts, since somebody said so; learning only keeps its counts."""
    PINNED = "pinned"
    """It cuts and learning never touches it."""
    REFUSED = "refused"
    """It never cuts and is never proposed again."""
    RETIRED = "retired"
    """It cuts no more: a later version took its place, the outlet shows it no more, or somebody said so."""


IN_FORCE = frozenset({LearnedState.APPLIED, LearnedState.APPROVED, LearnedState.PINNED})
"""States in which a rule cuts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPage:
    """One stored article as its text was extracted: what learned rules cut since is back in its place."""

    article_id: int
    story_id: int
    day: date
    """Of publication, else when it was found."""
    title: str
    lines: tuple[str, ...] = field(repr=False)
    loose: tuple[str, ...] = field(default=(), repr=False)
    """Lines that rules without a place cut: they were somewhere in the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralCuts:
    """What a rule that holds for every outlet cut on the stored pages of one, by their latest texts."""

    rule: str
    """As cuts name it."""
    lines: int
    articles: int
    example: str
    """A line that it cut in the newest of these articles."""
    article_id: int
    """Of the example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for and against a line being an outlet's template. Copies of one story count as one page."""

    pages: int
    """That have the line."""
    days: int
    """Different days of these pages."""
    edge: int
    """Of these: it stands at the edge of the text, with nothing but other recurring lines beyond it."""
    middle: int
    """Of these: it stands between lines of the text."""
    inside: int
    """Pages on which a longer line contains it."""
    coverage: float
    """Share of the pages between the first and the last that have it which have it."""
    forms: int
    """Different numbers or months that it bore."""
    first_on: date
    last_on: date
    topic: str = ""
    """A word that the pages with it share and the others do not: then it goes with a matter, not with the template."""
    carries: tuple[str, ...] = ()
    """Ids of standing queries that hold for a page only with this line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedRule:
    """A line of an outlet's template with its evidence, state and version."""

    outlet_id: str
    signature: str
    """The line folded, its numbers as 0 and its months as "month": lines that differ in these only are one rule."""
    place: Place
    text: str = ""
    """The whole line. Or:"""
    pattern: str = ""
    """An expression for the whole folded line, where its numbers vary."""
    to_end: bool = False
    """A rail: the line and the headlines of other articles after it."""
    state: LearnedState = LearnedState.PROPOSED
    why: str = ""
    """Why it is not applied, or what decided its state."""
    evidence: Evidence
    examples: tuple[int, ...] = ()
    """Articles that have it, the newest first."""
    block: str = ""
    """Signature of the first of the lines that stand together with it; its own when it stands alone."""
    valid_until: date | None = None
    """Last day on which the outlet's articles had it; None while they do."""
    version: int = 1
    id: int = 0
    """0 while it is not stored."""

    @property
    def line(self) -> str:
        """The line, or the expression for it."""
        return self.text or self.pattern

    def chrome(self) -> ChromeRule:
        """Return it as cleaning takes it."""
        return ChromeRule(
            id=f"{LEARNED}{self.id}",
            place=self.place,
            text=self.text,
            pattern=self.pattern,
            to_end=self.to_end,
            valid_until=self.valid_until,
            automatic=self.state is LearnedState.APPLIED,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """What one look at an outlet's pages changes: rules as they were (None: new) and as they are to be."""

    pages: int
    """Pages looked at, copies of one story as one."""
    changes: tuple[tuple[LearnedRule | None, LearnedRule], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One entry of a learned rule's history."""

    rule_id: int
    at: datetime
    state: LearnedState
    """Since then."""
    by: str
    """learning, crawl, or the option of the command: approve, refuse, pin, retire."""
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedMatch:
    """A standing query that holds for an article only with a line that a learned rule cuts."""

    rule_id: int
    """Number of the learned rule."""
    query_id: str
    line: str
    is_kept: bool
    """True: the rule was applied by newshawk itself, so the line stays in the text. False: somebody approved it, and
    the line is cut."""
