"""Copies join, issues and quotes do not, late links merge, and a story knows who was first and who added what."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.items import Precision, Reread
from storage import standings
from storage.connection import Connection
from storage.migrations import migrations
from storage.reextract import Reextractor
from storage.store import Store
from storage.values import stored
from tests.storage.newsroom import Newsroom, cut, prose, stated
from tests.storage.world import NOON, World

WIRE = prose(1)
BULLETINS = Path(__file__).parents[3] / "shared" / "data" / "presstv" / "samples.jsonl"


@pytest.fixture
def room(world: World) -> Newsroom:
    made = Newsroom(world)
    made.open("wire", "north", "south", "east")
    return made


def members(room: Newsroom, story_id: int | None) -> list[dict[str, Any]]:
    sql = "SELECT * FROM story_members WHERE story_id = ? ORDER BY first_seen_at, article_id"
    return room.world.rows(sql, story_id)


# --- joining --------------------------------------------------------------------------------------


def test_copies_of_a_wire_join_over_outlets_and_within_one(room: Newsroom) -> None:
    first = room.publish("wire", WIRE)
    for name in ("north", "south", "wire"):
        assert room.publish(name, f"{prose(2, 2)}\n{WIRE}\n{prose(3, 2)}", hours=1).story_id == first.story_id


def test_a_copy_cut_to_seventy_percent_with_other_ends_joins(room: Newsroom) -> None:
    first = room.publish("wire", WIRE)
    words = cut(WIRE, 0.7).split(" ")
    copy = " ".join([*prose(2, 2).split()[:12], *words[12:-12], *prose(3, 2).split()[:12]])
    assert room.publish("north", copy).story_id == first.story_id


def test_a_quote_in_a_longer_piece_does_not_join(room: Newsroom) -> None:
    first = room.publish("wire", prose(1, 6))
    assert room.publish("north", f"{prose(2, 12)}\n{prose(1, 6)}\n{prose(3, 12)}").story_id != first.story_id


@pytest.mark.parametrize("share", [0.1, 0.5, 0.75])
def test_issues_of_a_bulletin_are_stories_of_their_own_however_much_stands_in_all(
    room: Newsroom, share: float
) -> None:
    standing = prose(9, int(40 * share))
    found = set()
    for day in range(5):
        body = f"{standing}\n{prose(20 + day, 40 - int(40 * share))}"
        at = stated(room.world.now + timedelta(days=1))
        title = f"News headlines of {day + 1} November"
        found.add(room.publish("wire", body, title, at=at, days=1).story_id)
    assert len(found) == 5


def test_a_bulletin_that_another_outlet_copies_links_no_issues(room: Newsroom) -> None:
    standing = prose(9, 30)
    bodies = [f"{standing}\n{prose(20 + day, 12)}" for day in range(3)]
    issues = [room.publish("wire", body, "News headlines", days=1).story_id for body in bodies]
    copies = [
        room.publish("north", f"Wire reports.\n{body}", "Wire: headlines", hours=1).story_id
        for body in bodies
    ]
    assert len(set(issues)) == 3
    assert copies == issues


def test_a_piece_published_again_another_day_under_its_title_joins(room: Newsroom) -> None:
    first = room.publish("wire", WIRE, "Bridge closed")
    again = room.publish("wire", f"{WIRE}\n{prose(2, 4)}", "Bridge closed", days=2)
    assert again.story_id == first.story_id


def test_the_same_title_on_the_same_day_is_no_series(room: Newsroom) -> None:
    first = room.publish("wire", WIRE, "Bridge closed")
    again = room.publish("wire", f"{cut(WIRE, 0.7)}\n{prose(2, 8)}", "Bridge closed", hours=1)
    assert again.story_id == first.story_id


def test_bulletins_of_one_day_stay_apart_once_the_title_was_used_on_another_day(room: Newsroom) -> None:
    title = "Harbour TV's news headlines"
    items = [prose(40 + number, 7) for number in range(12)]
    room.publish("wire", "\n".join(items[:4]), title)
    morning = room.publish("wire", "\n".join(items[4:8]), title, days=1)
    noon = room.publish("wire", "\n".join([*items[5:8], *items[8:10]]), title, hours=3)
    again = room.publish("wire", "\n".join(items[4:8]), title, hours=3)
    assert noon.story_id != morning.story_id, "three of four items stand in both"
    assert again.story_id == morning.story_id, "the same piece"
    copied = room.publish("north", "Wire reports.\n" + "\n".join([*items[5:8], *items[8:10]]), hours=1)
    assert copied.story_id == noon.story_id, "a copy of one issue makes the two no story"


# --- late links -----------------------------------------------------------------------------------

A, B, MIDDLE = prose(1, 20), prose(2, 20), prose(5, 14)
LEFT, RIGHT = f"{MIDDLE}\n{prose(1, 8)}", f"{MIDDLE}\n{prose(2, 8)}"
"""Texts that share too much of a third one, and by themselves 47 of 100 3-grams."""


def linked(room: Newsroom) -> tuple[int, int, int]:
    """Store halves of a text in two outlets and then the whole; return the stories."""
    one = room.publish("wire", A).story_id
    two = room.publish("north", B, hours=1).story_id
    three = room.publish("south", f"{A}\n{B}", hours=1).story_id
    assert one
    assert two
    assert three
    return one, two, three


def test_a_third_text_makes_two_stories_one_and_the_older_number_stays(room: Newsroom) -> None:
    one, two, three = linked(room)
    assert (one != two, three) == (True, one)
    assert room.world.value("SELECT merged_into FROM stories WHERE id = ?", two) == one
    assert [row["outlet"] for row in members(room, one)] == ["wire", "north", "south"]
    told = room.world.store.story(two)
    assert told is not None
    assert (told["story_id"], told["former_ids"], told["articles"]) == (one, [two], 3)
    assert room.publish("east", B, hours=1).story_id == one


def test_of_alerts_that_wait_for_both_stories_one_leaves(room: Newsroom) -> None:
    rule = room.world.add_rule("ka*")
    assert rule
    room.open("wire", "north", "south", "east")
    linked(room)
    rows = room.world.rows("SELECT state, error FROM outbox ORDER BY id")
    assert [row["state"] for row in rows] == ["queued", "dead"]
    assert "alert 1 is of the same story" in rows[1]["error"]
    assert room.world.store.outbox_depth() == {"queued": 1}
    assert len(room.world.store.claim_alerts(room.world.now, 60)) == 1


def test_what_was_sent_for_either_story_counts_for_both(room: Newsroom) -> None:
    room.world.add_rule("ka*")
    room.open("wire", "north", "south", "east")
    room.publish("wire", A)
    room.publish("north", B, hours=1)
    room.world.store.mark_sent([2], room.world.now, "<2@x>")
    room.publish("south", f"{A}\n{B}", hours=1)
    assert room.world.store.claim_alerts(room.world.now, 60) == []
    assert [row["state"] for row in room.world.rows("SELECT state FROM outbox ORDER BY id")] == [
        "dead",
        "sent",
    ]


def test_a_mail_that_is_about_to_leave_is_told_which_alerts_were_given_up(room: Newsroom) -> None:
    room.world.add_rule("ka*")
    room.open("wire", "north", "south", "east")
    room.publish("wire", A)
    room.publish("north", B, hours=1)
    store = room.world.store
    assert [alert.id for alert in store.claim_alerts(room.world.now, 60)] == [1, 2]
    room.publish("south", f"{A}\n{B}", minutes=0)
    assert store.mark_sending([1], "<1@x>") == []
    assert store.mark_sending([2], "<2@x>") == [2]
    assert room.world.value("SELECT message_id FROM outbox WHERE id = 2") == ""


# --- who was first --------------------------------------------------------------------------------


def first(room: Newsroom) -> tuple[str, bool, int]:
    (row,) = room.world.rows("SELECT outlet, is_known, may_be_first FROM first_to_publish")
    return row["outlet"], bool(row["is_known"]), row["may_be_first"]


def test_the_first_publisher_is_the_one_that_states_the_earliest_minute_whoever_was_seen_first(
    room: Newsroom,
) -> None:
    room.publish("north", WIRE, at=stated(NOON + timedelta(minutes=50)), hours=1)
    room.publish("wire", WIRE, at=stated(NOON + timedelta(minutes=20)), hours=1)
    assert first(room) == ("wire", True, 1)
    rows = members(room, 1)
    assert [(row["outlet"], row["is_first_published"], row["is_first_seen"]) for row in rows] == [
        ("north", 0, 1),
        ("wire", 1, 0),
    ]
    assert [(row["lag_seconds"], row["published_lag_seconds"]) for row in rows] == [(0, 1800), (3600, 0)]


def test_a_printed_day_does_not_beat_a_minute_of_that_day(room: Newsroom) -> None:
    room.publish("north", WIRE, at=stated(NOON + timedelta(minutes=50)), hours=1)
    room.publish("wire", WIRE, at=stated(NOON, Precision.DAY), hours=1)
    assert first(room) == ("north", False, 2)
    assert [row["is_first_published"] for row in members(room, 1)] == [None, None]


def test_a_printed_day_beats_the_next_day_where_the_outlet_is(room: Newsroom) -> None:
    room.open(tehran="Asia/Tehran")
    evening = NOON.replace(hour=21)  # past midnight in Tehran
    room.publish("wire", WIRE, at=stated(evening), hours=10)
    room.publish("tehran", WIRE, at=stated(NOON, Precision.DAY), hours=1)
    assert first(room) == ("tehran", True, 1)


def test_a_printed_day_beats_a_later_minute_when_it_was_seen_before(room: Newsroom) -> None:
    room.publish("wire", WIRE, at=stated(NOON, Precision.DAY), hours=1)
    room.publish("north", WIRE, at=stated(NOON + timedelta(hours=2)), hours=2)
    assert first(room) == ("wire", True, 1)


def test_without_a_stated_time_nobody_is_known_to_be_first(room: Newsroom) -> None:
    room.publish("south", WIRE, hours=1)
    room.publish("north", WIRE, hours=1)
    assert first(room) == ("south", False, 0)
    assert [row["is_first_published"] for row in members(room, 1)] == [None, None]


def test_a_time_later_than_the_sighting_proves_nothing(room: Newsroom) -> None:
    room.publish("wire", WIRE, at=stated(NOON + timedelta(days=90)), hours=1)
    room.publish("north", WIRE, at=stated(NOON + timedelta(hours=2)), hours=2)
    assert first(room) == ("wire", True, 1)


def test_order_of_outlets_counts_who_was_before_whom(room: Newsroom) -> None:
    for story, lag in enumerate((10, 20, 90)):
        body = prose(50 + story)
        start = room.world.now
        room.publish("wire", body, at=stated(start), minutes=5)
        room.publish("north", body, at=stated(start + timedelta(minutes=lag)), minutes=lag)
        room.world.now += timedelta(hours=1)
    room.publish("north", WIRE, at=stated(NOON, Precision.DAY), days=1)
    room.publish("wire", WIRE, at=stated(room.world.now, Precision.DAY), minutes=1)
    rows = room.world.rows("SELECT * FROM outlet_order ORDER BY outlet")
    told = [
        tuple(row[name] for name in ("outlet", "stories", "earlier", "later", "not_known")) for row in rows
    ]
    assert told == [("north", 4, 1, 3, 0), ("wire", 4, 3, 1, 0)]
    assert rows[1]["median_lead_seconds"] == 1200


# --- what each carries ----------------------------------------------------------------------------


def test_shares_and_additions_are_told_of_each_member(room: Newsroom) -> None:
    room.publish("wire", WIRE, at=stated(NOON))
    own = "Residents of the upper town told this paper that they had heard nothing of it. They were angry."
    room.publish(
        "north", f"{cut(WIRE, 0.5)}\n{own}\n{prose(7, 3)}", at=stated(NOON + timedelta(hours=1)), hours=2
    )
    wire, north = members(room, 1)
    assert (wire["share_of_first"], wire["share_of_own"], wire["added"]) == (1, 1, "")
    assert 0.45 < north["share_of_first"] < 0.55
    assert 0.7 < north["share_of_own"] < 0.8
    assert north["added"].splitlines()[0] == own
    assert north["added_words"] == len(north["added"].split())


def test_shares_are_of_the_first_publisher_even_when_it_comes_late(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standings, "COMPARED_AT_ONCE", 1)
    for hour, name in enumerate(("north", "south", "east")):
        room.publish(
            name, f"{cut(WIRE, 0.8)}\n{prose(30 + hour, 3)}", at=stated(NOON + timedelta(hours=hour)), hours=1
        )
    room.publish("wire", WIRE, at=stated(NOON - timedelta(hours=1)), hours=1)
    due = [row["share_of_first"] is None for row in members(room, 1)]
    assert True in due
    for other in (97, 98):
        room.publish("wire", prose(other), hours=1)
    shares = {row["outlet"]: row["share_of_first"] for row in members(room, 1)}
    assert shares["wire"] == 1
    assert all(0.7 < shares[name] < 0.85 for name in ("north", "south", "east"))
    assert room.world.value("SELECT count(*) FROM stories WHERE is_due") == 0


def test_of_a_story_of_very_many_articles_all_is_told_too(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standings, "MANY", 2)
    for hour, name in enumerate(("north", "south", "east", "wire", "north")):
        room.publish(name, WIRE, at=stated(NOON + timedelta(hours=5 - hour)), hours=6)
    assert [row["share_of_first"] for row in members(room, 1)] == [1] * 5
    (row,) = room.world.store.stories()
    assert (row["articles"], row["outlets"], row["first_publisher"]["article_id"]) == (5, 4, 5)
    assert row["latest_seen_at"] == members(room, 1)[-1]["first_seen_at"]


def test_an_edit_changes_neither_story_nor_shares(room: Newsroom) -> None:
    room.publish("wire", WIRE)
    copy = room.publish("north", WIRE, hours=1)
    before = members(room, 1)
    world = room.world
    world.begin(hours=1)
    link = world.recheck(copy.article_id or 0)
    page = world.page(link, host="north.example.org")
    (outcome,) = world.write(world.article(link, "Another title", prose(77), page=page))
    assert (outcome.revision, outcome.story_id) == (2, copy.story_id)
    after = members(room, 1)
    assert [row["share_of_first"] for row in after] == [row["share_of_first"] for row in before] == [1, 1]
    assert room.publish("south", prose(77), hours=1).story_id != copy.story_id


# --- lists ----------------------------------------------------------------------------------------


def test_stories_are_listed_by_size_age_and_speed(room: Newsroom) -> None:
    for name, hours in (("wire", 1), ("north", 9), ("south", 9), ("east", 9)):
        room.publish(name, prose(1), hours=hours)
    for name in ("north", "wire", "south"):
        room.publish(name, prose(2), minutes=10)
    room.publish("north", prose(3), hours=2)
    room.publish("north", prose(3), hours=2)
    store = room.world.store
    ids = {
        order: [row["story_id"] for row in store.stories(order)] for order in ("largest", "newest", "fastest")
    }
    assert ids == {"largest": [1, 2, 3], "newest": [3, 2, 1], "fastest": [2]}
    (fast,) = store.stories("fastest")
    assert (fast["spread"], fast["spread_seconds"], fast["outlets"]) == (2, 1200, 3)
    assert [row["story_id"] for row in store.stories(outlet="east")] == [1]
    assert [row["story_id"] for row in store.stories(since=room.world.now - timedelta(hours=3))] == [3]
    assert store.stories(limit=1)[0]["articles"] == 4


def test_old_pieces_found_at_once_are_no_fast_story(room: Newsroom) -> None:
    for name in ("wire", "north"):
        world, outlet = room.world, room.houses[name]
        world.outlet = outlet
        world.begin(minutes=1)
        world.discover(f"http://{outlet.hosts[0]}/old", source=outlet.sources[0], host=outlet.hosts[0])
        world.store._db.execute("UPDATE links SET silent = 1 WHERE state = 'pending'")
        (link,) = world.store.pending_links(name, world.now)
        world.write(world.article(link, body=WIRE, page=world.page(link, host=outlet.hosts[0])))
    assert room.world.store.stories()[0]["articles"] == 2
    assert room.world.store.stories("fastest") == []


def test_a_story_of_one_article_is_told_too_and_no_number_is_none(room: Newsroom) -> None:
    room.publish("wire", WIRE)
    told = room.world.store.story(1)
    assert told is not None
    assert [row["article_id"] for row in told["members"]] == [1]
    assert room.world.store.story(2) is None
    assert room.world.store.stories() == []


# --- other ways in which a story changes ----------------------------------------------------------


def test_another_reading_of_a_text_changes_the_shares_and_not_the_story(room: Newsroom) -> None:
    room.publish("wire", WIRE, at=stated(NOON))
    copy = room.publish("north", f"{WIRE}\n{prose(2, 8)}", hours=1)
    assert members(room, 1)[1]["added_words"] == 80
    world = room.world
    (row,) = world.rows("SELECT * FROM revisions WHERE article_id = ?", copy.article_id)
    link = world.store._db.one("SELECT * FROM links WHERE article_id = ?", (copy.article_id,))
    assert link is not None
    kept = world.store.kept_text(row["id"])
    assert kept is not None
    item = world.article(kept.page.link, row["title"], WIRE, page=kept.page, extraction="new")
    read = Reread(revision_id=row["id"], article_id=row["article_id"], number=1, article=item)
    with world.store._writing() as db:
        Reextractor(db, world.store._alerting, world.now, force=True).write(read, world.run_id)
    (_, north) = members(room, 1)
    assert (north["added_words"], north["share_of_own"]) == (0, 1)


def test_a_better_time_of_publication_changes_who_was_first(room: Newsroom) -> None:
    wire = room.publish("wire", WIRE, at=stated(NOON, Precision.DAY), hours=1)
    room.publish("north", WIRE, at=stated(NOON + timedelta(minutes=5)), hours=1)
    world = room.world
    assert first(room)[1:] == (False, 2)
    world.outlet = room.houses["wire"]
    world.begin(hours=1)
    link = world.recheck(wire.article_id or 0)
    page = world.page(link, host="wire.example.org")
    world.write(world.article(link, "Title 1", f"{WIRE}\nOne more line.", page=page, published=stated(NOON)))
    assert first(room) == ("wire", True, 1)


def test_the_bulletins_of_press_tv_stay_apart(room: Newsroom) -> None:
    """As they are, and those of which more than the beginning is known with as much standing text."""
    if not BULLETINS.exists():
        pytest.skip("../shared/data is not here")
    rows = [json.loads(line) for line in BULLETINS.read_text(encoding="utf-8").splitlines()]
    texts = [row["text"] for row in rows if "news headlines" in row["text"][:40]]
    whole = [text for text in texts if len(text.split()) >= 40]
    shortest = min(len(text.split()) for text in whole)
    longer = [f"{prose(9, shortest // 10)}\n{text}" for text in whole]
    for bodies in (texts, longer):
        ids = {room.publish("wire", body, "Press TV's news headlines", days=1).story_id for body in bodies}
        assert len(ids) == len(bodies) > 1


def test_a_store_of_the_version_before_gets_its_stories_told(tmp_path: Path) -> None:
    path = tmp_path / "newshawk.db"
    before = Connection.open(path, read_only=False)
    migrations.apply(Database(before.raw, execute_plugins=False), stop_before="m013_stories")
    before.execute("PRAGMA user_version = 12")
    before.execute(
        "INSERT INTO outlets VALUES ('wire', 'Wire', '[]', '', 'UTC', 'wire.example.org', '', NULL, NULL, NULL)"
    )
    before.execute("INSERT INTO stories (id, created_at) VALUES (1, ''), (2, '')")
    for number, body, story_id in ((1, WIRE, 1), (2, cut(WIRE, 0.5), 1), (3, prose(3), 2)):
        at = stored(NOON + timedelta(hours=number))
        before.execute(
            "INSERT INTO links (id, outlet_id, ledger_key, url, address, key_kind, key_value, host, state, first_seen_at,"
            " last_seen_at, settled_at, article_id) VALUES (?1, 'wire', ?1, '', '', 'id', ?1, '', 'new', ?2, ?2, ?2, NULL)",
            (number, at),
        )
        before.execute(
            "INSERT INTO articles (id, outlet_id, key_kind, key_value, link_id, url, story_id, revision, first_seen_at,"
            " last_seen_at, revised_at, published_precision, published_source, checked_at)"
            " VALUES (?1, 'wire', 'id', ?1, ?1, '', ?2, 1, ?3, ?3, ?3, 'none', 'none', ?3)",
            (number, story_id, at),
        )
        before.execute(
            "INSERT INTO revisions (article_id, number, seen_at, host, fetched_url, title, byline, section, language,"
            " published_precision, published_source, image_url, image_caption, word_count, text_sha256, method, body)"
            " VALUES (?, 1, ?, '', '', 'Title', '[]', '', '', 'none', 'none', '', '', 9, '', 'rule', ?)",
            (number, at, body),
        )
    before.close()
    with Store.open(path) as store:
        room = Newsroom(World(store=store, path=path))
        (row,) = store.stories()
        assert (row["articles"], row["first_publisher"]["article_id"]) == (2, 1)
        assert [each["share_of_first"] for each in members(room, 1)] == [None, None]
        room.open("north")
        room.publish("north", prose(4))
        whole, half = members(room, 1)
        assert whole["share_of_first"] == 1
        assert 0.45 < half["share_of_first"] < 0.55
