"""Prints what the readers make of real feeds and sitemaps: file, kind, entries, or the refusal.

    python benchmarks/feeds_table.py [FOLDER]      default: ../shared/data

The last lines count files, entries, refusals and exceptions; the exit code is 1 if any reader raised
anything but NotAFeed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from crawler.errors import NotAFeed
from crawler.feeds import read_feed
from crawler.items import Listing
from crawler.sitemaps import read_sitemap


def attempt(path: Path, reader: Callable[..., Listing]) -> tuple[str, int, str]:
    """Return kind, entries (of an index its children), and the refusal or the exception."""
    try:
        listing = reader(path.read_bytes(), url="https://feeds.example/" + path.name)
    except NotAFeed as refused:
        return "-", 0, refused.reason
    except Exception as error:  # noqa: BLE001 - counting these is the purpose
        return "-", 0, f"EXCEPTION {error!r}"
    return listing.kind, len(listing.entries) + len(listing.children), ""


def main() -> int:
    """Print the table; return the exit code."""
    here = Path(__file__).parents[1]
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else here.parent / "shared" / "data"
    rows = []
    start = time.process_time()
    for folder, reader in (("feeds", read_feed), ("sitemaps", read_sitemap)):
        paths = (path for path in sorted((data / folder).glob("*")) if not path.name.startswith("index."))
        rows += [(path.name, *attempt(path, reader)) for path in paths]
    seconds = time.process_time() - start
    for name, kind, entries, refusal in rows:
        print(f"{name:<72} {kind:<14} {entries:>5}  {refusal}")
    raised = sum(refusal.startswith("EXCEPTION") for *_, refusal in rows)
    refused = sum(bool(refusal) for *_, refusal in rows) - raised
    entries_in_all = sum(entries for _, _, entries, _ in rows)
    print(
        f"{len(rows)} files, {entries_in_all} entries, {refused} refused, {raised} exceptions, {seconds:.2f} s of CPU"
    )
    return 1 if raised or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
