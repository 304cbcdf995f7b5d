"""``reextract``: kept pages are read again after an improvement; looked at first, then done."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.text import Text

from crawler.alerts.plain import inert
from crawler.cli.crawling import DebugOption, choose, moment_of_pass
from crawler.cli.options import ConfigOption, JsonOption, err, out
from crawler.cli.since import SinceOption, moment_since, moment_until
from crawler.config import Config, load_config
from crawler.errors import UsageError
from crawler.reasons import PAGE_DAMAGED
from crawler.textchange import word_changes

if TYPE_CHECKING:
    from crawler.items import Reextraction
    from schedules.reextract import Asked, OutletReport, ReextractReport

HEADINGS = {
    "withheld": "Lose more than 30 % of their words and stand as they were; --force writes them",
    "no_article": "Their page would be no article now; they stand as they were",
    "failed": "Could not be read; they stand as they were",
    "unmatched": "No longer hold what a rule matched; the earlier reading is kept",
    "matched": "Hold what a rule asks for, and did not before",
}
MOST = 20
"""Texts of one kind that are named; --json has them all."""
MOST_LINES = 12
"""Lines of one sample that are shown."""
MOST_COMPARED = 400
"""Pairs of lines of a sample that are looked at for likeness; a text of more is told line by line."""
_SIMILAR = 0.5
"""Likeness of two lines from which their words are compared."""
_STYLES = {" ": "", "-": "red strike", "+": "green"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(reextract)


def reextract(
    outlet: Annotated[
        list[str] | None,
        typer.Option(
            "--outlet", metavar="ID", help="Only this outlet; may be given again.", show_default=False
        ),
    ] = None,
    since: SinceOption = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            metavar="WHEN",
            help="And up to this day, itself included.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; change nothing.")
    ] = False,
    samples: Annotated[
        int, typer.Option("--samples", min=0, help="Differences of an outlet to show, the largest first.")
    ] = 3,
    history: Annotated[bool, typer.Option("--history", help="Superseded revisions too.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Texts that the rules of now have read already, too.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Write texts that lose much, too.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    debug: DebugOption = False,
    at: Annotated[str | None, typer.Option("--at", hidden=True, help="The clock of this call.")] = None,
) -> None:
    """Read kept pages again by the rules of now. Each text takes the new reading and keeps its earlier ones; it is no
    edit. A rule that holds now and was missed alerts, once, marked late. Look at --dry-run first.

    A call that was stopped or killed goes on where it was when it is typed again."""
    from crawler.clock import utc_now

    loaded = load_config(config)
    clock = moment_of_pass(at)
    now = clock or utc_now()
    begin, end = moment_since(since, now), moment_until(until, now)
    if begin is not None and end is not None and end <= begin:
        raise UsageError(f'--since "{since}" is not before --until "{until}": no day is left.')
    chosen = choose(loaded, outlet or ())
    if not chosen:
        raise UsageError("No outlet is configured.")
    from crawler.extract.starting import begin_loading

    begin_loading()
    from crawler.log import configure_logging
    from schedules.reextract import Asked

    configure_logging("DEBUG" if debug else "WARNING")
    asked = Asked(
        outlets=chosen,
        since=begin,
        until=end,
        history=history,
        everything=everything,
        force=force,
        samples=samples,
    )
    report = _shown(loaded, asked, clock, dry_run=dry_run, shown=not as_json and err.is_terminal)
    if as_json:
        told = {outlet_id: as_json_row(each) for outlet_id, each in report.outlets.items()}
        line = {"dry_run": dry_run, "outlets": told, "seconds": report.seconds}
        print(json.dumps(line, ensure_ascii=False))
    else:
        _print(report)
    _end(report)


def _shown(
    config: Config, asked: Asked, at: datetime | None, *, dry_run: bool, shown: bool
) -> ReextractReport:
    """Return the report of a call, its progress *shown* on the terminal."""
    from schedules.reextract import look_once, reextract_once

    def run(tell: Any) -> ReextractReport:
        if dry_run:
            return look_once(config, asked, on_progress=tell)
        return reextract_once(config, asked, at=at, on_progress=tell)

    if not shown:
        return run(lambda _: None)
    with err.status("Reading kept pages again") as line:
        return run(
            lambda each: line.update(
                f"{escape(each.outlet_id)}: {each.read} of {each.texts} pages read again"
            )
        )


def _end(report: ReextractReport) -> None:
    """Tell what went wrong, and leave with the code for it."""
    damaged = sum(each.damaged for each in report.outlets.values())
    if damaged:
        told = f"{damaged} kept page{' is' if damaged == 1 else 's are'} damaged; the others were read."
        cure = 'Restore a backup; "newshawk doctor --bodies" names all that are.'
        print(f"newshawk: {told} {cure}", file=sys.stderr)
    unread = sum(each.counts["failed"] for each in report.outlets.values()) - damaged
    if unread:
        told = f"{unread} kept page{'' if unread == 1 else 's'} could not be read"
        print(
            f"newshawk: {told}; the texts stand as they were, and the next call tries again.", file=sys.stderr
        )
    if report.delivery_error is not None:
        print(f"newshawk: mail waits: {report.delivery_error}", file=sys.stderr)
    if report.interrupted:
        print("newshawk: interrupted; the same call goes on where it was", file=sys.stderr)
        raise typer.Exit(130)
    raise typer.Exit(1 if damaged or unread > 0 or report.delivery_error is not None else 0)


# --- for scripts ----------------------------------------------------------------------------------


def as_json_row(report: OutletReport) -> dict[str, Any]:
    """Return an outlet's report as ``--json`` prints it: counts, the texts to look at, and samples."""
    from crawler.items import Fate

    fates = {fate.value: report.fates[fate] for fate in Fate}
    return {
        "texts": report.texts,
        "unkept": report.unkept,
        "read": report.read,
        **fates,
        "lines_gained": report.lines_gained,
        "lines_lost": report.lines_lost,
        "fields": dict(sorted(report.fields.items())),
        "matched": report.counts["matched"],
        "unmatched": report.counts["unmatched"],
        "alerts": report.alerts,
        "named": {kind: [_named(each) for each in report.named.get(kind, ())] for kind in HEADINGS},
        "samples": [_sample(each) for each in report.samples],
    }


def _named(each: Reextraction) -> dict[str, Any]:
    return {
        "article": each.article_id,
        "revision": each.number,
        "url": each.url,
        "title": each.title,
        "reason": each.reason,
        "capture": each.capture_id,
        "lost_share": round(each.lost_share, 3),
        "matched": list(each.matched),
        "unmatched": list(each.unmatched),
        "alerts": each.alerts,
    }


def _sample(each: Reextraction) -> dict[str, Any]:
    fields = {change.name: [change.old, change.new] for change in each.fields}
    return _named(each) | {
        "fate": each.fate.value,
        "gained": list(each.gained),
        "lost": list(each.lost),
        "fields": fields,
    }


# --- for people -----------------------------------------------------------------------------------


def _print(report: ReextractReport) -> None:
    for each in report.outlets.values():
        _print_outlet(each, dry_run=report.dry_run)
    read = sum(each.read for each in report.outlets.values())
    if not read:
        out.print("Nothing to do: every kept page was read by the rules of now.", soft_wrap=True)
        return
    cure = ' Without --dry-run "newshawk reextract" does it.' if report.dry_run else ""
    out.print(f"{read} pages read again in {report.seconds:.1f} s.{cure}", soft_wrap=True)


def _print_outlet(report: OutletReport, *, dry_run: bool) -> None:
    if not report.read and not report.unkept:
        return
    out.print(Text(report.outlet_id, "bold"))
    for words in _counts(report, dry_run=dry_run):
        out.print(Text(f"  {words}"), soft_wrap=True)
    for kind, heading in HEADINGS.items():
        if report.counts[kind]:
            out.print(Text(f"  {heading} ({report.counts[kind]})", "yellow"), soft_wrap=True)
            _print_named(report.named[kind], kind)
    for each in report.samples:
        _print_sample(each)


def _counts(report: OutletReport, *, dry_run: bool) -> list[str]:
    fates = report.fates
    lines = [
        f"{report.read} texts read again: {fates['same']} the same, {fates['gained']} gained lines,"
        f" {fates['lost']} lost lines, {fates['changed']} both ({report.lines_gained} lines gained,"
        f" {report.lines_lost} lost)"
    ]
    if report.fields:
        lines.append("read otherwise: " + ", ".join(f"{name} {n}" for name, n in report.fields.most_common()))
    if report.unkept:
        lines.append(f"{report.unkept} texts stand as they were: their pages are not kept")
    if report.alerts:
        lines.append(f"{report.alerts} alerts {'would leave' if dry_run else 'leave'}, marked late")
    return lines


def _print_named(named: list[Reextraction], kind: str) -> None:
    for each in named[:MOST]:
        rules = {"matched": each.matched, "unmatched": each.unmatched}.get(kind, ())
        why = ", ".join(rules) or each.reason
        if each.reason == PAGE_DAMAGED:
            why = f"its kept page, capture {each.capture_id}, is damaged"
        if kind == "withheld":
            why = f"{each.lost_share:.0%} of its words"
        where = f"article {each.article_id}, revision {each.number}"
        out.print(Text(f"    {where}: {inert(each.title).strip()}  ({inert(why)})"), soft_wrap=True)
    if len(named) > MOST:
        out.print(Text("    ...  --json has all", "dim"))


def _print_sample(each: Reextraction) -> None:
    head = (
        f"  article {each.article_id}, revision {each.number}: {inert(each.title).strip()}  {inert(each.url)}"
    )
    out.print(Text(head, "dim"), soft_wrap=True)
    for change in each.fields:
        told = Text(f"    {change.name}: ") + _words(change.old, change.new)
        out.print(told, soft_wrap=True)
    shown = _paired(each.lost, each.gained)
    for line in shown[:MOST_LINES]:
        out.print(Text("    ") + line, soft_wrap=True)
    if len(shown) > MOST_LINES:
        out.print(Text(f"    ...  {len(shown) - MOST_LINES} lines more; --json has all", "dim"))


def _paired(lost: tuple[str, ...], gained: tuple[str, ...]) -> list[Text]:
    """Return lines to print: two that are alike as one with its words marked, the others whole."""
    left, shown = list(gained), []
    are_few = len(lost) * len(gained) <= MOST_COMPARED
    for line in lost:
        near = get_close_matches(line, left, n=1, cutoff=_SIMILAR) if are_few else []
        if near:
            left.remove(near[0])
            shown.append(Text("~ ") + _words(line, near[0]))
        else:
            shown.append(Text(f"- {inert(line)}", "red"))
    return shown + [Text(f"+ {inert(line)}", "green") for line in left]


def _words(old: str, new: str) -> Text:
    """Return two lines as one, what only one of them has marked by colour and, without colours, by brackets."""
    told = Text()
    for sign, words in word_changes(old, new):
        told.append(inert(words) if sign == " " else f"[{sign}{inert(words)}{sign}]", _STYLES[sign])
        told.append(" ")
    told.rstrip()
    return told
