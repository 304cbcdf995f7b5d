"""The writing half of ``outlets rekey``: a plan is carried out within one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.identity import LinkClass, ledger_key, outlet_address, patterns_told
from crawler.items import Key, LinkState
from crawler.rekey import LinkFate
from crawler.urls import host_of
from storage import articles, links, merging
from storage.values import plain, stored

if TYPE_CHECKING:
    from storage.rekey_plan import Change, Recognised, RekeyPlan, RekeyReport, Split

NEWS_FOR = timedelta(days=7)
"""An address that was taken for another article's, or for a foreign one, alerts as usual when it was discovered within
this time; an older one is history and alerts nobody."""
MERGED = "merged"
"""Reason of a link that led to a new article which turned out to be an older one."""


class Rekeyer:
    """Carries out one plan; lives for one transaction."""

    def __init__(self, planned: RekeyPlan) -> None:
        self.planned, self.plan = planned, planned.plan
        self.db, self.outlet = planned.db, planned.outlet
        self.now = stored(planned.now)
        self.news_since = stored(planned.now - NEWS_FOR)
        self.born: dict[Key, int] = {}
        """Articles that splits made."""

    def write(self) -> RekeyReport:
        """Write everything, and what was done into ``rekeys``; return it."""
        report = self.planned.report()
        self._write_keys()
        for article_id, into in self.plan.parted:
            merging.part(self.db, article_id, self.now)
            self._hand_over(into, self.plan.final[article_id], article_id)
        for article_id, into in self.plan.merges:
            merging.merge(self.db, article_id, into, self.now)
        for split in self.planned.splits:
            self._split(split)
        self._write_links()
        for each in self.planned.recognised:
            self._recognise(each)
        changes = tuple(self._written(change) for change in report.changes)
        told = patterns_told(self.outlet)
        self.db.execute("UPDATE outlets SET keyed_by = ? WHERE id = ?", (told, self.outlet.id))
        return replace(report, changes=changes)

    # --- articles ---------------------------------------------------------------------------------

    def _write_keys(self) -> None:
        """Give the articles their keys; first names that no key has, since two may change places."""
        sql = "UPDATE articles SET key_kind = ?, key_value = ?, generation = ? WHERE id = ?"
        self.db.many(sql, [("", str(article_id), 0, article_id) for article_id in self.plan.keys])
        self.db.many(
            sql, [(key.kind, key.value, number, each) for each, (key, number) in self.plan.keys.items()]
        )

    def _hand_over(self, article_id: int, key: Key, to: int | None) -> None:
        """Give what was seen at addresses of *key* to the article of that key."""
        home = self.plan.homes.get(article_id, article_id)
        merging.hand_over_sightings(self.db, self.outlet, home, key, to)

    def _split(self, split: Split) -> None:
        to = split.into if split.into is not None else self.born.get(split.key)
        if to is None:
            to = self.born[split.key] = self._add_split_off(split)
        merging.split(self.db, split.article_id, split.numbers, to, self.now)
        self._hand_over(split.article_id, split.key, to)

    def _add_split_off(self, split: Split) -> int:
        revision = self.db.one(
            "SELECT * FROM revisions WHERE article_id = ? AND number = ?",
            (split.article_id, split.numbers[0]),
        )
        assert revision is not None
        generation = articles.next_generation(self.db, self.outlet.id, split.key)
        link_id = self._link_of(split)
        url = outlet_address(self.outlet, split.url)
        article_id = merging.add_split_off(
            self.db, self.outlet, split.key, generation, link_id, url, revision
        )
        self.db.execute(
            "UPDATE links SET state = 'new', reason = '', article_id = ?, next_try_at = NULL,"
            " settled_at = coalesce(settled_at, ?) WHERE id = ?",
            (article_id, self.now, link_id),
        )
        return article_id

    def _link_of(self, split: Split) -> int:
        """Return the link of the address that gave the text; the writer enters each, an older store may lack it."""
        key = ledger_key(self.outlet, split.url)
        row = links.find(self.db, self.outlet.id, key)
        if row is None:
            classed = LinkClass(
                url=split.url,
                address=outlet_address(self.outlet, split.url),
                ledger_key=key,
                key=split.key,
            )
            found = links.Found(at=self.now, host=host_of(split.url))
            row = links.add(self.db, self.outlet.id, classed, found, state="duplicate")
        return int(row["id"])

    # --- links ------------------------------------------------------------------------------------

    def _write_links(self) -> None:
        self.db.many(
            "UPDATE links SET key_kind = ?, key_value = ? WHERE id = ?",
            [(f.link.new.kind, f.link.new.value, f.link.id) for f in self.planned.links],
        )
        for fate in self.planned.links:
            if fate.fate == "attach":
                self._attach(fate)
            elif fate.fate in ("release", "wait"):
                self._release(fate)

    def _attach(self, fate: LinkFate) -> None:
        link, to = fate.link, fate.article_id or self.born[fate.link.new]
        state, reason = link.state, ""
        if fate.is_own and link.state == LinkState.DUPLICATE:
            state = "new"
        elif not fate.is_own and link.state == LinkState.NEW:
            state, reason = "duplicate", MERGED
        self.db.execute(
            "UPDATE links SET article_id = ?, state = ?, reason = ? WHERE id = ?",
            (to, state, reason, link.id),
        )
        if link.article_id is None or not self.planned.follows(fate):
            self._see(link.id, to)
        if link.article_id is not None and not self.planned.follows(fate):
            self._hand_over(link.article_id, link.new, to)

    def _see(self, link_id: int, article_id: int) -> None:
        row = links.get(self.db, link_id)
        articles.sight(self.db, article_id, row["url"], row["host"], "duplicate", row["first_seen_at"])

    def _release(self, fate: LinkFate) -> None:
        """Let an address be fetched that was never an address of the article it was counted for."""
        state, reason = ("pending", "") if fate.fate == "release" else ("duplicate", links.WAITING)
        self.db.execute(
            "UPDATE links SET state = ?, reason = ?, article_id = NULL, settled_at = ?,"
            " silent = CASE WHEN first_seen_at < ? THEN 1 ELSE silent END WHERE id = ?",
            (state, reason, None if state == "pending" else self.now, self.news_since, fate.link.id),
        )
        if fate.link.article_id is not None:
            self._hand_over(fate.link.article_id, fate.link.new, None)

    def _recognise(self, each: Recognised) -> None:
        row, classed, twin = each.link, each.classed, each.twin
        state, reason = "pending", ""
        if each.article_id is not None:
            state = "duplicate"
        elif twin is not None:
            is_open = twin["state"] == "pending" or twin["next_try_at"] is not None
            waits = is_open or twin["state"] == "duplicate" or not twin["ledger_key"].startswith("/")
            state, reason = ("duplicate", links.WAITING) if waits else (twin["state"], twin["reason"])
        values = {
            "ledger_key": row["ledger_key"] if twin is not None else plain(classed.ledger_key),
            "address": plain(classed.address),
            "kind": classed.key.kind,
            "value": plain(classed.key.value),
            "host": host_of(classed.url) if host_of(classed.url) in self.outlet.hosts else "",
            "state": state,
            "reason": reason,
            "article": each.article_id,
            "settled": None if state == "pending" else self.now,
            "news": self.news_since,
            "id": row["id"],
        }
        self.db.execute(
            "UPDATE links SET ledger_key = :ledger_key, address = :address, key_kind = :kind, key_value = :value,"
            " host = :host, state = :state, reason = :reason, article_id = :article, settled_at = :settled,"
            " silent = CASE WHEN first_seen_at < :news THEN 1 ELSE silent END WHERE id = :id",
            values,
        )
        if each.article_id is not None:
            self._see(row["id"], each.article_id)

    # --- told -------------------------------------------------------------------------------------

    def _written(self, change: Change) -> Change:
        """Write a change that was made into ``rekeys``; return it with the number of an article that it made."""
        if change.action == "apart":
            return change
        if change.article_id is None and change.action in ("split", "attach"):
            to = self.born.get(change.new)
            change = replace(change, article_id=to, told=change.told.replace("(new)", str(to)))
        values = {
            "at": self.now,
            "outlet_id": self.outlet.id,
            "action": change.action,
            "article_id": change.article_id,
            "into_id": change.into_id,
            "link_id": change.link_id,
            "old_kind": change.old.kind,
            "old_value": change.old.value,
            "new_kind": change.new.kind,
            "new_value": change.new.value,
            "told": plain(change.told),
        }
        self.db.insert("rekeys", values)
        return change
