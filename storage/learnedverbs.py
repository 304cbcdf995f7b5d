"""The verbs of the store about what is learned of an outlet's template."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from crawler.items import ChromeRule, Decision, GeneralCuts, LearnedRule, LearnedState, Learning, TextPage
from storage import learned
from storage.storepart import StorePart
from storage.values import stored


class LearnedVerbs(StorePart):
    """Part of the store; see storage/store.py."""

    def learned_rules(self, outlet_id: str) -> list[LearnedRule]:
        """Return what was learned of an outlet, superseded versions too, by number."""
        return learned.rules(self._db, outlet_id)

    def learned_chrome(self, outlet_id: str) -> tuple[ChromeRule, ...]:
        """Return the learned rules that cut, as cleaning takes them."""
        return tuple(each.chrome() for each in learned.in_force(self._db, outlet_id))

    def learned_decisions(self, outlet_id: str) -> list[Decision]:
        """Return who decided what of an outlet's learned rules, the first decision first."""
        return learned.decisions(self._db, outlet_id)

    def general_cuts(self, outlet_id: str) -> list[GeneralCuts]:
        """Return what the rules that hold for every outlet cut in the latest texts of one, most lines first."""
        return learned.general_cuts(self._db, outlet_id)

    def pages_to_learn_from(
        self, outlet_id: str, pages: int, titles: int
    ) -> tuple[list[TextPage], list[str]]:
        """Return the texts of the newest articles of an outlet, as they were before learned rules cut them, and the
        headlines of more."""
        return learned.pages(self._db, outlet_id, pages), learned.headlines(self._db, outlet_id, titles)

    def text_pages(self, outlet_id: str, article_ids: Collection[int]) -> list[TextPage]:
        """Return the texts of these articles as they were before learned rules cut them, by number."""
        return learned.of_articles(self._db, outlet_id, article_ids)

    def record_learning(self, learning: Learning, now: datetime) -> list[LearnedRule]:
        """Write what a look at the pages changes; return the rules that cut since then."""
        with self._writing() as db:
            return learned.record(db, learning, stored(now))

    def decide_learned(
        self, rule_ids: Sequence[int], state: LearnedState, by: str, told: str, now: datetime
    ) -> list[int]:
        """Set learned rules to the state that somebody chose; return the numbers of those that were in another."""
        with self._writing() as db:
            return learned.decide(db, rule_ids, state, by, told, stored(now))
