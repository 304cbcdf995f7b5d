"""``outlets import``: a list of subscriptions (OPML) as outlets at the end of the config. Nobody is asked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from crawler.cli.adding import RELOAD, taken_ids
from crawler.cli.facts import heading, line
from crawler.cli.options import ConfigOption, JsonOption, out
from crawler.cli.rewriting import config_file, rewrite
from crawler.config import Config, load_config
from crawler.errors import AddressRefused, NotAFeed, UsageError
from crawler.finding.declaration import bare_declaration, comment
from crawler.finding.found import LeftOut
from crawler.finding.opml import Group, Subscription, grouped, read_opml
from crawler.finding.sites import id_for
from crawler.guard import check_address
from crawler.outlets.edit import with_declarations
from crawler.outlets.owner import Owner, owner_of

_NOT_READ = {
    "unknown": "is no list of subscriptions: it does not begin with <opml>",
    "empty": "is empty",
    "too_large": "is larger than is read",
    "entities": "declares entities that could harm its reader",
    "too_deep": "has more folders in folders than are read",
}


def register(group: typer.Typer) -> None:
    """Add the command to the group ``outlets``."""
    group.command(name="import")(import_list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One outlet of the list."""

    id: str
    name: str
    known: str
    """``new``, ``catalogue``, ``watched`` or ``disabled``."""
    hosts: tuple[str, ...]
    feeds: tuple[Subscription, ...] = field(repr=False)
    """Feeds to be written, or of an outlet that is known those that are not among its sources."""
    is_guessed: bool = False

    @property
    def is_written(self) -> bool:
        return self.known in ("new", "catalogue")

    @property
    def table(self) -> str:
        feeds = [(feed.url, feed.title) for feed in self.feeds]
        if self.known == "catalogue":
            others = "".join(
                f"{comment(f'Also in the list, and not among its feeds: {url}', 2100)}\n" for url, _ in feeds
            )
            return f'{others}[[outlets]]\nuse = "{self.id}"\n'
        notes = ["From a list of subscriptions; nobody was asked yet."]
        if self.is_guessed:
            notes.append("The list names no site: its host is guessed from the feed's.")
        return bare_declaration(self.id, self.name, self.hosts, feeds, notes)


def import_list(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A list of subscriptions (OPML).")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the sites of a list of subscriptions as outlets at the end of the config; nobody is asked.

    The feeds of one site are one outlet. Outlets of the catalogue are used as they stand there, those that are
    watched already are left as they are. Exits 1 when the list has no feed that can be used.
    """
    path = None if dry_run else config_file(config)
    read = load_config(path or config)
    subscriptions, left_out, is_broken = _read(file)
    groups, unplaced = grouped(subscriptions)
    groups, refused = _askable(read, groups)
    entries = _entries(read, groups)
    tables = [entry.table for entry in entries if entry.is_written]
    if path is not None and tables:
        rewrite(path, with_declarations(path.read_bytes().decode("utf-8"), tables))
    written = path if tables else None
    told = [*left_out, *unplaced, *refused]
    if is_broken:
        told.append(LeftOut(url=str(file), why="the list breaks off; what stood before its end was read"))
    if as_json:
        print(json.dumps(_json(entries, told, written), ensure_ascii=False))
    else:
        _print(entries, told, written, tables)
    if not entries:
        raise typer.Exit(1)


def _read(file: Path) -> tuple[list[Subscription], list[LeftOut], bool]:
    try:
        return read_opml(file.read_bytes(), name=file.name)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    except NotAFeed as error:
        raise UsageError(
            f"{file} {_NOT_READ.get(error.reason, error.reason)}. Nothing was changed."
        ) from None


def _askable(config: Config, groups: Iterable[Group]) -> tuple[list[Group], list[LeftOut]]:
    """Return the groups with the feeds that may be asked, and those that are never asked (private addresses, ports)."""
    kept: list[Group] = []
    refused: list[LeftOut] = []
    for group in groups:
        why = {feed.url: _refusal(config, group.host, feed.url) for feed in group.feeds}
        refused += [LeftOut(url=url, why=word) for url, word in why.items() if word]
        if feeds := tuple(feed for feed in group.feeds if not why[feed.url]):
            kept.append(replace(group, feeds=feeds))
    return kept, refused


def _refusal(config: Config, host: str, url: str) -> str:
    network = config.network
    try:
        for address in (url, f"{url.partition(':')[0]}://{host}/"):
            check_address(address, allow_private=network.allow_private, ports=network.ports)
    except AddressRefused as error:
        return f"an address that is never asked ({error.reason})"
    return ""


def _entries(config: Config, groups: Iterable[Group]) -> list[_Entry]:
    """Return the outlets that the groups are; several groups of one known outlet are one entry."""
    taken = taken_ids(config)
    found: dict[str, _Entry] = {}
    for group in groups:
        owner = owner_of(config, f"https://{group.host}/")
        if owner is None:
            new = id_for(group.host, taken | set(found))
            found[new] = _Entry(
                id=new,
                name=group.name,
                known="new",
                hosts=(group.host,),
                feeds=group.feeds,
                is_guessed=group.is_guessed,
            )
            continue
        before = found.get(owner.outlet.id)
        found[owner.outlet.id] = _of_known(owner, (*(before.feeds if before else ()), *group.feeds))
    return list(found.values())


def _of_known(owner: Owner, feeds: tuple[Subscription, ...]) -> _Entry:
    outlet = owner.outlet
    sources = {source.url for source in outlet.sources}
    others = tuple(feed for feed in feeds if feed.url not in sources)
    return _Entry(id=outlet.id, name=outlet.name, known=owner.known, hosts=outlet.hosts, feeds=others)


def _json(entries: list[_Entry], left_out: list[LeftOut], written: Path | None) -> dict[str, Any]:
    return {
        "outlets": [
            {
                "id": entry.id,
                "name": entry.name,
                "known": entry.known,
                "hosts": list(entry.hosts),
                "feeds": [{"url": feed.url, "title": feed.title} for feed in entry.feeds],
            }
            for entry in entries
        ],
        "left_out": [{"url": each.url, "why": each.why} for each in left_out],
        "written": str(written) if written else None,
    }


_KNOWN = {
    "new": "new",
    "catalogue": "of the catalogue, used as it stands there",
    "watched": "watched already, left as it is",
    "disabled": 'in the config, disabled: "newshawk outlets enable" watches it',
}


def _print(entries: list[_Entry], left_out: list[LeftOut], written: Path | None, tables: list[str]) -> None:
    for entry in entries:
        heading(f"{entry.name} ({entry.id})")
        line(_KNOWN[entry.known], style="dim")
        for feed in entry.feeds:
            line(feed.url if entry.known == "new" else f"not among its sources: {feed.url}")
    if left_out:
        heading("Left out")
    for each in left_out:
        line(each.url)
        line(each.why, style="dim", indent=4)
    out.print()
    if not tables:
        told = (
            "Every outlet of the list is known here." if entries else "The list has no feed that can be used."
        )
        out.print(f"{told} Nothing was changed.", markup=False)
    elif written is None:
        heading("This would be written")
        out.print("\n".join(tables), markup=False, soft_wrap=True)
    else:
        outlets = f"{len(tables)} {'outlet' if len(tables) == 1 else 'outlets'}"
        told = f'{outlets} written to {written}, as the list names them and unverified: "newshawk doctor" asks each.'
        out.print(f"{told} {RELOAD}", markup=False, soft_wrap=True)
