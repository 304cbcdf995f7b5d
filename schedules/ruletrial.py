"""Why a rule did or did not send mail about an article: match, outbox, or the clause that failed. Read only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from crawler.alerts.holding import holding_words
from crawler.alerts.plain import one_line
from crawler.alerts.policy import due_at
from crawler.alerts.storm import STORIES
from crawler.clock import utc_now
from crawler.config import Config
from crawler.config.former import broken_rules
from crawler.declarations.values import did_you_mean
from crawler.errors import QueryError, UsageError
from crawler.items import Document, Rule
from crawler.query import parse
from crawler.query.account import account, failing
from schedules.othertexts import LINE, closest, cut_lines, other_texts
from storage.store import Store
from storage.values import moment

Facts = dict[str, Any]


def known_rules(config: Config, store: Store, rule_id: str | None) -> Mapping[str, Facts]:
    """Return the rules to try, by id: the one named, else all that are configured, now or once.

    Each has query, recipients, outlets, events, cadence, severity, is_configured, broken (None, or what is told of it), and created_at, changed_at and removed_at (None
    while the store does not know it).

    Raises:
        UsageError: neither config nor store knows the rule.
    """
    stored = store.rules()
    configured = {rule.id: rule for rule in config.rules}
    former = store.rules_as_they_were([rule.id for rule in config.broken])
    broken = {rule["id"]: rule for rule in broken_rules(config, former) if rule["id"]}
    rules: dict[str, Facts] = {}
    for each in dict.fromkeys((*configured, *stored)):
        facts: Facts = {"created_at": None, "changed_at": None, "removed_at": None} | stored.get(each, {})
        if rule := configured.get(each):
            facts |= {
                "query": rule.query,
                "full_query": rule.full_query,
                "recipients": list(rule.to),
                "outlets": list(rule.outlets),
                "events": list(rule.on),
                "cadence": rule.cadence,
                "severity": rule.severity,
            }
        rules[each] = (
            {"full_query": facts["query"]}
            | facts
            | {"is_configured": each in configured or each in broken, "broken": broken.get(each)}
        )
    if rule_id is None:
        return rules
    if rule_id not in rules and rule_id in broken:
        raise UsageError("\n".join(broken[rule_id]["told"]))
    if rule_id not in rules:
        hint = did_you_mean(rule_id, rules) or ' "newshawk rules list" shows them.'
        raise UsageError(f'No rule "{rule_id}" in config or store.{hint}')
    return {rule_id: rules[rule_id]}


class RuleTrial:
    """Tries rules on what the store has of an article."""

    def __init__(
        self,
        config: Config,
        store: Store,
        rules: Mapping[str, Facts],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.config, self.store, self.rules = config, store, rules
        now = clock()
        self._silences, self._storms = store.silences(now), store.storms(now, STORIES)
        self._is_named = len(rules) == 1

    def of(self, article: Facts) -> list[Facts]:
        """Return what each rule made of an article: did it match, in which revisions, which alerts
        there are, and why there are none; of one that did not match, its clauses. A rule that is no longer
        configured is left out unless it was named or has left a trace."""
        documents = self.store.documents(article["id"])
        told = []
        for rule_id, rule in self.rules.items():
            matched = [each for each in article["matches"] if each["rule"] == rule_id]
            alerts = [each for each in article["alerts"] if each["rule"] == rule_id]
            if not (rule["is_configured"] or matched or alerts or self._is_named):
                continue
            facts: Facts = {
                "rule": rule_id,
                "query": rule["query"],
                "full_query": rule["full_query"],
                "is_configured": rule["is_configured"],
                "broken": rule["broken"],
                "matched": [
                    {name: each[name] for name in ("revision", "at", "query", "ended_at")} for each in matched
                ],
                "alerts": [alert | {"waits_for": self._waits_for(rule_id, rule, alert)} for alert in alerts],
            }
            if matched:
                facts["told"] = self._told_of_match(rule, article, facts)
            else:
                facts |= self._of_no_match(rule, article, documents[article["revision"]])
            facts["told"] += _of_merged(rule_id, article)
            facts["holding"] = list(holding_words(rule_id, rule["recipients"], self._silences, self._storms))
            told.append(facts)
        return told

    def of_no_article(self, link: Facts) -> list[Facts]:
        """Return what a rule that was named makes of a link of which no text is stored."""
        if not self._is_named:
            return []
        ((rule_id, rule),) = self.rules.items()
        told = ["no text of this address is stored, and a rule is asked when one is"]
        with suppress(QueryError):
            query = parse(rule["full_query"]).for_outlets(self.config.former_ids)
            listed = Document(title=link["title"] or "", body="", outlet=link["outlet"])
            if query.holds(listed):
                told.append(
                    f'it would match the headline that the source gave, "{one_line(listed.title, LINE)}"'
                )
        head = {name: rule[name] for name in ("query", "full_query", "is_configured", "broken")}
        return [{"rule": rule_id, **head, "matched": [], "alerts": [], "told": told, "holding": []}]

    def _waits_for(self, rule_id: str, rule: Facts, alert: Facts) -> list[str]:
        """Return why an alert that waits did not leave at once: its cadence, and the reader's quiet hours."""
        recipient = self.config.recipient(alert["recipient"])
        if alert["state"] != "queued" or recipient is None:
            return []
        of_rule = Rule(
            id=rule_id, query=rule["query"], to=(), cadence=rule["cadence"], severity=rule["severity"]
        )
        at = moment(alert["created_at"])
        told = [] if rule["cadence"] == "immediate" else [f"the rule's cadence is {rule['cadence']}"]
        if due_at(of_rule, recipient, at) != due_at(of_rule, replace(recipient, quiet_days=()), at):
            told.append(f"quiet days of {recipient.id}, {', '.join(recipient.quiet_days)}, hold it")
        elif due_at(of_rule, recipient, at) != due_at(of_rule, replace(recipient, quiet=""), at):
            told.append(f"quiet hours of {recipient.id}, {recipient.quiet} {recipient.timezone}, hold it")
        return told

    # --- it matched -------------------------------------------------------------------------------

    def _told_of_match(self, rule: Facts, article: Facts, facts: Facts) -> list[str]:
        """Return why mail left or not, a sentence each."""
        own = [each for each in facts["alerts"] if each["article_id"] == article["id"]]
        told = [_told_first(each) for each in facts["alerts"] if each["article_id"] != article["id"]]
        told += [
            f"revision {each['revision']} was read again at {each['ended_at']}, and its text no longer holds the match"
            for each in facts["matched"]
            if each["ended_at"]
        ]
        latest = article["revision"]
        if latest not in {each["revision"] for each in facts["matched"]}:
            told.append(f"the latest text, revision {latest}, does not match any more")
        if not own:
            told += self._reasons(rule, article, [each["revision"] for each in facts["matched"]])
        reached = {each["recipient"] for each in facts["alerts"]}
        for recipient in rule["recipients"]:
            if recipient not in reached and self.config.recipient(recipient) is None:
                told.append(f"{recipient} is no recipient of the config")
            elif recipient not in reached and facts["alerts"]:
                told.append(
                    f"there is no alert for {recipient}: it goes to those who are readers of the rule when the text is"
                    " stored"
                )
        if not (facts["alerts"] or told):
            told.append("the match is in the store, and no alert: the rule has no reader whom it could tell")
        return list(dict.fromkeys(told))

    def _reasons(self, rule: Facts, article: Facts, matched: list[int]) -> list[str]:
        """Return why no match of this article put a row into the outbox."""
        seen_at = {each["number"]: each["seen_at"] for each in article["revisions"]}
        told = []
        for number in matched:
            event = "match" if number == 1 else "edit"
            at = article["first_seen_at"] if number == 1 else seen_at[number]
            if number - 1 in matched:
                told.append(f"revision {number} is an edit in which the match is not new")
            elif event not in rule["events"]:
                told.append(f"the rule is not told of this: on = {rule['events']}, without {event!r}")
            elif number == 1 and rule["created_at"] and at < rule["created_at"]:
                told.append(f"first seen at {at}, before the rule was created at {rule['created_at']}")
            elif number == 1 and article["silent"]:
                told.append("the link it was found by is silent: an old list alerts nobody")
        return told

    # --- it did not -------------------------------------------------------------------------------

    def _of_no_match(self, rule: Facts, article: Facts, document: Document) -> Facts:
        """Return why a rule did not match the article's latest text, clause by clause, and what came closest."""
        if rule["outlets"] and article["outlet_id"] not in rule["outlets"]:
            return {"told": [f"the rule is limited to {', '.join(rule['outlets'])}"]}
        try:
            query = parse(rule["full_query"]).for_outlets(self.config.former_ids)
        except QueryError as error:
            return {"told": [f"its query cannot be read any more: {error.cause}"]}
        if query.holds(document):
            return {"told": [_too_late(rule, article)]}
        texts = list(other_texts(self.store, article, document))
        parts = {text.name: text.document for text in texts if not text.is_joined}
        clause = account(query, document, parts | cut_lines(self.store, article, document))
        return {
            "told": closest(query, texts, document),
            "revision": article["revision"],
            "failing": [asdict(leaf) for leaf in failing(clause)],
            "clauses": asdict(clause),
        }


def _told_first(alert: Facts) -> str:
    """Return why the alert of another article of the story is the one that counts."""
    if alert["state"] == "dead" and alert["silence"] is not None:
        return (
            f"article {alert['article_id']} of the same story was found first, in silence {alert['silence']}: what is"
            " found in a silence is not told"
        )
    return f"article {alert['article_id']} of the same story was told first: one alert a rule and story"


def _of_merged(rule_id: str, article: Facts) -> list[str]:
    """Return which articles that live on in this one a rule matched."""
    return [
        f"it matched revision {each['revision']} of article {part['id']}, which lives on in this one, at {each['at']}"
        for part in article["merged"]
        for each in part["matches"]
        if each["rule"] == rule_id
    ]


def _too_late(rule: Facts, article: Facts) -> str:
    """Return why a rule that holds now has no match: it is asked when a text is stored."""
    at = article["revised_at"]
    if rule["created_at"] is None:
        return "it would match, but no crawl has seen this rule yet: rules are asked when a text is stored"
    if rule["created_at"] > at:
        return f"it would match, but was created at {rule['created_at']}, after the text was stored at {at}"
    if rule["changed_at"] > at:
        return f"it matches since its query was changed at {rule['changed_at']}, after the text was stored at {at}"
    if rule["removed_at"]:
        return f"it would match, but has not been configured since {rule['removed_at']}"
    return "it matches as it is written now; when the text was stored it did not"
