"""Which unit of one text stands for which of the other, and which words differ between two units. Pure.

All of it is bounded: units that stand in both are found by their keys (n log n), of the others only a bounded number is
compared pair by pair, and words by Myers' algorithm, which ends when two units have more than a bounded number of
differences: they are then told as wholly different. So a body of 20,000 words of which each was changed costs no more
than a report.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

MOST_DIFFERENCES = 400
"""Words added and removed between two units that are told one by one."""
ALL_STEPS = 800_000
"""Steps that all comparisons of words between two texts may take; a step is some 200 ns."""
MOST_PAIRS = 6_000
"""Pairs of units, one of each text, whose likeness is measured."""
ALIKE = 0.45
"""Share of their words that two units have in common to be two forms of one."""

Hunk = tuple[int, int, int, int]
"""Words a to b of the old unit became words c to d of the new one."""


class Budget:
    """Steps that are left for the comparison of two texts."""

    def __init__(self, steps: int = ALL_STEPS) -> None:
        self.steps = steps

    def differences(self) -> int:
        """Return how many differences the next comparison may find before it ends."""
        return min(MOST_DIFFERENCES, isqrt(max(self.steps, 0) * 2))

    def spend(self, differences: int) -> None:
        """Take off what a comparison cost that found so many differences."""
        self.steps -= differences * differences // 2 + 1


@dataclass(frozen=True, slots=True)
class Aligned:
    """How the units of two texts stand to each other, by their numbers."""

    same: dict[int, int]
    """New number -> old number of units that stand in both, in the same order."""
    moved: dict[int, int]
    """The same of units that stand in both, but elsewhere."""
    changed: dict[int, int]
    """New number -> old number of two forms of one unit."""
    added: list[int]
    """New numbers of what has no counterpart."""
    removed: list[int]
    """Old numbers of what has none."""


def align(old: Sequence[str], new: Sequence[str], words: Sequence[Sequence[Sequence[str]]]) -> Aligned:
    """Return how units stand to each other: *old* and *new* are their keys, *words* the keys of the words of each of
    the old ones and of each of the new ones."""
    same, moved = in_both(old, new)
    matched = {*same.values(), *moved.values()}
    added = [number for number in range(len(new)) if number not in same and number not in moved]
    removed = [number for number in range(len(old)) if number not in matched]
    changed = _forms(removed, added, words, same)
    taken = set(changed.values())
    return Aligned(
        same=same,
        moved=moved,
        changed=changed,
        added=[number for number in added if number not in changed],
        removed=[number for number in removed if number not in taken],
    )


def in_both(old: Sequence[str], new: Sequence[str]) -> tuple[dict[int, int], dict[int, int]]:
    """Return new -> old number of the units that stand in both: those in the same order, and those that moved."""
    places: dict[tuple[str, int], int] = {}
    seen: Counter[str] = Counter()
    for number, key in enumerate(old):
        places[key, seen[key]] = number
        seen[key] += 1
    seen.clear()
    both: list[tuple[int, int]] = []
    for number, key in enumerate(new):
        if (place := places.get((key, seen[key]))) is not None:
            both.append((number, place))
        seen[key] += 1
    in_order = _longest_rise(both)
    same = {both[at][0]: both[at][1] for at in in_order}
    return same, {number: place for number, place in both if number not in same}


def _longest_rise(both: Sequence[tuple[int, int]]) -> list[int]:
    """Return places of the longest run of pairs, not all neighbours, whose second numbers rise."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, (_, value) in enumerate(both):
        place = bisect_left(tails, value)
        if place == len(tails):
            tails.append(value)
            ends.append(at)
        else:
            tails[place] = value
            ends[place] = at
        before.append(ends[place - 1] if place else -1)
    run: list[int] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        run.append(at)
        at = before[at]
    return run[::-1]


def _forms(
    removed: Sequence[int],
    added: Sequence[int],
    words: Sequence[Sequence[Sequence[str]]],
    same: dict[int, int],
) -> dict[int, int]:
    """Return new -> old number of units that are two forms of one: the likest first, of many only those that stand
    at the same place between what stayed."""
    if len(removed) * len(added) <= MOST_PAIRS:
        pairs = [(old, new) for old in removed for new in added]
    else:
        pairs = _neighbours(removed, added, same)
    bags = (
        {number: Counter(words[0][number]) for number in removed},
        {n: Counter(words[1][n]) for n in added},
    )
    measured = []
    for old, new in pairs:
        likeness = _likeness(bags[0][old], bags[1][new])
        if likeness >= ALIKE:
            measured.append((-likeness, abs(old - new), old, new))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, old, new in sorted(measured):
        if old not in taken and new not in found:
            found[new] = old
            taken.add(old)
    return found


def _neighbours(removed: Sequence[int], added: Sequence[int], same: dict[int, int]) -> list[tuple[int, int]]:
    """Return pairs at the same place: the nth removed and the nth added one behind the same unit that stayed."""
    stayed = sorted(same)
    old_stayed = sorted(same.values())
    slots: dict[int, list[int]] = {}
    for number in removed:
        slots.setdefault(bisect_left(old_stayed, number), []).append(number)
    pairs, counts = [], Counter[int]()
    for number in added:
        slot = bisect_left(stayed, number)
        olds = slots.get(slot, [])
        if counts[slot] < len(olds):
            pairs.append((olds[counts[slot]], number))
        counts[slot] += 1
    return pairs


def _likeness(old: Counter[str], new: Counter[str]) -> float:
    total = old.total() + new.total()
    return 2 * (old & new).total() / total if total else 0.0


def hunks(old: Sequence[str], new: Sequence[str], budget: Budget) -> list[Hunk]:
    """Return where two sequences differ, fewest differences first thought of (Myers 1986); one hunk for all of it
    when there are more than the budget has steps for."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    if not before and not after:
        return []
    whole = [(start, start + len(before), start, start + len(after))]
    if not before or not after:
        return whole
    most = budget.differences()
    trace = _forward(before, after, most)
    budget.spend(most if trace is None else len(trace))
    if trace is None:
        return whole
    return [(a + start, b + start, c + start, d + start) for a, b, c, d in _backward(trace, before, after)]


def _forward(old: Sequence[str], new: Sequence[str], most: int) -> list[dict[int, int]] | None:
    """Return the furthest places reached with 0, 1, 2 ... differences; None with more than *most*."""
    reached, trace = {1: 0}, []
    for count in range(most + 1):
        trace.append(dict(reached))
        for line in range(-count, count + 1, 2):
            down = line == -count or (line != count and reached[line - 1] < reached[line + 1])
            x = reached[line + 1] if down else reached[line - 1] + 1
            y = x - line
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            reached[line] = x
            if x >= len(old) and y >= len(new):
                return trace
    return None


def _backward(trace: list[dict[int, int]], old: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    x, y = len(old), len(new)
    single: list[Hunk] = []
    for count in range(len(trace) - 1, 0, -1):
        reached, line = trace[count], x - y
        down = line == -count or (line != count and reached[line - 1] < reached[line + 1])
        before = line + 1 if down else line - 1
        at_x = reached[before]
        at_y = at_x - before
        single.append((at_x, at_x, at_y, at_y + 1) if down else (at_x, at_x + 1, at_y, at_y))
        x, y = at_x, at_y
    joined: list[Hunk] = []
    for a, b, c, d in reversed(single):
        if joined and joined[-1][1] == a and joined[-1][3] == c:
            joined[-1] = (joined[-1][0], b, joined[-1][2], d)
        else:
            joined.append((a, b, c, d))
    return joined
