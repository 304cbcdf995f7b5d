"""Texts that an article has beside its latest one, and in which a rule may hold: what came closest. Read only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from crawler.alerts.plain import one_line
from crawler.items import Document
from crawler.query import Query
from crawler.query.account import failures
from storage.store import Store

LINE = 80
"""Characters of a line that was cut, and of a headline, that are shown."""
MOST_CUTS = 300
"""Lines that were cut that are looked at."""
MOST_MEMBERS = 10
"""Other articles of the story that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherText:
    """A text that is not the latest one of an article."""

    name: str
    """``revision 1, seen at 2026-11-23T06:10:00Z``"""
    why_not: str
    """Why it makes no match: a sentence that follows on "it would match …"."""
    document: Document
    is_joined: bool = False
    """True of the latest text with what was cut from it: ``cut_lines`` has the lines one by one."""


def other_texts(store: Store, article: Mapping[str, Any], latest: Document) -> Iterator[OtherText]:
    """Yield what else the store has of an article: earlier texts and readings, texts of mirrors, the headline that the
    source gave, the text with the lines that were cut, and the other articles of its story."""
    yield from _revisions(store, article)
    yield from _readings(store, article, latest)
    for shown in store.divergences(article["id"]):
        yield OtherText(
            name=f"the text that the mirror {shown['host']} showed, {shown['first_seen_at']} to {shown['last_seen_at']}",
            why_not="what a mirror alone shows alerts nobody",
            document=replace(latest, title=shown["title"], body=shown["body"]),
        )
    if article["link_title"]:
        yield OtherText(
            name=f'the headline that the source gave, "{one_line(article["link_title"], LINE)}"',
            why_not="rules are asked of the page, not of the list that named it",
            document=replace(latest, title=article["link_title"]),
        )
    cut = [line.text for line in store.cuts(article["id"], article["revision"])]
    if cut:
        yield OtherText(
            name="the text with the lines that were cut from it",
            why_not="what is no part of the report alerts nobody; newshawk show ID --cut has the lines",
            document=replace(latest, body="\n".join((latest.body, *cut))),
            is_joined=True,
        )
    yield from _members(store, article)


def cut_lines(store: Store, article: Mapping[str, Any], latest: Document) -> dict[str, Document]:
    """Return each line that was cut from the latest text as a document of its own, by a name that quotes it."""
    lines = store.cuts(article["id"], article["revision"])[:MOST_CUTS]
    return {
        f'a line cut by {line.rule}: "{one_line(line.text, LINE)}"': replace(latest, title="", body=line.text)
        for line in lines
    }


def _revisions(store: Store, article: Mapping[str, Any]) -> Iterator[OtherText]:
    seen_at = {each["number"]: each["seen_at"] for each in article["revisions"]}
    for number, document in store.documents(article["id"]).items():
        if number != article["revision"]:
            yield OtherText(
                name=f"revision {number}, seen at {seen_at[number]}",
                why_not="the latest text has another wording, and a rule is asked when a text is stored",
                document=document,
            )


def _readings(store: Store, article: Mapping[str, Any], latest: Document) -> Iterator[OtherText]:
    for reading in store.extractions(article["id"]).get(article["revision"], []):
        yield OtherText(
            name=f"reading {reading.number} of the page, by {reading.method}",
            why_not=f"it was replaced at {reading.replaced_at:%Y-%m-%dT%H:%M:%SZ} by {reading.why}",
            document=replace(
                latest, title=reading.title, body=reading.body, byline="\n".join(reading.byline)
            ),
        )


def _members(store: Store, article: Mapping[str, Any]) -> Iterator[OtherText]:
    others = [each for each in article["members"] if each["id"] != article["id"]]
    for member in others[:MOST_MEMBERS]:
        texts = store.documents(member["id"])
        if texts:
            yield OtherText(
                name=f"article {member['id']} of the same story, in {member['outlet']}",
                why_not="each article is matched by its own text",
                document=texts[max(texts)],
            )


def closest(query: Query, texts: list[OtherText], latest: Document) -> list[str]:
    """Return of the other texts those that would match, a sentence each; if none would, the one in which fewest clauses
    fail, where that are fewer than in the latest text."""
    matching = [text for text in texts if query.holds(text.document)]
    if matching:
        return [f"it would match {text.name}; {text.why_not}" for text in matching]
    fewest, best = failures(query, latest), None
    for text in texts:
        fails = failures(query, text.document)
        if fails < fewest:
            fewest, best = fails, text
    if best is None:
        return []
    return [f"closest comes {best.name}: {fewest} {'clause fails' if fewest == 1 else 'clauses fail'} there"]
