"""why: what became of an address, told from a store that real passes have written."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from crawler.alerts.holding import IN_A_STORM
from crawler.cli import why as command
from crawler.config import load_config
from crawler.errors import StoreError, UsageError
from crawler.items import Document
from crawler.query import parse, spans
from schedules.why import why
from storage.store import Store
from tests.path.newsroom import EXAMPLE, FIRE, START, Newsroom
from tests.world.answers import Answer, feed, html
from tests.world.server import World

URL = "https://www.example.com/story/100/fire-in-the-harbour"
OLD = "https://www.example.com/story/99/old"
TEXT = (
    "A fire broke out in the harbour of Port Selm on Monday night and burnt for six hours in all.",
    "Nobody was hurt, the harbour master said, because the warehouse had been empty since spring.",
    "The cause is not known; the police look for a white van that was seen on the quay that night.",
)
LATER = timedelta(minutes=10)
LIBRARY = """
[[rules]]
id = "library"
query = 'librarry OR (harbour NOT police)'
to = ["desk"]
"""
Run = Callable[..., Result]


@pytest.fixture
def room(tmp_path: Path, world: World) -> Newsroom:
    """A newsroom that has told the desk of a fire, after a silent first poll."""
    made = Newsroom(tmp_path, world, EXAMPLE, FIRE, LIBRARY)
    publish(world, OLD)
    world.put(
        "www.example.com", "/story/99/old", html("Harbour fire of 1850", "A fire, and a harbour.", "Old.")
    )
    made.crawl()
    publish(world, URL, OLD)
    world.put("www.example.com", "/story/100/fire-in-the-harbour", html("Fire in the harbour", *TEXT))
    made.crawl(after=LATER)
    return made


def publish(world: World, *links: str) -> None:
    for host in ("www.example.com", "example-mirror.net"):
        world.put(host, "/rss.xml", feed(*links))


@pytest.fixture
def run(room: Newsroom) -> Run:
    app = typer.Typer()
    command.register(app)

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--config", str(room.config)])

    return call


def told(room: Newsroom, url: str, rule: str | None = None) -> dict[str, Any]:
    return why(load_config(room.config), url, rule)


def link_of(room: Newsroom, url: str, rule: str | None = None) -> dict[str, Any]:
    (link,) = told(room, url, rule)["links"]
    assert isinstance(link, dict)
    return link


def rule_of(room: Newsroom, url: str, rule: str) -> dict[str, Any]:
    (found,) = link_of(room, url, rule)["rules"]
    assert isinstance(found, dict)
    return found


def test_the_way_of_an_article_is_told_from_feed_to_mail(run: Run, room: Newsroom) -> None:
    result = run(URL)
    assert result.exit_code == 0, result.exception
    shown = " ".join(result.stdout.split())
    (mail,) = room.mails()
    for words in (
        "in the feed http://www.example.com/rss.xml, given by www.example.com, run 2 (crawl)",
        "state new: fetched, and stored as a new article",
        "silent no",
        "next re-check at 2026-11-23",
        "article 2, first fetched by this address",
        "Rule fire: matched revision 1",
        "to desk, sent at 2026-11-23T06:10:0",
        str(mail["Message-ID"]).strip("<>"),
        "Rule library: did not match",
        "failed librarry not in title or body",
        "failed police in body: ",
    ):
        assert words in shown, words


@pytest.mark.parametrize(
    "form",
    [
        "http://example-mirror.net/story/100/fire-in-the-harbour?utm_source=x#top",
        "https://www.google.com/url?q=https%3A%2F%2Fwww.example.com%2Fstory%2F100%2Ffire-in-the-harbour",
        "https://old.example.com/story/100/fire-in-the-harbour",
    ],
)
def test_any_form_of_an_address_is_found(room: Newsroom, form: str) -> None:
    assert link_of(room, form)["url"] == URL


def test_json_holds_the_clauses_of_a_rule_that_did_not_match(run: Run) -> None:
    (link,) = json.loads(run(URL, "--rule", "library", "--json").stdout)["links"]
    (rule,) = link["rules"]
    assert rule["matched"] == []
    assert [leaf["text"] for leaf in rule["failing"]] == ["librarry", "police"]
    shown = run(URL, "--rule", "library").stdout
    assert "fails any of" in " ".join(shown.split())
    assert "holds  harbour  in title or body" in shown


def test_an_article_of_the_first_poll_says_that_it_is_silent(room: Newsroom) -> None:
    link = link_of(room, OLD, "fire")
    assert "first complete poll of a newly configured source (run 1)" in link["silence"]
    (rule,) = link["rules"]
    assert rule["matched"]
    assert rule["alerts"] == []
    assert rule["told"] == ["the link it was found by is silent: an old list alerts nobody"]


def test_a_duplicate_names_its_article(room: Newsroom, world: World) -> None:
    other = "https://www.example.com/story/100/another-slug"
    publish(world, other, URL, OLD)
    room.crawl(after=2 * LATER)
    link = link_of(room, other)
    assert (link["state"], link["belongs"]) == (
        "duplicate",
        f"article 2 (id 100), first fetched by {URL}",
    )


def test_a_copy_says_which_article_was_told_first(room: Newsroom, world: World) -> None:
    room.declare(
        EXAMPLE,
        '[[outlets]]\nid = "wire"\nname = "Wire"\nhosts = ["wire.example.org"]\n'
        'feeds = ["https://wire.example.org/feed"]\n',
        FIRE,
    )
    world.put("wire.example.org", "/feed", feed())
    room.crawl(after=2 * LATER)
    world.put("wire.example.org", "/feed", feed("https://wire.example.org/copy"))
    world.put("wire.example.org", "/copy", html("Harbour in flames", *TEXT))
    room.crawl(after=3 * LATER)
    rule = rule_of(room, "https://wire.example.org/copy", "fire")
    assert rule["told"] == ["article 2 of the same story was told first: one alert a rule and story"]
    assert [alert["article_id"] for alert in rule["alerts"]] == [2]


def test_a_rule_that_came_later_says_so(room: Newsroom) -> None:
    late = FIRE.replace('"fire"', '"late"')
    room.declare(EXAMPLE, FIRE, late)
    assert "no crawl has seen this rule yet" in rule_of(room, URL, "late")["told"][0]
    room.crawl(after=2 * LATER)
    assert "it would match, but was created at 2026-11-23T06:2" in rule_of(room, URL, "late")["told"][0]


def test_a_rule_of_other_outlets_says_so(room: Newsroom) -> None:
    room.declare(
        EXAMPLE,
        '[[outlets]]\nid = "wire"\nname = "Wire"\nhosts = ["wire.example.org"]\n'
        'feeds = ["https://wire.example.org/feed"]\n',
        FIRE.replace('"fire"', '"narrow"') + 'outlets = ["wire"]\n',
    )
    assert rule_of(room, URL, "narrow")["told"] == ["the rule is limited to wire"]


def test_a_rule_that_is_gone_is_told_by_its_trace(room: Newsroom) -> None:
    room.declare(EXAMPLE)
    room.crawl(after=2 * LATER)
    (rule,) = link_of(room, URL)["rules"]
    assert (rule["rule"], rule["is_configured"], len(rule["alerts"])) == ("fire", False, 1)


def test_a_clause_that_an_earlier_text_had_is_told_with_it(run: Run, room: Newsroom, world: World) -> None:
    room.declare(
        EXAMPLE, FIRE, FIRE.replace('"fire"', '"van"').replace("fire AND harbour", "harbour AND white")
    )
    edited = (
        *TEXT[:2],
        "The cause is not known; the police look for a black lorry that left the quay in haste.",
    )
    for host in ("www.example.com", "example-mirror.net"):
        world.put(host, "/story/100/fire-in-the-harbour", html("Fire in the harbour", *edited))
    room.crawl(after=timedelta(hours=3))
    shown = " ".join(run(URL, "--rule", "van").stdout.split())
    assert "fails white not in title or body; stands in revision 1, seen at 2026-11-23T06:10:0" in shown
    assert "because it would match revision 1" in shown
    assert f"fetched from {URL}" in shown


def test_of_a_link_that_failed_a_named_rule_says_that_there_is_no_text(
    run: Run, room: Newsroom, world: World
) -> None:
    gone = "https://www.example.com/story/103/x"
    publish(world, gone, URL, OLD)
    room.crawl(after=2 * LATER)
    assert "because no text of this address is stored" in " ".join(run(gone, "--rule", "fire").stdout.split())
    assert "Rule fire" not in run(gone).stdout


def test_a_digest_says_why_the_alert_waits(run: Run, room: Newsroom, world: World) -> None:
    room.declare(EXAMPLE, FIRE.replace('"fire"', '"daily"') + 'cadence = "daily 07:00"\n')
    new = "https://www.example.com/story/104/x"
    room.crawl(after=2 * LATER)
    publish(world, new, URL, OLD)
    world.put("www.example.com", "/story/104/x", html("Another fire in the harbour", TEXT[0], TEXT[2][::-1]))
    room.crawl(after=3 * LATER)
    shown = " ".join(run(new).stdout.split())
    assert (
        "to desk, waits until 2026-11-23T07:00:00Z for the digest; the rule's cadence is daily 07:00" in shown
    )


def test_a_silence_says_why_it_was_given_up_and_what_it_holds_back(run: Run, room: Newsroom) -> None:
    with Store.open(room.folder / "newshawk.db") as store:
        store.begin_silence("fire", "desk", "leave", START)
    shown = " ".join(run(URL).stdout.split())
    assert "at present silence 1, by unsubscribing, holds back what is found: nothing to any reader" in shown


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        ("held by quiet days sat, sun", "; held by quiet days sat, sun"),
        (IN_A_STORM, f"; {IN_A_STORM}"),
        ("451 later", "; the last try failed: 451 later"),
    ],
)
def test_what_holds_an_alert_back_is_no_try_that_failed(
    run: Run, room: Newsroom, error: str, shown: str
) -> None:
    with Store.open(room.folder / "newshawk.db") as store:
        store._db.execute("UPDATE outbox SET state = 'leased'")
        store.mark_deferred([1], error, datetime(2026, 11, 24, tzinfo=UTC))
    told = " ".join(run(URL).stdout.split())
    assert f"waits until 2026-11-24T00:00:00Z{shown}" in told


def test_notes_of_an_article_stand_with_it_and_not_under_its_rules(
    run: Run, room: Newsroom, world: World
) -> None:
    for host in ("www.example.com", "example-mirror.net"):
        world.put(host, "/story/100/fire-in-the-harbour", Answer(status=404, body="no"))
    for hours in (3, 20):
        room.crawl(after=timedelta(hours=hours))
    shown = run(URL).stdout
    assert shown.index(" gone: ") < shown.index("Rule fire")
    (link,) = json.loads(run(URL, "--json").stdout)["links"]
    assert [note["kind"] for note in link["article"]["notes"]] == ["gone"]
    assert link["notes"] == []


def test_a_failed_link_tells_each_try_and_the_next_one(room: Newsroom, world: World) -> None:
    gone = "https://www.example.com/story/101/x"
    publish(world, gone, URL, OLD)
    world.put("www.example.com", "/story/101/x", Answer(status=503, body="no"))
    world.put("example-mirror.net", "/story/101/x", Answer(status=503, body="no"))
    room.crawl(after=2 * LATER)
    link = link_of(room, gone)
    assert (link["state"], link["reason"]) == ("failed", "http_503")
    assert "the host answered 503" in link["meaning"]
    assert "newshawk crawl asks at once" in link["next"]
    (visit,) = link["visits"]
    assert {tried["host"] for tried in visit["attempts"]} == {"www.example.com", "example-mirror.net"}
    assert link["rules"] == []


def test_a_foreign_link_says_why_it_was_never_asked(room: Newsroom, world: World) -> None:
    publish(world, "https://elsewhere.net/a", URL, OLD)
    room.crawl(after=2 * LATER)
    link = link_of(room, "https://elsewhere.net/a")
    assert (link["state"], link["reason"], link["visits"]) == ("skipped", "foreign", [])
    assert "neither among the outlet's hosts nor among its aliases" in link["meaning"]


def test_an_address_that_was_never_seen_exits_1_and_names_its_owner(run: Run) -> None:
    result = run("https://www.example.com/story/777/unknown")
    assert result.exit_code == 1
    assert "never seen" in result.stdout
    assert "outlet example, as id 777" in result.stdout
    known = run("https://www.example.com/story/100/a-third-slug", "--json")
    assert known.exit_code == 1
    assert json.loads(known.stdout)["article"]["id"] == 2
    nobody = run("https://nobody.invalid/")
    assert "No outlet of the config or the catalogue would own it" in nobody.stdout
    assert run("not an address").exit_code == 1
    assert json.loads(run("https://x.org/\udcff\x00", "--json").stdout)["seen"] is False


def test_titles_from_strangers_are_made_inert(run: Run, room: Newsroom, world: World) -> None:
    bad = "https://www.example.com/story/102/x"
    publish(world, bad, URL, OLD)
    world.put("www.example.com", "/story/102/x", html("Bad [red]news\x1b[31m &#27;[2J", *TEXT[1:]))
    room.crawl(after=2 * LATER)
    shown = run(bad).stdout
    assert "Bad [red]news" in shown
    assert "\x1b" not in shown


def test_a_wrong_rule_and_a_missing_store_are_told(room: Newsroom, run: Run, tmp_path: Path) -> None:
    error = run(URL, "--rule", "fier").exception
    assert isinstance(error, UsageError)
    assert 'Did you mean "fire"?' in str(error)
    (room.folder / "newshawk.db").rename(tmp_path / "moved.db")
    assert isinstance(run(URL).exception, StoreError)


NAMED = """
[queries]
blaze = "{}"
[[rules]]
id = "named"
query = "@blaze NOT sport"
to = ["desk"]
"""


def test_a_match_is_proved_by_what_its_names_stood_for_when_it_was_made(
    run: Run, room: Newsroom, world: World
) -> None:
    new = "https://www.example.com/story/101/blaze"
    room.declare(EXAMPLE, NAMED.format("fire OR harbour"))
    publish(world, new, URL, OLD)
    world.put("www.example.com", "/story/101/blaze", html("Fire again", *TEXT))
    room.crawl(after=2 * LATER)
    (first,) = room.mails()[-1:]
    body = first.get_body(("plain",))
    assert body is not None
    assert "Rule named: @blaze NOT sport, that is: (fire OR harbour) AND NOT sport" in " ".join(
        str(body.get_content()).split()
    )

    last = "https://www.example.com/story/102/flood"
    room.declare(EXAMPLE, NAMED.format("flood OR dam"))
    publish(world, last, new, URL, OLD)
    world.put(
        "www.example.com", "/story/102/flood", html("The dam broke", "A flood came down the valley of Selm.")
    )
    room.crawl(after=3 * LATER)

    kept = room.sql(
        "SELECT m.query, m.spans, r.title, r.body FROM matches AS m JOIN revisions AS r ON r.article_id = m.article_id"
        " AND r.number = m.revision WHERE m.rule_id = 'named' ORDER BY m.article_id"
    )
    assert [query for query, *_ in kept] == [
        "(fire OR harbour) AND NOT sport",
        "(flood OR dam) AND NOT sport",
    ]
    for query, found, title, body in kept:
        document = Document(title=title, body=body, outlet="example", language="en")
        assert [list(span) for span in spans(parse(query), document)] == json.loads(found) != []

    rule = rule_of(room, new, "named")
    assert rule["full_query"] == "(flood OR dam) AND NOT sport"
    assert [each["query"] for each in rule["matched"]] == ["(fire OR harbour) AND NOT sport"]
    shown = " ".join(run(new, "--rule", "named").stdout.split())
    assert "query @blaze NOT sport that is (flood OR dam) AND NOT sport" in shown
    assert "then revision 1 was matched by (fire OR harbour) AND NOT sport" in shown
    assert "was matched by" not in run(last, "--rule", "named").stdout
