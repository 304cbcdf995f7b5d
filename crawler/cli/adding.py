"""``outlets add``: what a site offers, and its declaration at the end of the config."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawler.cli.facts import fact, heading, line
from crawler.cli.options import ConfigOption, JsonOption, err, out
from crawler.cli.rewriting import config_file, rewrite
from crawler.clock import utc_now
from crawler.config import Config, load_config
from crawler.declarations.document import read_document
from crawler.declarations.values import outlet_id as checked_id
from crawler.errors import UsageError
from crawler.finding.declaration import declaration
from crawler.finding.sites import addresses_of, id_for
from crawler.outlets.edit import with_declarations, with_enabled, with_outlet
from crawler.outlets.load import catalogue_ids
from crawler.outlets.owner import Owner, owner_of

if TYPE_CHECKING:
    from crawler.finding.found import Found, FoundSource

RELOAD = 'A running daemon learns it by "newshawk reload".'
MOST_SHOWN = 15
"""Addresses that were left out and are printed; --json has them all."""


def register(group: typer.Typer) -> None:
    """Add the command to the group ``outlets``."""
    group.command()(add)


def add(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="A front page, or a feed, section or article, or a host.")
    ],
    outlet_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Its id; default: by its host.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Its name; default: as its pages say.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find a site's feeds, sitemaps and sections, and write them as an outlet at the end of the config.

    Each address is asked and read before it is declared; what was left out is told with the reason. An outlet of
    the catalogue is used as it stands there. Exits 1 when nothing usable was found.
    """
    from crawler.log import configure_logging

    configure_logging("CRITICAL")
    _check_names(outlet_id, name)
    path = None if dry_run else config_file(config)
    read = load_config(path or config)
    if outlet_id is not None and outlet_id in taken_ids(read):
        raise UsageError(f'--id "{outlet_id}" is taken; "newshawk outlets list" shows all. Choose another.')
    owner = _owner(read, addresses_of(url))
    found = None if owner else _found(read, url, shown=not as_json and err.is_terminal)
    owner = owner or (_owner(read, [f"https://{host}/" for host in found.hosts]) if found else None)
    if owner is not None:
        _use(owner, path, url, outlet_id, as_json=as_json)
        return
    assert found is not None
    _declare(_Addition(found=found, config=read, path=path, id=outlet_id, name=name), as_json=as_json)


def _check_names(outlet_id: str | None, name: str | None) -> None:
    """Refuse what could not stand in a config, before anybody is asked."""
    from pydantic_core import PydanticCustomError

    from crawler.declarations.values import no_control

    for option, given, check in (("--id", outlet_id, checked_id), ("--name", name, no_control)):
        try:
            if given is not None:
                check(given)
        except PydanticCustomError as error:
            raise UsageError(f"{option} {error.message()}") from None
    if name is not None and not 0 < len(name.strip()) <= 500:
        raise UsageError("--name is empty, or longer than 500 characters.")


def taken_ids(config: Config) -> set[str]:
    """Return the ids that a new outlet may not have: also of the catalogue, lest it be taken for that one."""
    known = (*config.outlets, *config.disabled)
    return {*catalogue_ids(), *(each.id for each in known), *(old for each in known for old in each.formerly)}


def _owner(config: Config, urls: Sequence[str]) -> Owner | None:
    return next((owner for url in urls if (owner := owner_of(config, url)) is not None), None)


def _found(config: Config, url: str, *, shown: bool) -> Found:
    from schedules.finding import find
    from schedules.inquiry import interruptible
    from schedules.session import run_in_reactor

    if not shown:
        return run_in_reactor(lambda: interruptible(find(config, url)))
    with err.status("Asking") as status:
        return run_in_reactor(lambda: interruptible(find(config, url, say=status.update)))


# --- an outlet that is known ----------------------------------------------------------------------


def _use(owner: Owner, path: Path | None, url: str, outlet_id: str | None, *, as_json: bool) -> None:
    """Watch an outlet that config or catalogue know already; no twin of it is made."""
    known, name = owner.known, owner.outlet.id
    if outlet_id not in (None, name):
        where = "the catalogue" if known == "catalogue" else "the config"
        raise UsageError(
            f'{url} belongs to outlet "{name}" of {where}: leave out --id, or change hosts there.'
        )
    written = path is not None and known != "watched"
    if path is not None and written:
        text = path.read_bytes().decode("utf-8")
        document = read_document(path)
        changed = (
            with_outlet(text, name)
            if known == "catalogue"
            else with_enabled(text, document, name, enabled=True)
        )
        rewrite(path, changed)
    if as_json:
        print(json.dumps(_known_json(owner, path if written else None), ensure_ascii=False))
        return
    out.print(_known_words(owner, url, written=written), soft_wrap=True, markup=False)


def _known_words(owner: Owner, url: str, *, written: bool) -> str:
    name = owner.outlet.id
    if owner.known == "watched":
        sources = {source.url for source in owner.outlet.sources}
        told = "" if url in sources else f' "newshawk outlets show {name}" shows its sources.'
        return f"{name} is watched already.{told} Nothing was changed."
    known = "is in the catalogue" if owner.known == "catalogue" else "is in the config, disabled"
    if not written:
        return f"{name} {known}. It would be watched as it stands there."
    return f"{name} {known}; it is watched now. {RELOAD}"


def _known_json(owner: Owner, written: Path | None) -> dict[str, Any]:
    outlet = owner.outlet
    urls = {
        kind: [{"url": s.url} for s in outlet.sources if s.kind.value == kind]
        for kind in ("feed", "sitemap", "section")
    }
    return {
        "id": outlet.id,
        "name": outlet.name,
        "known": owner.known,
        "hosts": list(outlet.hosts),
        "aliases": list(outlet.aliases),
        "languages": list(outlet.languages),
        "country": outlet.country,
        "feeds": urls["feed"],
        "sitemaps": urls["sitemap"],
        "sections": urls["section"],
        "article_id": outlet.article_id[0].pattern if outlet.article_id else None,
        "evidence": [],
        "left_out": [],
        "written": str(written) if written else None,
    }


# --- a new outlet ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Addition:
    """A find, and what it is to be called."""

    found: Found
    config: Config
    path: Path | None
    """Where it is written; None for a dry run."""
    id: str | None
    name: str | None

    @property
    def outlet_id(self) -> str:
        return self.id or id_for(self.found.hosts[0], taken_ids(self.config))

    @property
    def title(self) -> str:
        return (self.name or self.found.name or self.found.hosts[0]).strip()

    @property
    def table(self) -> str:
        return declaration(self.found, self.outlet_id, self.title, utc_now())


def _declare(addition: _Addition, *, as_json: bool) -> None:
    found, written = addition.found, None
    if found.is_usable and addition.path is not None:
        text = addition.path.read_bytes().decode("utf-8")
        rewrite(addition.path, with_declarations(text, [addition.table]))
        written = addition.path
    if as_json:
        print(json.dumps(_json(addition, written), ensure_ascii=False))
    else:
        print_found(addition, written)
    if not found.is_usable:
        raise typer.Exit(1)


def _json(addition: _Addition, written: Path | None) -> dict[str, Any]:
    found = addition.found
    return {
        "id": addition.outlet_id,
        "name": addition.title,
        "known": "new",
        "hosts": list(found.hosts),
        "aliases": list(found.aliases),
        "languages": list(found.languages),
        "country": found.country,
        "feeds": [source.as_json() for source in found.feeds],
        "sitemaps": [source.as_json() for source in found.sitemaps],
        "sections": [source.as_json() for source in found.sections],
        "sections_polled": found.are_sections_polled,
        "article_id": found.numbering.pattern if found.numbering else None,
        "evidence": list(_evidence(found)),
        "editions": [{"language": language, "url": url} for language, url in found.editions],
        "left_out": [{"url": each.url, "why": each.why} for each in found.left_out],
        "error": found.trouble,
        "cure": found.cure,
        "asked": found.asked,
        "declaration": addition.table if found.is_usable else None,
        "written": str(written) if written else None,
    }


def _evidence(found: Found) -> Iterator[str]:
    """Yield a sentence for each thing that is declared and was not simply read."""
    if found.numbering:
        explained = f"{found.numbering.matched} of {found.numbering.of} addresses"
        yield f"article_id {found.numbering.pattern} explains {explained}"
    yield from found.notes


def print_found(addition: _Addition, written: Path | None) -> None:
    """Print what was found and why, what was left out, and what became of it."""
    found = addition.found
    if not found.is_usable:
        _print_failure(found)
        return
    heading(f"{addition.title} ({addition.outlet_id})")
    fact("hosts", ", ".join(found.hosts))
    fact("aliases", ", ".join(found.aliases))
    fact("languages", ", ".join(found.languages))
    fact("country", found.country)
    for sentence in _evidence(found):
        fact("evidence", sentence)
    _print_sources("Feeds", found.feeds)
    _print_sources("Sitemaps", found.sitemaps)
    _print_sources("Sections" if found.are_sections_polled else "Sections, as comments", found.sections)
    _print_left_out(found)
    out.print()
    if written is None:
        heading("This would be written")
        out.print(addition.table, markup=False, soft_wrap=True)
        return
    told = f'Written to {written}. "newshawk crawl {addition.outlet_id}" fetches it now. {RELOAD}'
    out.print(told, markup=False, soft_wrap=True)


def _print_failure(found: Found) -> None:
    heading(f"Nothing to watch was found at {found.given}")
    fact("why", found.trouble or "no feed, no sitemap of news and no page that lists articles")
    fact("what to do", found.cure or "If you know the address of one of its feeds, give that.")
    _print_left_out(found)


def _print_sources(title: str, sources: Sequence[FoundSource]) -> None:
    if sources:
        heading(title)
    for source in sources:
        line(source.url)
        line(source.told, style="dim", indent=4)


def _print_left_out(found: Found) -> None:
    if found.left_out:
        heading("Left out")
    for each in found.left_out[:MOST_SHOWN]:
        line(each.url)
        line(each.why, style="dim", indent=4)
    if len(found.left_out) > MOST_SHOWN:
        line(f"and {len(found.left_out) - MOST_SHOWN} more; --json has them all")
    for language, url in found.editions[:MOST_SHOWN]:
        line(f"Another edition ({language}), an outlet of its own: {url}", style="dim")
