"""The tables of a config, as pydantic models: every key with its type, bounds and default.

The catalogue's files are read by OutletTable too. The JSON Schema for editors is made from ConfigTable, and a
test keeps docs/configuration.md complete by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    model_validator,
)

from crawler.declarations import values
from crawler.declarations.cron import cron_expression
from crawler.items import (
    Channel,
    ChromeRule,
    Document,
    IdPattern,
    Outlet,
    PageRule,
    Recipient,
    Rule,
    Source,
    SourceKind,
)


def _listed(value: Any) -> Any:
    """Return a single value as a list of one."""
    return value if isinstance(value, list | tuple) else [value]


def _no_repeats(items: tuple[str, ...]) -> tuple[str, ...]:
    seen: set[str] = set()
    for item in items:
        if item in seen:
            raise values.wrong(f'names "{item}" twice. Keep one.')
        seen.add(item)
    return items


def _path(value: Any) -> Any:
    if isinstance(value, str) and (value == "" or "\0" in value):
        raise values.wrong("is empty. Name a file or folder, relative to this file.")
    return value


def _text(check: Callable[[str], str]) -> Any:
    """Return a validator that only sees text."""
    return AfterValidator(check)


Text = Annotated[str, Field(max_length=500), _text(values.no_control)]
Host = Annotated[str, _text(values.host)]
Zone = Annotated[str, _text(values.zone)]
WebAddress = Annotated[str, _text(values.web_address)]
Proxy = Annotated[str, _text(values.proxy)]
MailAddress = Annotated[str, _text(values.mail_address)]
OutletId = Annotated[str, _text(values.outlet_id)]
ChannelName = Annotated[str, _text(values.channel_name)]
NameId = Annotated[str, _text(values.name_id)]
QueryName = Annotated[str, _text(values.query_name)]
QueryText = Annotated[str, Field(max_length=500_000)]
Interval = Annotated[timedelta, BeforeValidator(values.interval, json_schema_input_type=str)]
Age = Annotated[timedelta | None, BeforeValidator(values.age, json_schema_input_type=str)]
Size = Annotated[int | None, BeforeValidator(values.size, json_schema_input_type=str)]
FilePath = Annotated[Path, BeforeValidator(_path, json_schema_input_type=str)]
Unique = AfterValidator(_no_repeats)
OneOrMore = BeforeValidator(_listed)


class Table(BaseModel):
    """A table of TOML: unknown keys are refused, values are not bent into shape."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Store(Table):
    """Where everything is kept."""

    path: FilePath = Path("newshawk.db")
    """The SQLite file, relative to the config."""
    keep_pages: Age = None
    """Age at which kept pages of articles go; "" for never. Pages that are evidence always stay."""
    keep_refused: Age = timedelta(days=90)
    """Age at which kept pages go that became no article: bot checks, error pages; "" for never."""
    max_pages_size: Size = None
    """What kept pages may take in the store, "20GB"; above, the oldest go that are no evidence. "" for no limit."""


class Network(Table):
    """How newshawk reaches the outlets."""

    proxy: Proxy = ""
    """HTTP proxy for all requests; also per outlet. Goes before http_proxy and https_proxy."""
    allow_private: StrictBool = False
    """True lets it reach loopback and private addresses (tests, intranets)."""
    ports: Annotated[
        tuple[Annotated[int, Field(ge=1, le=65535, strict=True)], ...], OneOrMore, Field(max_length=100)
    ] = ()
    """Ports that may be asked beside 80, 443, 8080 and 8443."""
    user_agent: Annotated[str, Field(max_length=300), _text(values.header_text)] = (
        "newshawk (+https://example.org/bot)"
    )
    """Sent with each request: say who you are and where you can be reached."""
    delay: float = Field(default=1.0, ge=0, le=3600, strict=True, allow_inf_nan=False)
    """Seconds between requests to one host."""
    ca_file: str = Field(default="", max_length=4000)
    """Further certificates to trust (PEM), relative to the config. SSL_CERT_FILE is honoured too."""


class Mail(Table):
    """How mail leaves. User and password come from the environment or a file, never from here."""

    transport: Literal["smtp", "file"] = "smtp"
    """smtp, or file: .eml files in a folder instead."""
    folder: FilePath = Path("mail")
    """Where the file transport writes, relative to the config."""
    host: Host = "localhost"
    """The SMTP server."""
    port: int = Field(default=25, ge=1, le=65535, strict=True)
    """Its port: 25, 587 or 465 with tls."""
    security: Literal["none", "starttls", "tls"] = "starttls"
    """Never weaker than asked: without the encryption asked for, no mail leaves."""
    sender: MailAddress = Field(default="newshawk@example.org", alias="from")
    """The address mails come from."""
    public_url: Annotated[str, _text(values.public_url)] = ""
    """Where readers reach `newshawk serve`; without it mails carry no link to the store."""


class Ops(Table):
    """What those who run the daemon get."""

    listen: Annotated[str, _text(values.listen)] = "127.0.0.1:9477"
    """/healthz, /readyz and /metrics of the daemon; "" switches it off."""
    to: Annotated[tuple[str, ...], OneOrMore, Field(max_length=100), Unique] = ()
    """Recipients of ops and heartbeat mail; nobody else gets these."""
    heartbeat: Annotated[str, _text(values.clock)] = "08:00"
    """When they get a mail on days on which nothing matched, on the clock of the first of them; "" for never."""


class IdPatternTable(Table):
    """A pattern of article_id with a kind of its own, or with a last day."""

    pattern: Annotated[str, Field(max_length=1000), _text(values.id_pattern)]
    """Regular expression, searched in path and query, case ignored; group 1 is the id."""
    kind: NameId = "id"
    """Patterns of one kind share their ids."""
    valid_until: date | None = None
    """Last day on which addresses of this form were published."""

    def build(self) -> IdPattern:
        """Return the type that travels."""
        return IdPattern(pattern=self.pattern, kind=self.kind, valid_until=self.valid_until)


def _as_pattern(value: Any) -> Any:
    return {"pattern": value} if isinstance(value, str) else value


class ChromeTable(Table):
    """A line of an outlet's boilerplate, anchored to its place."""

    id: NameId
    """Kept with each line it cuts."""
    place: Literal["head", "tail", "line"]
    """head and tail: in the run of cut lines that opens or closes the text; line: anywhere."""
    text: Annotated[str, Field(max_length=2000)] = ""
    """The whole line; white space, case and kind of quotes do not count."""
    pattern: Annotated[str, Field(max_length=2000), _text(values.line_pattern)] = ""
    """Or a regular expression for the whole line."""
    to_end: StrictBool = False
    """With place tail: the line and all that follow it go."""
    valid_until: date | None = None
    """Last publication day it applies to."""

    def build(self) -> ChromeRule:
        """Return the type that travels."""
        return ChromeRule(**{name: getattr(self, name) for name in type(self).model_fields})


Selectors = Annotated[
    tuple[Annotated[str, Field(max_length=500), _text(values.selector)], ...], OneOrMore, Field(max_length=50)
]


class PageTable(Table):
    """Where an outlet keeps the parts of its pages: CSS selectors, tried in order."""

    valid_until: date | None = None
    """Last publication day of this layout."""
    body: Selectors = ()
    """Elements whose paragraphs are the text."""
    remove: Selectors = ()
    """Elements dropped before extraction; their lines are kept as cut lines."""
    title: Selectors = ()
    """The headline."""
    section: Selectors = ()
    """Breadcrumb or section; of a breadcrumb the last part counts."""
    published: Selectors = ()
    """The time: text of an element, or the content of a meta element."""
    byline: Selectors = ()
    """The authors."""
    image: Selectors = ()
    """The lead image."""
    caption: Selectors = ()
    """Its caption with its credit."""

    def build(self) -> PageRule:
        """Return the type that travels."""
        return PageRule(**{name: getattr(self, name) for name in type(self).model_fields})


class OutletTable(Table):
    """One watched outlet: all addresses under which it is published are one."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["use"]}, {"required": ["id", "hosts"]}]},
    )

    use: str = ""
    """Id of a catalogue entry; further keys override it."""
    id: OutletId = ""
    """Its name in commands and in the store: small letters, digits, hyphens."""
    name: Text = ""
    """Its name for people. Default: the id."""
    hosts: Annotated[tuple[Host, ...], OneOrMore, Field(max_length=50), Unique] = ()
    """Host names in order of preference; a host may carry a port."""
    aliases: Annotated[tuple[Host, ...], OneOrMore, Field(max_length=300), Unique] = ()
    """Recognised as ours in links, never asked."""
    formerly: Annotated[tuple[OutletId, ...], OneOrMore, Field(max_length=50), Unique] = ()
    """Earlier ids of this outlet."""
    canonical_host: Annotated[str, AfterValidator(lambda value: values.host(value) if value else value)] = ""
    """Host of citations. Default: the first of hosts."""
    timezone: Zone = "UTC"
    """Zone of times that its pages give without one."""
    feeds: Annotated[tuple[WebAddress, ...], OneOrMore, Field(max_length=300), Unique] = ()
    """RSS, Atom or JSON feeds. A feed at one of hosts is tried at each; one elsewhere only there."""
    sitemaps: Annotated[tuple[WebAddress, ...], OneOrMore, Field(max_length=300), Unique] = ()
    """News sitemaps and indexes of them."""
    sections: Annotated[tuple[WebAddress, ...], OneOrMore, Field(max_length=300), Unique] = ()
    """Pages whose links are read, where there is no feed."""
    article_id: Annotated[
        tuple[
            Annotated[
                IdPatternTable, BeforeValidator(_as_pattern, json_schema_input_type=str | IdPatternTable)
            ],
            ...,
        ],
        OneOrMore,
        Field(max_length=50),
    ] = ()
    """Pattern or patterns whose group 1 identifies an article. Default: its path."""
    every: Interval = timedelta(minutes=15)
    """Time between polls; adapted to the outlet within bounds unless fixed."""
    cron: Annotated[str, Field(max_length=200), _text(cron_expression)] = ""
    """Instead of every: five fields in UTC, names of days."""
    fixed: StrictBool = False
    """True: the interval is not adapted."""
    recheck_budget: int = Field(default=0, ge=0, le=1_000_000, strict=True)
    """Requests a day for re-checks; 0: in proportion to its new articles."""
    languages: Annotated[
        tuple[Annotated[str, _text(values.language)], ...], OneOrMore, Field(max_length=50)
    ] = ()
    """Languages it writes in; a hint where a page does not tell."""
    country: Annotated[str, _text(values.country)] = ""
    """Two letters: outages are told by country."""
    proxy: Proxy = ""
    """HTTP proxy for this outlet alone."""
    enabled: StrictBool = True
    """False: known, not watched."""
    chrome: Annotated[tuple[ChromeTable, ...], Field(max_length=500)] = ()
    """Boilerplate lines to cut."""
    pages: Annotated[tuple[PageTable, ...], Field(max_length=50)] = ()
    """Layouts of its pages."""

    def build(self) -> Outlet:
        """Return the type that travels."""
        return Outlet(
            id=self.id,
            name=self.name or self.id,
            hosts=self.hosts,
            aliases=self.aliases,
            formerly=self.formerly,
            canonical_host=self.canonical_host or self.hosts[0],
            timezone=self.timezone,
            sources=self.sources,
            article_id=tuple(pattern.build() for pattern in self.article_id),
            languages=self.languages,
            country=self.country,
            every=self.every,
            cron=self.cron,
            fixed=self.fixed,
            recheck_budget=self.recheck_budget,
            proxy=self.proxy,
            chrome=tuple(rule.build() for rule in self.chrome),
            pages=tuple(rule.build() for rule in self.pages),
        )

    @property
    def sources(self) -> tuple[Source, ...]:
        """All addresses polled for links: feeds, then sitemaps, then sections."""
        kinds = (
            (SourceKind.FEED, self.feeds),
            (SourceKind.SITEMAP, self.sitemaps),
            (SourceKind.SECTION, self.sections),
        )
        return tuple(Source(kind=kind, url=url) for kind, urls in kinds for url in urls)


class RecipientTable(Table):
    """Somebody who is told, by mail or through channels."""

    id: NameId
    """How rules name it."""
    email: Annotated[tuple[MailAddress, ...], OneOrMore, Field(max_length=100), Unique] = ()
    """One address or a list."""
    channels: Annotated[tuple[ChannelName, ...], OneOrMore, Field(max_length=20), Unique] = ()
    """Names of channels, whose addresses the environment gives (NEWSHAWK_CHANNEL_NAME); beside email or instead."""
    timezone: Zone = "UTC"
    """Zone of its quiet hours and digests."""
    quiet: Annotated[str, _text(values.quiet_hours)] = ""
    """Hours in which only rules of severity high send: "22:00-07:00"."""
    quiet_days: Annotated[
        tuple[str, ...], OneOrMore, Field(max_length=7), AfterValidator(values.quiet_days)
    ] = ()
    """Days of the same kind: ["sat", "sun"]; what they hold leaves as one digest behind them."""

    def build(self, channels: Mapping[str, Channel]) -> tuple[Recipient, ...]:
        """Return the types that travel: one by mail, and one for each channel that *channels* gives by name."""
        mail = Recipient(
            id=self.id,
            emails=self.email,
            timezone=self.timezone,
            quiet=self.quiet,
            quiet_days=self.quiet_days,
        )
        through = tuple(
            replace(mail, id=f"{self.id}/{name}", emails=(), channel=channels[name])
            for name in self.channels
            if name in channels
        )
        return (mail, *through) if self.email else through


class ExampleTable(Table):
    """A text by which a rule is tried, with what else an article has: for rules that ask for a field."""

    text: str = Field(default="", max_length=100_000)
    """The body. Text or title must be there."""
    title: str = Field(default="", max_length=10_000)
    """The headline."""
    byline: str = Field(default="", max_length=1000)
    """The authors."""
    section: str = Field(default="", max_length=1000)
    """The section."""
    outlet: str = Field(default="", max_length=100)
    """The outlet's id."""
    language: str = Field(default="", max_length=35)
    """The language, such as "fa"."""
    day: date | None = None
    """The day of publication."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.text or self.title):
            raise values.wrong("is empty: an example has a text, a title or both.")
        return self

    def build(self) -> Document:
        """Return the type that travels."""
        at = None if self.day is None else datetime.combine(self.day, time(), UTC)
        facts = {name: getattr(self, name) for name in ("title", "byline", "section", "outlet", "language")}
        return Document(body=self.text, date=at, **facts)


def _as_example(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


Examples = Annotated[
    tuple[
        Annotated[ExampleTable, BeforeValidator(_as_example, json_schema_input_type=str | ExampleTable)], ...
    ],
    OneOrMore,
    Field(max_length=100),
]
Event = Literal["match", "edit", "unmatch", "headline", "removal"]


class RuleTable(Table):
    """A standing query: who is told when it holds."""

    id: NameId
    """Its name in mails and commands."""
    query: str = Field(max_length=500_000)
    """What to look for, in the query language."""
    to: Annotated[tuple[str, ...], OneOrMore, Field(min_length=1, max_length=100), Unique]
    """Ids of recipients."""
    cadence: Annotated[str, _text(values.cadence)] = "immediate"
    """immediate, hourly, "daily 07:00" or "mon 07:00", in the reader's zone."""
    severity: Literal["normal", "high"] = "normal"
    """high goes through quiet hours."""
    on: Annotated[tuple[Event, ...], OneOrMore, Field(min_length=1), Unique] = ("match", "edit")
    """What alerts: match, edit (a match that an edit brings), unmatch (one that it takes away), headline, removal."""
    match: Examples = ()
    """Texts that must match; checked whenever the config is read."""
    no_match: Examples = ()
    """Texts that must not."""
    outlets: Annotated[tuple[str, ...], OneOrMore, Field(max_length=1000), Unique] = ()
    """Ids of the outlets it is limited to. Default: all."""

    def build(self) -> Rule:
        """Return the type that travels."""
        examples = {
            name: tuple(each.build() for each in getattr(self, name)) for name in ("match", "no_match")
        }
        return Rule(**{name: getattr(self, name) for name in type(self).model_fields} | examples)


class Synonyms(Table):
    """Words that stand for each other in queries: a term that is in a set finds all words of the set."""

    files: Annotated[tuple[FilePath, ...], OneOrMore, Field(max_length=100), Unique] = ()
    """Files of sets, relative to the config: a set a line, its words with commas between; # begins a comment."""
    names: StrictBool = False
    """True: the shipped sets too, spellings of names in the news."""


class ConfigTable(Table):
    """newshawk.toml"""

    model_config = ConfigDict(title="newshawk.toml")

    store: Store = Store()
    network: Network = Network()
    mail: Mail = Mail()
    ops: Ops = Ops()
    queries: dict[QueryName, QueryText] = Field(default={}, max_length=10_000)
    """Queries by name: `@name` in a query stands for one."""
    synonyms: Synonyms = Synonyms()
    outlets: tuple[OutletTable, ...] = Field(default=(), max_length=10_000)
    recipients: tuple[RecipientTable, ...] = Field(default=(), max_length=10_000)
    rules: tuple[RuleTable, ...] = Field(default=(), max_length=100_000)
