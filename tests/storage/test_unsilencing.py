"""What a silence gave up is no alert that was told: what is found later is, and nobody is told twice or of what is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.joining import merge as merge_stories
from tests.storage.newsroom import Newsroom
from tests.storage.pages import Paper, printed
from tests.storage.test_breaks import TEASER, broken_open
from tests.storage.test_events import A as URL
from tests.storage.test_events import edit, remove
from tests.storage.test_reextract import FERRY, apply, read
from tests.storage.test_regrouping import NEWS, STUB
from tests.storage.test_stories import A, B
from tests.storage.world import TEXT, World

DAY, WEEK = timedelta(days=1), timedelta(days=7)
MAYOR = f"{TEXT}\nThe mayor resigned."


@pytest.fixture
def room(world: World) -> Newsroom:
    """Outlets that take texts from each other, and a rule for all of these."""
    world.add_rule("ka*")
    made = Newsroom(world)
    made.open("wire", "north", "south", "east")
    return made


def silence(world: World, until: timedelta | None = WEEK, rule: str = "rule0") -> int:
    number, _ = world.store.begin_silence(
        rule, "", "hand", world.now, None if until is None else world.now + until
    )
    return number


def states(world: World) -> list[tuple[int, str, int | None]]:
    """Return (article, state, silence) of each alert, the first one first."""
    rows = world.rows("SELECT article_id, state, silence_id FROM outbox ORDER BY id")
    return [(row["article_id"], row["state"], row["silence_id"]) for row in rows]


def reason(world: World, alert: int = 1) -> str:
    return str(world.value("SELECT error FROM outbox WHERE id = ?", alert))


# --- what is found when it is over ----------------------------------------------------------------


def test_a_copy_that_is_found_when_the_silence_is_over_is_told(room: Newsroom) -> None:
    silence(room.world, DAY)
    first = room.publish("wire", A, hours=1)
    room.publish("north", A, hours=1)
    assert states(room.world) == [(first.article_id, "dead", 1)], "a copy in the silence is silent"
    later = room.publish("south", A, days=2)
    assert states(room.world) == [(later.article_id, "queued", None)]
    assert room.publish("east", A, hours=1).alerts == 0


def test_a_copy_that_the_next_silence_holds_belongs_to_that(room: Newsroom) -> None:
    silence(room.world, DAY)
    room.publish("wire", A, hours=1)
    room.world.begin(days=2)
    assert silence(room.world, WEEK) == 2
    copy = room.publish("north", A, hours=1)
    assert states(room.world) == [(copy.article_id, "dead", 2)]
    assert room.world.store.end_silence(2, room.world.now, send=True) == 1


def test_an_edit_that_brings_the_match_anew_is_told(world: World) -> None:
    world.add_rule("mayor")
    silence(world, DAY)
    article = world.store_article(URL, body=MAYOR).article_id
    edit(world, article, TEXT)
    assert states(world) == [(article, "dead", 1)], "an edit that takes the match away tells nothing"
    assert edit(world, article, MAYOR).alerts == 1
    assert states(world) == [(article, "queued", None)]
    assert world.value("SELECT event FROM outbox") == "edit"


def test_an_edit_that_leaves_the_match_as_it_is_tells_nothing(world: World) -> None:
    world.add_rule("mayor")
    silence(world, DAY)
    article = world.store_article(URL, body=MAYOR).article_id
    assert edit(world, article, f"{MAYOR}\nNobody knows why.").alerts == 0
    assert states(world) == [(article, "dead", 1)]


def test_the_same_text_read_anew_was_found_in_the_silence(world: World) -> None:
    world.add_rule("ferry")
    silence(world, DAY)
    article = world.store_article(URL, body=f"{TEXT}\n{FERRY}").article_id
    assert article is not None
    world.begin(days=2)
    assert [each.alerts for each in apply(world, read(world, article, TEXT))] == [0]
    assert [each.alerts for each in apply(world, read(world, article, f"{TEXT}\n{FERRY}"))] == [0]
    assert states(world) == [(article, "dead", 1)]


def test_a_text_in_doubt_that_is_let_go_later_was_found_in_the_silence(world: World) -> None:
    world.add_rule("harbour")
    paper = printed(world)
    broken_open(paper)
    silence(world, DAY)
    article = paper.print_broken(TEASER).article_id
    world.begin(days=2)
    world.store.release([article or 0], world.now)
    assert states(world) == [(article, "dead", 1)]


def test_another_article_that_a_new_reading_brings_is_told_though_the_first_was_silenced(
    world: World,
) -> None:
    world.add_rule("ferry")
    silence(world, DAY)
    first = world.store_article(URL, "First", NEWS[0])
    second = world.store_article("http://www.example.com/Detail/2026/11/23/1002/Copy", "Copied", STUB)
    world.begin(days=2)
    assert second.article_id is not None
    (done,) = apply(world, read(world, second.article_id, NEWS[0]), force=True)
    assert (done.alerts, first.story_id) == (1, world.value("SELECT story_id FROM outbox"))
    assert states(world) == [(second.article_id, "queued", None)]


def test_who_was_not_told_of_a_removal_is_not_told_of_the_return(world: World) -> None:
    world.add_rule("bridge", on=("match", "removal"))
    article = world.store_article(URL).article_id
    world.store.mark_sent([1], world.now, "<1@x>")
    silence(world)
    remove(world, article)
    assert states(world)[1:] == [(article, "dead", 1)]
    assert world.store.end_silence(1, world.now) == 0
    assert edit(world, article).alerts == 0


# --- two stories that are one ---------------------------------------------------------------------


def test_a_silenced_alert_and_one_that_waits_stay_what_they_are_when_their_stories_become_one(
    room: Newsroom,
) -> None:
    silence(room.world, timedelta(hours=2))
    one = room.publish("wire", A, hours=1)
    two = room.publish("north", B, hours=2)
    room.publish("south", f"{A}\n{B}", hours=1)
    assert states(room.world) == [(one.article_id, "dead", 1), (two.article_id, "queued", None)]
    assert reason(room.world).startswith("silence 1 until")
    numbers = [row["story_id"] for row in room.world.rows("SELECT story_id FROM outbox ORDER BY id")]
    assert numbers == [two.story_id, one.story_id], "the one that leaves is that of the older number"
    assert room.publish("east", f"{A}\n{B}", hours=1).alerts == 0


@pytest.mark.parametrize("first_is_silenced", [True, False])
def test_nobody_is_told_again_of_a_story_when_its_silence_is_ended(
    room: Newsroom, first_is_silenced: bool
) -> None:
    world = room.world
    silence(world, None)
    room.publish("wire", A)
    room.publish("north", B, hours=1)
    sent = 2 if first_is_silenced else 1
    assert world.store.retry_alerts([sent], world.now) == [sent], "asked for by hand"
    world.store.mark_sent([sent], world.now, "<1@x>")
    room.publish("south", f"{A}\n{B}", hours=1)
    assert world.store.end_silence(1, world.now, send=True) == 0
    told = reason(world, 1 if first_is_silenced else 2)
    assert told.endswith("not sent when it ended: the reader has another alert of the story")
    assert world.store.claim_alerts(world.now, 60) == []


def test_of_two_silenced_alerts_of_stories_that_became_one_a_single_one_leaves(room: Newsroom) -> None:
    silence(room.world)
    room.publish("wire", A)
    room.publish("north", B, hours=1)
    room.publish("south", f"{A}\n{B}", hours=1)
    assert room.world.store.end_silence(1, room.world.now, send=True) == 1
    assert len(room.world.store.claim_alerts(room.world.now, 60)) == 1


def test_an_alert_that_waits_in_place_of_one_taken_back_is_silent_if_that_is_in_force(world: World) -> None:
    world.add_rule("ferry")
    first = world.store_article(URL, "First", NEWS[0])
    second = world.store_article("http://www.example.com/Detail/2026/11/23/1002/Else", "Second", NEWS[1])
    assert first.story_id is not None
    assert second.story_id is not None
    merge_stories(world.store._db, first.story_id, second.story_id)
    assert [state for _, state, _ in states(world)] == ["queued", "dead"]
    silence(world)
    assert world.store.retry_alerts([1], world.now) == [1], "asked for by hand, it leaves"
    world.store._db.execute("UPDATE articles SET merged_into = NULL, story_id = 2 WHERE id = 2")
    apply(world, read(world, first.article_id or 0, STUB), force=True)
    assert states(world) == [(second.article_id, "dead", 1)]


# --- what it gave up and no longer holds -----------------------------------------------------------


def test_what_no_text_says_any_more_stays_unsent(world: World) -> None:
    world.add_rule("ferry")
    silence(world)
    article = world.store_article(URL, body=f"{TEXT}\n{FERRY}").article_id
    apply(world, read(world, article or 0, TEXT))
    assert world.store.end_silence(1, world.now, send=True) == 0
    assert reason(world).endswith("; not sent when it ended: it holds no more")
    assert world.store.claim_alerts(world.now, 60) == []


def test_another_article_of_the_story_that_says_it_is_told_in_its_place(world: World) -> None:
    world.add_rule("ferry")
    silence(world)
    body = f"{TEXT}\n{FERRY}"
    first = world.store_article(URL, body=body)
    copy = world.store_article("http://www.example.com/Detail/2026/11/23/1002/Copy", "Copied", body)
    assert (first.story_id, first.alerts + copy.alerts) == (copy.story_id, 1)
    apply(world, read(world, first.article_id or 0, TEXT))
    assert world.store.end_silence(1, world.now, send=True) == 1
    (alert,) = world.store.claim_alerts(world.now, 60)
    assert (alert.article_id, bool(alert.spans)) == (copy.article_id, True)


def test_what_is_in_doubt_by_then_waits_for_its_day_and_is_marked(world: World) -> None:
    world.add_rule("harbour")
    paper: Paper = printed(world)
    silence(world)
    broken_open(paper)
    article = paper.print_broken(TEASER).article_id
    assert world.store.end_silence(1, world.now, send=True) == 1
    assert world.store.claim_alerts(world.now + timedelta(hours=23), 60) == []
    (alert,) = world.store.claim_alerts(world.now + timedelta(hours=25), 60)
    assert (alert.article_id, alert.doubt) == (article, True)


def test_what_is_not_in_doubt_any_more_leaves_unmarked(world: World) -> None:
    world.add_rule("harbour")
    paper = printed(world)
    broken_open(paper)
    silence(world)
    article = paper.print_broken(TEASER).article_id
    world.store.release([article or 0], world.now)
    assert world.store.end_silence(1, world.now, send=True) == 1
    (alert,) = world.store.claim_alerts(world.now, 60)
    assert (alert.article_id, alert.doubt) == (article, False)


@pytest.mark.parametrize("is_back", [False, True])
def test_a_removal_is_told_while_it_is_gone_and_not_when_it_is_back(world: World, is_back: bool) -> None:
    world.add_rule("bridge", on=("removal",))
    article = world.store_article(URL).article_id
    silence(world)
    remove(world, article)
    if is_back:
        edit(world, article)
    assert world.store.end_silence(1, world.now, send=True) == int(not is_back)


def test_a_rule_that_is_gone_or_no_longer_sends_to_the_reader_stays_unsent(world: World) -> None:
    world.add_rule("bridge")
    silence(world)
    world.store_article(URL)
    world.store._db.execute("UPDATE rules SET recipients = '[\"night\"]'")
    assert world.store.end_silence(1, world.now, send=True) == 0
    assert reason(world).endswith("the rule no longer sends to this reader")


# --- what is being sent ---------------------------------------------------------------------------


def leased(world: World, message_id: str = "<1@x>") -> None:
    """Let one alert be about to leave, under this Message-ID if it is being handed over."""
    world.add_rule("bridge")
    world.store_article(URL)
    assert len(world.store.claim_alerts(world.now, 60)) == 1
    if message_id:
        assert world.store.mark_sending([1], message_id) == []


def test_what_is_being_sent_when_a_silence_begins_may_arrive(world: World) -> None:
    leased(world)
    assert world.store.begin_silence("rule0", "", "hand", world.now, world.now + WEEK) == (1, 0)
    world.store.mark_sent([1], world.now, "<1@x>")
    assert states(world) == [(1, "sent", None)]


@pytest.mark.parametrize("mark", ["deferred", "unknown", "release", "lease"])
def test_the_silence_takes_it_when_the_try_fails(world: World, mark: str) -> None:
    leased(world)
    silence(world)
    again = world.now + timedelta(minutes=1)
    if mark == "deferred":
        world.store.mark_deferred([1], "451 try later", again)
    elif mark == "unknown":
        world.store.mark_unknown([1], "answer lost", again, "<1@x>")
    elif mark == "release":
        world.store.release_alerts()
    assert world.store.claim_alerts(again + DAY, 60) == []
    assert states(world) == [(1, "dead", 1)]
    assert reason(world).startswith("silence 1 until")
    assert world.store.outbox_depth() == {}


def test_what_is_claimed_and_not_handed_over_yet_is_taken_at_once(world: World) -> None:
    leased(world, "")
    assert world.store.begin_silence("rule0", "", "hand", world.now, world.now + WEEK) == (1, 1)
    assert world.store.mark_sending([1], "<1@x>") == [1]
    assert states(world) == [(1, "dead", 1)]


def test_a_mail_that_waits_for_its_second_try_is_taken_before_it_is_handed_over(world: World) -> None:
    leased(world)
    world.store.mark_deferred([1], "451 try later", world.now, "<1@x>")
    assert len(world.store.claim_alerts(world.now, 60)) == 1
    silence(world)
    assert world.store.mark_sending([1], "<1@x>") == [1]
    assert states(world) == [(1, "dead", 1)]


def test_what_a_silence_that_was_ended_meanwhile_had_taken_is_tried_again(world: World) -> None:
    leased(world)
    silence(world)
    assert world.store.end_silence(1, world.now) == 0
    world.store.mark_deferred([1], "451 try later", world.now)
    assert states(world) == [(1, "queued", None)]


def test_what_the_server_refuses_while_a_silence_begins_is_a_dead_letter(world: World) -> None:
    leased(world)
    silence(world)
    world.store.mark_dead([1], "550 no such user")
    assert world.store.outbox_depth() == {"dead": 1}


def test_a_retry_by_hand_within_a_silence_outlives_a_try_that_fails(world: World) -> None:
    world.add_rule("bridge")
    silence(world)
    world.store_article(URL)
    world.store.retry_alerts([1], world.now)
    world.store.claim_alerts(world.now, 60)
    world.store.mark_deferred([1], "451 try later", world.now)
    assert states(world) == [(1, "queued", None)]
