"""``newshawk demo``: the whole path against sample outlets on loopback, without network or config."""

from __future__ import annotations

import email
import email.policy
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawler.cli.options import err, out
from crawler.errors import NewshawkError

if TYPE_CHECKING:
    from crawler.demo.story import Evidence, Mail
    from crawler.demo.world import SampleWorld
    from storage.store import Store

BETWEEN_PASSES = timedelta(hours=3)
PASS_TIMEOUT = 120.0
"""Seconds for one pass; it takes a few."""


class DemoError(NewshawkError):
    """A pass of the demo ended without its report; the message carries what it said."""


def register(app: typer.Typer) -> None:
    """Add the command of this group."""
    app.command()(demo)


def demo(
    folder: Annotated[
        Path, typer.Option("--dir", metavar="DIR", help="Where the demo's store, config and mails go.")
    ] = Path("newshawk-demo"),
) -> None:
    """The whole path against sample outlets on this machine: no network, no config, under a minute."""
    from crawler.demo.folder import prepare
    from crawler.demo.server import serve
    from crawler.demo.shown import show
    from crawler.demo.world import SampleWorld

    start = datetime.now(UTC).replace(microsecond=0) - BETWEEN_PASSES
    world = SampleWorld(start)
    with serve(world) as proxy:
        config = prepare(folder, proxy)
        first = _crawl(config, start, "First poll of four sample outlets")
        world.act = 2
        second = _crawl(config, start + BETWEEN_PASSES, "Three hours later: news, an edit, a blocked host")
    show(out, _evidence(config, (first, second), world), command=_called(), config=str(config))


def _called() -> str:
    """Return how the user can call newshawk again: by its path when it is not on the path for commands."""
    called, found = Path(sys.argv[0]), shutil.which("newshawk")
    if called.name != "newshawk" or (found and Path(found).samefile(called)):
        return "newshawk"
    here = Path.cwd()
    return str(called.relative_to(here) if called.is_relative_to(here) else called)


def _crawl(config: Path, at: datetime, doing: str) -> Mapping[str, Mapping[str, Any]]:
    """Run one pass of ``newshawk crawl`` in a process of its own; return the "outlets" of its report.

    A process each, since Scrapy's reactor starts once per process; it is the command that a user types.
    """
    command = [sys.executable, "-P", "-m", "crawler.cli.app", "crawl", "--json"]
    command += ["--config", str(config), "--at", at.isoformat()]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    try:
        with err.status(doing):
            done = subprocess.run(  # noqa: S603  our own command
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=PASS_TIMEOUT,
                check=False,
            )
        outlets: Mapping[str, Mapping[str, Any]] = json.loads(done.stdout)["outlets"]
    except subprocess.TimeoutExpired as error:
        raise DemoError(f"The crawl did not end within {PASS_TIMEOUT:.0f} seconds.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DemoError(f"The crawl ended with {done.returncode}: {done.stderr.strip()[-2000:]}") from error
    return outlets


def _evidence(
    config: Path, passes: tuple[Mapping[str, Mapping[str, Any]], ...], world: SampleWorld
) -> Evidence:
    """Return what the telling rests on, read from the store and the folder of mails."""
    from crawler.config import load_config
    from crawler.demo.story import Evidence
    from crawler.demo.world import CHALLENGED, DEAD_LINK
    from storage.store import Store

    with Store.open(load_config(config).store.path, read_only=True) as store:
        rows = tuple(store.export_rows(None))
        edited = [row["id"] for row in rows if row["revision"] > 1]
        if not rows:
            raise DemoError(f"The crawl stored nothing: {json.dumps(passes[-1])}")
        sample = next((row for row in rows if "tram" in row["title"]), rows[0])
        return Evidence(
            passes=passes,
            articles=rows,
            revisions={number: _texts(store, number) for number in edited},
            ends={url: _end(store, url) for url in (CHALLENGED[0], DEAD_LINK[0])},
            cuts=tuple((cut.text, cut.rule) for cut in store.cuts(sample["id"], sample["revision"])),
            cut_from=sample["title"],
            mails=_mails(config.parent / "mail"),
            requests=tuple(world.requests),
        )


def _texts(store: Store, article_id: int) -> tuple[tuple[str, str], ...]:
    return tuple((revision.title, revision.body) for revision in store.revisions(article_id))


def _end(store: Store, url: str) -> str:
    """Return state and reason of an address in the ledger: ``failed/challenge``."""
    found = store.find_address(url)
    if not found:
        return "not in the ledger"
    return "/".join(word for word in (found[0]["state"], found[0]["reason"]) if word)


def _mails(folder: Path) -> tuple[Mail, ...]:
    """Return the .eml files of *folder* in the order of their names."""
    from crawler.demo.story import Mail

    mails = []
    for path in sorted(folder.glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        mails.append(Mail(path=str(path), subject=str(message["Subject"]), to=str(message["To"])))
    return tuple(mails)
