"""``newshawk rules test``: a rule tried on the past before it goes live."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from crawler.cli.options import ConfigOption, JsonOption, err, say
from crawler.cli.since import moment_since
from crawler.config import Config, load_config
from crawler.declarations.values import did_you_mean
from crawler.errors import QueryError, UsageError
from crawler.items import Recipient, Rule

if TYPE_CHECKING:
    from schedules.backtest import Other
    from storage.store import Store

UNNAMED = "(query)"
"""Stands for the id of a query that is no rule."""


def backtest(
    query_or_id: Annotated[str, typer.Argument(metavar="QUERY-or-ID", help="A rule's id, or a query.")],
    new_query: Annotated[
        str | None,
        typer.Argument(metavar="[NEW-QUERY]", help="Instead of the rule's own, which it is compared with."),
    ] = None,
    since: Annotated[str, typer.Option(help="A date, or 30d, 12h, 90m: by first_seen_at.")] = "30d",
    to: Annotated[list[str] | None, typer.Option(help="Readers; default: the rule's, or all.")] = None,
    cadence: Annotated[str, typer.Option(help="Instead of the rule's own.")] = "",
    against: Annotated[
        str,
        typer.Option(
            metavar="QUERY-or-ID",
            help="Compare with it; default: the live version of the rule, where the config has another.",
        ),
    ] = "",
    samples: Annotated[int, typer.Option(min=0, help="How many of the newest hits to show.")] = 5,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with a plot there.", show_default=False)
    ] = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Print counts, readers, samples and the comparison as one JSON.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try a rule on the archive: hits by day and outlet, samples with the match marked, mails per reader.

    Of a rule that is changed also what it gains and loses against the version by which crawls match now. Read only.
    Mails are counted as if no article had been silent. --json prints export rows, a line each.
    """
    from crawler.cli.formats import json_line
    from crawler.cli.outfile import whole_file
    from crawler.cli.rulepage import trial_page
    from crawler.cli.rulewords import print_trial, trial_facts
    from schedules.backtest import Backtest
    from storage.store import Store

    loaded = load_config(config)
    rule = _chosen(loaded, query_or_id, new_query, to, cadence)
    now = datetime.now(UTC)
    begin = moment_since(since, now)
    with Store.open(loaded.store.path, read_only=True) as store:
        test = Backtest(
            store=store,
            readers=tuple(recipient for recipient in loaded.recipients if recipient.id in rule.to),
            former=loaded.former_ids,
            since=begin,
            until=now,
            samples=samples,
        )
        if as_json:
            for row in test.rows(rule):
                print(json_line(row))
            return
        trial = test.of(rule, _other(loaded, store, rule, against, is_changed=new_query is not None))
    if html is not None:
        with whole_file(html) as part:
            part.write_text(trial_page(trial), encoding="utf-8")
    if summary:
        print(json.dumps(trial_facts(trial), ensure_ascii=False))
        return
    print_trial(trial)
    if rule.id == UNNAMED and not trial.hits:
        near = did_you_mean(query_or_id, [each.id for each in loaded.rules])
        if near:
            say(f"It was tried as a query, for no rule has this id.{near}")
    if html is not None:
        say(f"Wrote {escape(str(html))}")


def _chosen(
    config: Config, query_or_id: str, new_query: str | None, to: list[str] | None, cadence: str
) -> Rule:
    """Return the rule of that id, or a rule of that query for everybody, with the options applied.

    Raises:
        QueryError: the query cannot be read.
    """
    from crawler.query import parse

    known = [recipient.id for recipient in config.recipients]
    if unknown := sorted(set(to or ()) - set(known)):
        raise UsageError(
            f"--to {unknown[0]}: not a recipient of the config ({', '.join(known) or 'it has none'})."
        )
    rule = next((rule for rule in config.rules if rule.id == query_or_id), None)
    if broken := next((rule for rule in config.broken if rule.id == query_or_id), None):
        raise UsageError("\n".join(broken.told))
    if rule is None and new_query is not None:
        near = did_you_mean(query_or_id, [each.id for each in config.rules])
        raise UsageError(f'No rule "{query_or_id}" in the config, whose query could be another.{near}')
    rule = rule or Rule(id=UNNAMED, query=query_or_id, to=tuple(known))
    written = rule.query if new_query is None else new_query
    return replace(
        rule,
        query=written,
        expanded=parse(written, config.vocabulary).expanded,
        to=tuple(to) if to else rule.to,
        cadence=_cadence(cadence) or rule.cadence,
    )


def _cadence(text: str) -> str:
    """Return *text* if the policy can read it.

    Raises:
        UsageError: it cannot.
    """
    from crawler.alerts.policy import due_at

    nobody = Recipient(id="nobody", emails=())
    try:
        if text:
            due_at(Rule(id="x", query="x", to=(), cadence=text), nobody, datetime.now(UTC))
    except ValueError as error:
        told = 'It is immediate, hourly, "daily 07:00" or "mon 07:00".'
        raise UsageError(f'--cadence "{text}" cannot be read. {told}') from error
    return text


def _other(config: Config, store: Store, rule: Rule, against: str, *, is_changed: bool) -> Other | None:
    """Return what to compare a rule with: what was asked for, else its live version where that is another one."""
    from crawler.query import parse
    from schedules.backtest import Other, live_version

    if against:
        known = live_version(store, against) or _configured(config, against)
        return known or Other(name="the other query", query=parse(against, config.vocabulary).expanded)
    live = live_version(store, rule.id) or (_configured(config, rule.id) if is_changed else None)
    if live is None or (live.query, live.outlets) == (rule.full_query, rule.outlets):
        return None
    try:
        parse(live.query)
    except QueryError as error:
        err.print(
            f"Not compared with {escape(live.name)}: its query cannot be read any more. {escape(error.cause)}"
        )
        return None
    return live


def _configured(config: Config, rule_id: str) -> Other | None:
    from schedules.backtest import Other

    rule = next((rule for rule in config.rules if rule.id == rule_id), None)
    if rule is None:
        return None
    return Other(name=f'rule "{rule_id}" of the config', query=rule.full_query, outlets=rule.outlets)
