"""What happened in the demo and why, told from the crawl's figures, the store's rows and the mails. Pure.

Nothing here is a fixed success story: each sentence is made from what was found, and says so when it is not
what the demo set out to show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from crawler.demo.world import CHALLENGED, DEAD_LINK, PRESSTV_HOSTS

COUNTS = ("found", "known", "new", "revised", "duplicate", "unchanged", "skipped", "failed", "pending")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One alert mail as it left."""

    path: str
    subject: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that the telling rests on."""

    passes: tuple[Mapping[str, Mapping[str, Any]], ...]
    """The "outlets" objects of ``crawl --json``, one a pass."""
    articles: tuple[Mapping[str, Any], ...] = field(repr=False)
    """Rows as ``export`` gives them."""
    revisions: Mapping[int, tuple[tuple[str, str], ...]] = field(default_factory=dict, repr=False)
    """(title, body) of each revision of the articles that have several, the first one first."""
    ends: Mapping[str, str] = field(default_factory=dict)
    """State and reason in the ledger of single addresses: ``skipped/challenge``."""
    cuts: tuple[tuple[str, str], ...] = ()
    """(line, rule) of the lines cut from one article."""
    cut_from: str = ""
    """Title of that article."""
    mails: tuple[Mail, ...] = ()
    requests: tuple[tuple[int, str, str, int], ...] = field(default=(), repr=False)
    """(act, host, path, status) of each answer of the sample world."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happened, and why."""

    what: str
    why: str
    diff: tuple[tuple[str, str], ...] = ()
    """Pieces of a word diff: (``same`` | ``gone`` | ``come``, text)."""


def tell(evidence: Evidence) -> tuple[Line, ...]:
    """Return what happened, one line a thing, in the order in which it is worth reading."""
    return (
        blocked_host(evidence),
        many_addresses(evidence),
        copied(evidence),
        edited(evidence),
        no_articles(evidence),
        silent_first_poll(evidence),
    )


def blocked_host(evidence: Evidence) -> Line:
    """Tell which hosts refused and which served in the second pass."""
    first, seized, mirror = PRESSTV_HOSTS
    given = Counter(
        (host, status)
        for act, host, path, status in evidence.requests
        if act > 1 and path.startswith("/Detail/")
    )
    refused = sum(1 for act, host, _, status in evidence.requests if (act, host, status) == (2, first, 403))
    stored = [row for row in evidence.articles if "has been seized" in row["body"]]
    notice = (
        "a seizure notice with status 200, which was refused: no article contains it"
        if not stored
        else f"a seizure notice, which was stored as {len(stored)} articles (it should not be)"
    )
    own = [row for row in evidence.articles if row["outlet"] == "presstv-sample"]
    cited = sum(1 for row in own if f"//{first}/" in row["url"])
    return Line(
        what="A blocked host",
        why=f"{first} gave {_number(given[first, 200], 'page')}, then answered 403 "
        f"({_number(refused, 'time')}). {seized} showed {notice}. {mirror} served the other "
        f"{_number(given[mirror, 200], 'page')}. {cited} of {len(own)} citations stay on "
        f"{first}, whoever served.",
    )


def many_addresses(evidence: Evidence) -> Line:
    """Tell how many addresses became one article, and which known article came under a new slug."""
    telescopes = [row for row in evidence.articles if "telescope-first-light" in row["url"]]
    renamed = evidence.passes[-1].get("presstv-sample", {}).get("duplicate", 0)
    return Line(
        what="Many addresses, one article",
        why=f"Northwire's feed names its telescope report in four forms (www, bare host, trackers, AMP): "
        f"{_number(len(telescopes), 'article')}. Press TV's feed lists a known report under a new slug: "
        f"{_number(renamed, 'duplicate')}, recognised by its number and not fetched again.",
    )


def copied(evidence: Evidence) -> Line:
    """Tell which articles share a story, and how many mails that made."""
    by_story: dict[int, list[Mapping[str, Any]]] = {}
    for row in evidence.articles:
        by_story.setdefault(row["story_id"], []).append(row)
    shared = [rows for rows in by_story.values() if len(rows) > 1]
    if not shared:
        return Line(what="A copy", why="No two articles were recognised as the same story (two should be).")
    rows = sorted(shared[0], key=lambda row: row["id"])
    titles = " and ".join(f"“{row['title']}” ({row['outlet']})" for row in rows)
    told = sum(1 for mail in evidence.mails if any(row["title"] in mail.subject for row in rows))
    return Line(
        what="A copy", why=f"{titles} are one story, by their text: {_number(told, 'mail')}, not {len(rows)}."
    )


def edited(evidence: Evidence) -> Line:
    """Tell which article was edited, with the words that went and came."""
    for article_id, versions in evidence.revisions.items():
        (title, body), (new_title, new_body) = versions[0], versions[-1]
        told = sum(1 for mail in evidence.mails if new_title in mail.subject)
        mailed = f" A rule matches only now: {_number(told, 'mail')}." if told else ""
        return Line(
            what="An edit",
            why=f"Article {article_id} was read again after three hours and has {len(versions)} revisions; "
            f"each is kept, and so is what changed.{mailed}",
            diff=(*word_diff(title, new_title), ("same", "|"), *word_diff(body, new_body)),
        )
    return Line(what="An edit", why="No article got a second revision (one should have).")


def no_articles(evidence: Evidence) -> Line:
    """Tell how the addresses ended that led to no article."""
    challenge = evidence.ends.get(CHALLENGED[0], "not in the ledger")
    dead = evidence.ends.get(DEAD_LINK[0], "not in the ledger")
    return Line(
        what="Not articles",
        why=f"A bot check that came with status 200 ended as {challenge}, a dead link as {dead}. "
        "Both are rows of the ledger, neither is an article.",
    )


def silent_first_poll(evidence: Evidence) -> Line:
    """Tell that what stood in the sources at the first poll alerted nobody."""
    first = sum(outlet.get("new", 0) for outlet in evidence.passes[0].values())
    told = sum(1 for mail in evidence.mails if "[telescope]" in mail.subject)
    return Line(
        what="Silence at first",
        why=f"The {first} articles of the first poll are in the archive and alert nobody, though the rule "
        f'"telescope" fits one: {_number(told, "mail")} about it. Who adds an outlet gets no flood.',
    )


def word_diff(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Return (``same`` | ``gone`` | ``come``, text) pieces; unchanged words far from a change become ``…``."""
    old, new = before.split(), after.split()
    pieces: list[tuple[str, str]] = []
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (kind, start, end, new_start, new_end) in enumerate(blocks):
        if kind == "equal":
            is_first, is_last = number == 0, number == len(blocks) - 1
            pieces.append(("same", _shortened(old[start:end], is_first=is_first, is_last=is_last)))
            continue
        if end > start:
            pieces.append(("gone", " ".join(old[start:end])))
        if new_end > new_start:
            pieces.append(("come", " ".join(new[new_start:new_end])))
    return tuple(piece for piece in pieces if piece[1])


CONTEXT = 4
"""Words shown beside a change."""


def _shortened(words: Sequence[str], *, is_first: bool, is_last: bool) -> str:
    if is_first:
        return " ".join(["…", *words[-CONTEXT:]] if len(words) > CONTEXT else words)
    if is_last:
        return " ".join([*words[:CONTEXT], "…"] if len(words) > CONTEXT else words)
    if len(words) <= 2 * CONTEXT + 1:
        return " ".join(words)
    return " ".join([*words[:CONTEXT], "…", *words[-CONTEXT:]])


def _number(count: int, noun: str) -> str:
    """Return ``1 mail``, ``no mail``, ``3 mails``."""
    return f"{count or 'no'} {noun}{'' if count <= 1 else 's'}"
