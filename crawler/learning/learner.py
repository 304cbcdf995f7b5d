"""From the texts of an outlet's pages to the lines of its template, each with what speaks for and against it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from crawler.extract.characters import folded
from crawler.items import Evidence, LearnedRule, TextPage
from crawler.learning.judgement import SENTENCE_COVERAGE, doubts
from crawler.learning.sightings import Recurring, blocks, by_story, recurring
from crawler.learning.signatures import is_sentence, pattern_of, signature
from crawler.query.fold import fold_text

MOST_RULES = 100
"""Recurring lines that are looked at, those on most pages first."""
MOST_WORDS = 400
"""Words of a page that tell what it is about."""
TOPIC_HAVE, TOPIC_LACK, TOPIC_PAGES = 0.7, 0.25, 8
"""A word is the topic of a line when this share of its pages have it, and of the others at most a quarter of that
share; there must be so many others. Common words are on the others too."""
TITLE_TOPIC = 0.6
"""Share of the headlines of its pages that makes a word the topic of a line that reads as prose: there may be no other
pages to compare, and the background of an outlet's only matter speaks of "us" now and then."""
TITLE_WORD = 4
"""Letters of such a word: "of", "de" and "in" are in most headlines of some outlets."""
EXAMPLES = 3

Carries = Callable[[TextPage, Collection[int]], tuple[str, ...]]
"""(page, numbers of lines) to the ids of standing queries that hold for the page only with these lines."""


def learned(
    outlet_id: str,
    pages: Iterable[TextPage],
    *,
    titles: Iterable[str] = (),
    names: tuple[str, ...] = (),
    carries: Carries | None = None,
) -> list[LearnedRule]:
    """Return a rule for each line that recurs, proposed, with ``why`` empty where it may be applied at once.

    *titles*: headlines of the outlet's articles, those of *pages* and others; *names*: of the outlet. Same pages in
    any order give the same rules.
    """
    return _Learner(outlet_id, by_story(pages), titles, names, carries).rules()


class _Learner:
    """One look at the pages of one outlet."""

    def __init__(
        self,
        outlet_id: str,
        pages: list[TextPage],
        titles: Iterable[str],
        names: tuple[str, ...],
        carries: Carries | None,
    ) -> None:
        self.outlet_id, self.pages, self.names, self.carries = outlet_id, pages, names, carries
        self.titles = {signature(title) for title in (*titles, *(page.title for page in pages))} - {""}
        self.signatures = [[signature(line) for line in page.lines] for page in pages]
        self._words: dict[int, frozenset[str]] = {}

    def rules(self) -> list[LearnedRule]:
        found = sorted(
            recurring(self.pages, self.titles).values(), key=lambda line: (-len(line.pages), line.signature)
        )[:MOST_RULES]
        self.template = {line.signature for line in found}
        self.texts = [[folded(line) for line in page.lines] for page in self.pages] if found else []
        first = blocks(found, self.signatures)
        return [self._rule(line, first[line.signature]) for line in found]

    def _rule(self, line: Recurring, block: str) -> LearnedRule:
        shown = min(line.variants, key=lambda variant: (-line.variants[variant], variant))
        forms = {folded(variant) for variant in line.variants}
        pattern = "" if len(forms) == 1 else pattern_of(shown)
        evidence = self._evidence(line, self._inside(line, forms, pattern), len(forms))
        why = doubts(shown, line.place, evidence, self.names)
        if not why:  # what takes long is only asked where it decides
            evidence = replace(
                evidence, topic=self._topic(line, is_prose=is_sentence(shown)), carries=self._carried(line)
            )
            why = doubts(shown, line.place, evidence, self.names)
        return LearnedRule(
            outlet_id=self.outlet_id,
            signature=line.signature,
            place=line.place,
            text="" if pattern else shown,
            pattern=pattern,
            to_end=line.place == "tail" and len(line.rails) > len(line.tail) / 2,
            why=why,
            evidence=evidence,
            examples=tuple(self.pages[number].article_id for number in line.pages[: -EXAMPLES - 1 : -1]),
            block=block,
        )

    def _evidence(self, line: Recurring, inside: int, forms: int) -> Evidence:
        span = range(line.pages[0], line.pages[-1] + 1)
        placed = line.head if line.place == "head" else line.tail
        return Evidence(
            pages=len(line.pages),
            days=len({self.pages[number].day for number in line.pages}),
            edge=len(placed - line.middle),
            middle=len(line.middle),
            inside=inside,
            forms=forms,
            coverage=round(len(line.pages) / len(span), 4),
            first_on=self.pages[line.pages[0]].day,
            last_on=self.pages[line.pages[-1]].day,
        )

    def _inside(self, line: Recurring, forms: set[str], pattern: str) -> int:
        """Return the number of pages on which a longer line contains the line, as whole words."""
        part = re.compile(rf"(?<!\w)(?:{pattern or re.escape(min(forms))})(?!\w)")
        form = "" if pattern else min(forms)
        return sum(
            1
            for text, signs in zip(self.texts, self.signatures, strict=True)
            if any(
                form in each and part.search(each)
                for each, sign in zip(text, signs, strict=True)
                if sign != line.signature
            )
        )

    # --- what its pages are about -------------------------------------------------------------------

    def _topic(self, line: Recurring, *, is_prose: bool) -> str:
        """Return a word that the pages with the line share and the others lack; of a line that reads as prose also
        one that most of their headlines have. Empty when there is none."""
        own = set(line.pages)
        others = [number for number in range(len(self.pages)) if number not in own]
        have = Counter(word for number in own for word in self._words_of(number))
        lack = Counter(word for number in others for word in self._words_of(number))
        if len(others) >= TOPIC_PAGES:
            for word, count in sorted(have.items(), key=lambda each: (-each[1], each[0])):
                share = count / len(own)
                if share < TOPIC_HAVE:
                    break
                if lack[word] / len(others) <= share * TOPIC_LACK:
                    return word
        if not is_prose:
            return ""
        titled = Counter(word for number in own for word in self._title_words(number))
        word, count = max(titled.items(), key=lambda each: (each[1], each[0]), default=("", 0))
        if count < TITLE_TOPIC * len(own) or self._is_without(word, own):
            return ""
        return word

    def _is_without(self, word: str, own: set[int]) -> bool:
        """Return whether the pages that lack a word nearly all have the line: then it does not go with the word."""
        lack = [number for number in range(len(self.pages)) if word not in self._words_of(number)]
        return len(lack) >= TOPIC_PAGES and len(own.intersection(lack)) >= SENTENCE_COVERAGE * len(lack)

    def _title_words(self, number: int) -> set[str]:
        """Return the words of a headline that can be a topic: long ones that are not the outlet's name."""
        usual = fold_text(" ".join(self.names)).split()
        words = set(fold_text(self.pages[number].title).split())
        return {word for word in words.difference(usual) if len(word) >= TITLE_WORD}

    def _words_of(self, number: int) -> frozenset[str]:
        """Return the words of a page's headline and text, without what recurs."""
        if number not in self._words:
            page, signs = self.pages[number], self.signatures[number]
            prose = (line for line, sign in zip(page.lines, signs, strict=True) if sign not in self.template)
            text = " ".join((page.title, *prose))[: MOST_WORDS * 8]
            self._words[number] = frozenset(fold_text(text).split()[:MOST_WORDS])
        return self._words[number]

    def _carried(self, line: Recurring) -> tuple[str, ...]:
        """Return the ids of standing queries that hold for a page only with the line."""
        if self.carries is None:
            return ()
        found: set[str] = set()
        for number in line.pages:
            places = [place for place, sign in enumerate(self.signatures[number]) if sign == line.signature]
            found.update(self.carries(self.pages[number], places))
        return tuple(sorted(found))
