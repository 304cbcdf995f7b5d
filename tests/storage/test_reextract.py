"""New readings of stored texts: what they carry along, what stays, and who is told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.alerts.policy import group
from crawler.errors import PageDamaged
from crawler.fingerprint import fingerprint
from crawler.items import CutLine, Fate, Precision, Reextraction, Reread, TextWindow, TimeSource, Timestamp
from crawler.query import parse
from tests.storage.world import TEXT, World

URL = "http://www.example.com/Detail/2026/11/23/1001/Bridge"
FERRY = "The ferry takes cars for nothing until the bridge is open again."
CUT = CutLine(position=9, text="Share this page", rule="share")


def read(world: World, article_id: int, body: str, number: int = 1, **more: Any) -> Reread:
    """Return a new reading of a revision's kept page."""
    (revision_id,) = (
        row["id"]
        for row in world.rows(
            "SELECT id FROM revisions WHERE article_id = ? AND number = ?", article_id, number
        )
    )
    kept = world.store.kept_text(revision_id)
    assert kept is not None
    given: dict[str, Any] = {"extraction": "new", "page": replace(kept.page, body=b"")} | more
    article = world.article(kept.page.link, body=body, **given)
    return Reread(revision_id=revision_id, article_id=article_id, number=number, article=article)


def apply(world: World, *reads: Reread, **more: Any) -> list[Reextraction]:
    """Write readings in a run of their own."""
    run_id = world.begin(hours=3)
    return world.store.write_extractions(reads, run_id, world.now, **more)


def due(world: World) -> list[Any]:
    """Return the mails that are due."""
    return group(world.store.claim_alerts(world.now, 60), world.now)


def test_a_new_reading_is_the_revision_and_the_one_before_is_kept(world: World) -> None:
    outcome = world.store_article(URL, cut=(CUT,), extraction="old", method="trafilatura")
    article_id = outcome.article_id
    assert article_id is not None
    before = world.store.article(article_id)
    assert before is not None
    body = TEXT.replace("northern", "southern") + f"\n{FERRY}"
    (done,) = apply(
        world, read(world, article_id, body, byline=("Ada Writer",), word_count=70, method="jsonld")
    )
    assert (done.fate, len(done.gained), len(done.lost)) == (Fate.CHANGED, 2, 1)
    assert [(change.name, change.new) for change in done.fields] == [("byline", "Ada Writer")]
    after = world.store.article(article_id)
    assert after is not None
    same = ("id", "url", "revision", "revised_at", "story_id", "first_seen_at", "last_seen_at", "fetched_url")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert (after["body"], after["byline"], after["word_count"]) == (body, ["Ada Writer"], 70)
    assert world.store.cuts(article_id, 1) == []
    (earlier,) = world.store.extractions(article_id)[1]
    assert (earlier.body, earlier.extraction, earlier.method, earlier.cut) == (
        TEXT,
        "old",
        "trafilatura",
        (CUT,),
    )
    assert earlier.byline == ("Ada Writer", "B. Author")
    assert [row["id"] for row in world.store.search(parse("southern ferry")).rows] == [article_id]
    assert world.store.search(parse("northern")).rows == ()


def test_only_a_new_version_is_no_earlier_reading(world: World) -> None:
    article_id = world.store_article(URL, extraction="old").article_id
    assert article_id is not None
    (done,) = apply(world, read(world, article_id, TEXT))
    assert (done.fate, done.fields) == (Fate.SAME, ())
    assert world.value("SELECT extraction FROM revisions") == "new"
    assert world.value("SELECT extracted_at FROM revisions") is None
    assert world.store.extractions(article_id) == {}


def test_a_body_that_stays_is_written_once(world: World) -> None:
    article_id = world.store_article(URL, cut=(CUT,)).article_id
    assert article_id is not None
    apply(world, read(world, article_id, TEXT, title="The bridge is closed"))
    apply(world, read(world, article_id, f"{TEXT}\n{FERRY}", title="The bridge is closed"))
    apply(world, read(world, article_id, f"{TEXT}\n{FERRY}", title="Bridge closed"))
    assert [row["body"] is None for row in world.rows("SELECT body FROM extractions ORDER BY number")] == [
        True,
        False,
        True,
    ]
    told = [(each.title, each.body) for each in world.store.extractions(article_id)[1]]
    assert told == [
        ("Bridge closed", TEXT),
        ("The bridge is closed", TEXT),
        ("The bridge is closed", f"{TEXT}\n{FERRY}"),
    ]


def test_a_superseded_text_is_found_in_history_by_its_new_reading(world: World) -> None:
    article_id = world.store_article(URL).article_id
    assert article_id is not None
    world.begin(hours=2)
    world.write(world.article(world.recheck(article_id), body=TEXT + "\nA second crack was found at noon."))
    apply(world, read(world, article_id, f"{TEXT}\n{FERRY}"))
    assert world.store.search(parse("ferry")).rows == ()
    assert [row["revision"] for row in world.store.search(parse("ferry"), history=True).rows] == [1]


def test_copies_meet_the_story_by_the_new_reading_and_it_keeps_its_number(world: World) -> None:
    stub = "The bridge over the river at Karlow was closed to all traffic on Monday morning, the town said."
    first = world.store_article(URL, body=stub)
    assert first.article_id is not None
    apply(world, read(world, first.article_id, TEXT), force=True)
    bands = {
        row["band"]
        for row in world.rows("SELECT band FROM story_bands WHERE article_id = ?", first.article_id)
    }
    assert bands == set(fingerprint("", TEXT).bands)
    world.make_known()
    copy = world.store_article("http://www.example.com/Detail/2026/11/23/1002/Copy", "Copied", TEXT)
    assert copy.story_id == first.story_id


def test_the_time_of_publication_follows_the_reading(world: World) -> None:
    article_id = world.store_article(URL).article_id
    assert article_id is not None
    at = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    stamp = Timestamp(
        at=at,
        local="2026-11-23T11:30:00+03:00",
        precision=Precision.MINUTE,
        source=TimeSource.PAGE,
        raw="11:30",
    )
    (done,) = apply(world, read(world, article_id, TEXT, published=stamp))
    assert [change.name for change in done.fields] == ["published"]
    row = world.store.article(article_id)
    assert row is not None
    assert (row["published_at"], row["published_precision"]) == ("2026-11-23T08:30:00Z", "minute")


@pytest.mark.parametrize("reason", ["list", "paywall", "extract_timeout"])
def test_a_page_that_gives_no_article_now_changes_nothing(world: World, reason: str) -> None:
    article_id = world.store_article(URL, extraction="old").article_id
    assert article_id is not None
    nothing = replace(read(world, article_id, TEXT), article=None, reason=reason)
    (done,) = apply(world, nothing, force=True)
    fate = Fate.FAILED if reason == "extract_timeout" else Fate.NO_ARTICLE
    assert (done.fate, done.reason) == (fate, reason)
    assert world.value("SELECT extraction FROM revisions") == "old"


def test_one_text_that_cannot_be_stored_sinks_no_other(world: World) -> None:
    one, two = (
        world.store_article(
            f"http://www.example.com/Detail/2026/11/23/{n}/x", f"Title {n}", f"{TEXT}\nNumber {n}."
        )
        for n in (1, 2)
    )
    assert one.article_id is not None
    assert two.article_id is not None
    bad = read(world, one.article_id, f"{TEXT}\nNumber 1.\n{FERRY}", word_count=object())
    good = read(world, two.article_id, f"{TEXT}\nNumber 2.\n{FERRY}")
    assert [each.fate for each in apply(world, bad, good)] == [Fate.FAILED, Fate.GAINED]
    assert world.value("SELECT count(*) FROM extractions") == 1


# --- matches and alerts ---------------------------------------------------------------------------


def test_a_missed_rule_alerts_once_for_a_story_and_says_how_late(world: World) -> None:
    world.add_rule("ferry")
    first = world.store_article(URL)
    second = world.store_article("http://www.example.com/Detail/2026/11/23/1002/Copy", "Copied")
    assert first.story_id == second.story_id
    assert first.article_id is not None
    assert second.article_id is not None
    text = f"{TEXT}\n{FERRY}"
    done = apply(world, read(world, first.article_id, text), read(world, second.article_id, text))
    assert [each.matched for each in done] == [("rule0",), ("rule0",)]
    (mail,) = due(world)
    assert mail.late
    assert [alert.article_id for alert in mail.alerts] == [first.article_id]
    assert world.value("SELECT count(*) FROM matches") == 2
    world.store.mark_sent(mail.ids, world.now, "<1@example.com>")
    apply(world, read(world, first.article_id, TEXT, extraction="third"))
    apply(world, read(world, first.article_id, text, extraction="fourth"))
    assert due(world) == []
    assert world.value("SELECT count(*) FROM outbox") == 1
    assert world.value("SELECT count(*) FROM matches WHERE ended_at IS NULL") == 2


def test_what_a_look_says_is_what_is_written(world: World) -> None:
    world.add_rule("ferry")
    world.add_rule("northern")
    outcomes = [
        world.store_article(
            f"http://www.example.com/Detail/2026/11/23/{n}/x", f"Title {n}", f"{TEXT}\nNumber {n}."
        )
        for n in range(4)
    ]
    ids = [outcome.article_id for outcome in outcomes if outcome.article_id is not None]
    bodies = (f"{TEXT}\n{FERRY}", TEXT.replace("northern", "other"), TEXT.split("\n")[0], TEXT)
    reads = [read(world, article_id, body, title="T") for article_id, body in zip(ids, bodies, strict=True)]
    seen = world.store.look_again(reads, world.now)
    before = world.value("SELECT count(*) FROM matches WHERE ended_at IS NULL")
    assert world.value("SELECT count(*) FROM extractions") == 0
    assert apply(world, *reads) == seen
    assert [each.fate for each in seen] == [Fate.CHANGED, Fate.CHANGED, Fate.WITHHELD, Fate.LOST]
    assert world.value("SELECT count(*) FROM outbox WHERE rule_id = 'rule0'") == sum(
        each.alerts for each in seen
    )
    after = world.value("SELECT count(*) FROM matches WHERE ended_at IS NULL")
    written = [each for each in seen if each.fate is not Fate.WITHHELD]
    assert after - before == sum(len(each.matched) - len(each.unmatched) for each in written) == 0


def test_a_rule_that_came_after_the_text_is_told_nothing(world: World) -> None:
    article_id = world.store_article(URL).article_id
    assert article_id is not None
    world.begin(hours=1)
    world.add_rule("ferry")
    (done,) = apply(world, read(world, article_id, f"{TEXT}\n{FERRY}"))
    assert (done.matched, done.alerts) == (("rule0",), 0)
    assert due(world) == []


def test_a_match_that_ended_stays_on_record_and_marks_nothing_in_the_mail(world: World) -> None:
    world.add_rule("ferry")
    article_id = world.store_article(URL, body=f"{TEXT}\n{FERRY}").article_id
    assert article_id is not None
    (alert,) = world.store.claim_alerts(world.now, 60)
    world.store.mark_deferred([alert.id], "no answer", world.now, "<1@example.com>")  # it may have left
    (done,) = apply(world, read(world, article_id, TEXT))
    assert (done.fate, done.unmatched) == (Fate.LOST, ("rule0",))
    (row,) = world.rows("SELECT rule_id, ended_at FROM matches")
    assert row["ended_at"] == "2026-11-23T15:00:00Z"
    (alert,) = world.store.claim_alerts(world.now, 60)
    assert alert.spans == ()
    (note,) = world.rows("SELECT kind, article_id, text FROM notes WHERE kind = 'unmatched'")
    assert note["article_id"] == article_id
    assert "rule0" in note["text"]


def test_an_alert_that_waits_for_a_match_that_ended_is_taken_back(world: World) -> None:
    world.add_rule("ferry", cadence="hourly")
    world.add_rule("bridge", cadence="hourly")
    article_id = world.store_article(URL, body=f"{TEXT}\n{FERRY}").article_id
    assert article_id is not None
    assert world.value("SELECT count(*) FROM outbox WHERE state = 'queued'") == 2
    apply(world, read(world, article_id, TEXT))
    assert [row["rule_id"] for row in world.rows("SELECT rule_id FROM outbox")] == ["rule1"]
    (note,) = world.rows("SELECT text FROM notes WHERE kind = 'unmatched'")
    assert "taken back" in note["text"]
    (done,) = apply(world, read(world, article_id, f"{TEXT}\n{FERRY}", extraction="mended"))
    assert (done.matched, done.alerts) == (("rule0",), 1), "once the text says it again readers are told"


def test_an_alert_that_waits_is_about_a_copy_that_still_holds_the_match(world: World) -> None:
    world.add_rule("ferry", cadence="hourly")
    url = "http://www.example.com/Detail/2026/11/23/{}/x"
    one, two = (world.store_article(url.format(number), body=f"{TEXT}\n{FERRY}") for number in (1, 2))
    assert one.story_id == two.story_id
    assert one.article_id is not None
    assert world.value("SELECT article_id FROM outbox") == one.article_id
    apply(world, read(world, one.article_id, TEXT))
    assert [row["article_id"] for row in world.rows("SELECT article_id FROM outbox")] == [two.article_id]


def test_a_match_on_record_is_judged_by_the_query_of_its_time(world: World) -> None:
    rule = world.add_rule("bridge")
    article_id = world.store_article(URL).article_id
    assert article_id is not None
    world.rules[0] = replace(rule, query="harbour")
    world.add_rule("engineers")
    (done,) = apply(world, read(world, article_id, f"Karlow.\n{TEXT}"))
    assert (done.matched, done.unmatched) == ((), ())
    (row,) = world.rows("SELECT query, spans, ended_at FROM matches")
    assert (row["query"], row["ended_at"]) == ("bridge", None)
    body = f"Karlow.\n{TEXT}"
    assert [body[s:e] for f, s, e in json.loads(row["spans"]) if f == "body"] == ["bridge"]


# --- re-checks beside other rules -----------------------------------------------------------------


def test_a_duplicate_at_a_mirror_that_other_rules_read_is_no_divergence(world: World) -> None:
    world.store_article(URL, extraction="old")
    link = world.found("http://www.example.com/Detail/7777")  # it redirects to the known one
    page = world.page(link, host="example-mirror.net", url="http://example-mirror.net/Detail/1001")
    world.write(world.article(link, body=f"{TEXT}\n{FERRY}", page=page, extraction="new"))
    assert world.rows("SELECT * FROM divergences") == []
    assert world.value("SELECT recheck_at FROM articles") == "2026-11-23T12:00:00Z"


def test_the_same_text_by_other_rules_asks_for_no_kept_page(world: World) -> None:
    article_id = world.store_article(URL, extraction="old").article_id
    assert article_id is not None
    world.begin(hours=2)
    link = world.recheck(article_id)
    assert world.store.outdated_texts(world.article(link, extraction="new")) == []
    other = world.article(link, body=f"{TEXT}\n{FERRY}", extraction="new")
    assert [each.number for each in world.store.outdated_texts(other)] == [1]
    assert world.store.outdated_texts(replace(other, extraction="old")) == []


def test_the_window_is_walked_in_steps_and_names_each_text_once(world: World) -> None:
    urls = [f"http://www.example.com/Detail/2026/11/23/{n}/x" for n in range(7)]
    for url in urls:
        world.store_article(url, url, f"{url} {TEXT}", extraction="old")
    window = TextWindow(outlet_id="example", version="new")
    seen: list[int] = []
    after = (0, 0)
    while found := world.store.texts_to_read(window, after, 3):
        seen += [number for _, number in found]
        after = found[-1][0]
    assert seen == [row["id"] for row in world.rows("SELECT id FROM revisions ORDER BY id")]
    assert world.store.count_texts(window) == (7, 0)
    assert world.store.count_texts(replace(window, version="old")) == (0, 0)
    assert world.store.count_texts(replace(window, outlet_id="other")) == (0, 0)


@pytest.mark.parametrize(
    "damage",
    [
        "zeroblob(length(body))",
        "'a text'",
        "7",
        "substr(body, 1, length(body) - 3)",
        "(SELECT body FROM captures WHERE id = 1)",
    ],
)
def test_a_recheck_reads_the_other_pages_of_an_article_again_when_one_is_damaged(
    world: World, damage: str
) -> None:
    article_id = world.store_article(URL, extraction="old").article_id
    assert article_id is not None
    body = TEXT
    for number, told in (
        (2, "The mayor of the town spoke to reporters."),
        (3, "A second bridge stays open."),
    ):
        world.begin(hours=24)
        link, body = world.recheck(article_id), f"{body}\n{told}"
        world.write(world.article(link, body=body, page=world.page(link, body=b"%d" % number)))
    before = world.value("SELECT body FROM captures WHERE id = 2")
    world.store._db.execute(f"UPDATE captures SET body = {damage} WHERE id = 2")
    world.begin(hours=24)
    item = world.article(world.recheck(article_id), body=FERRY, extraction="new")
    assert [text.number for text in world.store.outdated_texts(item)] == [3, 1]
    with pytest.raises(PageDamaged, match="capture 2"):
        world.store.kept_text(2)
    world.store._db.execute("UPDATE captures SET body = ? WHERE id = 2", (before,))
    assert [text.number for text in world.store.outdated_texts(item)] == [3, 2, 1]
