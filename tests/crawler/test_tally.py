"""The sums of a run: every address once, and they add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import LinkState, Outcome
from crawler.tally import COLUMNS, Tally, column_by_ledger


def test_a_known_link_that_is_rechecked_counts_by_its_outcome() -> None:
    tally = Tally()
    tally.add_known([1])
    tally.add_pending([1])
    tally.settle(Outcome(link_id=1, state=LinkState.UNCHANGED))
    tally.add_known([1])
    assert tally.counts() == dict.fromkeys(COLUMNS, 0) | {"found": 1, "unchanged": 1}


def test_a_link_that_was_asked_for_is_not_asked_again() -> None:
    tally = Tally()
    tally.add_known([1])
    assert not tally.is_counted(1)
    tally.add_pending([1])
    assert tally.is_counted(1)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("known"), st.integers(0, 9)),
        st.tuples(st.just("pending"), st.integers(0, 9)),
        st.tuples(st.sampled_from(list(LinkState)), st.integers(0, 9)),
    )
)


@given(steps)
def test_found_is_the_sum_of_the_rest(taken: list[tuple[str, int]]) -> None:
    tally = Tally()
    for word, link_id in taken:
        if word == "known":
            tally.add_known([link_id])
        elif word == "pending" and not isinstance(word, LinkState):
            tally.add_pending([link_id])
        else:
            tally.settle(Outcome(link_id=link_id, state=LinkState(word)))
    counts = tally.counts()
    assert tuple(counts) == COLUMNS
    assert counts["found"] == sum(counts[name] for name in COLUMNS[1:]) == len({each for _, each in taken})


@pytest.mark.parametrize(
    ("column", "state", "verdict", "is_open", "belongs"),
    [
        ("known", "failed", None, False, "known"),
        ("new", "new", "new", False, "new"),
        ("new", "new", None, False, "new"),
        ("revised", "new", "revision", False, "revised"),
        ("failed", "new", "gone", False, "failed"),
        ("failed", "failed", "failed", True, "failed"),
        ("pending", "pending", None, True, "pending"),
        ("pending", "failed", None, True, "pending"),
        ("pending", "duplicate", None, False, "duplicate"),
        ("duplicate", "pending", None, True, "pending"),
        ("skipped", "skipped", None, False, "skipped"),
        ("pending", "new", "new", False, None),
        ("new", "failed", "failed", False, None),
        ("skipped", "pending", None, True, None),
        ("failed", "skipped", "failed", False, None),
    ],
)
def test_the_ledger_says_in_which_column_a_link_belongs(
    column: str, state: str, verdict: str | None, is_open: bool, belongs: str | None
) -> None:
    held = column_by_ledger(column, state, verdict=verdict, is_open=is_open, is_set_aside=False)
    assert held == belongs
