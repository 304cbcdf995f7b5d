"""What became of one address, and why: from the store alone, in words. Read only; nobody is asked."""

from __future__ import annotations

from typing import Any

from crawler.config import Config
from crawler.errors import AddressRefused
from crawler.identity import classify_link, outlet_address, ownership
from crawler.meanings import address_meaning, reason_meaning, state_meaning
from crawler.outlets.owner import Owner, owner_of
from crawler.urls import canonical_url, host_of, resolve_wrapper
from schedules.ruletrial import RuleTrial, known_rules
from storage.store import Store
from storage.values import plain


def why(config: Config, url: str, rule_id: str | None = None) -> dict[str, Any]:
    """Return ``{"url", "seen", "owner", "links", "article"}``: each link of the ledger that the address means,
    with its discovery, state, visits, article and what each rule (or *rule_id* alone) made of it. Of an
    address that was never seen: its owner, and the article of its key if there is one.

    Raises:
        StoreError: there is no store, or it cannot be read.
        UsageError: neither config nor store knows the rule.
    """
    url = plain(url)  # what a terminal hands over may be no text
    with Store.open(config.store.path, read_only=True) as store:
        rules = known_rules(config, store, rule_id)
        owner = _owner(config, url)
        links = store.trace(_forms(url, owner))
        told: dict[str, Any] = {"url": url, "seen": bool(links), "owner": _owner_facts(owner, url)}
        told["links"] = [_with_words(link, url, RuleTrial(config, store, rules)) for link in links]
        told["article"] = None if links else _article_of_key(store, owner, url)
        return told


# --- the address ----------------------------------------------------------------------------------


def _owner(config: Config, url: str) -> Owner | None:
    try:
        return owner_of(config, resolve_wrapper(url))
    except AddressRefused:
        return None


def _forms(url: str, owner: Owner | None) -> list[str]:
    """Return the address as given, without its wrapper, canonical, and at the outlet's canonical host."""
    forms = [url, resolve_wrapper(url)]
    try:
        forms.append(canonical_url(forms[-1]))
        if owner is not None:
            forms.append(outlet_address(owner.outlet, forms[-1]))
    except AddressRefused:
        pass  # links that are no addresses stand in the ledger as they came
    return list(dict.fromkeys(forms))


def _owner_facts(owner: Owner | None, url: str) -> dict[str, Any] | None:
    if owner is None:
        return None
    classed = classify_link(owner.outlet, url)
    return {
        "outlet": owner.outlet.id,
        "known": owner.known,
        "belongs": ownership(owner.outlet, host_of(canonical_url(classed.url))),
        "key": {"kind": classed.key.kind, "value": classed.key.value},
    }


def _article_of_key(store: Store, owner: Owner | None, url: str) -> dict[str, Any] | None:
    if owner is None:
        return None
    classed = classify_link(owner.outlet, url)
    return None if classed.refusal else store.article_of_key(owner.outlet.id, classed.key)


# --- the link -------------------------------------------------------------------------------------


def _with_words(link: dict[str, Any], url: str, trial: RuleTrial) -> dict[str, Any]:
    article = link["article"]
    seen_as = sorted({each["via"] for each in link["sightings"] if each["url"] == url})
    is_own = url in (link["url"], link["address"])
    visits = [
        visit | {"meaning": reason_meaning(visit["reason"]) or state_meaning(visit["verdict"])}
        for visit in link["visits"]
    ]
    return link | {
        "meaning": _state_words(link),
        "silence": _silence_words(link),
        "next": _next_words(link),
        "belongs": _belongs_words(link),
        "seen_as": [] if is_own else seen_as,
        "visits": visits,
        "rules": trial.of_no_article(link) if article is None else trial.of(article),
    }


def _state_words(link: dict[str, Any]) -> str:
    state, reason = link["state"], link["reason"]
    words = (address_meaning if not link["visits"] else reason_meaning)(reason)
    return f"{state_meaning(state)}{': ' if words else ''}{words}"


def _silence_words(link: dict[str, Any]) -> str:
    """Return why the link alerts nobody; empty when it may."""
    if not link["silent"]:
        return ""
    run = link["silenced_by"]
    if run is None:
        return "it is silent: nobody is alerted of it"
    why_so = (
        "found by a backfill"
        if run["trigger"] == "backfill"
        else "it stood in the first complete poll of a newly configured source"
    )
    return f"{why_so} (run {run['id']}), and an old list alerts nobody; what is edited in later does"


def _next_words(link: dict[str, Any]) -> str:
    """Return when the address is asked again; empty when it is not."""
    if link["state"] == "pending":
        return "with the next crawl of its outlet"
    if link["next_try_at"]:
        return f"at {link['next_try_at']}, after {_times(link['attempts'])} that failed; newshawk crawl asks at once"
    article = link["article"]
    if article is not None and article["link_id"] == link["id"] and article["recheck_at"]:
        return _recheck_words(article)
    return ""


def _recheck_words(article: dict[str, Any]) -> str:
    """Return when the article is looked at again, why then, and at the latest."""
    why_so = f": {article['recheck_why']}" if article["recheck_why"] else ""
    late = article["recheck_by"]
    latest = f"; at the latest at {late}" if late and late > article["recheck_at"] else ""
    return f"re-check at {article['recheck_at']}{why_so}{latest}"


def _times(count: int) -> str:
    return "one try" if count == 1 else f"{count} tries"


def _belongs_words(link: dict[str, Any]) -> str:
    article = link["article"]
    if article is None:
        return f"waits for {link['waits_for']}, of the same key" if link["waits_for"] else ""
    if article["link_id"] == link["id"]:
        return f"article {article['id']}, first fetched by this address"
    key = f"{article['key_kind']} {article['key_value']}"
    return f"article {article['id']} ({key}), first fetched by {article['link']}"
