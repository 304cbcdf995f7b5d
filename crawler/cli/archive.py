"""``search``, ``show`` and ``export``: the archive on a terminal and in files."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from crawler.alerts.plain import inert
from crawler.cli.breaklines import doubtful_line, quarantine_line
from crawler.cli.divergences import divergence_line
from crawler.cli.formats import Format, json_line, write_rows
from crawler.cli.history import cut_row, live_line, print_absences, print_history, print_ignored, revision_row
from crawler.cli.keeping import hold_line
from crawler.cli.options import ConfigOption, JsonOption, err, say
from crawler.cli.outfile import whole_file
from crawler.cli.outletoption import OutletOption, outlet_of
from crawler.cli.since import SinceOption, moment_since
from crawler.cli.warcfile import export_pages
from crawler.clock import utc_now
from crawler.config import Config, load_config
from crawler.errors import UsageError
from crawler.items import CutLine, Document
from crawler.query import Piece, Query, parse, snippet, spans
from crawler.rechecklines import difference_line
from crawler.urls import readable
from storage.search import SCAN_LIMIT
from storage.store import Store
from storage.values import moment

MARK = "bold yellow"
HistoryOption = Annotated[bool, typer.Option("--history", help="Superseded revisions too.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command()(search)
    app.command()(show)
    app.command()(export)


def search(
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help='As in a rule: word, "a phrase", AND, OR, NOT ...')
    ],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Hits at most.")] = 20,
    history: HistoryOption = False,
    relevance: Annotated[
        bool, typer.Option("--relevance", help="Best first instead of newest first.")
    ] = False,
    since: SinceOption = None,
    outlet: OutletOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find articles; newest first. With --json one export row a line."""
    start = moment_since(since, utc_now())
    loaded = load_config(config)
    former = loaded.former_ids
    read = parse(query, loaded.vocabulary).for_outlets(former)
    with _store(loaded) as store:
        outlet = outlet_of(loaded, store, outlet)
        hits = store.search(
            read, limit=limit, history=history, relevance=relevance, since=start, outlet=outlet
        )
        named = {*read.plan().outlets} - former.keys()
        unknown = sorted(named - store.last_good_polls().keys()) if not hits.rows else []
    for row in hits.rows:
        print(json_line(row)) if as_json else _print_hit(row, read)
    if hits.scan_limited:
        err.print(f"Only the newest {SCAN_LIMIT:,} texts were read: no word of the query narrows it down.")
    if not hits.rows:
        err.print(Text(" ".join(["Nothing found.", *_hints(query, unknown)])))


def _hints(query: str, unknown_outlets: list[str]) -> Iterable[str]:
    """Yield what a query without a hit may have got wrong."""
    for outlet in unknown_outlets:
        yield f'The store has no outlet "{inert(outlet)}".'
    if re.search(r"\b(?:and|or|not)\b", query):
        yield "AND, OR and NOT count in capitals only; in small letters they are words to be found."


def show(
    article_id: Annotated[int, typer.Argument(metavar="ID", help="Number of the article.")],
    cut: Annotated[
        bool, typer.Option("--cut", help="The lines that were cut, and the rule that cut each.")
    ] = False,
    history: Annotated[
        bool,
        typer.Option(
            "--history", help="All revisions, removals and returns, and texts that mirrors alone showed."
        ),
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print one article with its text. With --json its export row."""
    with _store(load_config(config)) as store:
        row = store.article(article_id)
        if row is None:
            raise UsageError(f'There is no article {article_id}. "newshawk search" prints the numbers.')
        texts = store.revisions(row["id"]) if history else []
        earlier = store.extractions(row["id"]) if history else {}
        merged = (
            [each for number in store.merged(row["id"]) for each in store.revisions(number)]
            if history
            else []
        )
        lines = store.cuts(row["id"], row["revision"]) if cut else []
        differing, holds = store.divergences(row["id"]), store.holds(row["id"])
        others = store.mirror_differences(row["id"])
        broken = store.quarantined_by(row["id"])
        doubtful = store.doubtful(row["id"]) if history else []
        edits = store.changes(row["id"]) if history else {}
        ignored = store.ignored_lines(row["id"]) if history else []
        live = store.live_since(row["id"])
        absences = store.absences(row["id"]) if history else []
    if as_json:
        told = row | (
            {"revisions": [revision_row(each, earlier, edits) for each in texts]} if history else {}
        )
        told |= (
            {"merged": [{"id": each.article_id} | revision_row(each, {}, {}) for each in merged]}
            if merged
            else {}
        )
        told |= {"divergences": differing, "doubtful": doubtful, "quarantined_by": broken} if history else {}
        told |= (
            {
                "mirror_differences": others,
                "ignored_lines": ignored,
                "live_since": live and live[0],
                "absences": absences,
            }
            if history
            else {}
        )
        told |= {"holds": holds} if holds else {}
        print(json_line(told | ({"cuts": [cut_row(line) for line in lines]} if cut else {})))
        return
    if row["id"] != article_id:
        say(
            Text(
                f"Article {article_id} turned out to be article {row['id']}, in which it lives on.", "yellow"
            )
        )
    if broken is not None:
        say(Text(quarantine_line(broken), "yellow"))
    if live is not None:
        say(Text(live_line(live), "yellow"))
    _print_article(row)
    for each in holds:
        say()
        say(Text(inert(hold_line(each)), "yellow"))
    for text in doubtful:
        say(Text(doubtful_line(text), "dim"))
    print_history([*texts, *merged], row["id"], earlier, edits)
    print_absences(absences)
    print_ignored(ignored)
    _print_divergences(differing, whole=history)
    for other in others:
        say()
        say(Text(inert(difference_line(other)), "yellow"))
    if cut:
        _print_cuts(lines)


def export(
    query: Annotated[str | None, typer.Argument(metavar="QUERY", help="All articles without one.")] = None,
    form: Annotated[
        Format,
        typer.Option(
            "--format", "-f", help="A line of JSON an article, CSV, or the kept pages as WARC, gzip'd."
        ),
    ] = Format.JSONL,
    to: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Instead of standard output.")
    ] = None,
    since: SinceOption = None,
    outlet: OutletOption = None,
    history: HistoryOption = False,
    config: ConfigOption = None,
) -> None:
    """Write articles as JSONL or CSV, or their pages as WARC, oldest first. A CSV cell that a spreadsheet would take for a
    formula begins with ', and lists are joined by "; ". Of pages the latest of each article, with --history all."""
    start = moment_since(since, utc_now())
    loaded = load_config(config)
    read = None if query is None else parse(query, loaded.vocabulary).for_outlets(loaded.former_ids)
    with _store(loaded) as store:
        outlet = outlet_of(loaded, store, outlet)
        if form is Format.WARC:
            with closing(store.pages(read, since=start, outlet=outlet, history=history)) as numbers:
                export_pages(store, numbers, to, query or "")
            return
        with closing(store.export_rows(read, since=start, outlet=outlet, history=history)) as rows:
            if to is None:
                write_rows(rows, form, _unchanged_newlines())
                return
            with whole_file(to) as part, part.open("w", encoding="utf-8", newline="") as file:
                count = write_rows(rows, form, file)
    err.print(Text(f"Wrote {count} articles to {inert(str(to))}."), soft_wrap=True)


def _store(config: Config) -> Store:
    return Store.open(config.store.path, read_only=True)


def _unchanged_newlines() -> Any:
    """Return standard output as UTF-8 whose line ends are those of the format."""
    with suppress(AttributeError, ValueError):
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    return sys.stdout


# --- on a terminal: everything from outside is made inert -----------------------------------------


def _print_hit(row: dict[str, Any], query: Query) -> None:
    document = Document(
        title=row["title"],
        body=row["body"],
        byline="\n".join(row["byline"]),
        section=row["section"],
        outlet=row["outlet"],
        language=row["language"],
        date=moment(row["published_at"] or row["first_seen_at"]),
    )
    places = spans(query, document)
    by_field = {
        name: [(start, end) for field, start, end in places if field == name] for name in ("title", "body")
    }
    head = Text.assemble((str(row["id"]), "bold"), "  ", _date(row), "  ", (row["outlet"], "cyan"), "  ")
    head.append_text(_marked(snippet(row["title"], by_field["title"], 300), "bold"))
    if row["gone_at"]:
        head.append("  removed", "red")
    say(head)
    say(Text("  ") + _marked(snippet(row["body"], by_field["body"])))
    say(Text(f"  {inert(readable(row['url']))}", "dim"))


def _marked(pieces: Iterable[Piece], style: str = "") -> Text:
    text = Text()
    for piece in pieces:
        text.append(inert(piece.text), MARK if piece.marked else style)
    return text


def _date(row: dict[str, Any]) -> str:
    """Return the publication time as exactly as it is known, else when the article was found."""
    if row["published_at"] is None:
        return f"found {row['first_seen_at'][:16].replace('T', ' ')}"
    return str(row["published_at"][: 10 if row["published_precision"] == "day" else 16]).replace("T", " ")


def _print_article(row: dict[str, Any]) -> None:
    say(Text(inert(row["title"]).strip(), "bold"))
    facts = {
        "article": f"{row['id']} (story {row['story_id']}, revision {row['revision']}, {row['word_count']} words)",
        "outlet": row["outlet"],
        "byline": ", ".join(row["byline"]),
        "section": row["section"],
        "language": row["language"],
        "published": _published(row),
        "first seen": row["first_seen_at"],
        "last seen": _last_seen(row),
        "revised": row["revised_at"] if row["revision"] > 1 else "",
        "removed": row["gone_at"] or "",
        "address": readable(row["url"]),
        "fetched": readable(row["fetched_url"]),
        "seen on": ", ".join(row["hosts"]),
        "caption": row["image_caption"],
    }
    for name, value in facts.items():
        if value:
            say(Text(f"{name:<11}", "dim") + Text(inert(str(value))))
    for line in row["body"].splitlines():
        say()
        say(Text(inert(line).strip()))


def _last_seen(row: dict[str, Any]) -> str:
    """Return when it was last listed or fetched; of an article that was removed, what that means."""
    is_listed = row["gone_at"] and row["last_seen_at"] > row["gone_at"]
    return (
        f"{row['last_seen_at']} (in a list that still names it; the page itself is removed)"
        if is_listed
        else row["last_seen_at"]
    )


def _published(row: dict[str, Any]) -> str:
    if row["published_at"] is None:
        return ""
    return f"{row['published_local'] or row['published_at']} ({row['published_precision']}, from the {row['published_from']})"


def _print_divergences(differing: Iterable[dict[str, Any]], *, whole: bool) -> None:
    """Tell which mirrors alone showed another text; with *whole* the text too."""
    for each in differing:
        say()
        say(Text(inert(divergence_line(each)), "yellow"))
        for line in each["body"].splitlines() if whole else ():
            say(Text(inert(line).strip()))
    if differing and not whole:
        say(Text("--history prints these texts too.", "dim"))


def _print_cuts(lines: Iterable[CutLine]) -> None:
    say()
    say(Text("cut lines", "bold"))
    for line in lines:
        say(Text(f"{line.position:>5}  {inert(line.rule):<20}  ", "dim") + Text(inert(line.text)))
