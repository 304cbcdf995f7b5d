"""What becomes of a rule that was broken by a change of the config: it is used as it was before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from crawler.config.model import Config
from crawler.errors import QueryError
from crawler.items import Rule


def with_former(config: Config, former: Iterable[Rule]) -> Config:
    """Return the config with its broken rules as they were when they could last be used, *former*: until somebody mends
    them nothing is missed. Readers that are no longer there are left out, and a rule that has no other."""
    from crawler.query import parse

    readers, used = {who.id for who in config.recipients}, []
    for rule in former:
        try:
            parse(rule.query)
        except QueryError:  # the query language of an earlier version
            continue
        if to := tuple(reader for reader in rule.to if reader in readers):
            outlets = dict.fromkeys(config.former_ids.get(each, each) for each in rule.outlets)
            used.append(replace(rule, to=to, outlets=tuple(outlets)))
    return replace(config, rules=(*config.rules, *used))


def broken_rules(config: Config, former: Iterable[Rule]) -> list[dict[str, Any]]:
    """Return ``[{"id", "is_used", "cause", "told": [...]}]``: the rules and named queries that cannot be used as they are
    written; ``is_used`` where one of *former* stands in its place."""
    used = {rule.id for rule in with_former(config, former).rules}
    return [
        {"id": rule.id, "is_used": rule.id in used, "cause": rule.cause, "told": list(rule.told)}
        for rule in config.broken
    ]
