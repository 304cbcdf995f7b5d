"""Why a rule did not match or did not tell: each answer, from a store in which it is so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.clock import utc_now
from crawler.config import load_config
from crawler.items import CutLine, Recipient
from crawler.query import Matcher
from schedules.why import why
from storage.store import Store
from storage.values import stored
from tests.storage.test_reextract import apply, read
from tests.storage.world import NOON, OTHER, OUTLET, TEXT, World

URL = "http://www.example.com/Detail/2026/11/23/1001/bridge"
HEAD = """
[[outlets]]
id = "example"
hosts = ["www.example.com", "example-mirror.net"]
feeds = ["http://www.example.com/rss.xml"]
article_id = '/Detail/(?:\\d{4}/\\d\\d/\\d\\d/)?(\\d+)'

[[outlets]]
id = "other"
hosts = ["other.example.org"]
feeds = ["http://other.example.org/feed"]

[[recipients]]
id = "desk"
email = "desk@example.org"
quiet = "11:00-14:00"
timezone = "Europe/Berlin"

[[recipients]]
id = "second"
email = "second@example.org"
"""
SLEEPER = Recipient(id="desk", emails=("desk@example.org",), quiet="11:00-14:00", timezone="Europe/Berlin")
RULE = """
[[rules]]
id = "rule0"
query = '{query}'
to = {to}
{more}
"""
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Ask why of the article, for a rule that the config has as given."""

    def asked(query: str, *, url: str = URL, to: str = '["desk"]', more: str = "") -> dict[str, Any]:
        path = tmp_path / "newshawk.toml"
        path.write_text(HEAD + RULE.format(query=query, to=to, more=more))
        (link,) = why(load_config(path), url, "rule0")["links"]
        (rule,) = link["rules"]
        assert isinstance(rule, dict)
        return rule

    return asked


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A store in the place where the config looks for it, the feed being known."""
    path = tmp_path / "newshawk.db"
    with Store.open(path) as store:
        store.sync_config((OUTLET, OTHER), (), NOON - timedelta(days=1))
        made = World(store=store, path=path)
        made.begin()
        made.make_known()
        yield made


def recheck(world: World, article_id: int | None, body: str, host: str = "www.example.com") -> None:
    """Let a host show this text half a day later."""
    world.begin(hours=12)
    world.store._db.execute("UPDATE articles SET recheck_at = ?", (stored(world.now),))
    link = world.recheck(article_id or 0)
    page = world.page(link, host=host, body=f"{host}{body}".encode())
    world.write(world.article(link, "Bridge closed", body, page=page))


# --- it did not match -----------------------------------------------------------------------------


def test_a_word_that_stands_only_in_a_line_that_was_cut(world: World, ask: Ask) -> None:
    world.store_article(URL, cut=(CutLine(position=9, text="Read more about the airport", rule="tail:more"),))
    rule = ask("bridge AND airport")
    (leaf,) = rule["failing"]
    assert leaf["elsewhere"] == ('a line cut by tail:more: "Read more about the airport"',)
    assert rule["told"] == [
        "it would match the text with the lines that were cut from it; what is no part of the report alerts nobody;"
        " newshawk show ID --cut has the lines"
    ]


def test_a_word_that_stands_only_in_an_earlier_revision(world: World, ask: Ask) -> None:
    first = world.store_article(URL, body=f"{TEXT}\nThe airport is open.")
    recheck(world, first.article_id, TEXT)
    rule = ask("bridge AND airport")
    (leaf,) = rule["failing"]
    assert leaf["elsewhere"] == ("revision 1, seen at 2026-11-23T12:00:00Z",)
    (told,) = rule["told"]
    assert told.startswith("it would match revision 1, seen at 2026-11-23T12:00:00Z; the latest text")


def test_a_word_that_a_mirror_alone_shows(world: World, ask: Ask) -> None:
    first = world.store_article(URL)
    recheck(world, first.article_id, f"{TEXT}\nAn enemy did it.", "example-mirror.net")
    (told,) = ask("bridge AND enemy")["told"]
    assert told.startswith("it would match the text that the mirror example-mirror.net showed")
    assert told.endswith("what a mirror alone shows alerts nobody")


def test_a_word_that_an_earlier_reading_of_the_page_had(world: World, ask: Ask) -> None:
    first = world.store_article(URL, body=f"{TEXT}\nShare the airport.", method="trafilatura")
    apply(world, read(world, first.article_id or 0, TEXT))
    (told,) = ask("airport")["told"]
    assert told.startswith("it would match reading 1 of the page, by trafilatura; it was replaced at 2026")


def test_a_word_that_only_the_headline_of_the_feed_has(world: World, ask: Ask) -> None:
    world.store_article(URL)  # the feed calls it "Title of http://..."
    (told,) = ask("title:title AND bridge")["told"]
    assert 'the headline that the source gave, "Title of http' in told


def test_a_copy_in_the_same_story_that_matches(world: World, ask: Ask) -> None:
    world.store_article(URL)
    copy = world.store_article(URL.replace("1001", "1002"), body=f"{TEXT}\nThe airport is open.")
    assert copy.story_id == 1
    (told,) = ask("airport")["told"]
    assert (
        told
        == "it would match article 2 of the same story, in example; each article is matched by its own text"
    )


def test_without_a_text_that_matches_the_closest_one_is_told(world: World, ask: Ask) -> None:
    first = world.store_article(URL, body=f"{TEXT}\nThe airport is open.")
    recheck(world, first.article_id, TEXT)
    assert ask("airport AND zeppelin AND ferry")["told"] == [
        "closest comes revision 1, seen at 2026-11-23T12:00:00Z: 2 clauses fail there"
    ]
    assert ask("zeppelin")["told"] == []


def test_of_an_address_without_a_text_a_named_rule_says_so(world: World, ask: Ask) -> None:
    world.found(URL)
    why_not = "no text of this address is stored, and a rule is asked when one is"
    assert ask("ferry")["told"] == [why_not]
    assert ask("bridge")["told"] == [
        why_not,
        f'it would match the headline that the source gave, "Title of {URL}"',
    ]


# --- it matched, and did not tell -----------------------------------------------------------------


def test_an_event_that_the_rule_does_not_ask_for(world: World, ask: Ask) -> None:
    world.add_rule("bridge", on=("edit",))
    world.store_article(URL)
    rule = ask("bridge", more='on = ["edit"]')
    assert rule["matched"]
    assert rule["told"] == ["the rule is not told of this: on = ['edit'], without 'match'"]


def test_an_article_that_was_seen_before_the_rule(world: World, ask: Ask) -> None:
    link = world.found(URL)
    world.begin(hours=1)
    world.add_rule("bridge")
    world.write(world.article(link))
    assert ask("bridge")["told"] == [
        "first seen at 2026-11-23T12:00:00Z, before the rule was created at 2026-11-23T13:00:00Z"
    ]


def test_a_reader_who_came_later(world: World, ask: Ask) -> None:
    world.add_rule("bridge")
    world.store_article(URL)
    (told,) = ask("bridge", to='["desk", "second"]')["told"]
    assert told.startswith("there is no alert for second: it goes to those who are readers of the rule when")


def test_what_a_silence_held_and_what_one_holds_at_present(world: World, ask: Ask) -> None:
    world.add_rule("bridge")
    world.store.begin_silence("rule0", "desk", "leave", world.now)
    first = world.store_article(URL)
    world.store.begin_silence("", "second", "hand", world.now)
    rule = ask("bridge", to='["desk", "second"]')
    assert [(alert["state"], alert["silence"]) for alert in rule["alerts"]] == [("dead", 1)]
    assert rule["holding"] == [
        "silence 1, by unsubscribing, holds back what is found: nothing to desk",
        "silence 2 holds back what is found: nothing to second",
    ]
    copy = "http://www.example.com/Detail/2026/11/23/1002/copy"
    assert world.store_article(copy, "Copied").story_id == first.story_id
    told = ask("bridge", url=copy)["told"]
    assert told == [
        f"article {first.article_id} of the same story was found first, in silence 1: what is found in a silence is"
        " not told"
    ]


def test_a_rule_that_matches_too_much_at_present(world: World, ask: Ask) -> None:
    world.now = utc_now()
    world.begin()
    world.add_rule("bridge")
    for number in range(31):
        text = " ".join(f"w{number}x{word}" for word in range(60)) + " A bridge."
        world.store_article(f"http://www.example.com/Detail/2026/11/23/{2000 + number}/a", f"T{number}", text)
    (held,) = ask("bridge", url="http://www.example.com/Detail/2026/11/23/2000/a")["holding"]
    assert held.startswith("the rule matches too much at present")


# --- it waits -------------------------------------------------------------------------------------


def waits(world: World, ask: Ask, **rule: str) -> list[str]:
    """Return why the alert of an article that is found now waits."""
    made = world.add_rule("bridge", **rule)
    world.store.set_matcher(Matcher([made]), [made], (SLEEPER,))
    world.store_article(URL)
    (alert,) = ask("bridge", more="".join(f'{key} = "{value}"\n' for key, value in rule.items()))["alerts"]
    assert isinstance(alert["waits_for"], list)
    return alert["waits_for"]


def test_an_alert_waits_for_the_digest_of_its_rule(world: World, ask: Ask) -> None:
    world.now += timedelta(hours=3)
    assert waits(world, ask, cadence="daily 07:00") == ["the rule's cadence is daily 07:00"]


def test_an_alert_waits_for_the_end_of_quiet_hours(world: World, ask: Ask) -> None:
    assert waits(world, ask) == ["quiet hours of desk, 11:00-14:00 Europe/Berlin, hold it"]


def test_an_alert_waits_for_the_end_of_quiet_days(
    world: World, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        f"{__name__}.HEAD", HEAD.replace('quiet = "11:00-14:00"', 'quiet_days = ["mon", "tue"]')
    )
    assert waits(world, ask) == ["quiet days of desk, mon, tue, hold it"]


def test_an_urgent_alert_waits_for_nothing(world: World, ask: Ask) -> None:
    assert waits(world, ask, severity="high") == []
