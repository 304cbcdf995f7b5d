"""Channels: their names stand in the config, their addresses in the environment or in files that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from crawler.config.crosscheck import Placed, Tables
from crawler.config.environment import secret_of
from crawler.declarations import values
from crawler.declarations.document import Document
from crawler.declarations.problems import Findings
from crawler.declarations.tables import RecipientTable
from crawler.items import Channel, Recipient, Rule

SHORTEST_SECRET = 16
"""Characters of what a webhook's documents are signed with."""

LONGEST_ADDRESS = 2_000

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s]+")
_OTHERS = {
    "hooks.slack.com": "slack://",
    "discord.com": "discord://",
    "api.telegram.org": "tgram://",
    "ntfy.sh": "ntfy://",
}
"""Services that would not understand our document, and what their addresses begin with in apprise."""


def address_variable(name: str) -> str:
    """Return the variable that holds the address of a channel."""
    return f"NEWSHAWK_CHANNEL_{name.upper().replace('-', '_')}"


def secret_variable(name: str) -> str:
    """Return the variable that holds what a webhook's documents are signed with."""
    return f"NEWSHAWK_SECRET_{name.upper().replace('-', '_')}"


def read_channels(
    tables: Tables,
    document: Document,
    env: Mapping[str, str],
    findings: Findings,
    ca_files: tuple[Path, ...] = (),
) -> dict[str, Channel]:
    """Return the channels that recipients name, by name; what is wrong with one is added, its address never told."""
    found: dict[str, Channel] = {}
    for entry in tables.recipients:
        _refuse_unreachable(entry, tables.ops.to, document, findings)
        for number, name in enumerate(entry.table.channels):
            if name not in found:
                place = document.place((*entry.loc, "channels", number))
                found[name] = replace(_channel(name, place, env, findings), ca_files=ca_files)
    return found


def _refuse_unreachable(
    entry: Placed[RecipientTable], ops: Iterable[str], document: Document, findings: Findings
) -> None:
    table = entry.table
    if table.email:
        return
    if not table.channels:
        findings.refuse(
            document.place(entry.loc),
            f'recipient "{table.id}" has no email, and no channels either. Give it one or both.',
        )
    elif table.id in ops:
        findings.refuse(
            document.place(("ops", "to")),
            f'to names recipient "{table.id}", which has no email. What ops is told goes by mail; give it one.',
        )


def _channel(name: str, place: str, env: Mapping[str, str], findings: Findings) -> Channel:
    variable = address_variable(name)
    known = len(findings.problems)
    url = secret_of(variable, env, findings).strip()
    channel = Channel(name=name, url=url)
    if len(findings.problems) > known:
        return channel
    if not url:
        findings.refuse(
            place,
            f'channel "{name}" has no address. Set {variable}, or {variable}_FILE to a file that holds it. '
            "It is a secret, and never stands in the config.",
        )
    elif told := _amiss(url):
        findings.refuse(variable, told)
    elif channel.is_webhook:
        return replace(channel, secret=_signing_secret(name, place, env, findings))
    elif find_spec("apprise") is None:
        findings.refuse(
            place, f'channel "{name}" needs apprise. Install it with: pip install "newshawk[channels]"'
        )
    return channel


def _amiss(url: str) -> str:
    """Return what is wrong with an address, without it; empty if nothing is seen."""
    parts = _split(url)
    if parts is None or len(url) > LONGEST_ADDRESS or not url.isprintable() or not _SCHEME.fullmatch(url):
        return (
            "is no address of a channel. Write https://HOST/PATH for a webhook, or an address as apprise has it: "
            "slack://, tgram://, matrixs://, ntfys:// ..."
        )
    if parts.scheme.lower() not in ("http", "https"):
        return ""
    if not parts.hostname:
        return "names no host."
    if parts.hostname in _OTHERS:
        other = _OTHERS[parts.hostname]
        return f"is of {parts.hostname}, which does not take newshawk's own documents. Write it as apprise has it: {other}..."
    return ""


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def _signing_secret(name: str, place: str, env: Mapping[str, str], findings: Findings) -> str:
    variable = secret_variable(name)
    known = len(findings.problems)
    secret = secret_of(variable, env, findings)
    if len(findings.problems) > known:
        return ""
    if not secret:
        findings.refuse(
            place,
            f'channel "{name}" is a webhook, whose documents are signed. Set {variable}, or {variable}_FILE: '
            "openssl rand -hex 32 makes a good one.",
        )
    elif len(secret) < SHORTEST_SECRET:
        findings.refuse(
            variable,
            f"is too short to sign with. Use {SHORTEST_SECRET} characters at least: openssl rand -hex 32",
        )
    return secret


def warn_of_clear_text(channels: Iterable[Channel], findings: Findings) -> None:
    """Add a warning for each webhook on the public network that is asked without encryption."""
    for channel in channels:
        parts = _split(channel.url)
        if (
            parts is not None
            and parts.scheme.lower() == "http"
            and not values.is_private_host(parts.hostname or "")
        ):
            findings.warn(
                address_variable(channel.name), "is http: what is sent can be read on its way. Use https."
            )


def ways_of(recipients: Iterable[Recipient]) -> dict[str, list[str]]:
    """Return by reader the ids of the ways to tell it: ``{"desk": ["desk", "desk/team"]}``."""
    ways: dict[str, list[str]] = {}
    for recipient in recipients:
        ways.setdefault(recipient.reader, []).append(recipient.id)
    return ways


def with_channels(rule: Rule, ways: Mapping[str, list[str]]) -> Rule:
    """Return the rule with each reader named once for each way to tell it."""
    return replace(rule, to=tuple(way for reader in rule.to for way in ways.get(reader, [reader])))
