"""Poll feeds with the ``reader`` library: run by the Python of an environment that has it.

python reader_polls.py DATABASE PASSES < addresses      prints the CPU seconds of each pass as JSON
"""

from __future__ import annotations

import importlib
import json
import resource
import sys


def cpu() -> float:
    """Return the CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Add the feeds, update all of them as often as asked."""
    reader = importlib.import_module("reader").make_reader(sys.argv[1])
    for url in sys.stdin.read().split():
        reader.add_feed(url)
    took = []
    for _ in range(int(sys.argv[2])):
        before = cpu()
        polled = sum(1 for _ in reader.update_feeds_iter(scheduled=False))  # all, not those of the hour
        took.append(cpu() - before)
    failed = sum(1 for feed in reader.get_feeds() if feed.last_exception is not None)
    failed += reader.get_feed_counts().total - polled
    print(json.dumps({"cpu": took, "failed": failed}))


if __name__ == "__main__":
    main()
