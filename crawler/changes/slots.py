"""Where two texts of one page differ, by lines, and whether what stands there may change by itself. Pure.

A slot is what stands between two lines that both texts have. What rotates (a teaser, the quote of the day) is replaced by
something unlike it between the same lines; an edit, as a rule, is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from crawler.changes.aligning import ALIKE, in_both
from crawler.changes.corrections import is_correction
from crawler.changes.furniture import is_label, settled
from crawler.changes.words import is_sentence, keys_of
from crawler.query.fold import fold_text

MOST_ANCHOR = 200
"""Characters of a line by which a slot is known."""
DOUBTFUL = 0.8
"""Share of its words that a line keeps at least when it was edited and surely not replaced: sayings of the day, the
weather and stock prices are alike."""
MOST_SLOTS, MOST_LINES, MOST_LABELS = 8, 6, 40
"""Slots in which a page may differ, and lines (or lines that are labels only) in each, for the difference to be one that
may come by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place where two texts differ."""

    before: str
    """The line, folded, behind which it is; empty at the beginning."""
    behind: str
    """The line, folded, before which it is; empty at the end."""
    old: tuple[str, ...] = field(default=(), repr=False)
    new: tuple[str, ...] = field(default=(), repr=False)

    @property
    def place(self) -> tuple[str, str]:
        """What it is known by."""
        return self.before, self.behind

    @property
    def lines(self) -> int:
        """How many lines stand there at most."""
        return max(len(self.old), len(self.new))

    @property
    def length(self) -> int:
        """How many characters stand there at most."""
        return max(sum(map(len, self.old)), sum(map(len, self.new)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """All slots of two texts."""

    slots: tuple[Slot, ...]
    kept: int
    """Sentences, counted by lines, that stand in both."""
    is_headline_changed: bool

    def may_be_jitter(self) -> bool:
        """Return whether it may come by itself: a few lines that are labels, or that were replaced by others unlike
        them, while most of the text and the headline stayed."""
        return (
            not self.is_headline_changed
            and 0 < len(self.slots) <= MOST_SLOTS
            and self.kept * 2 >= sum(map(_sentences, self.slots))
            and self.kept > 0
            and all(rotates(slot, DOUBTFUL) for slot in self.slots)
        )


def difference(old: tuple[str, str], new: tuple[str, str]) -> Difference:
    """Return where two texts, (title, body) each, differ; lines that are furniture everywhere are left out."""
    before, after = (
        [(line, key) for line in each[1].split("\n") if line.strip() and (key := settled(line)) is not None]
        for each in (old, new)
    )
    same, _ = in_both([key for _, key in before], [key for _, key in after])
    return Difference(
        slots=tuple(_slots(before, after, same)),
        kept=sum(is_sentence(after[number][0]) for number in same),
        is_headline_changed=settled(old[0]) != settled(new[0]),
    )


def _slots(
    before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]], same: dict[int, int]
) -> Iterator[Slot]:
    last_old = last_new = -1
    for number, place in [*sorted(same.items()), (len(after), len(before))]:
        old, new = before[last_old + 1 : place], after[last_new + 1 : number]
        if old or new:
            yield Slot(
                before=before[last_old][1][:MOST_ANCHOR] if last_old >= 0 else "",
                behind=before[place][1][:MOST_ANCHOR] if place < len(before) else "",
                old=tuple(line for line, _ in old),
                new=tuple(line for line, _ in new),
            )
        last_old, last_new = place, number


def rotates(slot: Slot, alike: float = ALIKE) -> bool:
    """Return whether what stands in a slot is labels, or was replaced by something that shares less than *alike* of its
    words; a note of a correction does not rotate."""
    lines = (*slot.old, *slot.new)
    if any(map(is_correction, lines)):
        return False
    if all(map(is_label, lines)):
        return slot.lines <= MOST_LABELS
    return slot.lines <= MOST_LINES and bool(slot.old and slot.new) and _likeness(slot) < alike


def _sentences(slot: Slot) -> int:
    return max(sum(map(is_sentence, slot.old)), sum(map(is_sentence, slot.new)))


def _likeness(slot: Slot) -> float:
    old, new = (Counter(key for line in lines for key in keys_of(line)) for lines in (slot.old, slot.new))
    total = old.total() + new.total()
    return 2 * (old & new).total() / total if total else 0.0


def fits(slot: Slot, most_lines: int, most_length: int) -> bool:
    """Return whether what stands in a slot now is no more than what stood there when it was learned to change by
    itself, and no note of a correction."""
    new_length = sum(map(len, slot.new))
    is_small = len(slot.new) <= most_lines and new_length <= 2 * most_length + 40
    old = {fold_text(line) for line in slot.old}
    return is_small and not any(is_correction(line) for line in slot.new if fold_text(line) not in old)
