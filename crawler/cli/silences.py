"""``newshawk alerts silence --until``, ``silences`` and ``unsilence``: what is found and not sent for a time."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from crawler.alerts.moments import clock_words
from crawler.alerts.plain import one_line
from crawler.cli.options import ConfigOption, JsonOption, out
from crawler.cli.since import moment_ahead
from crawler.config import Config, load_config
from crawler.declarations.values import did_you_mean
from crawler.errors import UsageError

if TYPE_CHECKING:
    from crawler.items import Silence

LONGEST_REASON = 200
MADE = {"hand": "by hand", "mute": "muted by a mail's link", "leave": "unsubscribed by a mail's link"}


def begin(config: Path | None, rule: str, reader: str, until: str, reason: str) -> None:
    """Begin a silence that has an end.

    Raises:
        UsageError: no such rule or reader, no end to come, or a reason that is too long.
    """
    from storage.store import Store

    loaded, now = load_config(config), datetime.now(UTC)
    if not (rule or reader):
        raise UsageError("Say --rule or --to: what is to be silent until then.")
    _require("rule", rule, _rules(loaded))
    _require(
        "reader", reader, sorted({name for each in loaded.recipients for name in (each.reader, each.id)})
    )
    if len(reason) > LONGEST_REASON:
        raise UsageError(f"--reason has {len(reason)} characters; {LONGEST_REASON} at most.")
    zone = next((who.timezone for who in loaded.recipients if reader in (who.reader, who.id)), "UTC")
    end = moment_ahead(until, now, zone)
    with Store.open(loaded.store.path, create=False) as store:
        number, given_up = store.begin_silence(
            rule, reader, "hand", now, end, one_line(reason, LONGEST_REASON)
        )
    out.print(
        escape(
            f"Silence {number}: {_what(rule, reader)}, until {clock_words(end, zone)}; {given_up} that waited given up."
        ),
        soft_wrap=True,
    )
    out.print(f'What is found meanwhile is on record, unsent. "newshawk alerts unsilence {number}" ends it.')


def _rules(config: Config) -> list[str]:
    """Return the ids of all rules: a broken one alerts as it did before."""
    broken = [each.id for each in config.broken if each.id and not each.is_query]
    return [*(each.id for each in config.rules), *broken]


def _require(what: str, given: str, known: list[str]) -> None:
    if given and given not in known:
        raise UsageError(f'No {what} "{given}" in the config.{did_you_mean(given, known)}')


def _what(rule: str, reader: str) -> str:
    if rule and reader:
        return f"rule {rule} to {reader}"
    return f"rule {rule}" if rule else f"all rules to {reader}"


def list_silences(
    ended: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """What is found and not sent at present: by a command, or since a reader muted a rule or unsubscribed from it."""
    from storage.store import Store

    loaded, now = load_config(config), datetime.now(UTC)
    with Store.open(loaded.store.path, read_only=True) as store:
        found = store.silences(now, ended=ended)
    if as_json:
        for each in found:
            print(json.dumps(_row(each, now), ensure_ascii=False))
        return
    if not found:
        out.print("No silences.")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), collapse_padding=True)
    for name, most in (("id", None), ("rule", 16), ("reader", 14), ("until (UTC)", None), ("unsent", None)):
        table.add_column(name, no_wrap=most is None, overflow="fold", max_width=most)
    table.add_column("how and why", overflow="fold")
    for each in found:
        table.add_row(*(escape(cell) for cell in _cells(each, loaded)))
    out.print(table)


def _cells(each: Silence, config: Config) -> list[str]:
    rules, readers = (
        set(_rules(config)),
        {name for who in config.recipients for name in (who.reader, who.id)},
    )
    gone = [
        f"{what} no longer in the config"
        for what, given, known in (("rule", each.rule_id, rules), ("reader", each.recipient_id, readers))
        if given and given not in known
    ]
    ended = [f"ended {each.ended_at:%Y-%m-%d %H:%M} UTC"] if each.ended_at else []
    return [
        str(each.id),
        one_line(each.rule_id, 40) or "(all)",
        one_line(each.recipient_id, 40) or "(all)",
        f"{each.until_at:%Y-%m-%d %H:%M}" if each.until_at else "for good",
        str(each.alerts),
        "; ".join(
            [
                f"{MADE[each.kind]}, {each.from_at:%Y-%m-%d %H:%M} UTC",
                *filter(None, [one_line(each.reason, LONGEST_REASON)]),
                *ended,
                *gone,
            ]
        ),
    ]


def _row(each: Silence, now: datetime) -> dict[str, Any]:
    """Return a silence as a row of JSON; moments as the store writes them."""
    row = {name: value for name, value in asdict(each).items() if not name.endswith("_at")}
    moments = {name: getattr(each, name) for name in ("from_at", "until_at", "ended_at")}
    told = {name: at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None for name, at in moments.items()}
    return row | told | {"in_force": each.is_in_force(now)}


def unsilence(
    numbers: Annotated[list[int], typer.Argument(metavar="N...", help="Numbers of silences.")],
    send: Annotated[
        bool, typer.Option("--send", help="Send what they held in the last seven days, one digest a reader.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """End silences, also those that a reader made; what they held stays unsent, unless --send; "alerts retry" sends
    single ones later."""
    from storage.store import Store

    now = datetime.now(UTC)
    with Store.open(load_config(config).store.path, create=False) as store:
        held = {each.id: each.alerts for each in store.silences(now)}
        for number in dict.fromkeys(numbers):
            queued = store.end_silence(number, now, send=send)
            if queued is None:
                raise UsageError(
                    f'No silence {number} is in force. "newshawk alerts silences" shows those that are.'
                )
            out.print(f"Silence {number} is over; {queued} of its {held[number]} alerts queued.")
            if queued == held[number]:
                continue
            if send:
                out.print('"newshawk alerts list --state dead" says why the others stay unsent.')
            else:
                out.print(
                    'What it held stays unsent: "newshawk alerts list --state dead" has it, and',
                    '"newshawk alerts retry ID" sends one of it after all; --send sends all of the last seven days.',
                )
