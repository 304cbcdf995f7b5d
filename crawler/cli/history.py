"""The history of an article: its revisions with what each changed, and what its page did besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.text import Text

from crawler.alerts.plain import inert
from crawler.changes.diffing import told_class
from crawler.cli.options import say
from crawler.items import CutLine, Extraction
from crawler.rechecklines import absence_line
from storage.articles import Revision
from storage.values import stored

Changes = Mapping[int, dict[str, Any]]
"""What each revision changed, by its number."""


def print_history(
    revisions: Iterable[Revision],
    article_id: int,
    earlier: Mapping[int, list[Extraction]],
    changes: Changes,
) -> None:
    """Print a line for each revision, then all texts, earlier readings too. Revisions of articles that live on in
    this one are among them."""
    listed = list(revisions)
    own = [each for each in listed if each.article_id == article_id]
    if own:
        say()
        say(Text("history", "bold"))
    for each in own:
        say(Text(history_line(each, changes.get(each.number))))
    for each in listed:
        for reading in earlier.get(each.number, ()) if each.article_id == article_id else ():
            _print_text(
                f"revision {each.number}, as it was read until {stored(reading.replaced_at)}", reading
            )
        whose = (
            ""
            if each.article_id == article_id
            else f" of article {each.article_id}, which lives on in this one"
        )
        seen = f"seen {stored(each.seen_at)} at {inert(each.fetched_url)}"
        _print_text(f"revision {each.number}{whose}, {seen}", each)


def history_line(each: Revision, change: dict[str, Any] | None) -> str:
    """Return a revision as a line: number, time, host, what it changed, its kept page."""
    page = f"page {each.capture_id}" if each.capture_id is not None else "no page kept"
    if change is None:
        told = f"first text, {each.word_count} words"
    else:
        classes = ", ".join(told_class(name) for name in change["classes"]) or told_class("")
        told = f"{classes}; +{change['words_added']} -{change['words_removed']} words"
    return f"{each.number:>4}  {stored(each.seen_at)}  {inert(each.host)}  {told}  ({page})"


def _print_text(head: str, text: Revision | Extraction) -> None:
    say()
    say(Text(head, "dim"))
    say(Text(inert(text.title).strip(), "bold"))
    for line in text.body.splitlines():
        say(Text(inert(line).strip()))


def print_ignored(lines: Sequence[dict[str, Any]]) -> None:
    """Print the lines in which the page differed without an edit."""
    if not lines:
        return
    say()
    say(Text("lines that changed by themselves", "bold"))
    for line in lines:
        page = f", page {line['capture_id']}" if line["capture_id"] is not None else ""
        told = f"{line['reason']}, {line['count']} times since {line['first_seen_at']}{page}"
        say(Text.assemble(f"{inert(line['text'])}  ", (f"({told})", "dim")))


def print_absences(absences: Iterable[dict[str, Any]]) -> None:
    """Print when the page was missing, a line each time."""
    for each in absences:
        say()
        say(Text(absence_line(each), "yellow"))


def live_line(live: tuple[str, str]) -> str:
    """Return that an article is a live blog, as a sentence."""
    return (
        f"Live blog since {live[0]} (known by {', '.join(live[1].split())}): at most one revision an hour is kept,"
        " later one a day."
    )


def revision_row(each: Revision, earlier: Mapping[int, list[Extraction]], changes: Changes) -> dict[str, Any]:
    """Return a revision for --json."""
    change = changes.get(each.number)
    told = None
    if change is not None:
        names = ("before", "class", "classes", "words_added", "words_removed", "kept")
        told = {name: change[name] for name in names}
    return {
        "revision": each.number,
        "seen_at": stored(each.seen_at),
        "host": each.host,
        "fetched_url": each.fetched_url,
        "title": each.title,
        "body": each.body,
        "byline": list(each.byline),
        "section": each.section,
        "language": each.language,
        "word_count": each.word_count,
        "text_sha256": each.text_sha256,
        "method": each.method,
        "capture_id": each.capture_id,
        "extraction": each.extraction,
        "change": told,
        "earlier_readings": [_reading_row(reading) for reading in earlier.get(each.number, ())],
    }


def _reading_row(each: Extraction) -> dict[str, Any]:
    return {
        "extraction": each.extraction,
        "made_at": stored(each.made_at),
        "replaced_at": stored(each.replaced_at),
        "why": each.why,
        "title": each.title,
        "body": each.body,
        "byline": list(each.byline),
        "word_count": each.word_count,
        "method": each.method,
        "cuts": [cut_row(line) for line in each.cut],
    }


def cut_row(line: CutLine) -> dict[str, Any]:
    """Return a cut line for --json."""
    return {"position": line.position, "text": line.text, "rule": line.rule}
