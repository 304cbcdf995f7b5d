"""``crawl``, ``run``, ``reload``, ``status`` and ``schedule``: what ops use."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from crawler.blackout import blackouts
from crawler.cli.options import ConfigOption, JsonOption, err, out
from crawler.config import Config, load_config
from crawler.errors import UsageError
from crawler.items import Outlet
from crawler.keptwords import kept_told

if TYPE_CHECKING:
    from schedules.crawls import CrawlReport
    from schedules.passes import PassReport

DebugOption = Annotated[
    bool, typer.Option("--debug", help="Log everything, with the traceback of each fault.")
]

_NOTHING = (
    'No outlet is configured. "newshawk init" writes a config, "newshawk demo" shows the whole without one.'
)


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    for command in (crawl, run, reload, status, schedule):
        app.command()(command)


def crawl(
    outlets: Annotated[
        list[str] | None,
        typer.Argument(metavar="OUTLET", help="Ids; all configured when none is given."),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
    at: Annotated[str | None, typer.Option("--at", hidden=True, help="The clock of this pass.")] = None,
) -> None:
    """One pass now: poll, fetch what is new, pending or due for a re-check, store, match, send; then exit."""
    from crawler.extract.starting import begin_loading

    loaded = load_config(config)
    chosen = choose(loaded, outlets or ())
    if not chosen:
        raise UsageError(_NOTHING)
    begin_loading()
    from crawler.log import configure_logging

    configure_logging("DEBUG" if debug else "WARNING")
    report = _crawl_shown(loaded, chosen, moment_of_pass(at), shown=not as_json and err.is_terminal)
    if as_json:
        told = {outlet_id: each.as_json() for outlet_id, each in report.outlets.items()}
        print(json.dumps({"outlets": told, "seconds": report.seconds}, ensure_ascii=False))
    else:
        _print_pass(report)
    _print_trouble(loaded, report)
    if report.interrupted:
        raise typer.Exit(130)
    raise typer.Exit(0 if report.polled_all and report.delivery_error is None else 1)


def _crawl_shown(config: Config, chosen: list[Outlet], at: datetime | None, *, shown: bool) -> PassReport:
    """Return the report of a pass, its progress *shown* on the terminal."""
    from schedules.passes import crawl_once

    if not shown:
        return crawl_once(config, chosen, at=at)
    with err.status(f"Crawling {len(chosen)} outlets") as line:
        done: list[str] = []

        def tell(each: CrawlReport) -> None:
            done.append(each.outlet_id)
            line.update(f"Crawled {len(done)} of {len(chosen)}: {escape(each.outlet_id)}")

        return crawl_once(config, chosen, at=at, on_done=tell)


def run(config: ConfigOption = None, debug: DebugOption = False) -> None:
    """The daemon: poll each outlet on its schedule, send alerts, until SIGTERM or Ctrl-C."""
    from crawler.extract.starting import begin_loading

    loaded = load_config(config)
    if loaded.path is None:
        raise UsageError(_NOTHING)
    begin_loading()
    from crawler.log import configure_logging
    from schedules.daemon import run_daemon

    configure_logging("DEBUG" if debug else "INFO")
    run_daemon(loaded)


def reload(config: ConfigOption = None) -> None:
    """Make the running daemon read its config again; a wrong config changes nothing."""
    from storage.hold import holder

    loaded = load_config(config)
    pid = holder(loaded.store.path)
    if pid is None:
        raise UsageError(f'No daemon holds {loaded.store.path}. Start one with "newshawk run".')
    try:
        os.kill(pid, signal.SIGHUP)
    except PermissionError as error:
        raise UsageError(f"Process {pid} is not yours. Run this as the user of the daemon.") from error
    _tell_broken(loaded)
    out.print(f"Asked process {pid} to read its config again; its log says what came of it.")


def status(
    outlet: Annotated[
        str | None,
        typer.Argument(metavar="OUTLET", help="One outlet, with its funnel, reasons and examples."),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Each outlet's last good poll, lag, next poll, host in use, links and errors; and what waits in the outbox."""
    from crawler.cli import figures
    from crawler.cli.facts import broken_words, sentence
    from schedules.monitor import outlook

    loaded = load_config(config)
    only = None if outlet is None else choose(loaded, [outlet])[0]
    told = outlook(loaded, only=only)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    if only is not None:
        from crawler.cli.standing import print_outlet

        print_outlet(only.id, told["outlets"][only.id])
        return
    now = datetime.now(UTC)
    width = out.width if out.is_terminal else None
    out.print(figures.status_table(told["outlets"], now, width), soft_wrap=True)
    for line in figures.status_troubles(told["outlets"], now, told["blackouts"]):
        sentence(line)
    box = told["outbox"]
    sentence(f"Pages: {kept_told(told['kept'])}")
    sentence("Outbox: " + (", ".join(f"{count} {state}" for state, count in box.items()) or "empty"))
    for rule in told["broken_rules"]:
        sentence(broken_words(rule))
    if silent := told["silences"]:
        sentence(f'Silences: {silent} in force, see "newshawk alerts silences"')


def schedule(
    config: ConfigOption = None,
    as_json: JsonOption = False,
    hours: Annotated[float, typer.Option("--hours", min=0, max=168, help="How far to look ahead.")] = 6.0,
) -> None:
    """When each outlet is polled in the coming hours, jitter left out."""
    from crawler.cli import figures
    from crawler.cli.facts import sentence
    from schedules.monitor import timetable

    told = timetable(load_config(config), hours)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    out.print(figures.schedule_table(told, datetime.now(UTC)))
    for line in figures.schedule_notes(told["outlets"]):
        sentence(line)
    out.print("The daemon moves each poll by up to 5 % of its interval. Times are UTC.")


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


def moment_of_pass(text: str | None) -> datetime | None:
    """Return the clock that the hidden option --at sets, None for the real one. Raises UsageError."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f'--at "{text}" is not a time such as 2026-11-23T06:00:00+00:00') from error
    if moment.tzinfo is None:
        raise UsageError(f'--at "{text}" has no zone, such as +00:00')
    return moment


def _print_pass(report: PassReport) -> None:
    from crawler.cli import figures

    out.print(figures.pass_table(report.outlets))
    if report.delivery is not None and any(report.delivery.counts().values()):
        out.print("Mail: " + ", ".join(f"{n} {word}" for word, n in report.delivery.counts().items() if n))
    out.print(f"{report.seconds:.1f} s")


def _print_trouble(config: Config, report: PassReport) -> None:
    """Say on stderr, a line each, which outlets were not polled and why; what concerns all of them once."""
    tell: Callable[[str], None] = lambda line: print(line, file=sys.stderr)  # noqa: E731
    _tell_broken(config)
    for error in dict.fromkeys(each.error for each in report.outlets.values() if each.is_store_error):
        tell(f"newshawk: {error}")
    by_id = {outlet.id: outlet for outlet in config.outlets}
    failing = [name for name, each in report.outlets.items() if each.error and not each.is_store_error]
    dark = (
        []
        if report.interrupted
        else blackouts({name: by_id[name].country for name in report.outlets}, failing)
    )
    for found in dark:
        tell(f"newshawk: {found}")
    covered = {outlet_id for found in dark for outlet_id in found.outlets}
    for outlet_id, each in report.outlets.items():
        if outlet_id in failing and outlet_id not in covered:
            later = "" if report.interrupted else f"; next try {_next_try(by_id[outlet_id])}"
            tell(f"{outlet_id}: {each.error}{later}")
    if report.delivery_error is not None:
        tell(f"newshawk: mail waits: {report.delivery_error}")
    if report.interrupted:
        tell("newshawk: interrupted; what was found and not fetched stays pending")


def _tell_broken(config: Config) -> None:
    """Say on stderr which rules cannot be used as they are written."""
    for rule in config.broken:
        for line in rule.told:
            print(f"newshawk: broken rule: {line}", file=sys.stderr)
    if config.broken:
        print("newshawk: everything else works without them.", file=sys.stderr)


def _next_try(outlet: Outlet) -> str:
    """Return when the daemon asks again: ``in 5 min``, or the time that the outlet's cron says."""
    from schedules.cadence import span
    from schedules.jobs import next_due

    if not outlet.cron:
        return f"in {span(outlet.every.total_seconds())}"
    due = next_due(outlet, datetime.now(UTC))
    return f"at {due:%Y-%m-%d %H:%M} UTC" if due else "by cron"
