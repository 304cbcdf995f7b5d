"""What becomes of a rule that was broken by a change of the config: it is used as it was before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

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
