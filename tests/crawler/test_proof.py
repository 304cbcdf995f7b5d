"""Which validators are sent, and when a host's 304 is no longer believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.items import Validators
from crawler.proof import Answer, Judgement, Word, distrust, is_conditional, judged, proof_after, to_send

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
GIVEN = Validators(etag='"1"', last_modified="Mon, 23 Nov 2026 05:00:00 GMT", body_sha256="aa")
NEWER = replace(GIVEN, etag='"2"', body_sha256="bb")
WORD = Word(given=GIVEN, full_at=NOW, not_modified=3)


def sent(
    word: Word, *, after: timedelta = timedelta(minutes=5), rate: float | None = None, failing: bool = False
) -> Validators:
    return to_send(word, rate, NOW + after, failing=failing)


def after(word: Word, answer: Answer) -> Word:
    says: Judgement = judged(word, answer)
    return replace(word, stale=says.stale, lies=says.lies, distrusted_until=says.distrusted_until)


def answer(given: Validators = GIVEN, **more: bool) -> Answer:
    told = {"not_modified": False, "conditional": False, "has_news": False} | more
    return Answer(at=NOW, given=given, **told)


def test_validators_are_sent_until_the_proof_is_due_and_then_the_whole_is_asked_for() -> None:
    assert sent(WORD) == GIVEN
    assert not is_conditional(sent(WORD, after=timedelta(hours=24)))
    assert sent(WORD, after=timedelta(hours=24)).body_sha256 == "aa"


def test_after_a_failure_only_a_whole_answer_counts() -> None:
    assert not is_conditional(sent(WORD, failing=True))


def test_a_host_that_never_gave_a_whole_answer_is_asked_for_one() -> None:
    assert not is_conditional(sent(replace(WORD, full_at=None)))


@pytest.mark.parametrize(
    ("rate", "hours"), [(None, 24), (0.0, 24), (0.1, 24), (1e-9, 24), (1.0, 6), (100.0, 1)]
)
def test_the_proof_comes_sooner_where_news_is_frequent(rate: float | None, hours: float) -> None:
    assert proof_after(rate) == timedelta(hours=hours)


def test_news_under_the_same_validators_is_a_lie_at_once() -> None:
    says = judged(WORD, answer(has_news=True))
    assert says.is_lie
    assert says.distrusted_until == NOW + timedelta(days=1)


def test_news_under_new_validators_is_put_to_the_test_by_outdated_ones() -> None:
    word = after(WORD, answer(NEWER, has_news=True))
    assert word.lies == 0
    word = replace(word, given=NEWER, stale=replace(word.stale, outdated=True))
    question = sent(word)
    assert (question.etag, question.outdated) == ('"1"', True)
    assert judged(word, answer(NEWER, not_modified=True, conditional=True)).is_lie
    assert judged(word, answer(NEWER, conditional=True)) == Judgement()


def test_an_unchanged_or_a_volatile_body_settles_nothing_and_suspects_nobody() -> None:
    assert judged(WORD, answer(NEWER)) == Judgement()
    assert judged(replace(WORD, not_modified=0), answer(has_news=True)) == Judgement()


def test_a_host_that_answers_a_condition_with_news_is_honest_whatever_its_validators() -> None:
    assert judged(WORD, answer(has_news=True, conditional=True)) == Judgement()


def test_whole_answers_of_a_liar_leave_it_distrusted() -> None:
    liar = after(WORD, answer(has_news=True))
    again = after(liar, answer(NEWER, has_news=True))
    assert (again.lies, again.distrusted_until, again.stale) == (1, liar.distrusted_until, liar.stale)


def test_distrust_grows_with_each_lie_and_ends() -> None:
    assert [distrust(lies).days for lies in (1, 2, 3, 6, 99)] == [1, 2, 4, 30, 30]
    liar = after(WORD, answer(has_news=True))
    assert not is_conditional(sent(liar, after=timedelta(hours=20)))
    later = replace(liar, full_at=NOW + timedelta(days=2))
    assert is_conditional(sent(later, after=timedelta(days=2)))
