"""``doctor``: is everything there that newshawk needs?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli.facts import STYLES, line
from crawler.cli.options import ConfigOption, JsonOption, err, out
from crawler.config import Config, load_config

if TYPE_CHECKING:
    from schedules.doctor import Checkup

NAME = 14
"""Characters of the column of names; a longer id moves its line."""


def register(app: typer.Typer) -> None:
    """Add the command of this group."""
    app.command()(doctor)


def doctor(
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody: neither outlets nor proxies nor a mail server.")
    ] = False,
    bodies: Annotated[
        bool, typer.Option("--bodies", help="Compare each kept page with its hash too; reads them all.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look at what newshawk needs: SQLite, store, disk, clock, rules, mail, each outlet's hosts and sources.

    Each line is ok, warn or fail, with the cure. Of each host robots.txt is asked, and each source once, politely and
    within a time limit; the mail server is logged in to, and no mail is sent. Exits 1 when something fails.
    """
    from crawler.log import configure_logging

    configure_logging("CRITICAL")
    checkup = _checked(
        load_config(config), online=not offline, bodies=bodies, shown=not as_json and err.is_terminal
    )
    if as_json:
        print(json.dumps(checkup.as_json(), ensure_ascii=False))
    else:
        print_checkup(checkup)
    if not checkup.is_well:
        raise typer.Exit(1)


def _checked(config: Config, *, online: bool, bodies: bool, shown: bool) -> Checkup:
    import asyncio

    from schedules.doctor import check_up
    from schedules.session import run_in_reactor

    def look() -> Checkup:
        if not online:
            return asyncio.run(check_up(config, online=False, bodies=bodies))
        from schedules.inquiry import interruptible

        return run_in_reactor(lambda: interruptible(check_up(config, bodies=bodies)))

    if not shown:
        return look()
    with err.status("Looking"):
        return look()


def print_checkup(checkup: Checkup) -> None:
    """Print a line a finding, its cure below, and the sum."""
    for each in checkup.findings:
        line(each.level, each.name, each.told, style=STYLES[each.level], indent=0, widths=(4, NAME))
        if each.cure:
            line(each.cure, style="dim", indent=4 + 2 + NAME + 2)
    levels = [each.level for each in checkup.findings]
    out.print(f"{levels.count('fail')} fail, {levels.count('warn')} warn, {levels.count('ok')} ok")
