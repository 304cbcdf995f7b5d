"""``prune`` and ``hold``: how long kept pages stay, and which stay for ever."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.text import Text

from crawler.alerts.plain import inert
from crawler.cli.options import ConfigOption, JsonOption, out, say
from crawler.clock import utc_now
from crawler.config import load_config
from crawler.errors import UsageError
from crawler.items.kept import Taking
from crawler.sizes import size_told
from storage.store import Store

_REASONS = {
    "age": "of articles, older than keep_pages",
    "refused": "that became no article, older than keep_refused",
    "size": "the oldest, for max_pages_size",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command()(prune)
    app.command()(hold)


def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would go; change nothing.")] = False,
    shrink: Annotated[
        bool,
        typer.Option("--shrink", help="Give the file's free space back to the disk; no daemon may run."),
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make room among the kept pages now, as the daemon does at night.

    Outlets get their dictionaries, older pages are compressed again, and bodies go that [store] says are too old or too
    many; never those that are evidence. Rows, hashes and texts stay.
    """
    from crawler.log import configure_logging
    from schedules import keeping

    configure_logging("WARNING")
    if dry_run and shrink:
        raise UsageError("--dry-run changes nothing, and --shrink does. Choose one.")
    loaded = load_config(config)
    if dry_run:
        plan = keeping.planned(loaded)
        print(json.dumps({"would_take": _as_json(plan)})) if as_json else _print_plan(plan)
        return
    done = keeping.keep_once(loaded)
    sizes = keeping.shrink(loaded) if shrink else None
    if as_json:
        told = {
            "dictionaries": list(done.dictionaries),
            "saved": done.saved,
            "taken": done.taken,
            "freed": done.freed,
        }
        told |= {"over": done.plan.over if done.plan else 0}
        print(json.dumps(told | ({"file": list(sizes)} if sizes else {})))
        return
    _tell(
        f"{len(done.dictionaries)} outlets got a dictionary; {size_told(done.saved)} saved by compressing again"
    )
    _tell(f"{done.taken:,} pages taken, {size_told(done.freed)} freed")
    if done.plan is not None:
        _print_over(done.plan)
    if sizes:
        _tell(f"the file had {size_told(sizes[0])} and has {size_told(sizes[1])}")
    elif done.freed or done.saved:
        _tell("the file keeps its size: what comes next fills the room (--shrink gives it back)")


def hold(
    article_id: Annotated[
        int | None,
        typer.Argument(metavar="ID", help="Number of the article; without one the holds are listed."),
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why, for those who read it later.")
    ] = "",
    release: Annotated[bool, typer.Option("--release", help="End the hold on the article.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep the pages of an article for ever, whatever [store] says of age and size; or list what is on hold."""
    path = load_config(config).store.path
    if article_id is None:
        if release or reason:
            raise UsageError('Name the article: newshawk hold ID. "newshawk search" prints the numbers.')
        with Store.open(path, read_only=True) as store:
            standing = store.holds()
        print(json.dumps(standing, ensure_ascii=False)) if as_json else _print_holds(standing)
        return
    with Store.open(path, create=False) as store:
        if release:
            if not store.release_hold(article_id, utc_now()):
                raise UsageError(f'Article {article_id} is not on hold. "newshawk hold" lists what is.')
            number, told = article_id, "is no longer on hold"
        else:
            placed = store.place_hold(article_id, reason, utc_now())
            if placed is None:
                raise UsageError(f'There is no article {article_id}. "newshawk search" prints the numbers.')
            number, told = placed, "is on hold"
        holds = store.holds(number)
    if not release:
        told += f": {pages_told(holds[-1])}"
    print(json.dumps(holds, ensure_ascii=False)) if as_json else _tell(f"article {number} {told}")


def hold_line(each: dict[str, Any]) -> str:
    """Return a hold in one line."""
    until = f" until {each['released_at']}" if each["released_at"] else ""
    why = f": {each['reason']}" if each["reason"] else ""
    return f"on hold since {each['placed_at']}{until}{why}"


def pages_told(hold: dict[str, Any]) -> str:
    """Return what is kept of the pages of an article on hold, and what went before."""
    kept, gone, since = hold["pages_kept"], hold["pages_gone"], hold["gone_since"]
    if not kept and not gone:
        return "it has no page"
    stay = f"{_pages(kept)} {'stays' if kept == 1 else 'stay'}" if kept else "no page is left to stay"
    if not gone:
        return stay
    went = f"{_pages(gone)} {'is' if gone == 1 else 'are'} gone since {since}"
    return f"{stay}; {went}, and no hold brings {'it' if gone == 1 else 'them'} back"


def _pages(number: int) -> str:
    return f"{number} {'page' if number == 1 else 'pages'}"


def _print_holds(standing: list[dict[str, Any]]) -> None:
    for each in standing:
        say(
            Text.assemble(
                (str(each["article_id"]), "bold"), "  ", inert(each["outlet"]), "  ", inert(hold_line(each))
            )
        )
        say(Text(f"  {inert(each['url'])}", "dim"))
        say(Text(f"  {pages_told(each)}", "yellow" if each["pages_gone"] else "dim"))
    if not standing:
        _tell("nothing is on hold")


def _print_plan(plan: Taking) -> None:
    _tell(
        f"kept pages take {size_told(plan.stored)}; {len(plan.captures):,} would go, {size_told(plan.taken)}"
    )
    for reason, (count, stored) in plan.reasons.items():
        _tell(f"  {count:,} {_REASONS[reason]}: {size_told(stored)}")
    for outlet_id, (count, stored) in sorted(plan.outlets.items()):
        _tell(f"  {outlet_id}: {count:,}, {size_told(stored)}")
    if plan.spared:
        _tell(
            f"{plan.spared:,} are old enough and stay: matched, changed, vanished, merged, divergent or on hold"
        )
    _print_over(plan)


def _print_over(plan: Taking) -> None:
    if plan.over:
        _tell(f"{size_told(plan.over)} above max_pages_size remain: all that is left is evidence")


def _as_json(plan: Taking) -> dict[str, Any]:
    """Return the plan of ``--dry-run --json``; sizes in bytes."""
    pairs = {
        name: {key: {"pages": count, "stored": stored} for key, (count, stored) in sums.items()}
        for name, sums in (("reasons", plan.reasons), ("outlets", plan.outlets))
    }
    counts = {"pages": len(plan.captures), "stored": plan.taken, "spared": plan.spared, "over": plan.over}
    return counts | {"stored_before": plan.stored} | pairs


def _tell(line: str) -> None:
    out.print(Text(inert(line)), soft_wrap=True)
