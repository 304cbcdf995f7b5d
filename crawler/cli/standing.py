"""``status OUTLET``: one outlet's funnel down a page, with reasons, examples and what second channels say."""

from __future__ import annotations

from typing import Any

from crawler.baseline import LEAST_PAGES
from crawler.cli.breaklines import break_line
from crawler.cli.facts import STYLES, fact, heading, line
from crawler.keptwords import kept_told
from crawler.meanings import reason_meaning
from crawler.rechecklines import absence_told, recheck_told

_WIDTHS = (9, 9)
"""Characters of the two counts of the funnel."""


def print_outlet(outlet_id: str, row: dict[str, Any]) -> None:
    """Print how one outlet stands: a row of ``status --json`` with its ``failures``."""
    heading(f"{outlet_id}: {row['name']}")
    fact("last poll", row["last_good_poll"] or "never")
    fact("next poll", row["next_due"])
    fact("host", row["host"])
    fact("articles", row["articles"])
    fact("pages", kept_told(row["kept"]))
    fact("re-checks", recheck_told(row["rechecks"]))
    fact("missing", absence_told(row["absences"]))
    fact("error", row["error"], STYLES["fail"])
    _print_funnel(row["funnel"])
    for told in row["sums"]:
        fact("sums", told, STYLES["fail"])
    _print_failures(row["failures"])
    _print_completeness(outlet_id, row["completeness"])
    _print_pages(outlet_id, row["pages"])


def _print_funnel(funnel: dict[str, dict[str, Any]]) -> None:
    day, whole = funnel["day"], funnel["all"]
    heading("Funnel: what became of the addresses found")
    rows: list[tuple[str, int | str, int | str]] = [("", "24 hours", "all")]
    names = ("found", "fetched", "new", "revision", "duplicate", "unchanged", "pending")
    rows += [(name, day[name], whole[name]) for name in names if whole[name] or name == "found"]
    for state in ("skipped", "failed"):
        for reason, count in sorted(whole[state].items(), key=lambda each: (-each[1], each[0])):
            rows.append((f"{state} {reason}", day[state].get(reason, 0), count))
    checked = whole["rechecks"]
    again = [name for name in ("revised", "unchanged") if checked[name]]
    rows += [(f"re-check {name}", day["rechecks"][name], checked[name]) for name in again]
    width = max(len(name) for name, *_ in rows)
    for name, *counts in rows:
        line(name, *map(str, counts), widths=(width, *_WIDTHS))


def _print_failures(failures: list[dict[str, Any]]) -> None:
    """Print the newest addresses of each reason, and whether they are tried again."""
    if failures:
        heading("Skipped and failed: the newest of each reason")
    for each in failures:
        meaning = reason_meaning(each["reason"])
        line(f"{each['state']}/{each['reason']} ({each['links']})", meaning)
        for link in each["examples"]:
            again = f", again at {link['next_try_at']}" if link["next_try_at"] else ""
            line(link["url"], f"found {link['first_seen_at']}{again}", style="dim", indent=4)


def _print_completeness(outlet_id: str, found: dict[str, Any] | None) -> None:
    heading("Completeness: compared with second channels")
    if found is None:
        line(f'not yet; each night, or now: "newshawk reconcile {outlet_id}"')
        return
    fact("compared", found["at"])
    fact("result", comparison_told(found))
    for channel in found["channels"]:
        told = f"{channel['met']} of {channel['expected']} known"
        if channel["outcome"] != "compared":
            told = f"{channel['outcome']}: {channel['told']}"
        line(channel["kind"], told, channel["url"], widths=(15, 24))
    for url in found["addresses"]:
        line("missing", url, style=STYLES["warn"])
    if found["missing"]:
        line(f'"newshawk reconcile {outlet_id} --fetch" fetches what is missing')


def _print_pages(outlet_id: str, pages: dict[str, Any]) -> None:
    heading("Pages: compared with what is usual")
    if pages["state"] == "learning":
        line(f"still learning: {pages['pages']} pages so far; {LEAST_PAGES} of a week are needed")
    else:
        line(f"watched: {pages['templates']} templates, by {pages['pages']} pages of the last weeks")
    for each in pages["breaks"]:
        line(break_line(each), style=STYLES["fail"])
        for told in each["told"]:
            line(told, indent=4)
    if pages["breaks"]:
        line(f'"newshawk outlets breaks {outlet_id}" lists them and ends one by hand')


def comparison_told(found: dict[str, Any]) -> str:
    """Return what the last comparison came to, in one line."""
    if found["outcome"] != "compared":
        return str(found["told"])
    if found["recall"] is None:
        return "nothing was published in the time compared"
    told = f"{found['met']} of {found['expected']} articles known, recall {found['recall']:.3f}"
    return f"{told}; {found['missing']} missing" if found["missing"] else told
