"""When a list rolled over between two polls."""

from __future__ import annotations

import pytest

from crawler.rollover import Listed, is_newest_first, is_rolled_over, missed


def listed(
    fresh: int, known: int = 0, *, expected: float | None = None, same_host: bool = True, order: str = ""
) -> Listed:
    marks = [mark == "f" for mark in order] or [True] * fresh + [False] * known
    return Listed(size_before=20, fresh=marks, expected=expected, same_host=same_host)


@pytest.mark.parametrize(
    ("given", "rolled"),
    [
        pytest.param(listed(20), True, id="no known link"),
        pytest.param(listed(19, 1), False, id="one known link"),
        pytest.param(listed(19, 1, expected=45), True, id="one known link, pinned: the rate filled it twice"),
        pytest.param(listed(19, 1, expected=30), False, id="one known link, and the rate says little"),
        pytest.param(
            listed(12, 8, expected=200), False, id="newest first, and it overlaps: the rate was lower"
        ),
        pytest.param(listed(0, 0, order="fffffkkkfffffkfffff", expected=200), True, id="blocks of sections"),
        pytest.param(listed(0, 0, order="fffffkkkfffffkfffff", expected=10), False, id="blocks, but slow"),
        pytest.param(
            listed(0, 0, order="fkkkfkkkkkkfkkkk", expected=200), False, id="blocks that mostly overlap"
        ),
        pytest.param(listed(0, 20, expected=500), False, id="an old list"),
        pytest.param(listed(4), False, id="too short to tell"),
        pytest.param(listed(20, same_host=False), False, id="another host's list"),
        pytest.param(
            listed(20, same_host=False, expected=30), True, id="another host's, and the rate agrees"
        ),
    ],
)
def test_lists_that_share_no_link_rolled_over(given: Listed, rolled: bool) -> None:
    assert is_rolled_over(given) is rolled


def test_a_list_that_was_short_before_says_nothing() -> None:
    assert not is_rolled_over(Listed(size_before=2, fresh=[True] * 20, expected=None, same_host=True))


def test_the_estimate_is_what_the_rate_expected_less_what_was_seen() -> None:
    assert missed(listed(20, expected=100)) == 80
    assert missed(listed(20, expected=15)) is None
    assert missed(listed(20)) is None


def test_newest_first_means_that_nothing_new_stands_below_something_known() -> None:
    assert is_newest_first([True, True, False, False])
    assert is_newest_first([])
    assert not is_newest_first([True, False, True])
