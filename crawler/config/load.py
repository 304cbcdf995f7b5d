"""newshawk.toml to Config: found, read, checked. All mistakes are told at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import platformdirs
from pydantic import BaseModel

from crawler.config import environment
from crawler.config.channels import read_channels, warn_of_clear_text, ways_of, with_channels
from crawler.config.crosscheck import Placed, Tables, crosscheck, ids_of, raw_tables
from crawler.config.model import Config, Mail, Network, Ops, Store
from crawler.config.vocabulary import read_vocabulary
from crawler.declarations.document import Document, read_document
from crawler.declarations.problems import Findings
from crawler.declarations.tables import ConfigTable, OutletTable, RecipientTable, RuleTable
from crawler.declarations.values import did_you_mean
from crawler.errors import ConfigError
from crawler.items import BrokenRule, Recipient, Rule
from crawler.outlets.load import catalogue_document, catalogue_ids, incomplete

CONFIG_NAME = "newshawk.toml"

Section = TypeVar("Section", bound=BaseModel)
Entry = TypeVar("Entry", bound=BaseModel)


def find_config() -> Path | None:
    """Return newshawk.toml of the working folder, else of the user's config folder, else None. Read only."""
    places = (Path.cwd(), platformdirs.user_config_path("newshawk"))
    return next((folder / CONFIG_NAME for folder in places if os.path.lexists(folder / CONFIG_NAME)), None)


def load_config(
    path: Path | None = None, *, env: Mapping[str, str] | None = None, strict: bool = False
) -> Config:
    """Return the checked config: that of *path*, else the one ``find_config`` finds, else all defaults.

    *env* is the environment (default: this process's). *strict* also refuses private hosts that
    ``allow_private = false`` keeps from being asked: ``newshawk check`` reads so; a crawl tells them one by one.

    A mistake in a rule stops only this rule: it is left out of ``rules`` and stands in ``broken``, but for *strict*.

    Raises ConfigError with every mistake, a line each.
    """
    env = os.environ if env is None else env
    path = path or find_config()
    document = _nothing() if path is None else read_document(path.expanduser())
    findings = Findings()
    tables = _read_tables(document, findings)
    crosscheck(tables, document, findings, strict=strict)
    config = _build(tables, document, env, findings, has_file=path is not None)
    if findings.problems or (strict and config.broken):
        raise ConfigError(*findings.told())
    return config


def _nothing() -> Document:
    """Return the document that stands for no file: all defaults, relative to the working folder."""
    return Document(path=Path.cwd() / CONFIG_NAME, name=CONFIG_NAME, data={}, lines={})


def _read_tables(document: Document, findings: Findings) -> Tables:
    """Return every table that could be read; the mistakes of the others are added."""
    _refuse_unknown(document, findings)
    return Tables(
        store=_section(Store, "store", document, findings),
        network=_section(Network, "network", document, findings),
        mail=_section(Mail, "mail", document, findings),
        ops=_section(Ops, "ops", document, findings),
        outlets=_outlets(document, findings),
        recipients=_entries(RecipientTable, "recipients", document, findings),
        rules=_entries(RuleTable, "rules", document, findings),
        vocabulary=read_vocabulary(document, findings),
    )


def _refuse_unknown(document: Document, findings: Findings) -> None:
    known = list(ConfigTable.model_fields)
    for key in document.data:
        if key not in known:
            near = did_you_mean(key, known) or f" There are {', '.join(known)}."
            findings.refuse(document.place((key,)), f'there is no "{key}" in a config.{near}')


def _section(model: type[Section], name: str, document: Document, findings: Findings) -> Section:
    """Return one section; the defaults when it is missing or wrong (its mistakes are added)."""
    found = findings.read(model, document.data.get(name, {}), document, (name,), f"[{name}]")
    return model() if found is None else found


def _raw_entries(name: str, document: Document, findings: Findings) -> list[dict[str, Any]]:
    """Return the tables of an array of tables as read."""
    raw = document.data.get(name, [])
    if isinstance(raw, list) and all(isinstance(entry, dict) for entry in raw):
        return raw
    singular = name.removesuffix("s")
    findings.refuse(
        document.place((name,)), f"each {singular} is a table of its own: write [[{name}]] before it."
    )
    return []


def _entries(model: type[Entry], name: str, document: Document, findings: Findings) -> list[Placed[Entry]]:
    """Return the tables ``[[name]]`` that could be read."""
    placed = []
    for number, raw in enumerate(_raw_entries(name, document, findings)):
        loc = (name, number)
        wrong = findings.of_rule(number) if name == "rules" else findings
        entry = wrong.read(model, raw, document, loc, _subject(name, raw))
        if entry is not None:
            placed.append(Placed(loc, entry))
    return placed


def _subject(name: str, raw: Mapping[str, Any]) -> str:
    singular = name.removesuffix("s")
    given = raw.get("id") or raw.get("use")
    return f'{singular} "{given}"' if isinstance(given, str) else f"this {singular}"


def _outlets(document: Document, findings: Findings) -> list[Placed[OutletTable]]:
    """Return the outlets that could be read, those with ``use`` laid over their catalogue entry."""
    placed = []
    for number, raw in enumerate(_raw_entries("outlets", document, findings)):
        loc = ("outlets", number)
        merged = _with_catalogue(raw, document, loc, findings)
        if merged is None:
            continue
        table = findings.read(OutletTable, merged, document, loc, _subject("outlets", raw))
        if table is None:
            continue
        for key, told in incomplete(table):
            findings.refuse(document.place((*loc, key)), told)
        placed.append(Placed(loc, table))
    return placed


def _with_catalogue(
    raw: dict[str, Any], document: Document, loc: tuple[str | int, ...], findings: Findings
) -> dict[str, Any] | None:
    """Return *raw* laid over the catalogue entry that it uses; None when there is no such entry."""
    use = raw.get("use")
    if not isinstance(use, str) or use == "":
        return raw
    if use not in catalogue_ids():
        near = did_you_mean(use, catalogue_ids()) or ' "newshawk outlets list" shows it.'
        findings.refuse(document.place((*loc, "use")), f'use = "{use}" is not in the catalogue.{near}')
        return None
    return overlay(catalogue_document(use).data, raw)


def overlay(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the declaration *base* with the keys of *own* in place of its own.

    ``every`` and ``cron`` replace each other. Hosts that *own* leaves out stay recognised: they become
    aliases, unless *own* gives the aliases too.
    """
    merged = {**base, **own}
    for key, other in (("cron", "every"), ("every", "cron")):
        if own.get(key) and other not in own:
            merged.pop(other, None)
    hosts = own.get("hosts")
    if hosts is not None and "aliases" not in own:
        listed = hosts if isinstance(hosts, list) else [hosts]
        asked = {host.lower() for host in listed if isinstance(host, str)}
        former = [*base.get("hosts", []), *base.get("aliases", [])]
        merged["aliases"] = [host for host in former if host not in asked]
    return merged


def _build(
    tables: Tables, document: Document, env: Mapping[str, str], findings: Findings, *, has_file: bool
) -> Config:
    """Return the config; the mistakes of paths and environment are added."""
    folder = document.path.absolute().parent
    ca_files = environment.ca_files(tables.network, folder, document, env, findings)
    complete = [entry.table for entry in tables.outlets if entry.table.id and entry.table.hosts]
    login = environment.mail_login(env, findings)
    proxies = environment.proxies(env, findings)
    environment.warn_of_open_secrets(tables, document, findings)
    channels = read_channels(tables, document, env, findings, ca_files)
    warn_of_clear_text(channels.values(), findings)
    recipients = tuple(way for entry in tables.recipients for way in entry.table.build(channels))
    return Config(
        path=document.path.absolute() if has_file else None,
        store=tables.store.model_copy(update={"path": _below(folder, tables.store.path)}),
        network=tables.network.model_copy(
            update={
                "ca_file": str(_below(folder, Path(tables.network.ca_file))) if tables.network.ca_file else ""
            }
        ),
        mail=tables.mail.model_copy(update={"folder": _below(folder, tables.mail.folder)}),
        login=login,
        ops=tables.ops,
        outlets=tuple(table.build() for table in complete if table.enabled),
        disabled=tuple(table.build() for table in complete if not table.enabled),
        recipients=recipients,
        rules=_rules(tables, complete, recipients, findings),
        broken=_broken(document, findings),
        vocabulary=tables.vocabulary,
        ca_files=ca_files,
        proxies=proxies,
        warnings=tuple(dict.fromkeys(findings.warnings)),
    )


def _rules(
    tables: Tables, outlets: Iterable[OutletTable], recipients: Sequence[Recipient], findings: Findings
) -> tuple[Rule, ...]:
    """Return the rules that can be used."""
    ways = ways_of(recipients)
    sound = (entry.table for entry in tables.rules if not findings.of_rule(entry.number).problems)
    return tuple(with_channels(_rule(table.build(), outlets, tables), ways) for table in sound)


def _broken(document: Document, findings: Findings) -> tuple[BrokenRule, ...]:
    """Return the others, in the order of the file, behind the named queries that cannot be read."""
    first = ids_of("rules", document)
    ids = {number: entry.get("id") for number, entry in raw_tables("rules", document)}
    broken = [BrokenRule(id=f"@{name}", told=tuple(wrong.told())) for name, wrong in findings.queries.items()]
    for number, wrong in sorted(findings.rules.items()):
        if wrong.problems:
            given = ids[number]
            is_first = isinstance(given, str) and first[given] == number
            broken.append(BrokenRule(id=str(given) if is_first else "", told=tuple(wrong.told())))
    return tuple(broken)


def _rule(rule: Rule, outlets: Iterable[OutletTable], tables: Tables) -> Rule:
    """Return the rule limited to outlets by the ids that they have now, with its expanded query."""
    present = {old: table.id for table in outlets for old in table.formerly}
    limited = tuple(dict.fromkeys(present.get(each, each) for each in rule.outlets))
    return replace(rule, outlets=limited, expanded=tables.expanded.get(rule.id, ""))


def _below(folder: Path, path: Path) -> Path:
    """Return *path*, relative to *folder* unless it is absolute or begins with ``~``."""
    return Path(os.path.normpath(folder / environment.at_home(path)))
