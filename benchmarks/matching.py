"""What rules cost an article: the Matcher beside a loop over ``re``: ``python -m benchmarks.matching --rules 1000``.

Rules of four terms (words and phrases of the texts themselves, joined by AND, OR and NOT) over the gold
bodies of ../shared/corpora. The loop runs one compiled pattern a rule (any of its terms, ignoring case)
over the folded text: less than a rule asks, so its answer is not compared.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter

from benchmarks.copies import corpus_bodies
from crawler.items import Document, Rule
from crawler.query import Matcher, fold_text, parse

SHAPES = (
    "{} AND ({} OR {}) NOT {}",
    "({} OR {}) AND {} AND {}",
    "{} OR ({} AND {} AND {})",
    "{} {} {} NOT {}",
)


def rules_of_four(bodies: list[str], count: int, chance: random.Random, share: float) -> list[Rule]:
    """Return *count* rules whose terms are words and two-word phrases of *bodies*, none in more than *share*."""
    folded = [fold_text(body).split() for body in bodies]
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

    return [
        Rule(id=str(number), query=chance.choice(SHAPES).format(*(term() for _ in range(4))), to=())
        for number in range(count)
    ]


def main() -> None:
    """Print microseconds an article for both ways, and check the matcher against the query's own answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--texts", type=int, default=300)
    parser.add_argument(
        "--share", type=float, default=0.02, help="a term stands in at most this share of the texts"
    )
    given = parser.parse_args()
    bodies = corpus_bodies(given.texts)
    rules = rules_of_four(bodies, given.rules, random.Random(1), given.share)
    documents = [Document(title=body[:80], body=body) for body in bodies]
    began = time.perf_counter()
    matcher = Matcher(rules)
    print(
        f"{len(rules)} rules compiled in {time.perf_counter() - began:.2f} s; {len(bodies)} texts,", end=" "
    )
    print(f"{sum(map(len, bodies)) // len(bodies)} characters on average")
    began = time.perf_counter()
    answers = [matcher.match(document) for document in documents]
    ours = (time.perf_counter() - began) / len(documents)
    hits = sum(map(len, answers))
    print(f"matcher {ours * 1e6:8.0f} us an article, folding and spans of {hits} matches included")
    patterns = [
        re.compile(
            r"\b(?:" + "|".join(map(re.escape, re.findall(r'[^\s"()]{4,}', rule.query))) + r")\b", re.I
        )
        for rule in rules
    ]
    began = time.perf_counter()
    some = documents[: max(1, 20_000 // len(rules))]
    for document in some:
        text = fold_text(f"{document.title} {document.body}")
        for pattern in patterns:
            pattern.search(text)
    loop = (time.perf_counter() - began) / len(some)
    print(f"re loop {loop * 1e6:8.0f} us an article: {loop / ours:.0f} times the matcher's")
    queries = [parse(rule.query) for rule in rules[:200]]
    wrong = sum(
        query.holds(document) != any(match.rule_id == rule.id for match in found)
        for document, found in zip(documents[:50], answers, strict=False)
        for rule, query in zip(rules, queries, strict=False)
    )
    print(f"{wrong} disagreements with the queries' own answers")


if __name__ == "__main__":
    main()
