"""The mail about broken rules says of each rule what becomes of it, and of a named query nothing that is not so."""

from __future__ import annotations

from crawler.alerts.rulenotice import build_rule_notice
from crawler.items import BrokenRule, Recipient
from tests.crawler.alerts.test_message import NOON, text_of

OPS = [Recipient(id="ops", emails=("ops@example.org",))]


def told(*ids: str, used: tuple[str, ...] = ()) -> str:
    broken = [BrokenRule(id=each, told=(f"newshawk.toml:9: {each} is odd.",)) for each in ids]
    message = build_rule_notice(broken, used, (), OPS, sender="newshawk@example.org", now=NOON)
    return " ".join(text_of(message).split())


def test_a_rule_that_goes_on_and_one_that_does_not_are_told_apart() -> None:
    text = told("fire", "flood", "", used=("fire",))
    assert "these alert as they did before the change: fire." in text
    assert "These alert nobody until they are mended: flood, without an id." in text


def test_a_named_query_is_no_rule_that_alerts_nobody() -> None:
    text = told("@bad", "fire", used=("fire",))
    assert "@bad is odd." in text
    assert "alert nobody" not in text
    assert "alert nobody" not in told("@bad")
