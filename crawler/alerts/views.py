"""What the templates of a mail show: every text inert and bounded, every time in words, every link safe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.alerts.excerpts import Excerpts, Piece, Pieces, excerpts, field_spans, marked_title, new_spans
from crawler.alerts.links import Links
from crawler.alerts.moments import clock_words, published_words, span_words
from crawler.alerts.plain import one_line, safe_href, shown_address, shown_host
from crawler.alerts.policy import LATE_AFTER, Mail
from crawler.alerts.storm import storm_words
from crawler.items import HAPPENED, LATER, WHOLE, Alert, Copy, Recipient, Rule

RIGHT_TO_LEFT = frozenset(("ar", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "ug", "ur", "yi"))
"""Languages written from right to left, by primary tag."""

TITLE, NAME, QUERY = 200, 80, 400
"""Characters shown at most of a title, of a name (outlet, section, author, rule) and of a query."""

NAMES = 8
"""Authors, and other outlets of a story, that are named; the rest are counted."""

QUERIES = 3
"""Former queries of a rule that are named."""
FULL_STORIES = 40
"""Stories of a digest that are shown with an excerpt; the others with headline and link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """One matched article of a story."""

    title: Pieces
    outlet: str
    section: str
    byline: str
    published: str
    first_seen: str
    href: str
    """Empty if the address is no safe link."""
    url: str
    """The address as it is."""
    address: str
    """The address to be read: escaped letters as letters."""
    host: str
    """The host that served it; empty where it is that of the address."""
    excerpts: Excerpts
    language: str
    direction: str
    """``rtl``, or ``auto`` for the mail program to judge by the letters."""
    event: str
    """What happened: one of HAPPENED."""
    word: str
    """The words for it; empty for a new article."""
    happened: str
    """When the removal or the return was seen; empty for other events."""
    diff: str
    """The command that shows what an edit changed; empty without one."""
    edit_seen: str
    """When the edit was seen; empty without one."""
    headline_before: str
    """Empty unless the edit changed the headline."""
    new: bool
    """True when the excerpts are of sentences that the edit brought."""
    lost: bool
    """True when the excerpts are of the text before the edit, which took them away."""
    archive: str
    """Link to the copy in the store; empty without public_url."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoView:
    """An article of another outlet in the story, which matched no rule of the reader or came later."""

    outlet: str
    title: str
    href: str
    """Empty if the address is no safe link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """One story: its matched articles (one as a rule), its rules, and who else has it."""

    articles: tuple[ArticleView, ...]
    rules: tuple[str, ...]
    also: tuple[AlsoView, ...]
    also_more: int
    """Other outlets that are not named."""
    late: str
    """``5 h 20 min`` when the alert leaves late; empty otherwise."""
    doubt: bool = False
    """True when the outlet's pages broke and the text was not read anew since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """Why the reader got the mail."""

    id: str
    query: str
    """Empty for a rule that is no longer in the config."""
    full: str = ""
    """With named queries and synonyms in their places; empty where that is the query itself."""
    asked: tuple[str, ...] = ()
    """What articles of the mail were matched by, where the rule's query is another by now."""
    high: bool = False
    mute: str = ""
    """Link that mutes it for a week; empty without public_url."""
    leave: str = ""
    """Link that unsubscribes from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    """A whole mail."""

    stories: tuple[StoryView, ...]
    brief: tuple[StoryView, ...]
    """The stories of a long digest that are shown without an excerpt."""
    rules: tuple[RuleView, ...]
    reader: str
    now: str
    late: bool
    part: int
    parts: int
    stormy: tuple[str, ...] = ()
    """Of a digest, its rules that match too much."""

    @property
    def storm(self) -> str:
        """Return why it is a digest where a rule matches too much, else nothing."""
        return storm_words(self.stormy)

    @property
    def count(self) -> int:
        """Return the number of stories."""
        return len(self.stories) + len(self.brief)

    @property
    def later(self) -> bool:
        """Return whether it tells what became of a story that is known."""
        return any(
            article.event in LATER for story in (*self.stories, *self.brief) for article in story.articles
        )


def view_mail(
    mail: Mail,
    recipient: Recipient,
    rules: Mapping[str, Rule],
    now: datetime,
    archive: str,
    links: Links | None = None,
) -> MailView:
    """Return what *mail* shows to *recipient*; *archive* is the address of an article's page up to
    its number, or empty; *links* makes those by which the reader mutes and leaves a rule."""
    shown = 1 if mail.digest else 3
    stories = mail.stories()
    stormy = tuple(alert for alert in mail.alerts if alert.stormy and mail.digest)
    views = [
        _view_story(story, recipient, now, archive, shown if number < FULL_STORIES else 0)
        for number, story in enumerate(stories)
    ]
    return MailView(
        stories=tuple(views[:FULL_STORIES]),
        brief=tuple(views[FULL_STORIES:]),
        rules=tuple(
            replace(
                _view_rule(rule_id, rules.get(rule_id), recipient, links), asked=_asked(rule_id, mail, rules)
            )
            for rule_id in _rule_ids(mail.alerts)
        ),
        reader=one_line(recipient.id, NAME),
        now=clock_words(now, recipient.timezone),
        late=mail.late,
        part=mail.part,
        parts=mail.parts,
        stormy=tuple(one_line(rule_id, NAME) for rule_id in _rule_ids(stormy)),
    )


def _view_story(
    alerts: tuple[Alert, ...], recipient: Recipient, now: datetime, archive: str, shown: int
) -> StoryView:
    articles: dict[tuple[int, int, str], list[Alert]] = {}
    for alert in alerts:
        articles.setdefault((alert.article_id, alert.revision, alert.event), []).append(alert)
    named = {alert.outlet_name for alert in alerts}
    others = {copy.url: copy for alert in alerts for copy in alert.copies if copy.outlet_name not in named}
    late = now - min(alert.due_at for alert in alerts)
    return StoryView(
        articles=tuple(_view_article(same, recipient, archive, shown) for same in articles.values()),
        rules=tuple(one_line(rule_id, NAME) for rule_id in _rule_ids(alerts)),
        also=tuple(_view_copy(copy) for copy in list(others.values())[:NAMES]),
        also_more=max(0, len(others) - NAMES),
        late=span_words(late) if late > LATE_AFTER else "",
        doubt=any(alert.doubt for alert in alerts),
    )


def _view_copy(copy: Copy) -> AlsoView:
    outlet, title = one_line(copy.outlet_name, NAME), one_line(copy.title, TITLE)
    return AlsoView(outlet=outlet, title=title or "(no headline)", href=safe_href(copy.url))


def _view_article(alerts: list[Alert], recipient: Recipient, archive: str, shown: int) -> ArticleView:
    alert = alerts[0]
    is_lost = alert.event == "unmatch"
    spans = [span for same in alerts for span in same.spans]
    title_spans = [] if is_lost else field_spans("title", spans, len(alert.title))
    title = marked_title(alert.title, title_spans, TITLE)
    text, other = (alert.body_before, alert.body) if is_lost else (alert.body, alert.body_before)
    body = field_spans("body", spans, len(text))
    new = new_spans(text, body, other) if alert.edited_at else []
    language = one_line(alert.language, 12)
    host = shown_host(alert.fetched_url)
    return ArticleView(
        title=title or (Piece(text="(no headline)"),),
        outlet=one_line(alert.outlet_name or alert.outlet_id, NAME),
        section=one_line(alert.section, NAME),
        byline=_listed(alert.byline),
        published=published_words(alert.published, recipient.timezone),
        first_seen=clock_words(alert.first_seen_at, recipient.timezone),
        href=safe_href(alert.url),
        url=one_line(alert.url, QUERY),
        address=one_line(shown_address(alert.url), QUERY),
        host="" if host == shown_host(alert.url) else host,
        excerpts=excerpts(text, new or body, shown) if shown else Excerpts(shown=()),
        language=language,
        direction="rtl" if language.partition("-")[0].lower() in RIGHT_TO_LEFT else "auto",
        event=alert.event,
        word=HAPPENED[alert.event],
        happened=clock_words(alert.created_at, recipient.timezone) if alert.event in WHOLE else "",
        diff=f"newshawk diff {alert.article_id} --to {alert.revision}" if alert.edited_at else "",
        edit_seen=clock_words(alert.edited_at, recipient.timezone) if alert.edited_at else "",
        headline_before=one_line(alert.headline_before, TITLE),
        new=bool(new) and not is_lost,
        lost=is_lost,
        archive=safe_href(f"{archive}{alert.article_id}") if archive else "",
    )


def _view_rule(rule_id: str, rule: Rule | None, recipient: Recipient, links: Links | None) -> RuleView:
    return RuleView(
        id=one_line(rule_id, NAME),
        query=one_line(rule.query, QUERY) if rule else "",
        full=one_line(rule.expanded, QUERY) if rule else "",
        high=bool(rule and rule.severity == "high"),
        mute=links.url("mute", recipient.id, rule_id) if links else "",
        leave=links.url("leave", recipient.id, rule_id) if links else "",
    )


def _asked(rule_id: str, mail: Mail, rules: Mapping[str, Rule]) -> tuple[str, ...]:
    """Return the queries by which the articles of a rule were matched, other than its present one."""
    rule = rules.get(rule_id)
    asked = dict.fromkeys(alert.asked for alert in mail.alerts if alert.rule_id == rule_id and alert.asked)
    others = [query for query in asked if rule is None or query != rule.full_query]
    return tuple(one_line(query, QUERY) for query in others[:QUERIES])


def _rule_ids(alerts: tuple[Alert, ...]) -> list[str]:
    return list(dict.fromkeys(alert.rule_id for alert in alerts))


def _listed(names: tuple[str, ...]) -> str:
    shown = [line for name in names[:NAMES] if (line := one_line(name, NAME))]
    more = len(names) - NAMES
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
