"""An alert whose text changes while somebody is about to send it: it leaves as it is then, or not at all, and once."""

from __future__ import annotations

from crawler.items import Alert
from tests.storage.pages import Paper, signals, text
from tests.storage.test_breaks import LONG, TEASER, article, broken_open, leaving
from tests.storage.test_quarantine import reading, write
from tests.storage.world import World

HOLD_OVER = 25
"""Hours after which what is in doubt leaves marked."""


def leased(world: World, **later: float) -> Alert:
    """Return the one alert that is due and is about to be sent."""
    world.begin(**later)
    (alert,) = world.store.claim_alerts(world.now, 300)
    return alert


def test_one_that_the_sound_text_does_not_give_does_not_leave(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    number = article(paper.print_broken(TEASER))
    alert = leased(world, hours=HOLD_OVER)
    assert alert.doubt
    write(world, reading(world, number, signals(1), text(9000, 300)))
    assert world.store.mark_sending([alert.id], "<a@example.org>") == [alert.id]
    assert leaving(world, hours=1) == []


def test_one_that_the_sound_text_gives_leaves_with_that_text_and_unmarked(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    number = article(paper.print_broken(TEASER))
    alert = leased(world, hours=HOLD_OVER)
    write(world, reading(world, number, signals(1), LONG))
    assert world.store.mark_sending([alert.id], "<a@example.org>") == [alert.id]
    again = leased(world)
    assert (again.body, again.doubt) == (LONG, False)
    assert world.store.mark_sending([again.id], "<b@example.org>") == []


def test_one_that_goes_over_to_another_article_leaves_about_that_one(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    first, second = paper.print_broken(LONG), paper.print_broken(LONG)
    alert = leased(world, hours=HOLD_OVER)
    assert alert.article_id == first.article_id
    write(world, reading(world, article(first), signals(1), text(9000, 300)))
    assert world.store.mark_sending([alert.id], "<a@example.org>") == [alert.id]
    assert leaving(world, hours=HOLD_OVER) == [(article(second), 1, True)]
    assert leaving(world, hours=HOLD_OVER) == []


def test_one_of_a_text_that_comes_into_doubt_is_held(paper: Paper) -> None:
    world = paper.world
    number = article(paper.print_broken(TEASER))
    alert = leased(world)
    broken_open(paper)
    assert world.store.mark_sending([alert.id], "<a@example.org>") == [alert.id]
    assert leaving(world, hours=1) == []
    assert leaving(world, hours=HOLD_OVER) == [(number, 1, True)]


def test_one_in_doubt_gives_way_to_a_sound_text_of_its_story(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    paper.print_broken(LONG)
    alert = leased(world, hours=HOLD_OVER)
    sound = paper.print(signals(900), LONG)
    assert world.store.mark_sending([alert.id], "<a@example.org>") == [alert.id]
    assert leaving(world, hours=1) == [(article(sound), 1, False)]
    assert leaving(world, hours=HOLD_OVER) == []


def test_one_that_was_handed_over_stays_what_it_is_and_is_told_once(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    number = article(paper.print_broken(TEASER))
    alert = leased(world, hours=HOLD_OVER)
    assert world.store.mark_sending([alert.id], "<a@example.org>") == []
    write(world, reading(world, number, signals(1), text(9000, 300)))
    world.store.mark_sent([alert.id], world.now, "<a@example.org>")
    assert leaving(world, hours=1) == []
    assert world.store.alerts(("sent",))[0]["message_id"] == "<a@example.org>"
