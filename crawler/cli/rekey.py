"""``outlets rekey``: what a change of patterns or hosts means for what is stored; shown first, then done."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from crawler.alerts.plain import inert
from crawler.cli.options import ConfigOption, JsonOption, out
from crawler.config import load_config
from crawler.urls import readable

if TYPE_CHECKING:
    from crawler.items import Key
    from storage.rekey_plan import Change, RekeyReport

HEADINGS = {
    "merge": "One article that was stored as several: they live on in the oldest",
    "part": "Articles that were one and stand for themselves again",
    "split": "Texts that are another article's",
    "generation": "Different articles under one key: generations of it",
    "apart": "Different articles under one key: left as they are. The pattern may be too wide",
    "attach": "Addresses that belong to another article",
    "release": "Addresses that were taken for another article's: they are fetched",
    "recognise": "Addresses that were foreign and are the outlet's own",
}
MOST = 20
"""Changes of one kind that are shown; --json has all."""


def register(group: typer.Typer) -> None:
    """Add the command to the group ``outlets``."""
    group.command()(rekey)


def rekey(
    outlets: Annotated[
        list[str] | None,
        typer.Argument(metavar="OUTLET", help="Ids; all configured when none is given."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; change nothing.")
    ] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Different articles under one key become generations of it."),
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """After a change of article_id or hosts: merge articles that are one, split those that are two, by their
    addresses. Citations stay, no text is lost and no alert leaves again. Look at --dry-run first."""
    from crawler.cli.crawling import choose
    from schedules import rekey as rekeying

    loaded = load_config(config)
    chosen = choose(loaded, outlets or ())
    reports = (rekeying.plan if dry_run else rekeying.rekey)(loaded, chosen, force=force)
    if as_json:
        told = {report.outlet_id: as_json_row(report) for report in reports}
        print(json.dumps({"dry_run": dry_run, "outlets": told}, ensure_ascii=False))
        return
    for report in reports:
        _print_report(report, dry_run=dry_run)


def as_json_row(report: RekeyReport) -> dict[str, Any]:
    """Return a report as ``--json`` prints it: counts, then each change with its keys and numbers."""
    actions = dict.fromkeys((*HEADINGS, "key"), 0)
    counts = {action: report.count(action) for action in actions}
    changes = [asdict(change) for change in report.changes]
    return {"due": report.is_due, "links": report.links, "counts": counts, "changes": changes}


def _print_report(report: RekeyReport, *, dry_run: bool) -> None:
    out.print(Text(report.outlet_id, "bold"))
    for action, heading in HEADINGS.items():
        changes = [change for change in report.changes if change.action == action]
        if changes:
            out.print(Text(f"  {heading} ({len(changes)})"), soft_wrap=True)
            _print_changes(changes)
    out.print(Text(f"  {_sum(report, dry_run=dry_run)}"), soft_wrap=True)


def _print_changes(changes: Iterable[Change]) -> None:
    for number, change in enumerate(changes):
        if number == MOST:
            out.print(Text("    ...  --json has all", "dim"))
            return
        article = f"article {change.article_id}" if change.link_id is None and change.article_id else ""
        head = f"    {article or 'address'}: {change.told}"
        out.print(Text(head), soft_wrap=True)
        title = f"{inert(change.title).strip()}  " if change.title else ""
        where = f"      {title}{inert(readable(change.url))}  {_keys(change.old, change.new)}"
        out.print(Text(where, "dim"), soft_wrap=True)


def _keys(old: Key, new: Key) -> str:
    if old == new:
        return f"({inert(f'{old.kind} {old.value}')})"
    return f"({inert(f'{old.kind} {old.value}')} -> {inert(f'{new.kind} {new.value}')})"


def _sum(report: RekeyReport, *, dry_run: bool) -> str:
    """Return the last line: what was done, or what to do."""
    apart = f"; {report.count('apart')} articles left as they are" if report.count("apart") else ""
    if report.is_empty:
        return f"Nothing to do{apart}."
    keys = len([change for change in report.changes if change.link_id is None and change.action != "apart"])
    told = f"{keys} articles and {report.links} addresses {'would have' if dry_run else 'have'} another key or place"
    cure = f' "newshawk outlets rekey {report.outlet_id}" does it.' if dry_run else ""
    return f"{told}{apart}.{cure}"
