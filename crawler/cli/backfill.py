"""``backfill``: what an outlet published before newshawk watched it, or while nobody watched."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from crawler.cli.crawling import DebugOption, choose, moment_of_pass
from crawler.cli.options import ConfigOption, JsonOption, err, out
from crawler.cli.since import moment_since, moment_until
from crawler.config import Config, load_config
from crawler.errors import UsageError

if TYPE_CHECKING:
    from crawler.archiverun import Progress
    from schedules.backfillpass import Asked, BackfillPass

EARLIEST_YEAR = 1990
"""News on the web is younger."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(backfill)


def backfill(
    outlet: Annotated[str, typer.Argument(metavar="OUTLET", help="Id of a configured outlet.")],
    since: Annotated[
        str,
        typer.Option(
            "--since",
            metavar="WHEN",
            help="Published since: 2026-11-01, or 30d, 12h ago.",
            show_default=False,
        ),
    ],
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="WHEN", help="And up to this day, itself included.", show_default=False
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help="Take so many new addresses at most; the same call goes on."),
    ] = None,
    alert: Annotated[
        bool, typer.Option("--alert", help="Let what is found alert; by default it is silent.")
    ] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="Begin again although an earlier call was not finished.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
    at: Annotated[str | None, typer.Option("--at", hidden=True, help="The clock of this call.")] = None,
) -> None:
    """Fetch what an outlet published since a day, from its sitemaps and the older pages of its lists.

    A call that was stopped or killed goes on where it was when it is typed again."""
    from crawler.clock import utc_now
    from crawler.extract.starting import begin_loading

    loaded = load_config(config)
    (chosen,) = choose(loaded, [outlet])
    clock = moment_of_pass(at)
    now = clock or utc_now()
    begin = moment_since(since, now)
    if begin.year < EARLIEST_YEAR:
        raise UsageError(f'--since "{since}" lies before {EARLIEST_YEAR}.')
    end = moment_until(until, now)
    if begin > now or (end is not None and end <= begin):
        raise UsageError(
            f'--since "{since}" is not before {"now" if begin > now else f"--until {until!r}"}: no day is left.'
        )
    begin_loading()
    from crawler.log import configure_logging
    from schedules.backfillpass import Asked

    configure_logging("DEBUG" if debug else "WARNING")
    asked = Asked(
        outlet=chosen,
        given=f"{since.strip()} {(until or '').strip()}",
        since=begin,
        until=end,
        silent=not alert,
        anew=anew,
        limit=limit,
    )
    done = _shown(loaded, asked, clock, shown=not as_json and err.is_terminal)
    if as_json:
        told = {chosen.id: done.report.as_json()}
        print(json.dumps({"outlets": told, "seconds": done.seconds}, ensure_ascii=False))
    else:
        _print(done)
    _print_trouble(done)
    if done.interrupted:
        raise typer.Exit(130)
    raise typer.Exit(0 if done.report.error is None and done.delivery_error is None else 1)


def _shown(config: Config, asked: Asked, at: datetime | None, *, shown: bool) -> BackfillPass:
    """Return the report of a turn, its progress *shown* on the terminal."""
    from schedules.backfillpass import backfill_once

    if not shown:
        return backfill_once(config, asked, at=at)
    with err.status(f"Walking the archives of {escape(asked.outlet.id)}") as line:

        def tell(progress: Progress) -> None:
            line.update(
                f"{escape(asked.outlet.id)}: {progress.documents} documents walked,"
                f" {progress.added} new addresses"
            )

        return backfill_once(config, asked, at=at, on_progress=tell)


def _print(done: BackfillPass) -> None:
    from crawler.cli import figures

    report, table = done.report, {done.report.outlet_id: done.report}
    out.print(figures.pass_table(table))
    words = [f"{report.walked} documents walked"]
    if report.unread:
        words.append(f"{report.unread} not to be had")
    if report.outside:
        words.append(f"{report.outside} entries outside the window")
    out.print(f"{', '.join(words)}; {done.seconds:.1f} s")
    if report.state == "paused":
        left = f", {report.waiting} documents are left" if report.waiting else ""
        out.print(f"Not finished: {report.told}{left}. The same call goes on.")


def _print_trouble(done: BackfillPass) -> None:
    if done.report.error is not None:
        print(f"{done.report.outlet_id}: {done.report.error}", file=sys.stderr)
    if done.delivery_error is not None:
        print(f"newshawk: mail waits: {done.delivery_error}", file=sys.stderr)
    if done.interrupted:
        print("newshawk: interrupted; the same call goes on where it was", file=sys.stderr)
