"""What rules cost an article: the Matcher beside FTS5 and a loop over ``re``: ``python -m benchmarks.matching --rules 1000``.

Rules of four terms (words and phrases of the texts themselves, joined by AND, OR and NOT; ``--mixed``: NEAR,
prefixes, capitals and regular expressions too) over the gold bodies of ../shared/corpora. FTS5 has the article
alone, in memory, folded as the store's indexes are, and is asked each rule's MATCH expression; where that cannot
say all (capitals, regular expressions) the row found is asked again, as search does. Every such answer is compared
with the matcher's: exits 1 if one differs. The loop runs one compiled pattern a rule (any of its terms, ignoring
case) over the folded text: less than a rule asks, so its answer is not compared. Ratios are of the same texts.

``--texts-of signs`` (Persian, Arabic, Cyrillic and others) and ``unspaced`` (Chinese, Japanese, Thai) take texts of 3,000
characters put together from pieces of the pages in tests/pages/scripts.py instead; unspaced terms are of four characters.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence

from benchmarks.copies import corpus_bodies
from crawler.items import Document, Rule
from crawler.query import FTS_TOKENIZE, Matcher, Query, fold_text, parse
from storage.sqlite import sqlite3
from tests.pages.scripts import SCRIPTS

SHAPES = (
    "{} AND ({} OR {}) NOT {}",
    "({} OR {}) AND {} AND {}",
    "{} OR ({} AND {} AND {})",
    "{} {} {} NOT {}",
)
MIXED = (
    *SHAPES,
    "NEAR({} {}, 8) OR ({} AND {})",
    "{} AND ({}* OR ={}) NOT {}",
    "{} AND (/{}/ OR {}) NOT title:{}",
)
UNSPACED = ("zh", "ja", "th")
LENGTH = 3000
"""Characters of a text that is put together."""
FIELDS = ("title", "body", "byline", "section")


def texts_of(kind: str, count: int, chance: random.Random) -> list[str]:
    """Return *count* texts: gold bodies for ``latin``, else pieces of pages in scripts of this kind."""
    if kind == "latin":
        return corpus_bodies(count)
    is_unspaced = kind == "unspaced"
    pages = [
        " ".join(page.paragraphs)
        for page in SCRIPTS
        if not page.paragraphs[0].isascii() and (page.language[:2] in UNSPACED) == is_unspaced
    ]

    def text() -> str:
        page, made, length = chance.choice(pages), "", 12 if is_unspaced else 40
        while len(made) < LENGTH:
            at = chance.randrange(len(page) - length)
            made += page[at : at + length] + ("" if is_unspaced else " ")
        return made

    return [text() for _ in range(count)]


def units(body: str) -> list[str]:
    """Return what terms are made of: folded words, and four characters at a time of a text without spaces."""
    words = fold_text(body).split()
    if sum(len(word) == 1 for word in words) < len(words) / 2:
        return words
    return ["".join(words[at : at + 4]) for at in range(0, len(words), 4)]


def rules_of_four(
    bodies: list[str], count: int, chance: random.Random, share: float, shapes: Sequence[str] = SHAPES
) -> list[Rule]:
    """Return *count* rules whose terms are words and two-word phrases of *bodies*, none in more than *share*."""
    folded = [units(body) for body in bodies]
    spread = Counter(word for words in folded for word in set(words))
    rare = {
        word
        for word, texts in spread.items()
        if len(word) > 3 and word != "near" and texts <= share * len(bodies)
    }

    def term() -> str:
        words = chance.choice(folded)
        at = chance.choice([at for at, word in enumerate(words[:-1]) if word in rare] or [0])
        return f'"{words[at]} {words[at + 1]}"' if chance.random() < 0.25 else words[at]

    def query() -> str:
        written = chance.choice(shapes).format(*(term() for _ in range(4)))
        return re.sub(r'/"(.+?)"/', r"/\1/", written)

    return [Rule(id=str(number), query=query(), to=()) for number in range(count)]


def timed(
    answer: Callable[[Document], set[str]], documents: Sequence[Document]
) -> tuple[list[float], list[set[str]]]:
    """Return for each document the seconds and the ids of the rules that hold."""
    seconds, answers = [], []
    for document in documents:
        began = time.process_time()
        answers.append(answer(document))
        seconds.append(time.process_time() - began)
    return seconds, answers


def percolation(queries: Sequence[tuple[str, Query]]) -> Callable[[Document], set[str]]:
    """Return what answers through FTS5: the article alone in a table, each rule's expression asked of it."""
    table = sqlite3.connect(":memory:", isolation_level=None)
    table.execute(f"CREATE VIRTUAL TABLE texts USING fts5({', '.join(FIELDS)}, tokenize='{FTS_TOKENIZE}')")
    plans = [(rule_id, query, query.plan()) for rule_id, query in queries]

    def answer(document: Document) -> set[str]:
        table.execute("DELETE FROM texts")
        folded = [fold_text(getattr(document, field)) for field in FIELDS]
        table.execute("INSERT INTO texts(title, body, byline, section) VALUES (?, ?, ?, ?)", folded)
        return {
            rule_id
            for rule_id, query, plan in plans
            if (
                plan.match is None
                or table.execute("SELECT 1 FROM texts WHERE texts MATCH ?", (plan.match,)).fetchone()
            )
            and (plan.exact or query.holds(document))
        }

    return answer


def loop(rules: Sequence[Rule]) -> Callable[[Document], set[str]]:
    """Return what searches one pattern a rule, any of its terms, in the folded text."""
    patterns = [
        (
            rule.id,
            re.compile(
                r"\b(?:" + "|".join(map(re.escape, re.findall(r'[^\s"(),/=*]{4,}', rule.query))) + r")\b",
                re.IGNORECASE,
            ),
        )
        for rule in rules
    ]

    def answer(document: Document) -> set[str]:
        text = fold_text(f"{document.title} {document.body}")
        return {rule_id for rule_id, pattern in patterns if pattern.search(text)}

    return answer


def megabytes() -> float:
    """Return the peak memory of the process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Print microseconds of CPU an article for all three ways, memory, and how many answers of FTS5 differ from the matcher's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--texts", type=int, default=300)
    parser.add_argument("--texts-of", choices=("latin", "signs", "unspaced"), default="latin")
    parser.add_argument("--mixed", action="store_true", help="all operators, not AND, OR and NOT alone")
    parser.add_argument("--asked", type=int, default=100_000, help="rules times texts for FTS5 and the loop")
    parser.add_argument(
        "--share", type=float, default=0.02, help="a term stands in at most this share of the texts"
    )
    given = parser.parse_args()
    bodies = texts_of(given.texts_of, given.texts, random.Random(2))
    shapes = MIXED if given.mixed else SHAPES
    rules = rules_of_four(bodies, given.rules, random.Random(1), given.share, shapes)
    documents = [Document(title=body[:80], body=body) for body in bodies]
    size = sum(map(len, bodies)) // len(bodies)
    before, began = megabytes(), time.process_time()
    matcher = Matcher(rules)
    print(
        f"{len(rules)} rules compiled in {time.process_time() - began:.2f} s; {len(bodies)} texts,", end=" "
    )
    print(f"{size} characters on average")
    seconds, answers = timed(lambda document: {match.rule_id for match in matcher.match(document)}, documents)
    print(
        f"peak memory {before:.0f} MB before the rules, {megabytes():.0f} MB with them and all texts matched"
    )
    print(f"matcher {sum(seconds) / len(seconds) * 1e6:10.0f} us an article,", end=" ")
    print(f"folding and spans of {sum(map(len, answers))} matches included")
    step = max(1, len(documents) * len(rules) // given.asked)
    some = documents[::step]
    ways = {
        "matcher": lambda document: {match.rule_id for match in matcher.match(document)},
        "FTS5": percolation([(rule.id, parse(rule.query)) for rule in rules]),
        "re loop": loop(rules),
    }
    answered = {name: timed(way, some) for name, way in ways.items()}
    before, after = sum(seconds[::step]), sum(timed(ways["matcher"], some)[0])
    spent = {name: sum(took) for name, (took, _) in answered.items()}
    spent["matcher"] = (before + spent["matcher"] + after) / 3
    print(f"the same {len(some)} texts, by the matcher three times, before and after the others:")
    for name, took in spent.items():
        print(f"{name:7} {took / len(some) * 1e6:10.0f} us an article:", end=" ")
        print(f"{took / spent['matcher']:.0f} times the matcher's")
    both = zip(answered["matcher"][1], answered["FTS5"][1], strict=True)
    wrong = sum(len(one ^ other) for one, other in both)
    print(f"{wrong} disagreements of FTS5 and the matcher in {len(some) * len(rules)} answers")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
