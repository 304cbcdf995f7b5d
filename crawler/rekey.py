"""What a change of ``article_id`` makes of the articles and links that are stored. Pure: a plan, nothing is done.

merge        articles whose keys now coincide and whose texts do too: the oldest stays, the others live on in it
part         articles that were merged and whose keys differ again
apart        articles whose keys now coincide and whose texts do not: the pattern is too wide, or the outlet used a
             key twice. Left as they are; with *force* they are generations of the key. Never one article
attach       an address that was a duplicate because of its key, and whose key is another article's now
release      the same where no article has that key: the address was never fetched, and is now
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from crawler.items import Key

Alike = Callable[[int, int], bool]
"""Whether two articles, by number, are the same one."""

MOST_COMPARED = 20
"""Different articles of one key that a further one is compared with; a key of more is no key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """An article with the key it has and the key that its address gives now."""

    id: int
    old: Key
    new: Key
    generation: int
    link_id: int
    """Link it was first fetched by: its own, whatever the keys."""
    merged_into: int | None = None
    url: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedLink:
    """An own address of the ledger with the key it has and the key that it gives now."""

    id: int
    old: Key
    new: Key
    state: str
    article_id: int | None = None
    is_open: bool = False
    """True while it is still to be fetched."""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePlan:
    """What becomes of the articles of one outlet."""

    keys: Mapping[int, tuple[Key, int]]
    """Key and generation of each article that gets another."""
    merges: tuple[tuple[int, int], ...] = ()
    """(article, the older one that it becomes part of)."""
    parted: tuple[tuple[int, int], ...] = ()
    """(article, the one that it was merged into)."""
    apart: tuple[tuple[Key, tuple[int, ...]], ...] = ()
    """Keys that name different articles, with these."""
    owners: Mapping[Key, int] = field(default_factory=dict)
    """The article that stands for each key afterwards: the latest generation."""
    left: frozenset[Key] = frozenset()
    """Keys that name different articles and of which nothing is changed."""
    homes: Mapping[int, int] = field(default_factory=dict)
    """For each article the one that it is, or is part of, afterwards."""
    final: Mapping[int, Key] = field(default_factory=dict)
    """The key of each article afterwards."""


# --- articles -------------------------------------------------------------------------------------


def plan_articles(articles: Sequence[Keyed], alike: Alike, *, force: bool = False) -> ArticlePlan:
    """Return what becomes of all articles of an outlet; with *force* different articles of one key become its
    generations."""
    by_id = {each.id: each for each in articles}
    parted = tuple(
        (each.id, each.merged_into)
        for each in articles
        if each.merged_into is not None and each.new != by_id[each.merged_into].new
    )
    freed = {article_id for article_id, _ in parted}
    into = {each.id: each.merged_into for each in articles if each.merged_into and each.id not in freed}
    groups: dict[Key, list[Keyed]] = defaultdict(list)
    for each in sorted(articles, key=lambda each: each.id):
        if each.id not in into:
            groups[each.new].append(each)
    merges: list[tuple[int, int]] = []
    apart: list[tuple[Key, tuple[int, ...]]] = []
    for key, group in groups.items():
        clusters = _clusters(group, alike, force=force)
        if clusters is None or not _known_apart(clusters):
            apart.append((key, tuple(each.id for each in group)))
        if clusters is not None:
            merges += [(each.id, first.id) for first, *rest in clusters for each in rest]
    left = frozenset() if force else frozenset(key for key, _ in apart)
    parted = tuple(pair for pair in parted if by_id[pair[0]].new not in left)
    stay = {each.id: each.merged_into for each in articles if each.merged_into and each.new in left}
    into = into | {article_id: home for article_id, home in stay.items() if home} | dict(merges)
    homes = {each.id: _home(each.id, into) for each in articles}
    final = {each.id: _final(by_id[homes[each.id]], left) for each in articles}
    keys = _generations(articles, final, homes)
    return ArticlePlan(
        keys=keys,
        merges=tuple(merges),
        parted=parted,
        apart=tuple(apart),
        owners=_owners(articles, final, homes, keys),
        left=left,
        homes=homes,
        final=final,
    )


def _clusters(group: Sequence[Keyed], alike: Alike, *, force: bool) -> list[list[Keyed]] | None:
    """Return the articles of one key, those that are the same together, the oldest first; None as soon as two are
    different that were not generations of one key before, unless *force*."""
    clusters: list[list[Keyed]] = []
    for each in group:
        others = [c for c in clusters[:MOST_COMPARED] if all(_before(one) != _before(each) for one in c)]
        home = next((c for c in others if any(alike(one.id, each.id) for one in (c[0], c[-1]))), None)
        if home is not None:
            home.append(each)
            continue
        clusters.append([each])
        if not force and not _known_apart(clusters):
            return None
    return clusters


def _known_apart(clusters: Sequence[Sequence[Keyed]]) -> bool:
    """Return whether all of them had one key before too: the writer told them apart when it stored them."""
    olds = [{_before(each) for each in cluster} for cluster in clusters]
    return all(one & other for at, one in enumerate(olds) for other in olds[:at])


def _before(each: Keyed) -> tuple[Key, int]:
    """Return what two articles share that were generations of one key before; one that was merged shares it with none."""
    return each.old, 0 if each.merged_into is None else each.id


def _home(article_id: int, into: Mapping[int, int | None]) -> int:
    while (home := into.get(article_id)) is not None:
        article_id = home
    return article_id


def _final(home: Keyed, left: frozenset[Key]) -> Key:
    return home.old if home.new in left else home.new


def _generations(
    articles: Iterable[Keyed], final: Mapping[int, Key], homes: Mapping[int, int]
) -> dict[int, tuple[Key, int]]:
    """Return key and generation of each article that gets others: those that live in the order in which they were
    stored, then those that live on in another."""
    groups: dict[Key, list[Keyed]] = defaultdict(list)
    for each in articles:
        groups[final[each.id]].append(each)
    found: dict[int, tuple[Key, int]] = {}
    for key, group in groups.items():
        if all(
            each.old == key and (homes[each.id] == each.id) == (each.merged_into is None) for each in group
        ):
            continue
        ordered = sorted(group, key=lambda each: (homes[each.id] != each.id, each.id))
        for number, each in enumerate(ordered, start=1):
            if (each.old, each.generation) != (key, number):
                found[each.id] = (key, number)
    return found


def _owners(
    articles: Iterable[Keyed],
    final: Mapping[int, Key],
    homes: Mapping[int, int],
    keys: Mapping[int, tuple[Key, int]],
) -> dict[Key, int]:
    latest: dict[Key, tuple[int, int]] = {}
    for each in articles:
        if homes[each.id] == each.id:
            generation = keys.get(each.id, (each.old, each.generation))[1]
            key = final[each.id]
            latest[key] = max(latest.get(key, (0, 0)), (generation, each.id))
    return {key: article_id for key, (_, article_id) in latest.items()}


# --- links ----------------------------------------------------------------------------------------

Fate = Literal["stay", "attach", "release", "wait"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFate:
    """What becomes of one link."""

    link: KeyedLink
    fate: Fate
    """stay: at most its key changes. attach: it belongs to another article. release: it is fetched.
    wait: another address of its key is fetched first."""
    article_id: int | None = None
    """Article that it belongs to afterwards; of attach None for one that a split makes."""
    is_own: bool = False
    """True when the article was first fetched by it."""


def plan_links(
    links: Sequence[KeyedLink],
    articles: Sequence[Keyed],
    plan: ArticlePlan,
    born: frozenset[Key] = frozenset(),
) -> list[LinkFate]:
    """Return what becomes of each link whose key or article changes; *born* are the keys of articles that are split
    off."""
    by_id = {each.id: each for each in articles}
    own = {each.link_id: each.id for each in sorted(articles, key=lambda each: (each.generation, each.id))}
    open_keys = {link.new for link in links if link.is_open}
    fates: list[LinkFate] = []
    for link in links:
        if link.new in plan.left:
            continue
        fate = _fate(link, by_id, own, plan, born, open_keys)
        if fate.fate == "release":
            open_keys.add(link.new)
        if fate.fate != "stay" or link.old != link.new:
            fates.append(fate)
    return fates


def _fate(
    link: KeyedLink,
    by_id: Mapping[int, Keyed],
    own: Mapping[int, int],
    plan: ArticlePlan,
    born: frozenset[Key],
    open_keys: set[Key],
) -> LinkFate:
    if link.article_id is None:
        if link.state != "duplicate":
            return LinkFate(link=link, fate="stay")
        return _by_key(link, None, plan, born, open_keys)
    if link.id in own and own[link.id] in plan.homes:
        home, is_own = plan.homes[own[link.id]], plan.homes[own[link.id]] == own[link.id]
        fate: Fate = "stay" if home == link.article_id else "attach"
        return LinkFate(link=link, fate=fate, article_id=home, is_own=is_own)
    article = by_id[link.article_id]
    home = plan.homes[article.id]
    if link.old != article.old or link.new == plan.final[home] or link.state != "duplicate":
        return LinkFate(link=link, fate="stay" if home == article.id else "attach", article_id=home)
    return _by_key(link, home, plan, born, open_keys)


def _by_key(
    link: KeyedLink, home: int | None, plan: ArticlePlan, born: frozenset[Key], open_keys: set[Key]
) -> LinkFate:
    """Return the fate of a duplicate that is one only because of its key."""
    if link.new in plan.owners:
        return LinkFate(link=link, fate="attach", article_id=plan.owners[link.new])
    if link.new in born:
        return LinkFate(link=link, fate="attach")
    if link.new in open_keys:
        return LinkFate(link=link, fate="stay" if home is None else "wait")
    return LinkFate(link=link, fate="release")
