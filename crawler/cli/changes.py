"""``diff`` and ``changes``: what was edited in one article, and what was edited lately."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from crawler.alerts.plain import inert
from crawler.changes.diffing import CLASSES, text_diff, told_class
from crawler.cli.difflines import change_line, diff_lines
from crawler.cli.diffpage import diff_page
from crawler.cli.facts import headline, short_time
from crawler.cli.formats import json_line
from crawler.cli.options import ConfigOption, JsonOption, err, say
from crawler.cli.outfile import whole_file
from crawler.cli.since import moment_since
from crawler.clock import utc_now
from crawler.config import load_config
from crawler.errors import UsageError
from crawler.items import Reading, TextDiff
from crawler.rechecklines import difference_line
from crawler.urls import readable
from storage.articles import Revision
from storage.store import Store
from storage.values import stored

REMOVED = "removed"
"""Class of an article that was found removed, beside those of edits."""


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command()(diff)
    app.command()(changes)


# --- one article ----------------------------------------------------------------------------------


def diff(
    article_id: Annotated[int, typer.Argument(metavar="ID", help="Number of the article.")],
    start: Annotated[
        int | None,
        typer.Option(
            "--from",
            metavar="N",
            help="Revision to compare with; default: the one before.",
            show_default=False,
        ),
    ] = None,
    end: Annotated[
        int | None,
        typer.Option("--to", metavar="M", help="Revision; default: the latest.", show_default=False),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            "--host",
            metavar="HOST",
            help="Compare with the text that this mirror alone showed.",
            show_default=False,
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page instead.", show_default=False)
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """What was edited in an article, word by word: headline, byline, time of publication and text."""
    with Store.open(load_config(config).store.path, read_only=True) as store:
        row = store.article(article_id)
        if row is None:
            raise UsageError(f'There is no article {article_id}. "newshawk search" prints the numbers.')
        texts = {each.number: each for each in store.revisions(row["id"])}
        differing = store.divergences(row["id"])
        others = store.mirror_differences(row["id"])
    if host is not None:
        if start is not None:
            raise UsageError("--from and --host exclude each other: the mirror's text is the other side.")
        old = _revision(texts, end if end is not None else max(texts))
        new = _at_mirror(differing, others, host, old)
    else:
        end = end if end is not None else max(texts)
        if start is None and end == min(texts) and html is None and not as_json:
            say(Text(f"Article {row['id']} {_unedited(texts, end)}"))
            return
        start = start if start is not None else max((n for n in texts if n < end), default=end)
        old, new = _revision(texts, start), _revision(texts, end)
    _tell(row, old, new, text_diff(old[1], new[1]), html, as_json=as_json)


def _unedited(texts: dict[int, Revision], first: int) -> str:
    if len(texts) == 1:
        return "has one text; no edit of it was seen."
    return f"begins with revision {first}; there is none before it to compare with."


_Side = tuple[str, Reading, dict[str, Any]]
"""Which text it is, what it says, and the first for --json: its revision (None: a mirror's text), time and host."""


def _revision(texts: dict[int, Revision], number: int) -> _Side:
    if (each := texts.get(number)) is None:
        known = f"It has {', '.join(map(str, texts))}." if len(texts) < 20 else f"It has {len(texts)}."
        raise UsageError(f"The article has no revision {number}. {known}")
    reading = Reading(
        title=each.title,
        body=each.body,
        byline=each.byline,
        language=each.language,
        published=each.published,
    )
    seen_at = stored(each.seen_at)
    about = {"revision": number, "seen_at": seen_at, "host": each.host}
    return f"revision {number}, seen {seen_at} at {each.host}", reading, about


def _at_mirror(
    differing: Sequence[dict[str, Any]], others: Sequence[dict[str, Any]], host: str, beside: _Side
) -> _Side:
    """Return the latest text that a mirror alone showed; it has no byline and time of its own on record."""
    shown = [each for each in differing if each["host"] == host]
    if not shown:
        hosts = sorted({each["host"] for each in differing})
        known = f"These did: {', '.join(hosts)}." if hosts else "No mirror did."
        told = [f"{difference_line(each)}." for each in others if each["host"] == host]
        raise UsageError(" ".join([f"{host} showed no text of its own for this article. {known}", *told]))
    last = shown[-1]
    reading = Reading(
        title=last["title"],
        body=last["body"],
        byline=beside[1].byline,
        language=beside[1].language,
        published=beside[1].published,
    )
    about = {"revision": None, "seen_at": last["first_seen_at"], "host": host}
    return (
        f"text that {host} alone showed from {last['first_seen_at']} to {last['last_seen_at']}",
        reading,
        about,
    )


def _tell(
    row: dict[str, Any], old: _Side, new: _Side, found: TextDiff, html: Path | None, *, as_json: bool
) -> None:
    if html is not None:
        about = {"url": readable(row["url"]), "outlet": row["outlet"], "language": row["language"]}
        page = diff_page(found, about | {"old": old[0], "new": new[0]})
        with whole_file(html) as part:
            part.write_text(page, encoding="utf-8")
        err.print(Text(f"Wrote {inert(str(html))}."), soft_wrap=True)
    if as_json:
        print(json_line(_as_json(row, old, new, found)))
    elif html is None:
        say(Text(f"article {row['id']}, {inert(row['outlet'])}, {inert(readable(row['url']))}", "dim"))
        say(Text(f"from {inert(old[0])}\nto   {inert(new[0])}", "dim"))
        say(Text(change_line(found.change), "bold"))
        for line in diff_lines(found):
            say(line)


def _as_json(row: dict[str, Any], old: _Side, new: _Side, found: TextDiff) -> dict[str, Any]:
    change = found.change
    return {
        "id": row["id"],
        "outlet": row["outlet"],
        "url": row["url"],
        "old": old[0],
        "new": new[0],
        "from": old[2],
        "to": new[2],
        "classes": [] if change is None else list(change.classes),
        "words_added": 0 if change is None else change.words_added,
        "words_removed": 0 if change is None else change.words_removed,
        "kept": 1.0 if change is None else change.kept,
        "title": [list(piece) for piece in found.title],
        "byline": [list(piece) for piece in found.byline],
        "published": [list(piece) for piece in found.published],
        "lines": [
            {"sign": line.sign, "pieces": [list(piece) for piece in line.pieces]} for line in found.lines
        ],
    }


# --- what was edited lately -----------------------------------------------------------------------


def changes(
    since: Annotated[
        str, typer.Option("--since", metavar="WHEN", help="Seen since: 2026-11-23, or 30d, 12h, 90m ago.")
    ] = "7d",
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--class",
            metavar="CLASS",
            help=f"Only of this class; may be given again. {', '.join((*CLASSES, REMOVED))}.",
            show_default=False,
        ),
    ] = None,
    outlet: Annotated[
        str | None, typer.Option("--outlet", metavar="ID", help="Only this outlet.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Lines at most.")] = 50,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """What was edited or removed lately, the latest first, with the class of each edit. With --json one a line."""
    wanted = [_known_class(each) for each in kind or ()]
    edits = [name for name in wanted if name != REMOVED]
    start = moment_since(since, utc_now())
    rows: list[dict[str, Any]] = []
    with Store.open(load_config(config).store.path, read_only=True) as store:
        if edits or not wanted:
            rows += store.changes_since(start, outlet=outlet, classes=edits, limit=limit)
        if REMOVED in wanted or not wanted:
            rows += store.removals_since(start, outlet=outlet, limit=limit)
        is_known = outlet is None or outlet in store.last_good_polls()
    rows = sorted(rows, key=lambda row: str(row["at"]), reverse=True)[:limit]
    for row in rows:
        print(json_line(row)) if as_json else _print_change(row)
    if not rows:
        err.print(
            Text(
                "Nothing was edited or removed."
                if is_known
                else f'The store has no outlet "{inert(outlet or "")}".'
            )
        )


def _known_class(text: str) -> str:
    name = text.strip().lower().replace("-", "_").replace(" ", "_")
    if name not in (*CLASSES, REMOVED):
        raise UsageError(f'There is no class "{text}". These are: {", ".join((*CLASSES, REMOVED))}.')
    return name


def _print_change(row: dict[str, Any]) -> None:
    at = short_time(row["at"])
    if row["class"] == REMOVED:
        head = Text.assemble(at, "  ", (inert(row["outlet"]), "cyan"), "  ", (REMOVED, "bold red"))
        back = f", back since {short_time(row['returned_at'])}" if row["returned_at"] else ""
        say(head.append(f"  ({row['how']}{back})  article {row['article_id']}"))
        say(Text(f"  {headline(row['title'])}"))
        say(Text(f"  {inert(readable(row['url']))}", "dim"))
        return
    head = Text.assemble(
        at, "  ", (inert(row["outlet"]), "cyan"), "  ", (told_class(row["class"]), "bold yellow")
    )
    more = ", ".join(told_class(each) for each in row["classes"][1:])
    counts = f"+{row['words_added']} -{row['words_removed']} words"
    head.append(
        f"  {f'({more}) ' if more else ''}{counts}  article {row['article_id']}, revision {row['number']}"
    )
    say(head)
    if row["old_title"] != row["new_title"]:
        say(Text(f"  {headline(row['old_title'])}", "red"))
        say(Text(f"  {headline(row['new_title'])}", "green"))
    else:
        say(Text(f"  {headline(row['new_title'])}"))
    say(Text(f"  {inert(readable(row['url']))}", "dim"))
