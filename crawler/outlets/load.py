"""The catalogue: outlets that come with newshawk, one TOML file each in crawler/outlets/catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from crawler.declarations.document import Document, read_document
from crawler.declarations.problems import Findings
from crawler.declarations.tables import OutletTable
from crawler.errors import ConfigError
from crawler.items import Outlet

CATALOGUE = Path(__file__).parent / "catalogue"


@cache
def catalogue_ids() -> tuple[str, ...]:
    """Return the ids of the catalogue, sorted; the name of a file is its outlet's id."""
    return tuple(sorted(path.stem for path in CATALOGUE.glob("*.toml")))


@cache
def catalogue_document(outlet_id: str) -> Document:
    """Return the declaration of *outlet_id* as read. Raises KeyError for an unknown id."""
    if outlet_id not in catalogue_ids():
        raise KeyError(outlet_id)
    return read_document(CATALOGUE / f"{outlet_id}.toml", name=f"catalogue/{outlet_id}.toml")


@cache
def catalogue() -> Mapping[str, Outlet]:
    """Return all outlets of the catalogue by id.

    Raises ConfigError naming file and line of each mistake.
    """
    findings = Findings()
    outlets = {name: read_declaration(catalogue_document(name), findings) for name in catalogue_ids()}
    if findings.problems:
        raise ConfigError(*findings.told())
    return {name: outlet for name, outlet in outlets.items() if outlet is not None}


def read_declaration(document: Document, findings: Findings) -> Outlet | None:
    """Return the outlet that a file of its own declares, or None after adding its mistakes."""
    name = document.path.stem
    table = findings.read(OutletTable, document.data, document, (), f'outlet "{name}"')
    if table is None:
        return None
    complaints = [*incomplete(table)]
    if table.id != name:
        complaints.append(("id", f'id is "{table.id}" in a file named {name}.toml. They must be the same.'))
    for key, told in complaints:
        findings.refuse(document.place((key,)), told)
    return None if complaints else table.build()


def incomplete(table: OutletTable) -> list[tuple[str, str]]:
    """Return (key, mistake) for what only the whole table shows: keys that are missing or disagree."""
    subject = f'outlet "{table.id}"' if table.id else "this outlet"
    found: list[tuple[str, str]] = []
    if not table.id:
        found.append(
            ("", 'this outlet has no id. Add id = "example", or use = "presstv" from the catalogue.')
        )
    if not table.hosts:
        found.append(("hosts", f'{subject} has no hosts. Add hosts = ["www.example.com"].'))
    if not table.sources:
        found.append(
            (
                "feeds",
                f'{subject} has no source. Add feeds = ["https://www.example.com/rss.xml"], '
                "sitemaps or sections.",
            )
        )
    both = [host for host in table.aliases if host in table.hosts]
    if both:
        found.append(("aliases", f'aliases names "{both[0]}", which is in hosts. Keep it in one of them.'))
    if table.canonical_host and table.canonical_host not in (*table.hosts, *table.aliases):
        found.append(
            (
                "canonical_host",
                f'canonical_host is "{table.canonical_host}", which is neither in hosts nor in aliases.',
            )
        )
    if table.cron and "every" in table.model_fields_set:
        found.append(("cron", f"{subject} has both every and cron. Keep one."))
    return [*found, *_rules_amiss(table)]


def _rules_amiss(table: OutletTable) -> list[tuple[str, str]]:
    """Return the mistakes of chrome rules that single values do not show."""
    found: list[tuple[str, str]] = []
    seen: set[str] = set()
    for rule in table.chrome:
        if bool(rule.text) == bool(rule.pattern):
            found.append(("chrome", f'chrome rule "{rule.id}" needs either text or pattern.'))
        if rule.to_end and rule.place != "tail":
            found.append(("chrome", f'chrome rule "{rule.id}" has to_end, which needs place = "tail".'))
        if rule.id in seen:
            found.append(("chrome", f'chrome rule "{rule.id}" is there twice. Give each its own id.'))
        seen.add(rule.id)
    return found
