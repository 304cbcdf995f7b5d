"""What the store tells ``explain``: it is asked to read only, and is not missed where there is none."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any

from crawler.alerts.holding import holding_words
from crawler.alerts.storm import STORIES
from crawler.config import Config
from crawler.dates import date_in_address
from crawler.errors import StoreError
from crawler.hosthealth import HostHealth
from crawler.items import Article, ChromeRule, Outlet, Rule, Timestamp
from schedules.explainwords import verdict_words
from storage.articles import best_published
from storage.store import Store


def learned(config: Config, outlet: Outlet) -> tuple[ChromeRule, ...]:
    """Return what crawls learned of the outlet's template and cut."""
    if not config.store.path.exists():
        return ()
    with suppress(StoreError), Store.open(config.store.path, read_only=True) as store:
        return store.learned_chrome(outlet.id)
    return ()


def remember(config: Config, outlet: Outlet, health: HostHealth) -> None:
    """Let *health* know what crawls learned of the hosts, so that they are asked in the same order."""
    if not config.store.path.exists():
        return
    with suppress(StoreError), Store.open(config.store.path, read_only=True) as store:
        health.load(outlet.id, store.host_health(outlet.id))


def verdict(
    config: Config, outlet: Outlet, article: Article, url: str, *, is_ad_hoc: bool
) -> tuple[dict[str, Any], Timestamp]:
    """Return what the store would make of an article found at *url*, and its time of publication then: is its key known,
    with the same text? *is_ad_hoc*: no outlet has the host."""
    published = best_published(article.published, date_in_address(article.address))
    told = "There is no store here yet: a new article."
    if is_ad_hoc:
        told = "It would be new, but no outlet has this host: no crawl asks it."
    elif config.store.path.exists():
        try:
            with Store.open(config.store.path, read_only=True) as store:
                seen = store.preview(outlet, article, url)
        except StoreError as error:
            return {"state": "unknown", "reason": "store_error", "told": str(error)}, published
        words = {"reason": "", "state": seen.state.value, "told": verdict_words(seen)}
        return asdict(seen) | words, seen.published
    return {"state": "new", "reason": "", "told": told}, published


def holding(config: Config, rule: Rule, now: datetime) -> tuple[str, ...]:
    """Return what holds back the alerts of a rule at present, a sentence each."""
    if not config.store.path.exists():
        return ()
    with suppress(StoreError), Store.open(config.store.path, read_only=True) as store:
        return holding_words(rule.id, rule.to, store.silences(now), store.storms(now, STORIES))
    return ()
