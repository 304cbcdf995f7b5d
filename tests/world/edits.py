"""A site whose articles are edited, one way each, and whose other pages change with every answer.

The texts are made here: some sentences a language, with names, figures and quotations put in.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from html import escape
from itertools import cycle

from tests.world.answers import Answer, Asked, feed
from tests.world.server import World
from tests.world.tongues import TONGUES, Tongue

HOST = "www.example.com"
EDITS = (
    "typo",
    "headline",
    "numbers",
    "names",
    "quotation_added",
    "quotation_removed",
    "paragraph_added",
    "paragraph_removed",
    "substantive",
    "boilerplate",
)
"""Ways in which an article is edited, as they are to be classed."""
JITTERS = ("views", "ago", "teaser", "quote", "shuffle", "label", "shares")
"""Ways in which a page changes with each answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article as it is served."""

    number: int
    tongue: Tongue
    title: str
    lines: tuple[str, ...] = field(repr=False)
    names: tuple[str, ...] = ()
    """The person and the place in it."""
    figure: int = 0

    @property
    def path(self) -> str:
        """Where it stands."""
        return f"/story/{self.number}/report"

    @property
    def url(self) -> str:
        """Its address."""
        return f"https://{HOST}{self.path}"


def story(number: int, seed: int = 7) -> Story:
    """Return an article; the same one for the same number."""
    chance = random.Random(seed * 10_007 + number)
    tongue = TONGUES[number % len(TONGUES)]
    person, place = chance.choice(tongue.names[:4]), chance.choice(tongue.names[4:])
    figure = chance.randint(120, 980)
    put = {"a": person, "b": place, "n": figure}
    middle = list(tongue.middle)
    return Story(
        number=number,
        tongue=tongue,
        title=f"{chance.choice(tongue.titles).format(**put)} ({1000 + number})",
        lines=(
            chance.choice(tongue.opening).format(**put),
            *middle[:2],
            tongue.spoken[0],
            *middle[2:],
            _closing(tongue, number),
        ),
        names=(person, place),
        figure=figure,
    )


def _closing(tongue: Tongue, number: int) -> str:
    """Return a last sentence that no other article has, so that none is a copy of another."""
    chance = random.Random(number)
    words = [word for line in tongue.middle for word in line.rstrip(".。").split()]
    if len(words) > 20:
        return " ".join(chance.sample(words, 14)).capitalize() + f" {2000 + number}."
    letters = [letter for line in tongue.middle for letter in line if letter not in "，。"]
    return "".join(chance.sample(letters, 24)) + f"{2000 + number}。"


def edited(given: Story, kind: str) -> Story:
    """Return an article after an edit of that kind."""
    chance, tongue, lines = random.Random(given.number), given.tongue, list(given.lines)
    if kind == "headline":
        other = chance.choice(tongue.other_titles).format(b=given.names[1])
        return replace(given, title=f"{other} ({1000 + given.number})")
    if kind == "numbers":
        lines[0] = lines[0].replace(str(given.figure), str(given.figure + chance.randint(7, 90)))
    elif kind == "names":
        other = chance.choice([name for name in tongue.names[:4] if name != given.names[0]])
        lines[0] = lines[0].replace(given.names[0], other)
    elif kind == "quotation_added":
        lines.insert(5, tongue.spoken[1])
    elif kind == "quotation_removed":
        lines.remove(tongue.spoken[0])
    elif kind == "paragraph_added":
        lines.insert(chance.choice([2, 5]), _closing(tongue, given.number + 5000))
    elif kind == "paragraph_removed":
        lines.remove(chance.choice(tongue.middle))
    elif kind == "substantive":
        old, new = chance.choice(tongue.reworded)
        lines = [line.replace(old, new) for line in lines]
    elif kind == "typo":  # the slip was there first: see before
        old, new = chance.choice(tongue.slips)
        lines = [line.replace(new, old) for line in lines]
    elif kind == "boilerplate":
        lines = [*lines, tongue.views.format(n=chance.randint(2000, 9000)), tongue.ago.format(n=55)]
    changed = replace(given, lines=tuple(lines))
    assert changed != given, (kind, tongue.code)
    return changed


def before(given: Story, kind: str) -> Story:
    """Return an article as it was first published, before an edit of that kind."""
    lines = list(given.lines)
    if kind == "typo":
        old, new = random.Random(given.number).choice(given.tongue.slips)
        lines = [line.replace(old, new) for line in lines]
    elif kind == "boilerplate":
        lines = [*lines, given.tongue.views.format(n=1234), given.tongue.ago.format(n=3)]
    return replace(given, lines=tuple(lines))


def page(given: Story, extra: tuple[tuple[int, str], ...] = ()) -> Answer:
    """Return the page of an article; *extra*: paragraphs put in at a place."""
    lines = list(given.lines)
    for place, line in extra:
        lines.insert(place if place >= 0 else len(lines) + 1 + place, line)
    text = "".join(f"<p>{escape(line)}</p>" for line in lines)
    title = escape(given.title)
    return Answer(
        body=f'<html lang="{given.tongue.code}"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f"<nav><a href='/'>Front</a></nav><article><h1>{title}</h1>{text}</article></body></html>"
    )


def jittering(given: Story, kind: str) -> Callable[[Asked], Answer]:
    """Return a page that changes with each answer, in that way."""
    chance, tongue = random.Random(given.number), given.tongue
    counts = iter(range(1200 + given.number, 10**9, 7))
    sentences = cycle(_rotating(given.number))
    teasers = [
        title.format(b=name) for title in tongue.other_titles + tongue.titles for name in tongue.names[4:]
    ]
    labels = cycle(("Advertisement", "", "Sponsored", ""))

    def answer(_: Asked) -> Answer:
        number = next(counts)
        if kind == "views":
            return page(given, ((-1, tongue.views.format(n=number)),))
        if kind == "ago":
            return page(given, ((0, tongue.ago.format(n=number)),))
        if kind == "shares":
            return page(given, ((0, f"{number} shares"), (-1, f"{number // 3} comments")))
        if kind == "teaser":
            return page(given, ((3, chance.choice(teasers) + f" ({number})"),))
        if kind == "quote":
            return page(given, ((-1, next(sentences)),))
        if kind == "shuffle":
            return page(given, tuple((-1, line) for line in chance.sample(teasers[:5], 5)))
        label = next(labels)
        return page(given, ((4, label),) if label else ())

    return answer


def _rotating(number: int) -> Iterator[str]:
    """Yield sayings that have nothing to do with the article, each another one."""
    chance = random.Random(number)
    things = [
        "river",
        "lamp",
        "garden",
        "ladder",
        "clock",
        "window",
        "harbour",
        "kettle",
        "mirror",
        "orchard",
        "candle",
        "bridge",
    ]
    deeds = [
        "never sleeps",
        "asks no questions",
        "remembers the rain",
        "grows at night",
        "keeps its promise",
        "has two doors",
    ]
    told = [
        f"An old {thing} {deed}, and a young {other} knows it well."
        for thing in things
        for deed in deeds
        for other in things
        if other != thing
    ]
    chance.shuffle(told)
    yield from told


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedSite:
    """All articles of the site: which are edited and how, and which change by themselves."""

    edits: tuple[tuple[Story, str], ...] = field(repr=False)
    jitter: tuple[tuple[Story, str], ...] = field(repr=False)

    @classmethod
    def of(cls, edits: int, jitters: int, kinds: tuple[str, ...] = EDITS) -> EditedSite:
        """Return a site of so many articles of each sort; the kinds take turns, and so do the languages."""
        each = edits // len(kinds)
        made = [(story(1 + at * each + n), kind) for at, kind in enumerate(kinds) for n in range(each)]
        more = [(story(5001 + n), JITTERS[n % len(JITTERS)]) for n in range(jitters)]
        return cls(edits=tuple(made), jitter=tuple(more))

    def publish(self, world: World) -> None:
        """Serve the feed and every article as it is at first."""
        stories = [each for each, _ in (*self.edits, *self.jitter)]
        world.put(HOST, "/rss.xml", feed(*(each.url for each in stories)))
        for each, kind in self.edits:
            world.put(HOST, each.path, page(before(each, kind)))
        for each, kind in self.jitter:
            world.put(HOST, each.path, jittering(each, kind))

    def edit(self, world: World) -> None:
        """Serve what is to be edited as it is after the edit."""
        for each, kind in self.edits:
            world.put(HOST, each.path, page(edited(before(each, kind), kind)))
