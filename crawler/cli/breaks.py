"""``outlets breaks``: outlets whose pages changed so that their texts are in doubt, and how that is ended by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from crawler.cli.breaklines import break_line
from crawler.cli.facts import heading, line
from crawler.cli.options import ConfigOption, JsonOption, out
from crawler.config import Config, load_config
from crawler.errors import UsageError


class How(StrEnum):
    """How a break is ended by hand."""

    FIXED = "fixed"
    NORMAL = "normal"


def register(group: typer.Typer) -> None:
    """Add the command to the group ``outlets``."""
    group.command()(breaks)


def breaks(
    outlet: Annotated[
        str | None, typer.Argument(metavar="OUTLET", help="One outlet; all when none is given.")
    ] = None,
    close: Annotated[int | None, typer.Option("--close", metavar="ID", help="End this break.")] = None,
    how: Annotated[
        How | None,
        typer.Option(
            "--as",
            help="fixed: the rules fit again, and what is in doubt is read anew; normal: the texts are accepted as they are.",
        ),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Outlets whose pages changed: what changed, what is in quarantine, and with --close its end."""
    from crawler.cli.crawling import choose

    loaded = load_config(config)
    only = None if outlet is None else choose(loaded, [outlet])[0].id
    if (close is None) != (how is None):
        raise UsageError("--close ID and --as fixed|normal belong together.")
    if close is not None and how is not None:
        _close(loaded, only, close, how)
        return
    from storage.store import Store

    with Store.open(loaded.store.path, read_only=True) as store:
        rows = store.breaks(only)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    if not rows:
        out.print("No breaks.")
    for row in rows:
        heading(f"{row['outlet']}: {break_line(row)}")
        for told in row["told"]:
            line(told)
        if row["after_url"]:
            line("example:", row["after_url"], style="dim")


def _close(config: Config, only: str | None, break_id: int, how: How) -> None:
    """End a break.

    Raises:
        UsageError: there is none of that number, or it is over and holds nothing.
    """
    from storage.store import Store

    with Store.open(config.store.path, create=False) as store:
        known = {row["id"] for row in store.breaks(only, limit=-1)}
        left = store.close_break(break_id, how.value, datetime.now(UTC)) if break_id in known else None
    if left is None:
        of = f" of {only}" if only else ""
        raise UsageError(f'No open break {break_id}{of}. "newshawk outlets breaks" lists what there is.')
    if how is How.NORMAL:
        out.print(f"Break {break_id} is over; its texts count as they are, and their alerts leave now.")
    else:
        out.print(
            f"Break {break_id} is over; {left} articles in doubt are read anew, and then their alerts leave."
        )
