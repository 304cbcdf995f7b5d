"""A made-up outlet for the learner: unrelated reports, reports on long matters with the background that journalists copy
under each, and a template around both."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from crawler.items import TextPage

_WHO = "council board ministry union court agency committee company university museum"
_DID = "approved rejected postponed published withdrew reviewed financed cancelled opened examined"
_WHAT = "bridge budget contract orchard timetable archive tunnel ferry library turbine vaccine pension reservoir stadium"
_WHERE = "Karlow Ostra Velden Marnik Tolsund Brava Quillan Deshti Norrby Sintra Uhland Pelgrim"
_WHY = "costs delays floods strikes elections audits storms shortages lawsuits festivals repairs"


def reports(count: int, seed: int, *, topic: str = "") -> list[list[str]]:
    """Return so many texts of four to nine sentences; with a *topic* each speaks of it."""
    chance = random.Random(seed)

    def pick(words: str) -> str:
        return chance.choice(words.split())

    def sentence() -> str:
        return (
            f"{pick(_WHERE)} {pick(_WHO)} {pick(_DID)} the {pick(_WHAT)} after {chance.randint(2, 900)} {pick(_WHY)}"
            f" and {pick(_WHY)} in {pick(_WHERE)}."
        )

    made = []
    for _ in range(count):
        text = [sentence() for _ in range(chance.randint(4, 9))]
        made.append([f"{topic} {text[0]}", *text[1:]] if topic else text)
    return made


def pages(
    texts: Sequence[Sequence[str]],
    *,
    head: Sequence[str] = (),
    tail: Sequence[str] = (),
    per_day: int = 10,
    first: int = 1,
    start: date = date(2026, 9, 1),
) -> list[TextPage]:
    """Return a page for each text, so many a day, with the same lines before and behind it."""
    return [
        TextPage(
            article_id=first + number,
            story_id=first + number,
            day=start + timedelta(days=number // per_day),
            title=" ".join(sorted(set(text[0].split()[1:12]), key=lambda word: f"{word}{number}"[::-1])[:5]),
            lines=(*head, *text, *tail),
        )
        for number, text in enumerate(texts)
    ]
