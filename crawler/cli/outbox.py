"""``newshawk alerts``: the outbox on a terminal. The daemon may run meanwhile: it sends what is queued here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from crawler.alerts.plain import one_line
from crawler.cli import silences
from crawler.cli.breaklines import held_words
from crawler.cli.options import ConfigOption, JsonOption, out
from crawler.config import load_config
from crawler.errors import UsageError
from storage.silences import BY_HAND
from storage.takebacks import TOLD_ALREADY

if TYPE_CHECKING:
    from storage.store import Store

alerts_app = typer.Typer(help="The outbox: what waits, what left, what was given up.", no_args_is_help=True)

STATES = ("queued", "leased", "sent", "dead")
WIDE = 120
"""Columns of a terminal from which on alerts are a table."""
EVERY = 1_000_000
"""Alerts that ``--dead`` and ``--rule`` reach at most."""

IdsArgument = Annotated[list[int] | None, typer.Argument(metavar="ID", help="Numbers of alerts.")]


def register(app: typer.Typer) -> None:
    """Add ``alerts``."""
    alerts_app.command("list")(list_alerts)
    alerts_app.command("show")(show)
    alerts_app.command("retry")(retry)
    alerts_app.command("silence")(silence)
    alerts_app.command("silences")(silences.list_silences)
    alerts_app.command("unsilence")(silences.unsilence)
    app.add_typer(alerts_app, name="alerts")


def list_alerts(
    state: Annotated[list[str] | None, typer.Option(help=f"Only these: {', '.join(STATES)}.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, newest first.")] = 50,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Alerts, newest first: state, rule, reader, headline, when due or sent, why a try failed."""
    if wrong := sorted(set(state or ()) - set(STATES)):
        raise UsageError(f'--state "{wrong[0]}" is none of {", ".join(STATES)}.')
    with _store(config, read_only=True) as store:
        rows = store.alerts(state or (), limit=limit + 1)
    is_more, rows = len(rows) > limit, rows[:limit]
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
        return
    if out.width < WIDE:
        for row in rows:
            _print_lines(row)
    elif rows:
        out.print(_table(rows))
    if not rows:
        out.print("No alerts.")
    if is_more:
        out.print(f"Earlier alerts are left out; --limit shows more than {limit}.")


def _table(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), collapse_padding=True)
    for name in ("id", "state", "event", "rule", "reader", "headline", "due / sent", "tries", "why"):
        table.add_column(name, no_wrap=name in ("id", "due / sent"), overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in _cells(row)))
    return table


def _print_lines(row: dict[str, Any]) -> None:
    """Print one alert in the lines of a narrow terminal, where a column of the table would hold a word a line."""
    number, state, event, rule, reader, headline, at, tries, why = _cells(row)
    tried = f"  tries {tries}" if row["attempts"] else ""
    out.print(escape(f"{number:<5} {state}  {event}  {at}  {rule} to {reader}{tried}"), soft_wrap=True)
    for line in filter(None, (headline, why)):
        out.print(Padding(escape(line), (0, 0, 0, 6), expand=False))


def _cells(row: dict[str, Any]) -> list[str]:
    return [
        str(row["id"]),
        row["state"] + (" (outcome unknown)" if row["unknown_outcome"] else ""),
        row["event"],
        one_line(row["rule"], 40),
        one_line(row["recipient"], 40),
        one_line(row["title"], 70),
        row["sent_at"] or row["next_try_at"] or row["due_at"],
        str(row["attempts"]),
        one_line(row["error"] or "", 120) or _held(row),
    ]


def _held(row: dict[str, Any]) -> str:
    return held_words(row["held_until"]) if row["state"] == "queued" and row["held_until"] else ""


def show(
    alert_id: Annotated[int, typer.Argument(metavar="ID")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """One alert: all that the outbox knows of it."""
    with _store(config, read_only=True) as store:
        row = next((row for row in store.alerts(limit=EVERY) if row["id"] == alert_id), None)
    if row is None:
        raise UsageError(f'No alert {alert_id}. "newshawk alerts list" shows what there is.')
    if as_json:
        print(json.dumps(row, ensure_ascii=False))
        return
    for name, value in row.items():
        told = "-" if value in (None, "") else one_line(str(value), 400)
        out.print(f"{name:16} {escape(told)}")


def retry(
    ids: IdsArgument = None,
    dead: Annotated[
        bool,
        typer.Option(
            "--dead", help="All that were given up, but by a silence or since the reader was told otherwise."
        ),
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Queue alerts for now: those given up, and those that wait for their next try or their digest."""
    with _store(config) as store:
        wanted = list(ids or ())
        if dead:
            given_up = store.alerts(("dead",), limit=EVERY)
            wanted += [
                row["id"]
                for row in given_up
                if row["silence"] is None and not (row["error"] or "").startswith(TOLD_ALREADY)
            ]
        if not (wanted or dead):
            raise UsageError("Name alerts, or say --dead.")
        _tell("queued", store.retry_alerts(wanted, datetime.now(UTC)), ids or ())
    out.print('They leave with the next turn of the daemon, or with "newshawk crawl".')


def silence(
    ids: IdsArgument = None,
    rule: Annotated[str, typer.Option(metavar="ID", help="All waiting alerts of this rule.")] = "",
    to: Annotated[str, typer.Option(metavar="READER", help="All waiting alerts to this reader.")] = "",
    until: Annotated[
        str,
        typer.Option(
            metavar="WHEN",
            help="Later ones too, until then: 2026-12-01, that day included, on the clock of the reader of --to, else in"
            " UTC; or 7d, 12h, 90m from now.",
        ),
    ] = "",
    reason: Annotated[str, typer.Option(help="With --until: shown with each alert that was not sent.")] = "",
    config: ConfigOption = None,
) -> None:
    """Give up waiting alerts without sending them; "alerts retry" brings them back. Later alerts are not held, unless
    --until says how long: they are found, and stay unsent."""
    if until or reason:
        if ids or not until:
            raise UsageError(
                "--until is for a rule or a reader, not for single alerts; --reason needs --until."
            )
        silences.begin(config, rule, to, until, reason)
        return
    with _store(config) as store:
        wanted = list(ids or ())
        if rule or to:
            waiting = store.alerts(("queued",), limit=EVERY)
            wanted += [
                row["id"]
                for row in waiting
                if (not rule or row["rule"] == rule) and (not to or row["recipient"] == to)
            ]
        if not (wanted or rule or to):
            raise UsageError("Name alerts, or say --rule or --to.")
        _tell("silenced", store.silence_alerts(wanted, BY_HAND), ids or ())


def _tell(done: str, changed: Sequence[int], asked: Sequence[int]) -> None:
    """Say how many were changed.

    Raises:
        UsageError: an alert that was asked for by number was not; the others were.
    """
    out.print(f"{len(changed)} {done}.")
    if left := sorted(set(asked) - set(changed)):
        numbers = ", ".join(map(str, left))
        raise UsageError(
            f'Not {done}: {numbers} (sent, being sent, or no such number). See "newshawk alerts list".'
        )


def _store(config: Path | None, *, read_only: bool = False) -> Store:
    from storage.store import Store

    return Store.open(load_config(config).store.path, read_only=read_only, create=False)
