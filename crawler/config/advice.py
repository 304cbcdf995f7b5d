"""What a config that works should still not leave so. Pure but for a look at the store's folder."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from crawler.config.model import Config, Mail, Network
from crawler.items import Rule


def advice(config: Config) -> tuple[str, ...]:
    """Return the warnings of ``newshawk check``: those of reading, then what is missing or left at a default."""
    return (*config.warnings, *_missing(config), *_left_at_default(config))


def _missing(config: Config) -> Iterator[str]:
    if not config.outlets:
        yield 'No outlet is watched: a crawl has nothing to do. Add [[outlets]] with use = "presstv", for example.'
    for rule in config.rules:
        yield from _unknown_outlets(config, rule)
    if not config.store.path.parent.is_dir():
        yield f"The folder of the store does not exist yet: {config.store.path.parent}"
    elif config.store.path.is_dir():
        yield f"The path of the store is a folder: {config.store.path}. Name a file in it."


def _unknown_outlets(config: Config, rule: Rule) -> Iterator[str]:
    """Yield a line for each outlet that a query is limited to and nobody watches: the rule can never match."""
    from crawler.query import parse

    ids = [outlet.id for outlet in (*config.outlets, *config.disabled)]
    former = {old.lower(): new for old, new in config.former_ids.items()}
    for named in parse(rule.full_query).plan().outlets:
        if named in former:
            yield (
                f'Rule "{rule.id}" names outlet:{named}, which is called {former[named]} now. It still works;'
                f" write outlet:{former[named]}."
            )
        elif named.lower() not in {each.lower() for each in ids}:
            near = get_close_matches(named, ids, n=1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            yield f'Rule "{rule.id}" is limited to outlet:{named}, which is not watched: it never matches.{hint}'


def _left_at_default(config: Config) -> Iterator[str]:
    if (
        config.outlets
        and config.network.user_agent == Network().user_agent
        and not config.network.allow_private
    ):
        yield "user_agent in [network] names example.org. Put an address there where sites can reach you."
    elif "+http" not in config.network.user_agent.lower() and "@" not in config.network.user_agent:
        yield (
            "user_agent in [network] names no contact, and sites that are bothered block what they cannot reach."
            ' Add an address: "newshawk (+https://...)", or a mail address.'
        )
    if config.mail.transport == "smtp" and config.rules and config.mail.sender == Mail().sender:
        yield f"Mails would come from {config.mail.sender}. Set from in [mail] to an address of yours."
    placeholders = [
        who.id for who in config.recipients if any(mail.endswith("@example.org") for mail in who.emails)
    ]
    if config.mail.transport == "smtp" and placeholders:
        yield f'Recipient "{placeholders[0]}" has an address at example.org, which nobody reads.'
