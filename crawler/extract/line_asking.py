"""The rules of an outlet and the general ones, asked about one line at a time.

An outlet's own come first. What a general expression takes for boilerplate stays when it reads as a sentence of a
report: see narration.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache

from crawler.extract.characters import folded, plain
from crawler.extract.line_rules import GENERAL_RULES
from crawler.extract.narration import narrates, quotes_somebody
from crawler.items import ChromeRule

_MAX_RULED = 400
"""Characters; a longer line is prose and no rule is asked about it."""
_PLACES = ("head", "tail", "line")
_REMEMBERED = 20_000
"""Answers that the rules of one outlet keep: its menus and footers stand on every page."""


_SURE = frozenset(
    {
        "any:address",
        "any:affiliate",
        "any:disclosure",
        "any:machine",
        "any:mirror-notice",
        "any:origin",
        "any:programme",
        "any:standards",
        "any:time",
    }
)
"""General expressions of so many words that no sentence of a report has them all."""


def _is_text(rule: str, text: str) -> bool:
    """Tell whether a folded line that a general expression takes is a sentence of a report all the same."""
    if rule in _SURE:
        return False
    return quotes_somebody(text) if rule == "any:bio" else narrates(text)  # a life is told in the past


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layer:
    """Rules that are asked together, by place."""

    exact: dict[str, dict[str, str]]
    """By place: rule id by folded text."""
    patterns: dict[str, list[tuple[re.Pattern[str], tuple[str, ...]]]]
    """By place: expressions, each with the ids of its alternatives ``r0``, ``r1``."""

    def rule(self, line: str, text: str, places: Iterable[str]) -> str:
        for place in places:
            if found := self.exact[place].get(text):
                return found
            for pattern, ids in self.patterns[place]:
                match = pattern.fullmatch(text)
                if not match and (
                    len(ids) == 1 or place == "head"
                ):  # the general ones ask for capitals there only
                    match = pattern.fullmatch(line)
                if match and len(ids) == 1:
                    return ids[0]
                if match and not _is_text(rule := ids[int((match.lastgroup or "r0")[1:])], text):
                    return rule
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRules:
    """The rules of one outlet and the general ones, ready to be asked about a line."""

    layers: tuple[_Layer, ...] = field(repr=False)
    """The outlet's own first."""
    ends: frozenset[str]
    """Ids of the rules that take all that follows with them."""
    careful: frozenset[str] = frozenset()
    """Of these: nobody said so, and they take no prose."""
    _answers: dict[tuple[str, ...], str] = field(default_factory=dict, init=False, repr=False, compare=False)
    """By line and places."""

    def rule(self, line: str, *places: str) -> str:
        """Return the id of the first rule of these places that holds for the whole *line*, or ''."""
        if len(line) > _MAX_RULED:
            return ""
        asked = (line, *places)
        answer = self._answers.get(asked)
        if answer is None:
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            answer = self._answers[asked] = self._rule(line, places)
        return answer

    def _rule(self, line: str, places: tuple[str, ...]) -> str:
        line, text = plain(line), folded(line)
        found = next((found for layer in self.layers if (found := layer.rule(line, text, places))), "")
        if found.startswith("any:"):  # an outlet's own name for the line, wherever its rule would look for it
            return self.layers[0].rule(line, text, _PLACES) or found
        return found or self._joined(text, tuple(dict.fromkeys((*places, "line"))))

    def _joined(self, text: str, places: tuple[str, ...]) -> str:
        """Return the outlet's rule for the first of several of its lines that a page prints as one."""
        own = self.layers[0]
        for place in places:
            for start, rule_id in own.exact[place].items():
                if text.startswith(f"{start} ") and self.rule(text[len(start) + 1 :], *places):
                    return rule_id
        return ""


def line_rules(chrome: Iterable[ChromeRule], day: date | None = None) -> LineRules:
    """Return the rules in force for a text published on *day*: an outlet's own before the general ones."""
    return _line_rules(
        tuple(rule for rule in chrome if day is None or rule.valid_until is None or day <= rule.valid_until)
    )


@lru_cache(maxsize=512)
def _line_rules(own: tuple[ChromeRule, ...]) -> LineRules:
    return LineRules(
        layers=(_layer(own), _general()),
        ends=frozenset(rule.id for rule in own if rule.to_end and rule.place == "tail"),
        careful=frozenset(rule.id for rule in own if rule.automatic),
    )


@cache
def _general() -> _Layer:
    """Return the general rules; those of a place are one expression, since every line of every page is asked."""
    layer = _layer(tuple(rule for rule in GENERAL_RULES if rule.text))
    for place in _PLACES:
        rules = [rule for rule in GENERAL_RULES if rule.pattern and rule.place == place]
        parts = "|".join(f"(?P<r{number}>{rule.pattern})" for number, rule in enumerate(rules))
        layer.patterns[place].append((re.compile(parts, re.IGNORECASE), tuple(rule.id for rule in rules)))
    return layer


def _layer(rules: tuple[ChromeRule, ...]) -> _Layer:
    exact: dict[str, dict[str, str]] = {place: {} for place in _PLACES}
    patterns: dict[str, list[tuple[re.Pattern[str], tuple[str, ...]]]] = {place: [] for place in _PLACES}
    for rule in rules:
        if rule.text:
            exact[rule.place].setdefault(folded(rule.text), rule.id)
        if rule.pattern:
            patterns[rule.place].append((re.compile(rule.pattern, re.IGNORECASE), (rule.id,)))
    return _Layer(exact=exact, patterns=patterns)
