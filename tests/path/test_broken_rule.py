"""A rule that somebody broke: everything else works, it alerts as it did before, and ops is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

from tests.path.commands import newshawk
from tests.path.newsroom import EXAMPLE, FIRE, Newsroom
from tests.path.test_feed_to_mail import FIRE_URL, LIBRARY_URL, publish
from tests.world.server import World

Make = Callable[..., Newsroom]
LIBRARY = """
[[rules]]
id = "library"
query = "library"
to = ["second"]
"""
MINUTE = timedelta(minutes=1)


def line_of(room: Newsroom, text: str) -> int:
    lines = (room.folder / "newshawk.toml").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_the_others_alert_and_it_alerts_as_it_did_before(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE, LIBRARY)
    room.change('listen = ""', 'listen = ""\nto = ["second"]\nheartbeat = ""')
    publish(world)
    room.crawl()
    room.change('query = "fire AND harbour"', 'query = "fire AND (harbour"')
    publish(world, FIRE_URL, LIBRARY_URL)
    room.crawl(after=10 * MINUTE)
    mails = room.mails()
    assert len(mails) == 3
    (ops,) = [mail for mail in mails if mail["Subject"] == "[newshawk] rule fire cannot be used as written"]
    assert ops["To"] == "one@example.org, two@example.org"
    text = ops.get_body(("plain",))
    assert text is not None
    assert f"newshawk.toml:{line_of(room, '(harbour')}: " in text.get_content()
    assert "these alert as they did before the change: fire." in " ".join(text.get_content().split())
    with room.store() as store:
        alerts = {alert["rule"]: alert["state"] for alert in store.alerts()}
    assert alerts == {"fire": "sent", "library": "sent"}
    room.crawl(after=20 * MINUTE)
    assert len(room.mails()) == 3, "told once"
    room.change('query = "fire AND (harbour"', 'query = "fire AND harbour"')
    room.crawl(after=30 * MINUTE)
    assert [mail["Subject"] for mail in room.mails()[3:]] == ["[newshawk] rule fire can be used again"]


def test_a_new_rule_that_is_broken_alerts_nobody_and_stops_nothing(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE.replace('"desk"', '"dsek"'), LIBRARY)
    publish(world)
    room.crawl()
    publish(world, FIRE_URL, LIBRARY_URL)
    room.crawl(after=10 * MINUTE)
    with room.store() as store:
        assert [alert["rule"] for alert in store.alerts()] == ["library"]


def test_the_commands_tell_it_with_its_line(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE, LIBRARY)
    publish(world, LIBRARY_URL)
    room.crawl()
    room.change('query = "fire AND harbour"', 'query = "fire AND (harbour"')
    place = f"newshawk.toml:{line_of(room, '(harbour')}: "
    checked = newshawk(room.folder, "check")
    assert (checked.returncode, place in checked.stderr) == (2, True)
    assert "Traceback" not in checked.stderr
    crawled = newshawk(room.folder, "crawl")
    assert (crawled.returncode, place in crawled.stderr) == (0, True), crawled.stderr
    (rule,) = json.loads(newshawk(room.folder, "status", "--json").stdout)["broken_rules"]
    assert (rule["id"], rule["is_used"]) == ("fire", True)
    assert place in rule["told"][0]
    assert place in newshawk(room.folder, "status").stdout
    listed = newshawk(room.folder, "rules", "list").stdout
    assert place in listed
    assert "it alerts as it did before the change" in listed
    tried = newshawk(room.folder, "rules", "test", "fire")
    assert (tried.returncode, place in tried.stderr) == (2, True)
    found = json.loads(newshawk(room.folder, "doctor", "--offline", "--json").stdout)
    failed = [each["told"] for each in found["findings"] if each["name"] == "rules"]
    assert [place in told for told in failed] == [True]
    asked = newshawk(room.folder, "why", LIBRARY_URL, "--rule", "fire")
    assert asked.returncode == 0, asked.stderr
    assert "it alerts as it did before the change" in asked.stdout


def test_a_named_query_that_broke_is_no_rule(newsroom: Make, world: World) -> None:
    named = '\n[queries]\nburns = "fire OR blaze"\n'
    rules = (FIRE.replace("fire AND harbour", "@burns AND harbour"), LIBRARY)
    room = newsroom(named, EXAMPLE, *rules)
    room.change('listen = ""', 'listen = ""\nto = ["second"]\nheartbeat = ""')
    publish(world)
    room.crawl()
    room.declare(named.replace("OR blaze", "OR (blaze"), EXAMPLE, *rules)
    publish(world, FIRE_URL)
    room.crawl(after=10 * MINUTE)
    (ops,) = [mail for mail in room.mails() if str(mail["To"]).startswith("one@")]
    assert ops["Subject"] == "[newshawk] query @burns and rule fire cannot be used as written"
    text = ops.get_body(("plain",))
    assert text is not None
    told = " ".join(text.get_content().split())
    assert "these alert as they did before the change: fire." in told
    assert "alert nobody" not in told, "the only rule that uses it alerts"
    lines = newshawk(room.folder, "status").stdout.splitlines()
    assert [line.partition(": ")[0] for line in lines if line.startswith("Broken")] == [
        "Broken query",
        "Broken rule; it alerts as it did before the change until it is mended",
    ]
    room.declare(named, EXAMPLE, *rules)
    room.crawl(after=20 * MINUTE)
    assert room.mails()[-1]["Subject"] == "[newshawk] query @burns and rule fire can be used again"
