"""Tables of ``crawl``, ``status`` and ``schedule``: narrow enough for 80 columns. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich import box
from rich.markup import escape
from rich.table import Table

from schedules.cadence import span

if TYPE_CHECKING:
    from schedules.backfill import BackfillReport
    from schedules.crawls import CrawlReport

COUNTS = {
    "found": "found",
    "known": "known",
    "new": "new",
    "revised": "rev",
    "duplicate": "dup",
    "unchanged": "same",
    "skipped": "skipped",
    "failed": "failed",
    "pending": "pending",
}
"""Keys of ``crawl --json`` and their short headings."""
STATES = {
    "new": "new",
    "revision": "rev",
    "duplicate": "dup",
    "unchanged": "same",
    "skipped": "skipped",
    "failed": "failed",
    "pending": "pending",
}
"""States of links in ``status --json`` and their short headings."""


def pass_table(outlets: Mapping[str, CrawlReport | BackfillReport]) -> Table:
    """Return what a pass came to: counts that are zero for every outlet are left out."""
    rows = {outlet_id: each.counts for outlet_id, each in outlets.items()}
    counts = _used(COUNTS, rows.values())
    table = _table(("outlet",), counts, ("host",))
    for outlet_id, each in outlets.items():
        table.add_row(escape(outlet_id), *_cells(counts, each.counts), escape(each.host or "-"))
    return table


def status_table(outlets: Mapping[str, dict[str, Any]], now: datetime) -> Table:
    """Return how each outlet stands, times as seen from *now*."""
    states = _used(STATES, (row["links"] for row in outlets.values()))
    table = _table(("outlet", "polled", "next", "host"), {"articles": "articles"} | states, ())
    for outlet_id, row in outlets.items():
        counts = _cells({"articles": ""} | states, row["links"] | {"articles": row["articles"]})
        table.add_row(
            escape(outlet_id),
            _ago(row["last_good_poll"], now),
            _ahead(row["next_due"], now),
            escape(row["host"] or "-"),
            *counts,
        )
    return table


def status_troubles(outlets: Mapping[str, dict[str, Any]]) -> list[str]:
    """Return a line for each outlet whose last run failed and for each source that fails."""
    lines = []
    for outlet_id, row in outlets.items():
        if row["error"]:
            lines.append(f"{outlet_id}: {row['error']}")
        for source in row["failing_sources"]:
            tries = "once" if source["failures"] == 1 else f"{source['failures']} times"
            lines.append(
                f"{outlet_id}: {source['url']} failed {tries} since {source['failing_since']}: {source['error']}"
            )
        lines += [_gap_line(outlet_id, gap) for gap in row.get("gaps", ())]
        if (backfill := row.get("backfill")) and backfill["state"] != "done":
            lines.append(_backfill_line(outlet_id, backfill))
    return lines


def _gap_line(outlet_id: str, gap: Mapping[str, Any]) -> str:
    span_of = f"{outlet_id}: {gap['url']} may have named articles from {gap['from_at']} to {gap['to_at']}"
    if gap["state"] == "open":
        return f"{span_of}; the daemon looks for them"
    return f"{span_of} that were not found: {gap['told']}"


def _backfill_line(outlet_id: str, backfill: Mapping[str, Any]) -> str:
    left = backfill["documents"].get("waiting", 0)
    why = f": {backfill['told']}" if backfill["told"] else ""
    return (
        f"{outlet_id}: backfill since {backfill['since_at'][:10]} is {backfill['state']}{why};"
        f" {left} documents are left"
    )


def schedule_table(told: Mapping[str, Any], now: datetime) -> Table:
    """Return a row an outlet, the next to be polled first."""
    polls = [each["outlet"] for each in told["polls"]]
    table = Table("next poll", "", "outlet", "how often", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(f"polls in {told['hours']:g} h", justify="right")
    for outlet_id, row in sorted(told["outlets"].items(), key=lambda each: each[1]["next_due"]):
        at = datetime.fromisoformat(row["next_due"])
        table.add_row(
            f"{at:%a %d %b %H:%M}",
            _ahead(row["next_due"], now),
            escape(outlet_id),
            escape(row["every"]),
            str(polls.count(outlet_id)),
        )
    return table


def _table(first: Sequence[str], counts: Mapping[str, str], last: Sequence[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), collapse_padding=True)
    for name in first:
        table.add_column(name, overflow="fold")
    for heading in counts.values():
        table.add_column(heading, justify="right", no_wrap=True)
    for name in last:
        table.add_column(name, overflow="fold")
    return table


def _used(headings: Mapping[str, str], rows: Iterable[Mapping[str, int]]) -> dict[str, str]:
    """Return the headings of counts that are not zero in every row."""
    rows = list(rows)
    return {name: heading for name, heading in headings.items() if any(row.get(name) for row in rows)}


def _cells(counts: Mapping[str, str], row: Mapping[str, int]) -> list[str]:
    return [str(row[name]) if row.get(name) else "·" for name in counts]


def _ago(moment: str | None, now: datetime) -> str:
    """Return how long ago a moment of the store was, ``never`` for None."""
    if moment is None:
        return "never"
    return f"{span(max(0.0, (now - _parsed(moment)).total_seconds()))} ago"


def _ahead(moment: str, now: datetime) -> str:
    seconds = (_parsed(moment) - now).total_seconds()
    return f"in {span(seconds)}" if seconds > 0 else "now"


def _parsed(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(UTC)
