"""Tables of ``crawl``, ``status`` and ``schedule``: narrow enough for 80 columns. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich import box
from rich.cells import cell_len
from rich.markup import escape
from rich.table import Table

from crawler.cli.breaklines import break_line
from crawler.hoststate import trouble_of
from crawler.rechecklines import recheck_troubles
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


def status_table(outlets: Mapping[str, dict[str, Any]], now: datetime, width: int | None = None) -> Table:
    """Return how each outlet stands, times as seen from *now*. Nothing is folded: where the table is wider than *width*
    characters, columns of states go, the least telling first. What remains may be wider still; it is not cut then."""
    states = _used(STATES, (row["links"] for row in outlets.values()))
    rows = _status_rows(outlets, states, now)
    for least in _LEAST_TELLING:
        if width is not None and _wide(rows) > width:
            states.pop(least, None)
            rows = _status_rows(outlets, states, now)
    # its own width: the console's would cut it
    table = Table(box=box.SIMPLE_HEAD, padding=0, width=_wide(rows))
    texts = 4
    for place, heading in enumerate(rows[0]):
        table.add_column(heading, justify="left" if place < texts else "right", no_wrap=True)
    for row in rows[1:]:
        table.add_row(*map(escape, row))
    return table


_LEAST_TELLING = ("unchanged", "duplicate", "new", "revision", "skipped")
"""States whose columns a narrow terminal does without; ``status OUTLET`` tells all."""


def _status_rows(
    outlets: Mapping[str, dict[str, Any]], states: Mapping[str, str], now: datetime
) -> list[list[str]]:
    """Return headings, then a row an outlet."""
    rows = [["outlet", "polled", "next", "host", "articles", *states.values()]]
    for outlet_id, row in outlets.items():
        counts = _cells({"articles": "", **states}, row["links"] | {"articles": row["articles"]})
        polled, due = _ago(row["last_good_poll"], now), _ahead(row["next_due"], now)
        rows.append([outlet_id, polled, due, row["host"] or "-", *counts])
    return rows


def _wide(rows: list[list[str]]) -> int:
    """Return the characters of a line: the columns, one between them, one at each edge."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    return sum(widths) + len(widths) + 1


def status_troubles(
    outlets: Mapping[str, dict[str, Any]], now: datetime, dark: Sequence[Mapping[str, Any]] = ()
) -> list[str]:
    """Return a line for each blackout, for each other outlet whose last run failed, whose sums do not agree or which
    is not complete, for each break of its pages, for each source that fails or is frozen and for each host that fails, is stale or shows other
    texts."""
    lines: list[str] = [each["told"] for each in dark]
    covered = {outlet_id for each in dark for outlet_id in each["outlets"]}
    for outlet_id, row in outlets.items():
        if outlet_id in covered:
            continue
        if row["error"]:
            lines.append(f"{outlet_id}: {row['error']}")
        if row.get("rekey_due"):
            lines.append(
                f"{outlet_id}: article_id is another than the stored keys were made by;"
                f" newshawk outlets rekey {outlet_id} --dry-run shows what that changes"
            )
        lines += [f"{outlet_id}: sums do not agree: {told}" for told in row.get("sums", ())]
        lines += _incomplete(outlet_id, row.get("completeness"))
        lines += [f"{outlet_id}: {break_line(each)}" for each in row.get("pages", {}).get("breaks", ())]
        lines += [f"{outlet_id}: {told}" for told in recheck_troubles(row)]
        lines += [f"{outlet_id}: {told}" for told in _failing(row["failing_sources"])]
        lines += [f"{outlet_id}: {told}" for told in _polling_troubles(row)]
        lines += [_frozen(outlet_id, source) for source in row["frozen_sources"]]
        troubles = (trouble_of(host, now) for host in row["hosts"])
        lines += [f"{outlet_id}: {trouble}" for trouble in troubles if trouble]
        if (backfill := row.get("backfill")) and backfill["state"] != "done":
            lines.append(_backfill_line(outlet_id, backfill))
    return lines


def _failing(sources: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a line for each source that fails; those that fail alike share one."""
    alike: dict[tuple[object, ...], list[str]] = {}
    for source in sources:
        key = (source["failures"], source["failing_since"], source["error"])
        alike.setdefault(key, []).append(source["url"])
    lines = []
    for (failures, since, error), urls in alike.items():
        others = f" and {len(urls) - 1} more" if len(urls) > 1 else ""
        tries = "once" if failures == 1 else f"{failures} times"
        lines.append(f"{urls[0]}{others} failed {tries} since {since}: {error}")
    return lines


def _polling_troubles(row: Mapping[str, Any]) -> list[str]:
    """Return what is odd about sources that answer, and what may have been missed. A source that is told frozen is
    not told quiet as well: that is the same silence."""
    frozen = {source["url"] for source in row["frozen_sources"]}
    told = [
        source["told"]
        for source in row.get("sources", ())
        if source["state"] == "empty" or (source["state"] == "quiet" and source["url"] not in frozen)
    ]
    told += [
        f"{host} says that {source['url']} is unchanged when it is not; it is asked for the whole each time"
        for source in row.get("sources", ())
        for host in source["distrusted_hosts"]
    ]
    return told + list(row.get("gaps", {}).get("told", ()))


def schedule_notes(outlets: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return a line for each outlet with sources that are not polled as configured."""
    return [f"{outlet_id}: {row['why']}." for outlet_id, row in outlets.items() if row.get("why")]


def _frozen(outlet_id: str, source: Mapping[str, Any]) -> str:
    usual = source["usual_gap"]
    often = f"; usually something comes every {span(usual)}" if usual else ""
    return f"{outlet_id}: {source['url']} is frozen since {source['since']}: it answers and names nothing new{often}"


def _incomplete(outlet_id: str, found: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield a line when links of a second channel are still missing."""
    if found is None or not found["missing"]:
        return
    recall = "" if found["recall"] is None else f"recall {found['recall']:.3f} on {found['at'][:10]}, "
    links = "1 link" if found["missing"] == 1 else f"{found['missing']} links"
    told = f'{recall}{links} missing; "newshawk reconcile {outlet_id} --fetch" fetches what is missing'
    yield f"{outlet_id}: {told}"


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
