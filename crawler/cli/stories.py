"""``newshawk stories``: the largest, newest and fastest, and one with who was first and what each article carries."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.padding import Padding
from rich.text import Text

from crawler.alerts.plain import inert, one_line
from crawler.cli.facts import headline, short_time
from crawler.cli.formats import json_line
from crawler.cli.options import ConfigOption, JsonOption, err, out, say
from crawler.cli.since import SinceOption, moment_since
from crawler.clock import utc_now
from crawler.config import load_config
from crawler.errors import UsageError
from crawler.urls import readable
from storage.store import Store

ADDED = 240
"""Characters of what an article added that are shown without --added."""
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


class Order(StrEnum):
    """In which order stories are listed."""

    LARGEST = "largest"
    NEWEST = "newest"
    FASTEST = "fastest"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(stories)


def stories(
    story_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="One story, with its articles.", show_default=False)
    ] = None,
    since: SinceOption = None,
    sort: Annotated[
        Order,
        typer.Option(
            "--sort",
            help="largest: most articles; newest: discovered last; fastest: most other outlets within six hours.",
        ),
    ] = Order.LARGEST,
    outlet: Annotated[
        str | None,
        typer.Option("--outlet", metavar="ID", help="Only stories that this outlet has.", show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Stories at most.")] = 20,
    added: Annotated[
        bool, typer.Option("--added", help="Of one story: all that each article added.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Articles with largely the same text, two or more: who published first, and how the story spread. With an ID one
    story: each article with its lag, the share of the first text that it carries, and what it added. With --json an
    object a line."""
    start = moment_since(since, utc_now())
    with Store.open(load_config(config).store.path, read_only=True) as store:
        if story_id is not None:
            told = store.story(story_id)
        else:
            rows = store.stories(sort.value, since=start, outlet=outlet, limit=limit)
            unknown = outlet is not None and not rows and outlet not in store.last_good_polls()
    if story_id is not None:
        if told is None:
            raise UsageError(f'There is no story {story_id}. "newshawk stories" prints the numbers.')
        print(json_line(told)) if as_json else _print_story(told, story_id, whole=added)
        return
    for row in rows:
        print(json_line(row)) if as_json else _print_row(row)
    if not rows:
        hint = f' The store has no outlet "{inert(outlet or "")}".' if unknown else ""
        err.print(Text(f"No story of two articles or more.{hint}"))


# --- on a terminal: everything from outside is made inert -----------------------------------------


def _print_row(row: dict[str, Any]) -> None:
    say(Text.assemble((f"{row['story_id']:<7}", "bold"), (headline(row["title"]), "bold")))
    counts = f"{row['articles']} articles at {_outlets(row['outlets'])}, {short_time(row['first_seen_at'])} to {short_time(row['latest_seen_at'])}"
    for told in (counts, _first(row), _spread(row)):
        if told:
            _indented(Text(told))


def _print_story(told: dict[str, Any], asked: int, *, whole: bool) -> None:
    members = told["members"]
    if told["story_id"] != asked:
        say(Text(f"Story {asked} turned out to be story {told['story_id']}, in which it lives on.", "yellow"))
    say(
        Text.assemble(
            (f"story {told['story_id']}  ", "dim"),
            (headline(told.get("title") or members[0]["title"]), "bold"),
        )
    )
    if told["former_ids"]:
        _indented(Text(f"formerly also {', '.join(map(str, told['former_ids']))}", "dim"))
    if len(members) < 2:
        _indented(Text("one article; no other has its text"))
    else:
        _indented(Text(f"{told['articles']} articles at {_outlets(told['outlets'])}"))
        _indented(Text(_first(told)))
        _indented(Text(_spread(told) or "no other outlet had it within six hours"))
    for member in members:
        say()
        _print_member(member, whole=whole)


def _print_member(member: dict[str, Any], *, whole: bool) -> None:
    lag = member.get("lag_seconds")
    when = "first seen" if not lag else f"+{length(lag)}"
    removed = ("  removed", "red") if member["gone_at"] else ""
    say(
        Text.assemble(
            (f"{when:<11} ", "bold"),
            (inert(member["outlet"]), "cyan"),
            f"  article {member['article_id']}  seen {short_time(member['first_seen_at'])}",
            removed,
        )
    )
    for text in (
        Text(headline(member["title"])),
        Text(inert(readable(member["url"])), "dim"),
        Text(_published(member)),
    ):
        _indented(text, 12)
    if member.get("share_of_first") is None:
        if lag is not None:
            _indented(Text("its text is not compared yet; that is done with the next pages", "dim"), 12)
        return
    if member["is_measure"]:
        _indented(Text("the others are measured by its text"), 12)
        return
    _indented(
        Text(
            f"carries {member['share_of_first']:.0%} of the first text, which is {member['share_of_own']:.0%} of its own"
        ),
        12,
    )
    if member["added_words"]:
        _indented(Text(f"added {member['added_words']} words:"), 12)
        for passage in member["added"].splitlines() if whole else [one_line(member["added"], ADDED)]:
            _indented(Text(inert(passage).strip(), "italic"), 14)


def _first(row: dict[str, Any]) -> str:
    first = row["first_publisher"]
    outlet = inert(first["outlet"])
    if first["known"]:
        return f"published first by {outlet}, {_stated(first)}"
    if not first["may_be_first"]:
        return f"published first: not known, no article states a time; seen first at {outlet}"
    return (
        f"published first: not known, {first['may_be_first']} may have been; of these seen first at {outlet}"
    )


def _published(member: dict[str, Any]) -> str:
    if member["published_at"] is None:
        return "states no time of publication"
    lag, told = member.get("published_lag_seconds"), f"published {_stated(member)}"
    if lag and lag > 0:
        told += f", {length(lag)} after the first"
    if member.get("is_first_published"):
        told += ", before all others"
    elif "is_first_published" in member and member["is_first_published"] is None:
        told += ", perhaps first"
    return told


def _stated(row: dict[str, Any]) -> str:
    """Return a time of publication as exactly as it is known."""
    if row["published_at"] is None:
        return "without a time"
    if row["published_precision"] == "day":
        return f"{row['published_at'][:10]} (no time of day)"
    return short_time(row["published_at"])


def _spread(row: dict[str, Any]) -> str:
    if not row["spread"]:
        return ""
    other = "one other outlet" if row["spread"] == 1 else f"{row['spread']} other outlets"
    return f"{other} within {length(row['spread_seconds'])} of the first"


def _outlets(count: int) -> str:
    return "one outlet" if count == 1 else f"{count} outlets"


def length(seconds: int) -> str:
    """Return a span in its two largest units, seconds only below a minute: 3 h 10 min, 2 d, 40 s."""
    left, parts = abs(seconds), list[str]()
    left -= left % 60 if left > 60 else 0
    for size, name in _UNITS:
        count, left = divmod(left, size)
        if count or (parts and len(parts) < 2):
            parts.append(f"{count} {name}" if count else "")
        if len(parts) == 2:
            break
    return " ".join(part for part in parts if part) or "0 s"


def _indented(text: Text, by: int = 7) -> None:
    """Print text behind a margin: wrapped on a terminal, one line in a pipe or file."""
    if out.is_terminal:
        out.print(Padding(text, (0, 0, 0, by)))
    else:
        out.print(Text(" " * by) + text, soft_wrap=True)
