"""Whether everything is there that newshawk needs, and what to do where it is not.

Nothing is written but a file in the mail folder that is gone at once, and no mail is sent.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.alerts.examples import tried
from crawler.alerts.probe import probe
from crawler.clock import utc_now
from crawler.config import Config
from crawler.config.advice import advice
from crawler.dates import iso
from crawler.errors import ServerUnavailable, StoreError
from crawler.extract.version import extraction_version
from crawler.items import Outlet, TextWindow
from crawler.keptwords import chain_told, kept_told
from crawler.learning.sparing import with_learned
from crawler.pool import ParserPool
from crawler.query import parse
from crawler.rechecklines import recheck_troubles
from crawler.sizes import size_told
from storage.hold import holder
from storage.sqlite import sqlite3
from storage.store import Store

if TYPE_CHECKING:
    from schedules.reach import OutletReport

ONLINE_SECONDS = 90.0
"""For all outlets together."""
ANSWER_SECONDS = 10.0
"""For each answer of the mail server, and for a proxy's connection."""
WANTED_SQLITE = (3, 51, 3)
"""Older ones can corrupt a WAL database that several connections use (sqlite.org/wal.html, the reset bug)."""
NEEDED_SQLITE = (3, 43, 0)
"""The first with contentless-delete full-text tables."""
LITTLE_SPACE, NO_SPACE = 1 << 30, 200 << 20
"""Bytes free below which one is warned, and below which a day's crawl may not fit."""
CLOCK_WARN, CLOCK_FAIL = 60.0, 600.0
"""Seconds by which the clock may be off: what first_seen_at says is evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one look came to."""

    name: str
    level: str
    """ok, warn or fail."""
    told: str
    cure: str = ""
    """What to do; empty when all is well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """All findings."""

    findings: tuple[Finding, ...]
    outlets: tuple[OutletReport, ...] = field(default=())

    @property
    def is_well(self) -> bool:
        """True when nothing fails."""
        return all(each.level != "fail" for each in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Return ``{"ok", "findings": [{name, level, told, cure}], "outlets": {ID: {level, hosts, sources}}}``."""
        return {
            "ok": self.is_well,
            "findings": [asdict(each) for each in self.findings],
            "outlets": {report.outlet_id: _outlet_json(report) for report in self.outlets},
        }


async def check_up(
    config: Config,
    *,
    online: bool = True,
    bodies: bool = False,
    clock: Callable[[], datetime] = utc_now,
    seconds: float = ONLINE_SECONDS,
) -> Checkup:
    """Return what a look at everything came to. With *online* it needs the running reactor, and outlets,
    proxies and the mail server are asked, outlets within *seconds*. With *bodies* each kept page is read."""
    findings = [*_config(config), _sqlite(sqlite3.sqlite_version_info), *_rules(config)]
    findings += [*(await asyncio.to_thread(_store, config, bodies)), _disk(config.store.path)]
    if not online:
        if config.mail.transport == "file":
            findings.append(await _mail(config))
        return Checkup(findings=tuple(findings))
    mail, proxies, outlets = await asyncio.gather(
        _mail(config), _proxies(config), _outlets(config, clock, seconds)
    )
    findings += [mail, *proxies, *_clock(outlets), *map(_outlet, outlets)]
    return Checkup(findings=tuple(findings), outlets=tuple(outlets))


# --- on this machine ------------------------------------------------------------------------------


def _config(config: Config) -> Iterator[Finding]:
    if config.path is None:
        cure = 'Write one with "newshawk init", or name it with --config FILE.'
        yield Finding(name="config", level="warn", told="there is no newshawk.toml here", cure=cure)
        return
    yield Finding(name="config", level="ok", told=str(config.path))
    for told in advice(config):
        yield Finding(name="config", level="warn", told=told)


def _sqlite(version: tuple[int, ...]) -> Finding:
    told = f"version {'.'.join(map(str, version))}"
    if version < NEEDED_SQLITE:
        cure = 'Install a newer one: "pip install pysqlite3".'
        return Finding(name="sqlite", level="fail", told=f"{told}: the store needs 3.43.0", cure=cure)
    if version < WANTED_SQLITE:
        told += ": before 3.51.3 a store that several processes use can be damaged"
        cure = 'Install pysqlite3, where there are wheels for it ("pip install pysqlite3").'
        return Finding(name="sqlite", level="warn", told=told, cure=cure)
    return Finding(name="sqlite", level="ok", told=told)


def _rules(config: Config) -> Iterator[Finding]:
    """Ask each rule about its own examples."""
    wrong, examples = [], 0
    for rule in config.rules:
        found = list(tried(rule, parse(rule.full_query)))
        examples += len(found)
        wrong += [f"rule {rule.id} {each.told()}" for each in found if not each.is_right]
    for told in (line.partition("\n")[0] for rule in config.broken for line in rule.told):
        cure = 'Mend it: "newshawk check" shows the place. Everything else works without it.'
        yield Finding(name="rules", level="fail", told=told, cure=cure)
    for told in wrong:
        yield Finding(name="rules", level="fail", told=told, cure="Change the query or the example.")
    if not (wrong or config.broken):
        told = f"{_count(len(config.rules), 'rule')} can be read"
        told += (
            f"; their {_count(examples, 'example')} {'holds' if examples == 1 else 'hold'}"
            if examples
            else ""
        )
        yield Finding(name="rules", level="ok", told=told)


def _store(config: Config, bodies: bool) -> Iterable[Finding]:
    path = config.store.path
    if not path.parent.is_dir():
        told, cure = f"its folder {path.parent} does not exist", "Make it, or change path in [store]."
        return [Finding(name="store", level="fail", told=told, cure=cure)]
    if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        told, cure = f"{path} cannot be written", "Check the owner and the rights of the file and its folder."
        return [Finding(name="store", level="fail", told=told, cure=cure)]
    if not path.exists():
        told = f'{path} is not there yet; the first "newshawk crawl" makes it'
        return [Finding(name="store", level="ok", told=told)]
    try:
        with Store.open(path, read_only=True) as store:
            faults, depth, kept = store.check(bodies=bodies), store.outbox_depth(), store.kept()
            rechecks = store.rechecks(utc_now())
            readings = [_read_otherwise(store, outlet) for outlet in config.outlets]
    except StoreError as error:
        return [Finding(name="store", level="fail", told=f"{path}: {error.cause}", cure=error.cure)]
    return [
        _whole(path, faults, bodies),
        _pages(config, kept),
        *_texts(readings),
        *_outbox(depth),
        *_rechecks(rechecks),
    ]


def _whole(path: Path, faults: list[str], bodies: bool) -> Finding:
    if faults:
        more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
        cure = "Stop the daemon, keep a copy of the file, and put the last backup in its place."
        return Finding(name="store", level="fail", told=f"{path}: {faults[0]}{more}", cure=cure)
    pid = holder(path)
    held = f"; process {pid} holds it" if pid else ""
    size = size_told(path.stat().st_size)
    told = f"{path} ({size}) is whole: pages, references, full-text indexes, chain of captures{held}"
    told += "; each kept page is the one that was received" if bodies else ""
    return Finding(name="store", level="ok", told=told)


def _pages(config: Config, kept: dict[str, Any]) -> Finding:
    """Tell what kept pages take, and where their chain ends."""
    told, limit = f"{kept_told(kept)}; {chain_told(kept['chain'])}", config.store.max_pages_size
    if limit is not None and kept["stored"] > limit:
        told += f"; max_pages_size is {size_told(limit)}"
        cure = '"newshawk prune --dry-run" shows what the next night takes, and what stays as evidence.'
        return Finding(name="pages", level="warn", told=told, cure=cure)
    return Finding(name="pages", level="ok", told=told)


def _read_otherwise(store: Store, outlet: Outlet) -> tuple[int, int]:
    """Return how many latest texts of an outlet other rules read than those of now: with a kept page, and without."""
    version = extraction_version(with_learned(outlet, store.learned_chrome(outlet.id)))
    return store.count_texts(TextWindow(outlet_id=outlet.id, version=version))


def _texts(readings: Iterable[tuple[int, int]]) -> Iterator[Finding]:
    kept, unkept = (sum(counts) for counts in zip(*readings, strict=True)) if readings else (0, 0)
    if kept or unkept:
        told = f"{_count(kept + unkept, 'text')} read by other rules than those of now"
        told += f", {unkept} of them without a kept page" if unkept else ""
        cure = 'Nothing needs to be done; "newshawk reextract --dry-run" shows what reading them again gives.'
        yield Finding(name="texts", level="ok", told=told, cure=cure)


def _outbox(depth: dict[str, int]) -> Iterator[Finding]:
    if dead := depth.get("dead", 0):
        cure = 'See "newshawk alerts list --state dead"; "newshawk alerts retry --dead" queues them again.'
        yield Finding(name="outbox", level="warn", told=f"{_count(dead, 'alert')} given up", cure=cure)


def _rechecks(outlets: dict[str, dict[str, Any]]) -> Iterator[Finding]:
    """Tell which outlets are behind with looking at stored articles, and where everything is missing at once."""
    cure = (
        '"newshawk status ID" says more: a larger recheck_budget, a host that answers, or a site in repair.'
    )
    for outlet_id, row in outlets.items():
        for told in recheck_troubles(row):
            yield Finding(name="re-checks", level="warn", told=f"{outlet_id}: {told}", cure=cure)


def _disk(path: Path) -> Finding:
    place = next(each for each in (path, *path.parents) if each.exists())
    free = shutil.disk_usage(place).free
    size = path.stat().st_size if path.is_file() else 0
    told = f"{size_told(free)} free at {place if place.is_dir() else place.parent}"
    if free < NO_SPACE:
        return Finding(name="disk", level="fail", told=told, cure="Make room: a full disk stops every crawl.")
    if free < max(LITTLE_SPACE, size):
        cure = "Make room: a backup needs as much again as the store has. keep_pages and max_pages_size bound it."
        return Finding(name="disk", level="warn", told=told, cure=cure)
    return Finding(name="disk", level="ok", told=told)


async def _mail(config: Config) -> Finding:
    try:
        return Finding(name="mail", level="ok", told=await probe(config, ANSWER_SECONDS))
    except ServerUnavailable as error:
        cure = "Check the owner and the rights of the folder, or change folder in [mail]."
        if config.mail.transport == "smtp":
            cure = "Check host, port and security in [mail], and user and password in the environment."
        waiting = "; alerts wait in the outbox" if config.rules else ""
        level = (
            "fail" if any(who.emails for who in config.recipients) else "warn"
        )  # without readers nothing would leave anyway
        return Finding(name="mail", level=level, told=f"{error.cause}{waiting}", cure=cure)


# --- on the network -------------------------------------------------------------------------------


async def _proxies(config: Config) -> list[Finding]:
    """Connect to each proxy; nothing is asked of it."""
    named = {config.network.proxy, *(outlet.proxy for outlet in config.outlets)}
    named |= (
        {config.proxies.get(scheme, "") for scheme in ("http", "https")}
        if not config.network.proxy
        else set()
    )
    return await asyncio.gather(*(_proxy(proxy) for proxy in sorted(named - {""})))


async def _proxy(proxy: str) -> Finding:
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    name = f"{parts.hostname}:{port}"
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            _, writer = await asyncio.open_connection(parts.hostname, port)
    except (OSError, TimeoutError) as error:
        cause = os.strerror(error.errno) if error.errno else "no answer in time, or no such name"
        cure = (
            "Check proxy in [network] and in the outlets, and http_proxy and https_proxy of the environment."
        )
        return Finding(name="proxy", level="fail", told=f"{name}: {cause}", cure=cure)
    writer.close()
    return Finding(name="proxy", level="ok", told=f"{name} takes connections")


async def _outlets(config: Config, clock: Callable[[], datetime], seconds: float) -> list[OutletReport]:
    if not config.outlets:
        return []
    from schedules.reach import reach

    async with ParserPool() as pool:
        return await reach(config, clock, pool, seconds=seconds)


def _clock(reports: list[OutletReport]) -> Iterator[Finding]:
    from schedules.reach import clock_offset

    offset = clock_offset(reports)
    if offset is None:
        if reports:
            yield Finding(name="clock", level="ok", told="not compared: no host told the time")
        return
    told = f"{abs(offset):.0f} s {'ahead of' if offset > 0 else 'behind'} the hosts that were asked"
    if abs(offset) <= CLOCK_WARN:
        yield Finding(name="clock", level="ok", told="agrees with the hosts that were asked")
        return
    cure = "Set the clock, and keep it set by a time service (timedatectl set-ntp true)."
    level = "fail" if abs(offset) > CLOCK_FAIL else "warn"
    yield Finding(name="clock", level=level, told=told, cure=cure)


def _outlet(report: OutletReport) -> Finding:
    """Return one line of an outlet, the worst first."""
    good = [source for source in report.sources if source.links is not None]
    hosts = sum(not host.reason for host in report.hosts)
    links = sum(source.links or 0 for source in good)
    sums = (
        f"{hosts} of {_count(len(report.hosts), 'host')} {'answers' if len(report.hosts) == 1 else 'answer'},"
        f" {len(good)} of {_count(len(report.sources), 'source')} with {_count(links, 'link')}"
    )
    served = ", ".join(dict.fromkeys(source.host for source in good))
    troubles = report.troubles
    told = "; ".join(
        [*(words for _, words in troubles), *report.notes, f"{sums}{f' from {served}' if served else ''}"]
    )
    cure = cure_of(troubles[0][0]) if troubles else ""
    return Finding(name=report.outlet_id, level=report.level, told=told, cure=cure)


_CURES = {
    "dns": "Check the name and this machine's resolver; a host that is lost belongs into aliases.",
    "private": "Somebody answers for the name with a private address: use another resolver, or a proxy.",
    "proxy": "Check the proxy; the one of the outlet goes before that of [network].",
    "tls": "Wait for the site to mend it; its own authority's certificate can be named by network.ca_file.",
    "robots": "The site does not want this source asked: name another one.",
    "robots_unreachable": "Nothing is asked of a host whose robots.txt answers 5xx; it is tried again by itself.",
    "not_a_feed": "Look at the address in a browser: the feed has moved, or somebody stands in front of the site.",
    "no_links": "Look at the address in a browser: another feed may be the one that is kept.",
    "all_foreign": "Has the outlet moved? Add the host of these links to hosts or aliases.",
    "no_number": "Look at a link: the site has changed its addresses, see docs/add-an-outlet.md, step 5.",
    "old": "Look at the site: another feed may be the one that is kept.",
    "foreign": "The site redirects elsewhere: if it has moved, add the new host to hosts.",
    "challenge": "The site checks for browsers: try another host, or a proxy that it lets in.",
    "http_403": "The site refuses us: try another host, or a proxy that it lets in.",
    "http_404": "Correct the address of the source.",
    "http_410": "Correct the address of the source.",
    "seizure": "The domain is lost: move it to aliases.",
    "parked": "The domain is lost: move it to aliases.",
    "censor": "Somebody blocks the host from here: use a proxy elsewhere, or let a mirror serve.",
    "late": 'Ask again with fewer outlets, or look at "newshawk status" after a crawl.',
}


def cure_of(reason: str) -> str:
    """Return what to do about a reason of the ledger, or of a source that looks wrong."""
    return _CURES.get(
        reason, "It may pass: the daemon tries again by itself, and other hosts serve meanwhile."
    )


def _outlet_json(report: OutletReport) -> dict[str, Any]:
    sources = [asdict(source) for source in report.sources]
    for source in sources:
        source["newest"] = iso(source["newest"]) if source["newest"] else None
    hosts = [asdict(host) | {"told": host.told} for host in report.hosts]
    return {"level": report.level, "hosts": hosts, "sources": sources}


# --- words ----------------------------------------------------------------------------------------


def _count(number: int, word: str) -> str:
    return f"{number} {word if number == 1 else word + 's'}"
