"""``crawl``, ``run``, ``reload`` and ``status``: what ops use."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from crawler.cli.options import ConfigOption, JsonOption, err, out
from crawler.config import Config, load_config
from crawler.errors import UsageError
from crawler.items import Outlet

if TYPE_CHECKING:
    from schedules.passes import PassReport


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command()(crawl)
    app.command()(run)
    app.command()(reload)
    app.command()(status)


def crawl(
    outlets: Annotated[
        list[str] | None,
        typer.Argument(metavar="[OUTLET]...", help="Ids; all configured when none is given."),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    at: Annotated[str | None, typer.Option("--at", hidden=True, help="The clock of this pass.")] = None,
) -> None:
    """One pass now: poll, fetch what is new, pending or due for a re-check, store, match, send; then exit."""
    from crawler.log import configure_logging
    from schedules.passes import crawl_once

    loaded = load_config(config)
    chosen = choose(loaded, outlets or ())
    configure_logging("WARNING")
    if as_json or not err.is_terminal:
        report = crawl_once(loaded, chosen, at=_moment(at))
    else:
        with err.status(f"Crawling {len(chosen)} outlets") as shown:
            done: list[str] = []

            def tell(each: Any) -> None:
                done.append(each.outlet_id)
                shown.update(f"Crawled {len(done)} of {len(chosen)}: {escape(each.outlet_id)}")

            report = crawl_once(loaded, chosen, at=_moment(at), on_done=tell)
    if as_json:
        told = {outlet_id: each.as_json() for outlet_id, each in report.outlets.items()}
        print(json.dumps({"outlets": told, "seconds": report.seconds}, ensure_ascii=False))
    else:
        _print_pass(loaded, report)
    if report.interrupted:
        raise typer.Exit(130)
    raise typer.Exit(0 if report.polled_all else 1)


def run(config: ConfigOption = None) -> None:
    """The daemon: poll each outlet on its schedule, send alerts, until SIGTERM or Ctrl-C."""
    from crawler.log import configure_logging
    from schedules.daemon import run_daemon

    loaded = load_config(config)
    configure_logging("INFO")
    run_daemon(loaded)


def reload(config: ConfigOption = None) -> None:
    """Make the running daemon read its config again; a wrong config changes nothing."""
    from storage.hold import holder

    loaded = load_config(config)
    pid = holder(loaded.store.path)
    if pid is None:
        raise UsageError(f'No daemon holds {loaded.store.path}. Start one with "newshawk run".')
    os.kill(pid, signal.SIGHUP)
    out.print(f"Asked process {pid} to read its config again; its log says what came of it.")


def status(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Each outlet's last good poll, lag, next poll, host in use and errors; and what waits in the outbox."""
    from schedules.monitor import outlook

    loaded = load_config(config)
    told = outlook(loaded)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    table = Table("outlet", "last good poll", "next", "host", "articles", "pending", "failed", "error")
    for outlet_id, row in told["outlets"].items():
        table.add_row(
            escape(outlet_id),
            row["last_good_poll"] or "never",
            row["next_due"] or "-",
            escape(row["host"] or "-"),
            str(row["articles"]),
            str(row["links"].get("pending", 0)),
            str(row["links"].get("failed", 0)),
            escape(row["error"] or ""),
        )
    out.print(table)
    box = told["outbox"]
    out.print("Outbox: " + (", ".join(f"{count} {state}" for state, count in box.items()) or "empty"))


def choose(config: Config, ids: Sequence[str]) -> list[Outlet]:
    """Return the outlets of these ids, all for none.

    Raises:
        UsageError: an id is not configured.
    """
    import difflib

    by_id = {outlet.id: outlet for outlet in config.outlets}
    for wanted in ids:
        if wanted not in by_id:
            near = difflib.get_close_matches(wanted, by_id, n=1)
            hint = f'Did you mean "{near[0]}"?' if near else f"Configured: {', '.join(by_id) or 'none'}."
            raise UsageError(f'No outlet "{wanted}" in the config. {hint}')
    return [by_id[each] for each in dict.fromkeys(ids)] or list(config.outlets)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f'--at "{text}" is not a time such as 2026-11-23T06:00:00+00:00') from error
    if moment.tzinfo is None:
        raise UsageError(f'--at "{text}" has no zone, such as +00:00')
    return moment


def _print_pass(config: Config, report: PassReport) -> None:
    columns = ("found", "known", "new", "revised", "duplicate", "unchanged", "skipped", "failed", "pending")
    table = Table("outlet", *columns, "host")
    for column in table.columns[1:-1]:
        column.justify = "right"
    for outlet_id, each in report.outlets.items():
        counts = [str(each.counts[name]) if each.counts[name] else "·" for name in columns]
        table.add_row(escape(outlet_id), *counts, escape(each.host or "-"))
    out.print(table)
    for outlet_id, each in report.outlets.items():
        if each.error is not None:
            outlet = next(one for one in config.outlets if one.id == outlet_id)
            print(f"{outlet_id}: {each.error}; next try in {outlet.every} by the daemon", file=sys.stderr)
    if report.delivery is not None and any(report.delivery.counts().values()):
        out.print("Mail: " + ", ".join(f"{n} {word}" for word, n in report.delivery.counts().items() if n))
    out.print(f"{report.seconds:.1f} s")
