"""What only the whole config shows: ids used twice, names that nobody has, hosts claimed twice, rules whose
query or examples fail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from crawler.config.model import Mail, Network, Ops, Store
from crawler.declarations import values
from crawler.declarations.document import Document
from crawler.declarations.problems import Findings, Loc
from crawler.declarations.tables import OutletTable, RecipientTable, RuleTable
from crawler.declarations.values import did_you_mean
from crawler.errors import QueryError
from crawler.items import NO_VOCABULARY, Vocabulary
from crawler.urls import WEB_PORTS

Table = TypeVar("Table")


@dataclass(frozen=True, slots=True)
class Placed(Generic[Table]):
    """A table with its place in the document."""

    loc: Loc
    table: Table

    @property
    def number(self) -> int:
        """Return which of its kind it is, from 0."""
        return int(self.loc[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """All tables of a config that could be read."""

    store: Store
    network: Network
    mail: Mail
    ops: Ops
    outlets: list[Placed[OutletTable]] = field(default_factory=list)
    recipients: list[Placed[RecipientTable]] = field(default_factory=list)
    rules: list[Placed[RuleTable]] = field(default_factory=list)
    vocabulary: Vocabulary = NO_VOCABULARY
    expanded: dict[str, str] = field(default_factory=dict)
    """By rule id: queries that use the vocabulary, with what it means in its place."""


def crosscheck(tables: Tables, document: Document, findings: Findings, *, strict: bool) -> None:
    """Add every mistake that takes more than one table to see."""
    for name in ("outlets", "recipients", "rules"):
        _refuse_repeated_ids(name, document, findings)
    _refuse_shared_hosts(tables.outlets, document, findings)
    _refuse_reused_ids(tables.outlets, document, findings)
    _refuse_unknown_names(tables, document, findings)
    for entry in tables.outlets:
        _check_interval(entry, tables.network, document, findings)
        if strict and not tables.network.allow_private:
            _refuse_private_hosts(entry, document, findings)
            _refuse_ports(entry, tables.network, document, findings)
    for rule in tables.rules:
        _check_query(rule, tables, document, findings.of_rule(rule.number))


def raw_tables(name: str, document: Document) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield number and content of each table ``[[name]]`` as read, also of those with mistakes."""
    raw = document.data.get(name, [])
    if isinstance(raw, list):
        yield from ((number, entry) for number, entry in enumerate(raw) if isinstance(entry, dict))


def ids_of(name: str, document: Document) -> dict[str, int]:
    """Return the ids of ``[[name]]`` with the number of the first table that has each."""
    found: dict[str, int] = {}
    for number, entry in raw_tables(name, document):
        given = entry.get("id", entry.get("use") if name == "outlets" else None)
        if isinstance(given, str):
            found.setdefault(given, number)
    return found


def _refuse_repeated_ids(name: str, document: Document, findings: Findings) -> None:
    first = ids_of(name, document)
    for number, entry in raw_tables(name, document):
        given = entry.get("id", entry.get("use") if name == "outlets" else None)
        if isinstance(given, str) and first[given] != number:
            loc: Loc = (name, number, "id" if "id" in entry else "use")
            line = document.line((name, first[given]))
            (findings.of_rule(number) if name == "rules" else findings).refuse(
                document.place(loc),
                f'{name.removesuffix("s")} "{given}" is already declared in line {line}. Rename or remove one.',
            )


def _refuse_reused_ids(
    outlets: Iterable[Placed[OutletTable]], document: Document, findings: Findings
) -> None:
    """Refuse an earlier id that is another outlet's id now: its articles would belong to two."""
    owners = ids_of("outlets", document)
    for entry in outlets:
        for former in entry.table.formerly:
            if former in owners:
                whose = "its own id" if former == entry.table.id else "the id of another outlet"
                findings.refuse(
                    document.place((*entry.loc, "formerly")),
                    f'formerly names "{former}", which is {whose}. Name only ids that are no longer used.',
                )


def _refuse_shared_hosts(
    outlets: Iterable[Placed[OutletTable]], document: Document, findings: Findings
) -> None:
    """Refuse a host that two watched outlets claim: a link to it would belong to both.

    Only a catalogue entry may have another's host as an alias: it knows that its feed links there.
    """
    owners: dict[str, str] = {}
    watched = [entry for entry in outlets if entry.table.enabled]
    for key in ("hosts", "aliases"):
        for entry in watched:
            for number, host in enumerate(getattr(entry.table, key)):
                owner = owners.setdefault(host, entry.table.id)
                if owner != entry.table.id and not (key == "aliases" and entry.table.use):
                    findings.refuse(
                        document.place((*entry.loc, key, number)),
                        f'{key}[{number}] "{host}" already belongs to outlet "{owner}". A host is one outlet\'s; '
                        "remove it from one of them.",
                    )


def _refuse_unknown_names(tables: Tables, document: Document, findings: Findings) -> None:
    """Refuse recipients and outlets that rules or ops name and nobody declares."""
    people = ids_of("recipients", document)
    watched = [
        *ids_of("outlets", document),
        *(old for entry in tables.outlets for old in entry.table.formerly),
    ]
    _refuse_unknown(("ops", "to"), tables.ops.to, "recipient", people, document, findings)
    for number, rule in raw_tables("rules", document):
        for key, kind, known in (("to", "recipient", people), ("outlets", "outlet", watched)):
            loc = ("rules", number, key)
            _refuse_unknown(loc, rule.get(key), kind, known, document, findings.of_rule(number))


def _refuse_unknown(
    loc: Loc, given: Any, kind: str, known: Iterable[str], document: Document, findings: Findings
) -> None:
    """Refuse each of the names *given* (as read: one or a list) that is not known."""
    names = given if isinstance(given, list | tuple) else [given]
    for number, name in enumerate(names):
        if isinstance(name, str) and name not in known:
            cure = did_you_mean(name, known) or f' Declare it with [[{kind}s]] and id = "{name}".'
            place = document.place((*loc, number))
            findings.refuse(place, f'{loc[-1]} names {kind} "{name}", which does not exist.{cure}')


def _check_interval(
    entry: Placed[OutletTable], network: Network, document: Document, findings: Findings
) -> None:
    if entry.table.every < values.MIN_INTERVAL and not network.allow_private:
        findings.refuse(
            document.place((*entry.loc, "every")),
            "every is too short: sites on the public network are asked at most each 30s. "
            "(allow_private = true, for tests and intranets, goes down to 1s.)",
        )


def _asked_hosts(table: OutletTable) -> Iterator[tuple[str, int, str]]:
    """Yield key, number and host (with its port) of each host and source of an outlet."""
    yield from (("hosts", number, host) for number, host in enumerate(table.hosts))
    for key in ("feeds", "sitemaps", "sections"):
        yield from ((key, number, urlsplit(url).netloc) for number, url in enumerate(getattr(table, key)))


def _refuse_ports(
    entry: Placed[OutletTable], network: Network, document: Document, findings: Findings
) -> None:
    """Refuse ports that would never be dialled."""
    for key, number, host in _asked_hosts(entry.table):
        port = host.rpartition(":")[2]
        if host[-1:] == "]" or not port.isdecimal() or ":" not in host or values.is_private_host(host):
            continue
        if int(port) not in WEB_PORTS and int(port) not in network.ports:
            findings.refuse(
                document.place((*entry.loc, key, number)),
                f"{key}[{number}] names port {port}, which is never asked. Add it to ports in [network] if it is meant.",
            )


def _refuse_private_hosts(entry: Placed[OutletTable], document: Document, findings: Findings) -> None:
    """Refuse hosts that would never be dialled, by their spelling; names are not resolved."""
    for key, number, host in _asked_hosts(entry.table):
        if values.is_private_host(host):
            findings.refuse(
                document.place((*entry.loc, key, number)),
                f'{key}[{number}] is on a private host, "{host}", which is never asked. '
                "Set allow_private = true in [network] if it is meant.",
            )


def _check_query(entry: Placed[RuleTable], tables: Tables, document: Document, findings: Findings) -> None:
    """Refuse a query that cannot be read, or whose own examples show that it means something else."""
    from crawler.alerts.examples import tried
    from crawler.query import parse  # the grammar takes a moment to build; most commands load no rules

    rule = entry.table
    try:
        query = parse(rule.query, tables.vocabulary)
    except QueryError as error:
        shown, caret, told = str(error).split("\n", 2)
        findings.refuse(
            document.place((*entry.loc, "query")), f'rule "{rule.id}": {told}\n    {shown}\n    {caret}'
        )
        return
    if query.expanded != rule.query:
        tables.expanded[rule.id] = query.expanded
    for each in tried(rule.build(), query):
        if not each.is_right:
            findings.refuse(
                document.place((*entry.loc, each.key, each.number)),
                f'rule "{rule.id}" {each.told()}. Change the query or the example.',
            )
