"""``newshawk rules``: the standing queries, and a rule tried on the past before it goes live."""

from __future__ import annotations

import json
from typing import Any

import typer
from rich.markup import escape
from rich.table import Table

from crawler.alerts.plain import one_line
from crawler.cli.facts import broken_words, sentence
from crawler.cli.options import ConfigOption, JsonOption, out
from crawler.cli.ruletest import backtest
from crawler.config import Config, load_config
from crawler.config.former import broken_rules
from crawler.items import Rule

rules_app = typer.Typer(help="The standing queries: list them, try one on the past.", no_args_is_help=True)

QUERY = 100
"""Characters of a query that are shown."""


def register(app: typer.Typer) -> None:
    """Add ``rules``."""
    rules_app.command("list")(list_rules)
    rules_app.command("test")(backtest)
    app.add_typer(rules_app, name="rules")


def list_rules(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """The rules of the config: query, readers, cadence."""
    loaded = load_config(config)
    rules = loaded.rules
    if as_json:
        for rule in rules:
            print(json.dumps(_declaration(rule), ensure_ascii=False))
        return
    table = Table("rule", "query", "to", "cadence", "severity")
    for rule in rules:
        query = escape(one_line(rule.query, QUERY))
        table.add_row(escape(rule.id), query, escape(", ".join(rule.to)), rule.cadence, rule.severity)
    out.print(table if rules else "The config has no \\[[rules]] that can be used.")
    for broken in broken_rules(loaded, _former(loaded)):
        sentence(broken_words(broken))


def _former(config: Config) -> list[Rule]:
    """Return the broken rules as the store knows them from before."""
    if not config.broken or not config.store.path.exists():
        return []
    from storage.store import Store

    with Store.open(config.store.path, read_only=True) as store:
        return store.rules_as_they_were([rule.id for rule in config.broken])


def _declaration(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "query": rule.query,
        "to": list(rule.to),
        "cadence": rule.cadence,
        "severity": rule.severity,
        "outlets": list(rule.outlets),
    }
