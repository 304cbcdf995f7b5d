"""What a config that works should still not leave so. Pure but for a look at the store's folder."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.config.model import Config, Mail, Network


def advice(config: Config) -> tuple[str, ...]:
    """Return the warnings of ``newshawk check``: those of reading, then what is missing or left at a default."""
    return (*config.warnings, *_missing(config), *_left_at_default(config))


def _missing(config: Config) -> Iterator[str]:
    if not config.outlets:
        yield 'No outlet is watched: a crawl has nothing to do. Add [[outlets]] with use = "presstv", for example.'
    for rule in config.rules:
        if early := sorted({"removal", "headline"} & set(rule.on)):
            yield f'Rule "{rule.id}": on = {", ".join(early)} is accepted and does not alert yet.'
    if config.ops.to:
        yield "to in [ops] is accepted; ops mail is not sent yet. Watch /metrics and newshawk status."
    if not config.store.path.parent.is_dir():
        yield f"The folder of the store does not exist yet: {config.store.path.parent}"
    elif config.store.path.is_dir():
        yield f"The path of the store is a folder: {config.store.path}. Name a file in it."


def _left_at_default(config: Config) -> Iterator[str]:
    if (
        config.outlets
        and config.network.user_agent == Network().user_agent
        and not config.network.allow_private
    ):
        yield "user_agent in [network] names example.org. Put an address there where sites can reach you."
    if config.mail.transport == "smtp" and config.rules and config.mail.sender == Mail().sender:
        yield f"Mails would come from {config.mail.sender}. Set from in [mail] to an address of yours."
    placeholders = [
        who.id for who in config.recipients if any(mail.endswith("@example.org") for mail in who.emails)
    ]
    if config.mail.transport == "smtp" and placeholders:
        yield f'Recipient "{placeholders[0]}" has an address at example.org, which nobody reads.'
