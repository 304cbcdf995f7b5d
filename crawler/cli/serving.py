"""``serve`` and ``backup``: the store for analysts, and a copy of it."""

from __future__ import annotations

import os
import socket
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

import storage
from crawler.alerts.plain import inert
from crawler.cli.options import ConfigOption, err
from crawler.config import Config, find_config, load_config
from crawler.errors import UsageError
from crawler.sizes import size_told
from storage import asking
from storage.store import Store

HOST = "127.0.0.1"
SETTINGS = {
    "sql_time_limit_ms": "2000",
    "max_returned_rows": "2000",
    "facet_time_limit_ms": "200",
    "allow_download": "off",
    "truncate_cells_html": "120",
}
"""Datasette's settings: no query holds the store's log back for long, and the file itself is not given out."""


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command()(serve)
    app.command()(backup)


def serve(
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="0: any free one.")] = 8001,
    config: ConfigOption = None,
) -> None:
    """Open the store in Datasette, on this machine only; the daemon may go on meanwhile. Ctrl-C ends it."""
    if find_spec("datasette") is None:
        raise UsageError('Datasette is not installed. Install it with: pip install "newshawk[datasette]"')
    loaded = load_config(config)
    path = loaded.store.path
    Store.open(path, read_only=True).close()
    _require_free(port)
    command = [sys.executable, "-m", "datasette", *datasette_arguments(path, port)]
    if port:
        err.print(Text(f"{inert(str(path))} at http://{HOST}:{port}/ - Ctrl-C ends it."), soft_wrap=True)
    sys.stdout.flush()
    environment = {**os.environ, **serving_environment(loaded, config or find_config())}
    os.execve(sys.executable, command, environment)  # noqa: S606 - our own interpreter; Datasette gets the signals itself


def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The copy; an earlier one is replaced.")],
    config: ConfigOption = None,
) -> None:
    """Copy the store into FILE, while it is in use, and check the copy.

    A store of an earlier version is copied as it is. Checked are SQLite's pages and indexes and the chain of captures; what
    kept pages hold is not: that does doctor --bodies. Exits 1 when the copy is not sound.
    """
    with Store.open(load_config(config).store.path, read_only=True, as_it_is=True) as store:
        done = store.backup(target)
    told = f"Wrote {inert(str(target))} ({size_told(done.size)}, schema {done.schema})."
    if not done.faults:
        told += (
            f" Checked: its pages and indexes are whole, and the chain of its {done.captures:,} captures holds."
            ' Not checked: what kept pages hold ("newshawk doctor --bodies").'
        )
        err.print(Text(told), soft_wrap=True)
        return
    more = f", and {len(done.faults) - 1} more" if len(done.faults) > 1 else ""
    told += (
        f" It is not sound: its pages and indexes are whole, but the chain of captures fails as in the store"
        f' ({done.faults[0]}{more}). "newshawk doctor" looks at the store; an earlier backup may be whole.'
    )
    err.print(Text(told), soft_wrap=True)
    raise typer.Exit(1)


def datasette_arguments(path: Path, port: int) -> list[str]:
    """Return the arguments of ``datasette`` for a store. Never -i: an immutable live file shows old rows."""
    ours = Path(storage.__file__).parent / "datasette"
    folders = {"--plugins-dir": "plugins", "--template-dir": "templates"}
    added = [word for option, name in folders.items() for word in (option, str(ours / name))]
    added += ["--static", f"static:{ours / 'static'}"]
    settings = [word for name, value in SETTINGS.items() for word in ("--setting", name, value)]
    return ["serve", str(path), "--host", HOST, "--port", str(port), *added, *settings]


def serving_environment(config: Config, path: Path | None) -> dict[str, str]:
    """Return what our plug-ins need of the config, which stands at *path*: they see only the store."""
    from crawler.alerts.message import domain_of  # loads what mails are made with

    return {
        "NEWSHAWK_SERVE_URL": config.mail.public_url.rstrip("/"),
        "NEWSHAWK_SERVE_DOMAIN": domain_of(config.mail.sender),
        asking.CONFIG: "" if path is None else str(path.expanduser().absolute()),
    }


def _require_free(port: int) -> None:
    """Raise UsageError if the port is taken: Datasette would say so in a traceback's words."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise UsageError(
                f"Port {port} of {HOST} cannot be used ({error.strerror}). Try --port {port + 1}, or 0 for any free one."
            ) from error
