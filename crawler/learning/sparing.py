"""No line that carries a match goes unsaid: what standing queries find only in lines that learned rules cut."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Protocol

from crawler.clean import clean
from crawler.items import (
    LEARNED,
    Article,
    CarriedMatch,
    ChromeRule,
    Document,
    Draft,
    Match,
    Outlet,
    Page,
    TextPage,
)


class Matches(Protocol):
    """What finds the standing queries that hold for a document (crawler.query.Matcher)."""

    def match(self, document: Document, /) -> Sequence[Match]:
        """Return the queries that hold, with the places."""


def with_learned(outlet: Outlet, learned: Collection[ChromeRule]) -> Outlet:
    """Return the outlet with what was learned of it behind what it declares."""
    return replace(outlet, chrome=(*outlet.chrome, *learned)) if learned else outlet


def cleaned(draft: Draft, page: Page, outlet: Outlet, matches: Matches | None) -> Article:
    """Return the article of a draft. A line that a rule cuts without anybody's word stays when a standing query holds
    only with it; of each such line, cut or kept, the article tells (``carried``)."""
    article = clean(draft, page, outlet)
    rules = {rule.id: rule for rule in outlet.chrome if rule.id.startswith(LEARNED)}
    cutting = {cut.rule for cut in article.cut} & rules.keys()
    if matches is None or not cutting:
        return article
    whole = clean(draft, page, _without(outlet, cutting))
    held = {match.rule_id for match in matches.match(_document(article, outlet))}
    lost = [match for match in matches.match(_document(whole, outlet)) if match.rule_id not in held]
    if not lost:
        return article
    carried = [each for match in lost for each in _carried(match, whole, article, rules)]
    spared = {f"{LEARNED}{each.rule_id}" for each in carried if each.is_kept}
    kept = clean(draft, page, _without(outlet, spared)) if spared else article
    return replace(kept, carried=tuple(dict.fromkeys(carried)))


def _without(outlet: Outlet, rule_ids: Collection[str]) -> Outlet:
    return replace(outlet, chrome=tuple(rule for rule in outlet.chrome if rule.id not in rule_ids))


def _document(article: Article, outlet: Outlet) -> Document:
    return Document(
        title=article.title,
        body=article.body,
        byline="\n".join(article.byline),
        section=article.section,
        outlet=outlet.id,
        language=article.language,
        date=article.published.at or article.page.at,
    )


def _carried(
    match: Match, whole: Article, article: Article, rules: dict[str, ChromeRule]
) -> list[CarriedMatch]:
    """Return the cut lines in which a query that was lost had one of its places."""
    cut = {line.text: line.rule for line in article.cut if line.rule in rules}
    places = [(start, end) for field, start, end in match.spans if field == "body"]
    found, begin = [], 0
    for line in whole.body.split("\n"):
        end = begin + len(line)
        if line in cut and any(start < end and stop > begin for start, stop in places):
            found.append((line, cut[line]))
        begin = end + 1
    return [
        CarriedMatch(
            rule_id=int(rule_id.removeprefix(LEARNED)),
            query_id=match.rule_id,
            line=line,
            is_kept=rules[rule_id].automatic,
        )
        for line, rule_id in found or cut.items()
    ]


def carrier(outlet_id: str, matches: Matches) -> Callable[[TextPage, Collection[int]], tuple[str, ...]]:
    """Return what tells which queries hold for a stored page only with some of its lines."""

    def carries(page: TextPage, numbers: Collection[int]) -> tuple[str, ...]:
        rest = [line for number, line in enumerate(page.lines) if number not in set(numbers)]
        held = _held(matches, page, rest, outlet_id)
        return tuple(sorted(_held(matches, page, page.lines, outlet_id) - held))

    return carries


def _held(matches: Matches, page: TextPage, lines: Sequence[str], outlet_id: str) -> set[str]:
    body = "\n".join(lines)
    return {each.rule_id for each in matches.match(Document(title=page.title, body=body, outlet=outlet_id))}
