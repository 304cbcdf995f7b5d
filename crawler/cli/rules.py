"""``newshawk rules``: the standing queries, and a rule tried on the past before it goes live."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from crawler.alerts.backtest import Hit, hits_by_day, loads, sparkline
from crawler.alerts.excerpts import Pieces, as_text, excerpts, field_spans, marked_title
from crawler.alerts.plain import one_line
from crawler.alerts.policy import due_at
from crawler.cli.options import ConfigOption, JsonOption, out
from crawler.cli.since import moment_since
from crawler.config import Config, load_config
from crawler.errors import UsageError
from crawler.items import Document, Recipient, Rule

if TYPE_CHECKING:
    from crawler.query import Query
    from storage.store import Store

rules_app = typer.Typer(help="The standing queries: list them, try one on the past.", no_args_is_help=True)

TITLE, QUERY = 160, 100
"""Characters of a headline and of a query that are shown."""

SAMPLE_EXCERPTS = 2

SPARK_DAYS = 90
"""Days that are drawn, the latest ones; all days with hits are listed."""


def register(app: typer.Typer) -> None:
    """Add ``rules``."""
    rules_app.command("list")(list_rules)
    rules_app.command("test")(backtest)
    app.add_typer(rules_app, name="rules")


def list_rules(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """The rules of the config: query, readers, cadence."""
    rules = load_config(config).rules
    if as_json:
        for rule in rules:
            print(json.dumps(_declaration(rule), ensure_ascii=False))
        return
    table = Table("rule", "query", "to", "cadence", "severity")
    for rule in rules:
        query = escape(one_line(rule.query, QUERY))
        table.add_row(escape(rule.id), query, escape(", ".join(rule.to)), rule.cadence, rule.severity)
    out.print(table if rules else "The config has no \\[[rules]].")


def _declaration(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "query": rule.query,
        "to": list(rule.to),
        "cadence": rule.cadence,
        "severity": rule.severity,
        "outlets": list(rule.outlets),
    }


def backtest(
    query_or_id: Annotated[str, typer.Argument(metavar="QUERY-or-ID", help="A rule's id, or a query.")],
    since: Annotated[str, typer.Option(help="A date, or 30d, 12h, 90m: by first_seen_at.")] = "30d",
    to: Annotated[list[str] | None, typer.Option(help="Readers; default: the rule's, or all.")] = None,
    cadence: Annotated[str, typer.Option(help="Instead of the rule's own.")] = "",
    samples: Annotated[int, typer.Option(min=0, help="How many of the newest hits to show.")] = 5,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try a rule on the archive: hits by day and outlet, samples with the match marked, mails per reader.

    Read only. Mails are counted as if no article had been silent.
    """
    from crawler.cli.formats import json_line
    from crawler.query import parse
    from storage.store import Store

    loaded = load_config(config)
    rule = _chosen(loaded, query_or_id, to, cadence)
    query = parse(rule.query, loaded.vocabulary).for_outlets(loaded.former_ids)
    now = datetime.now(UTC)
    begin = moment_since(since, now)
    with Store.open(loaded.store.path, read_only=True) as store:
        rows = _hits(store, rule, query, begin)
        if as_json:
            for row in rows:
                print(json_line(row))
            return
        found = _Found.of(rows, samples)
    readers = [recipient for recipient in loaded.recipients if recipient.id in rule.to]
    _print(rule, query, readers, found, begin, now)


def _chosen(config: Config, query_or_id: str, to: list[str] | None, cadence: str) -> Rule:
    """Return the rule of that id, or a rule of that query for everybody, with the options applied."""
    known = [recipient.id for recipient in config.recipients]
    if unknown := sorted(set(to or ()) - set(known)):
        raise UsageError(
            f"--to {unknown[0]}: not a recipient of the config ({', '.join(known) or 'it has none'})."
        )
    rule = next((rule for rule in config.rules if rule.id == query_or_id), None)
    rule = rule or Rule(id="(query)", query=query_or_id, to=tuple(known))
    return replace(rule, to=tuple(to) if to else rule.to, cadence=_cadence(cadence) or rule.cadence)


def _cadence(text: str) -> str:
    """Return *text* if the policy can read it.

    Raises:
        UsageError: it cannot.
    """
    nobody = Recipient(id="nobody", emails=())
    try:
        if text:
            due_at(Rule(id="x", query="x", to=(), cadence=text), nobody, datetime.now(UTC))
    except ValueError as error:
        told = 'It is immediate, hourly, "daily 07:00" or "mon 07:00".'
        raise UsageError(f'--cadence "{text}" cannot be read. {told}') from error
    return text


def _hits(store: Store, rule: Rule, query: Query, since: datetime) -> Iterator[dict[str, Any]]:
    for row in store.export_rows(query, since=since):
        if not rule.outlets or row["outlet"] in rule.outlets:
            yield row


@dataclass(slots=True, kw_only=True)
class _Found:
    """What was found, without the texts but for the samples."""

    hits: list[Hit] = field(default_factory=list)
    newest: deque[dict[str, Any]]

    @classmethod
    def of(cls, rows: Iterator[dict[str, Any]], samples: int) -> _Found:
        found = cls(newest=deque(maxlen=samples))
        for row in rows:
            seen = datetime.fromisoformat(row["first_seen_at"])
            found.hits.append(Hit(story_id=row["story_id"], outlet=row["outlet"], first_seen_at=seen))
            found.newest.append(row)
        return found


def _print(
    rule: Rule, query: Query, readers: list[Recipient], found: _Found, since: datetime, now: datetime
) -> None:
    stories = len({hit.story_id for hit in found.hits})
    out.print(f"[bold]{escape(rule.id)}[/]  {escape(one_line(rule.query, QUERY))}")
    out.print(
        f"{_count(len(found.hits), 'article')} in {_count(stories, 'story')} since {since:%Y-%m-%d %H:%M} UTC"
    )
    if not found.hits:
        return
    _print_days(found, since, now)
    for outlet, count in Counter(hit.outlet for hit in found.hits).most_common():
        out.print(f"  {count:6}  {escape(outlet)}")
    for row in reversed(found.newest):
        _print_sample(row, query)
    _print_loads(rule, readers, found)


def _print_days(found: _Found, since: datetime, now: datetime) -> None:
    days = hits_by_day(found.hits, max(since, now - timedelta(days=SPARK_DAYS)), now)
    out.print(f"By day: {sparkline([count for _, count in days][-SPARK_DAYS:])}")
    for day, count in days:
        if count:
            out.print(f"  {count:6}  {day}")
    out.print("By outlet:")


def _print_sample(row: dict[str, Any], query: Query) -> None:
    from crawler.query import spans

    places = spans(query, _document(row))
    title = marked_title(row["title"], field_spans("title", places, len(row["title"])), TITLE)
    out.print()
    out.print(Text.assemble(f"#{row['id']}  ", _styled(title)))
    out.print(
        Text(f"{row['outlet']} · {row['published_at'] or row['first_seen_at']} · {one_line(row['url'], 300)}")
    )
    body = excerpts(row["body"], field_spans("body", places, len(row["body"])), SAMPLE_EXCERPTS)
    for pieces in body.shown:
        out.print(Text.assemble("  ", _styled(pieces)))


def _styled(pieces: Pieces) -> Text:
    """Return the pieces in colour on a terminal, with asterisks where there is none."""
    if not out.is_terminal or out.no_color:
        return Text(as_text(pieces))
    return Text.assemble(*((piece.text, "bold black on yellow" if piece.marked else "") for piece in pieces))


def _document(row: dict[str, Any]) -> Document:
    return Document(
        title=row["title"],
        body=row["body"],
        byline="\n".join(row["byline"]),
        section=row["section"],
        outlet=row["outlet"],
        language=row["language"],
        date=datetime.fromisoformat(row["published_at"] or row["first_seen_at"]),
    )


def _print_loads(rule: Rule, readers: list[Recipient], found: _Found) -> None:
    out.print()
    if not readers:
        out.print("No recipient would have got mail: the config names none for this rule.")
    for load in loads(rule, readers, found.hits):
        told = f"{_count(load.alerts, 'alert')} in {_count(load.mails, 'mail')} ({rule.cadence})"
        out.print(f"{escape(load.recipient_id)} would have had {told}")


def _count(number: int, word: str) -> str:
    plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{number} {word if number == 1 else plural}"
