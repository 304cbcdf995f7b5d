"""``newshawk outlets rekey``: the store is brought to the patterns and hosts that the config has now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crawler.clock import utc_now
from crawler.config import Config
from crawler.items import Outlet
from storage.hold import hold
from storage.store import Store

if TYPE_CHECKING:
    from storage.rekey_plan import RekeyReport


def to_look_at(config: Config) -> list[str]:
    """Return a line for each watched outlet whose stored articles were keyed by other patterns than it has now, or
    whose former id has a ledger of its own. Read only.

    Raises:
        StoreError: there is a store and it cannot be read.
    """
    if not config.store.path.is_file():
        return []
    with Store.open(config.store.path, read_only=True) as store:
        due, behind = store.rekey_due(config.outlets), store.left_behind(config.outlets)
    lines = [
        f'Outlet "{each}": article_id is another than the stored articles were keyed by. See what that changes:'
        f" newshawk outlets rekey {each} --dry-run"
        for each in due
    ]
    return lines + [
        f'Outlet "{each}" was crawled before formerly named "{", ".join(former)}": what is stored under the former id'
        " stays there."
        for each, former in behind.items()
    ]


def plan(config: Config, outlets: Sequence[Outlet], *, force: bool = False) -> list[RekeyReport]:
    """Return what rekeying would change at each outlet. Read only, also beside a running daemon.

    Raises:
        StoreError: there is no store, or it cannot be read.
    """
    with Store.open(config.store.path, read_only=True) as store:
        return [store.plan_rekey(outlet, utc_now(), force=force) for outlet in outlets]


def rekey(config: Config, outlets: Sequence[Outlet], *, force: bool = False) -> list[RekeyReport]:
    """Rekey outlets, each in one transaction; return what was changed.

    Raises:
        BusyError: another instance holds the store.
        StoreError: there is no store, or it cannot be written.
    """
    with hold(config.store.path), Store.open(config.store.path, create=False) as store:
        store.sync_config(config.outlets, config.rules, utc_now(), tuple(rule.id for rule in config.broken))
        return [store.rekey(outlet, utc_now(), force=force) for outlet in outlets]
