"""``outlets rekey``: what the present ``article_id`` and hosts make of what is stored of an outlet. Read only.

``RekeyPlan`` reads one outlet, plans (crawler/rekey.py) and tells; storage/rekey.py writes it. What is left as it was
is told each time, what is done is not found again: a second call has nothing to do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from crawler.fingerprint import Comparable, comparable, is_copy
from crawler.identity import LinkClass, classify_link
from crawler.items import Key, Outlet
from crawler.query.fold import fold_text
from crawler.rekey import ArticlePlan, Keyed, KeyedLink, LinkFate, plan_articles, plan_links
from crawler.urls import path_and_query
from storage import articles
from storage.connection import Connection, Row
from storage.merging import key_of
from storage.outlets import is_rekey_due
from storage.values import plain, published_of

MOST_TEXTS = 8
"""Texts of one article that are compared with another's: its first and its latest ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is changed, or (apart) left as it is on purpose."""

    action: str
    """key, merge, part, apart, split, generation, attach, release or recognise."""
    told: str
    old: Key
    new: Key
    article_id: int | None = None
    into_id: int | None = None
    link_id: int | None = None
    url: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RekeyReport:
    """What was, or would be, changed at one outlet."""

    outlet_id: str
    changes: tuple[Change, ...] = field(default=(), repr=False)
    links: int = 0
    """Addresses whose key alone changes."""
    is_due: bool = False
    """True when the patterns are others than those that the keys were made by."""

    def count(self, action: str) -> int:
        """Return how many changes are of this action."""
        return sum(change.action == action for change in self.changes)

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to do; what is left apart is not."""
        return not self.links and all(change.action == "apart" for change in self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Revisions of an article that are another article's."""

    article_id: int
    key: Key
    numbers: tuple[int, ...]
    url: str
    """Address that gave the first of them."""
    title: str
    into: int | None = None
    """The article of that key; None when there is none yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A link that was foreign and is the outlet's own now."""

    link: Row
    classed: LinkClass
    twin: Row | None = None
    """The row of the ledger that has its address already."""
    article_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    title: str
    day: str
    body: Comparable = field(repr=False)


class RekeyPlan:
    """One outlet's store against its present declaration."""

    def __init__(self, db: Connection, outlet: Outlet, now: datetime, *, force: bool = False) -> None:
        self.db, self.outlet, self.now, self.force = db, outlet, now, force
        self.stored_id = _stored_id(db, outlet)
        self.articles = self._read_articles()
        self.by_id = {each.id: each for each in self.articles}
        self._rows = db.all("SELECT * FROM links WHERE outlet_id = ? ORDER BY id", (self.stored_id,))
        self._texts = lru_cache(maxsize=512)(self._read_texts)
        self.plan: ArticlePlan = plan_articles(self.articles, self._alike, force=force)
        self.splits = self._plan_splits()
        born = frozenset(split.key for split in self.splits if split.into is None)
        self.links = plan_links(self._keyed_links(), self.articles, self.plan, born)
        self.recognised = self._plan_recognised()

    # --- what is there ----------------------------------------------------------------------------

    def _read_articles(self) -> list[Keyed]:
        rows = self.db.rows(
            "SELECT a.id, a.key_kind, a.key_value, a.generation, a.link_id, a.merged_into, a.url, r.title"
            " FROM articles AS a JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision"
            " WHERE a.outlet_id = ? ORDER BY a.id",
            (self.stored_id,),
        )
        return [
            Keyed(
                id=row["id"],
                old=Key(kind=row["key_kind"], value=row["key_value"]),
                new=key_of(self.outlet, row["url"]),
                generation=row["generation"],
                link_id=row["link_id"],
                merged_into=row["merged_into"],
                url=row["url"],
                title=row["title"],
            )
            for row in rows
        ]

    def _keyed_links(self) -> list[KeyedLink]:
        return [
            KeyedLink(
                id=row["id"],
                old=Key(kind=row["key_kind"], value=row["key_value"]),
                new=key_of(self.outlet, row["address"]),
                state=row["state"],
                article_id=row["article_id"],
                is_open=row["state"] == "pending" or row["next_try_at"] is not None,
                url=row["url"],
            )
            for row in self._rows
            if _is_own(row)
        ]

    # --- the same article? ------------------------------------------------------------------------

    def _alike(self, one: int, other: int) -> bool:
        """Return whether two articles are the same one: a text of one is a copy of a text of the other, or has its
        headline and no other day; or a page of one said that it is the other's."""
        return any(
            is_copy(a.body, b.body)
            or (a.title == b.title != "" and (a.day == b.day or not a.day or not b.day))
            for a in self._texts(one)
            for b in self._texts(other)
        ) or self._says_so(one, other)

    def _read_texts(self, article_id: int) -> tuple[_Text, ...]:
        rows = self.db.all("SELECT * FROM revisions WHERE article_id = ? ORDER BY number", (article_id,))
        chosen = rows if len(rows) <= MOST_TEXTS else [rows[0], *rows[1 - MOST_TEXTS :]]
        return tuple(_text(row) for row in chosen)

    def _says_so(self, one: int, other: int) -> bool:
        """Return whether a page of one article was led to, or named as its own, the address of the other."""
        paths = {path_and_query(self.by_id[each].url): each for each in (one, other)}
        rows = self.db.rows(
            "SELECT article_id, url FROM sightings WHERE article_id IN (?, ?) AND via IN ('fetch', 'canonical', 'og')",
            (one, other),
        )
        return any(
            paths.get(path_and_query(row["url"]), row["article_id"]) != row["article_id"] for row in rows
        )

    # --- revisions that are another article's -----------------------------------------------------

    def _plan_splits(self) -> list[Split]:
        """Return the revisions that were read at an address of another key, and whose text is no edit of the
        article's own."""
        rows = self.db.rows(
            "SELECT r.article_id, r.number, r.fetched_url, r.title, r.seen_at FROM revisions AS r"
            " JOIN articles AS a ON a.id = r.article_id"
            " WHERE a.outlet_id = ? AND a.merged_into IS NULL AND a.revision > 1 ORDER BY r.article_id, r.number",
            (self.stored_id,),
        )
        by_article: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            by_article[row["article_id"]].append(row)
        return [each for revisions in by_article.values() for each in self._splits_of(revisions)]

    def _splits_of(self, revisions: Sequence[Row]) -> list[Split]:
        article = self.by_id[revisions[0]["article_id"]]
        own = [revisions[0]]
        others: dict[Key, list[Row]] = {}
        for row in revisions[1:]:
            key = key_of(self.outlet, row["fetched_url"])
            if key in (article.new, article.old) or key in self.plan.left or self._is_edit(row, own):
                own.append(row)
            else:
                others.setdefault(key, []).append(row)
        found = []
        for key, moved in others.items():
            into, first = self.plan.owners.get(key), moved[0]
            if into is not None and self._latest_seen(into) > first["seen_at"]:
                continue  # that article has newer texts; nothing may be put before them
            numbers = tuple(row["number"] for row in moved)
            found.append(
                Split(
                    article_id=article.id,
                    key=key,
                    numbers=numbers,
                    url=first["fetched_url"],
                    title=first["title"],
                    into=into,
                )
            )
        return found

    def _is_edit(self, row: Row, own: Sequence[Row]) -> bool:
        text = _text(self._revision(row))
        return any(
            is_copy(text.body, other.body) or text.title == other.title
            for other in (_text(self._revision(each)) for each in (own[0], own[-1]))
        )

    def _revision(self, row: Row) -> Row:
        sql = "SELECT * FROM revisions WHERE article_id = ? AND number = ?"
        found = self.db.one(sql, (row["article_id"], row["number"]))
        assert found is not None
        return found

    def _latest_seen(self, article_id: int) -> str:
        return str(self.db.value("SELECT max(seen_at) FROM revisions WHERE article_id = ?", (article_id,)))

    # --- links that were foreign ------------------------------------------------------------------

    def _plan_recognised(self) -> list[Recognised]:
        by_key = {row["ledger_key"]: row for row in self._rows}
        articles_of = {fate.link.id: fate.article_id for fate in self.links if fate.article_id}
        found = []
        for row in self._rows:
            if (row["state"], row["reason"]) != ("skipped", "foreign") or _is_own(row):
                continue
            classed = classify_link(self.outlet, row["url"])
            if classed.refusal:
                continue
            first = by_key.setdefault(plain(classed.ledger_key), row)
            twin = None if first is row else first
            article_id = self.plan.owners.get(classed.key)
            if article_id is None and twin is not None:
                article_id = articles_of.get(twin["id"], twin["article_id"])
            found.append(Recognised(link=row, classed=classed, twin=twin, article_id=article_id))
        return found

    # --- told -------------------------------------------------------------------------------------

    def report(self) -> RekeyReport:
        """Return what is, or would be, changed."""
        changes = [
            *self._told_articles(),
            *(self._told_split(split) for split in self.splits),
            *(self._told_link(fate) for fate in self.links if fate.fate != "stay" and not self.follows(fate)),
            *(_told_recognised(each) for each in self.recognised),
        ]
        named = {change.article_id for change in changes if change.link_id is None}
        changes += [
            self._change("key", article_id, new, "its key has another name")
            for article_id, (new, _) in self.plan.keys.items()
            if article_id not in named and self.by_id[article_id].old != new
        ]
        return RekeyReport(
            outlet_id=self.outlet.id,
            changes=tuple(changes),
            links=sum(fate.link.old != fate.link.new for fate in self.links),
            is_due=is_rekey_due(self.db, self.outlet),
        )

    def _told_articles(self) -> list[Change]:
        told = [
            self._change("merge", article_id, self.plan.final[into], f"lives on in article {into}", into)
            for article_id, into in self.plan.merges
        ]
        told += [
            self._change(
                "part",
                article_id,
                self.plan.final[article_id],
                f"stands for itself again, no longer {into}",
                into,
            )
            for article_id, into in self.plan.parted
        ]
        merged = {article_id for article_id, _ in self.plan.merges}
        for key, members in self.plan.apart:
            for article_id in members:
                if not self.force:
                    words = f"one of {len(members)} different articles that {key.kind} {key.value} names; left as it is"
                    told.append(self._change("apart", article_id, key, words))
                elif article_id in self.plan.keys and article_id not in merged:
                    words = f"generation {self.plan.keys[article_id][1]} of its key"
                    told.append(self._change("generation", article_id, key, words))
        return told

    def _change(self, action: str, article_id: int, new: Key, told: str, into: int | None = None) -> Change:
        article = self.by_id[article_id]
        return Change(
            action=action,
            told=told,
            old=article.old,
            new=new,
            article_id=article_id,
            into_id=into,
            url=article.url,
            title=article.title,
        )

    def _told_split(self, split: Split) -> Change:
        home = "a new article" if split.into is None else f"article {split.into}"
        numbers = ", ".join(map(str, split.numbers))
        return Change(
            action="split",
            told=f"revision {numbers} of article {split.article_id} becomes {home}",
            old=self.by_id[split.article_id].old,
            new=split.key,
            article_id=split.into,
            into_id=split.article_id,
            url=split.url,
            title=split.title,
        )

    def _told_link(self, fate: LinkFate) -> Change:
        words = {
            "attach": f"belongs to article {fate.article_id or '(new)'}, no longer {fate.link.article_id or 'none'}",
            "release": "was taken for an address of another article, and is fetched",
            "wait": "another address of its article is fetched first",
        }
        link = fate.link
        return Change(
            action="release" if fate.fate == "wait" else fate.fate,
            told=words[fate.fate],
            old=link.old,
            new=link.new,
            article_id=fate.article_id if fate.fate == "attach" else link.article_id,
            link_id=link.id,
            url=link.url,
        )

    def follows(self, fate: LinkFate) -> bool:
        """Return whether a link only goes where its article goes."""
        before = fate.link.article_id
        return fate.is_own or (before is not None and self.plan.homes.get(before) == fate.article_id)


def _stored_id(db: Connection, outlet: Outlet) -> str:
    """Return the id under which the store has the outlet: a former one until the next crawl renames it."""
    for each in (outlet.id, *outlet.formerly):
        if db.value("SELECT 1 FROM outlets WHERE id = ?", (each,)):
            return each
    return outlet.id


def _is_own(row: Row) -> bool:
    """Return whether the address was the outlet's own when it was found; others are whole addresses there."""
    return bool(row["ledger_key"].startswith("/"))


def _text(row: Row) -> _Text:
    return _Text(
        title=fold_text(row["title"]),
        day=articles.printed_day(published_of(row)),
        body=comparable(row["body"]),
    )


def _told_recognised(each: Recognised) -> Change:
    row = each.link
    home = "is fetched" if each.article_id is None else f"is an address of article {each.article_id}"
    if each.article_id is None and each.twin is not None:
        home = "is the same as one that is known"
    return Change(
        action="recognise",
        told=f"was foreign and is the outlet's own: it {home}",
        old=Key(kind=row["key_kind"], value=row["key_value"]),
        new=each.classed.key,
        article_id=each.article_id,
        link_id=row["id"],
        url=row["url"],
        title=row["title"],
    )
