"""``outlets``: what the catalogue offers, what is watched, and switching one on or off."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from crawler.cli import adding, breaks, chrome, importing, rekey
from crawler.cli.options import ConfigOption, JsonOption, out
from crawler.cli.rewriting import config_file, rewrite
from crawler.config import Config, load_config
from crawler.declarations.document import read_document
from crawler.declarations.values import did_you_mean
from crawler.errors import UsageError
from crawler.items import Outlet
from crawler.outlets.edit import is_named, with_enabled, with_outlet
from crawler.outlets.load import catalogue, catalogue_ids

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of an outlet.")]


def register(app: typer.Typer) -> None:
    """Add the group ``outlets``."""
    group = typer.Typer(name="outlets", help="The catalogue, and what is configured.", no_args_is_help=True)
    group.command(name="list")(list_outlets)
    group.command()(show)
    group.command()(disable)
    group.command()(enable)
    adding.register(group)
    importing.register(group)
    rekey.register(group)
    chrome.register(group)
    breaks.register(group)
    app.add_typer(group)


def list_outlets(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """What is watched, what is disabled, and what else the catalogue offers."""
    rows = _states(load_config(config))
    if as_json:
        print(json.dumps([_summary(outlet, state) for outlet, state in rows], ensure_ascii=False))
        return
    table = Table("outlet", "name", "state", "languages", "hosts", "sources")
    for outlet, state in rows:
        sources, hosts = str(len(outlet.sources)), str(len(outlet.hosts))
        table.add_row(outlet.id, escape(outlet.name), state, ", ".join(outlet.languages), hosts, sources)
    out.print(table)


def _states(config: Config) -> list[tuple[Outlet, str]]:
    """Return every outlet known here with ``watched``, ``disabled`` or ``catalogue``."""
    rows = [(outlet, "watched") for outlet in config.outlets]
    rows += [(outlet, "disabled") for outlet in config.disabled]
    configured = {outlet.id for outlet, _ in rows}
    return rows + [(outlet, "catalogue") for outlet in catalogue().values() if outlet.id not in configured]


def _summary(outlet: Outlet, state: str) -> dict[str, Any]:
    return {
        "id": outlet.id,
        "name": outlet.name,
        "state": state,
        "languages": list(outlet.languages),
        "country": outlet.country,
        "hosts": list(outlet.hosts),
        "sources": [source.url for source in outlet.sources],
    }


def show(outlet_id: IdArgument, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """One outlet as it is used: configured, or else from the catalogue; and how its hosts stand."""
    loaded = load_config(config)
    rows = _states(loaded)
    found = next(((outlet, state) for outlet, state in rows if outlet.id == outlet_id), None)
    if found is None:
        near = did_you_mean(outlet_id, [outlet.id for outlet, _ in rows])
        raise UsageError(f'There is no outlet "{outlet_id}".{near or " outlets list shows all."}')
    told = _declaration(*found)
    told["health"] = _health(loaded, outlet_id)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    told["health"] = [f"{host['host']}: {host['told']}" for host in told["health"]]
    table = Table(show_header=False, box=None, pad_edge=False)
    for key, value in told.items():
        lines = value if isinstance(value, list) else [value]
        if lines and value != "":
            table.add_row(key, escape("\n".join(str(line) for line in lines)))
    out.print(table)


def _health(config: Config, outlet_id: str) -> list[dict[str, Any]]:
    """Return how each host stands, as in ``status --json``; empty while nothing is stored."""
    from crawler.clock import utc_now
    from storage.store import Store

    if not config.store.path.exists():
        return []
    with Store.open(config.store.path, read_only=True) as store:
        row = store.status(utc_now()).get(outlet_id)
    return [] if row is None else list(row["hosts"])


def _declaration(outlet: Outlet, state: str) -> dict[str, Any]:
    """Return all keys of an outlet, times and patterns as the config writes them."""
    return {
        **_summary(outlet, state),
        "aliases": list(outlet.aliases),
        "formerly": list(outlet.formerly),
        "canonical_host": outlet.canonical_host,
        "timezone": outlet.timezone,
        "sources": [f"{source.kind} {source.url}" for source in outlet.sources],
        "article_id": [_pattern(pattern.pattern, pattern.kind) for pattern in outlet.article_id],
        "every": "" if outlet.cron else f"{int(outlet.every.total_seconds())}s",
        "cron": outlet.cron,
        "fixed": outlet.fixed,
        "proxy": _without_login(outlet.proxy),
        "chrome": [rule.id for rule in outlet.chrome],
        "pages": len(outlet.pages),
    }


def _pattern(pattern: str, kind: str) -> str:
    return pattern if kind == "id" else f"{pattern}  ({kind})"


def _without_login(proxy: str) -> str:
    scheme, _, rest = proxy.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if rest else proxy


def disable(outlet_id: IdArgument, config: ConfigOption = None) -> None:
    """Keep an outlet in the config, but watch it no longer; what is stored stays."""
    path = config_file(config)
    _change(path, outlet_id, enabled=False)
    out.print(f'{escape(outlet_id)} is disabled. A running daemon learns it by "newshawk reload".')


def enable(outlet_id: IdArgument, config: ConfigOption = None) -> None:
    """Watch an outlet again; one of the catalogue that is not configured yet is added."""
    path = config_file(config)
    _change(path, outlet_id, enabled=True)
    out.print(f'{escape(outlet_id)} is watched. A running daemon learns it by "newshawk reload".')


def _change(path: Path, outlet_id: str, *, enabled: bool) -> None:
    """Rewrite the config at *path*; a change that would make it wrong is not made."""
    document = read_document(path)
    load_config(path)
    text = path.read_bytes().decode("utf-8")
    tables = document.data.get("outlets", [])
    if any(is_named(raw, outlet_id) for raw in tables):
        changed = with_enabled(text, document, outlet_id, enabled=enabled)
    elif enabled and outlet_id in catalogue_ids():
        changed = with_outlet(text, outlet_id)
    else:
        configured = [str(raw.get("id", raw.get("use"))) for raw in tables]
        near = did_you_mean(outlet_id, [*configured, *(catalogue_ids() if enabled else ())])
        raise UsageError(f'{document.name} has no outlet "{outlet_id}".{near}')
    if changed != text:
        rewrite(path, changed)
