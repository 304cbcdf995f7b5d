"""``reconcile``: what a second channel names that no source did, and the fetching of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from crawler.cli.facts import heading, line
from crawler.cli.options import ConfigOption, JsonOption, err
from crawler.config import load_config
from crawler.errors import UsageError

if TYPE_CHECKING:
    from crawler.config import Config
    from crawler.items import Outlet
    from schedules.reconcile import Reconciled

SHOWN = 20
"""Missing addresses of one outlet that are printed; --json has all."""


def register(app: typer.Typer) -> None:
    """Add the command of this group."""
    app.command()(reconcile)


def reconcile(
    outlets: Annotated[
        list[str] | None,
        typer.Argument(metavar="OUTLET", help="Ids; all configured when none is given."),
    ] = None,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Fetch the missing articles, those of earlier comparisons too.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare what the sources gave with a second channel: recall, the missing addresses, and with --fetch their articles.

    Second channels are sitemaps, those that robots.txt names too, section pages, the front page, and the same feed at the
    other mirrors. The daemon does this every night. It goes on meanwhile: with --fetch the addresses are left to it, and
    it fetches them within a minute. Exits 1 when an outlet was never polled.
    """
    from crawler.cli.crawling import choose
    from crawler.log import configure_logging

    loaded = load_config(config)
    chosen = choose(loaded, outlets or ())
    if not chosen:
        raise UsageError("No outlet is configured.")
    configure_logging("ERROR")
    done = _shown(loaded, chosen, fetch=fetch, shown=not as_json and err.is_terminal)
    from schedules.completing import as_json as told

    rows = {each.comparison.outlet_id: told(each) for each in done}
    if as_json:
        print(json.dumps({"outlets": rows}, ensure_ascii=False))
    else:
        for outlet_id, row in rows.items():
            _print(outlet_id, row)
    raise typer.Exit(1 if any(row["outcome"] == "unpolled" for row in rows.values()) else 0)


def _shown(config: Config, chosen: Sequence[Outlet], *, fetch: bool, shown: bool) -> list[Reconciled]:
    from schedules.completing import reconcile_once

    if not shown:
        return reconcile_once(config, chosen, fetch=fetch)
    with err.status(f"Comparing {len(chosen)} outlets") as status:
        done: list[str] = []

        def tell(each: Reconciled) -> None:
            done.append(each.comparison.outlet_id)
            status.update(f"Compared {len(done)} of {len(chosen)}: {escape(done[-1])}")

        return reconcile_once(config, chosen, fetch=fetch, on_done=tell)


def _print(outlet_id: str, row: dict[str, Any]) -> None:
    heading(f"{outlet_id}: {_sum(row)}")
    for channel in row["channels"]:
        line(channel["kind"], _channel(channel), widths=(15,))
        line(channel["url"], style="dim", indent=19)
    for missing in row["missing"][:SHOWN]:
        line("missing", missing["published_at"] or "no date", missing["url"], widths=(15, 20))
    if len(row["missing"]) > SHOWN:
        line(f"and {len(row['missing']) - SHOWN} more; --json names all")
    if row["missing"] and not row["asked"]:
        line(f'"newshawk reconcile {outlet_id} --fetch" fetches them')
    if row["asked"]:
        line(_fetched(row))
        for link in row["links"]:
            if link["state"] == "failed":
                line("failed", link["reason"], link["url"], widths=(15, 20))


def _sum(row: dict[str, Any]) -> str:
    """Return the one sentence about an outlet."""
    if row["outcome"] != "compared":
        return {"none": "no second channel", "unpolled": 'never polled; run "newshawk crawl" first'}[
            row["outcome"]
        ]
    if not row["expected"]:
        return "nothing was published in the time compared"
    undated = f", {row['undated']} of them without a date" if row["undated"] else ""
    return (
        f"{row['met']} of {row['expected']} articles known, recall {row['recall']:.3f};"
        f" {len(row['missing'])} missing{undated}"
    )


def _channel(channel: dict[str, Any]) -> str:
    if channel["outcome"] != "compared":
        return f"{channel['outcome']}: {channel['told']}"
    return (
        f"{channel['met']} of {channel['expected']} known, {channel['listed']} named by another source,"
        f" from {channel['host']}"
    )


def _fetched(row: dict[str, Any]) -> str:
    if row["left_to"] is not None:
        by = f"process {row['left_to']}" if row["left_to"] else "another process"
        return (
            f"{row['asked']} made pending. {by} holds the store: the daemon fetches them within a minute, else the"
            ' next "newshawk crawl"'
        )
    counts: dict[str, int] = {}
    for link in row["links"]:
        counts[link["state"]] = counts.get(link["state"], 0) + 1
    told = ", ".join(f"{n} {state}" for state, n in counts.items())
    now = "" if row["recall_now"] is None else f"; recall now {row['recall_now']:.3f}"
    return f"{row['asked']} asked for: {told}{now}"
