"""Two texts of one article beside each other: paragraphs, and the words within those that changed. Pure, bounded in time
(crawler/changes/aligning.py): where too much differs, paragraphs are told whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from crawler.changes.aligning import Aligned, Budget, Hunk, align, hunks
from crawler.changes.classes import classify
from crawler.changes.words import Word, keys_of, paragraphs_of, words_of
from crawler.items.changes import ChangeClass, DiffLine, Piece, Reading, TextDiff
from crawler.items.times import Timestamp

SHORT = 2
"""Words between two differences that are told with them: single words that both sides have by chance say nothing."""


def text_diff(old: Reading, new: Reading) -> TextDiff:
    """Return both texts beside each other."""
    budget = Budget()
    lines = tuple(_lines(paragraphs_of(old.body), paragraphs_of(new.body), budget))
    title = tuple(word_pieces(old.title, new.title, budget))
    byline = tuple(word_pieces(", ".join(old.byline), ", ".join(new.byline), budget))
    is_changed = any(line.sign != " " for line in lines) or any(sign != " " for sign, _ in (*title, *byline))
    change = classify(old, new) if is_changed else None
    return TextDiff(
        title=title,
        byline=byline,
        published=tuple(_whole_pieces(_printed(old.published), _printed(new.published))),
        lines=lines,
        change=change,
    )


def _lines(old: Sequence[str], new: Sequence[str], budget: Budget) -> Iterator[DiffLine]:
    aligned = align(old, new, ([keys_of(line) for line in old], [keys_of(line) for line in new]))
    gone = iter(_removed_before(aligned, len(old)))
    waiting = next(gone, None)
    for number, line in enumerate(new):
        place = aligned.same.get(number, aligned.changed.get(number))
        while waiting is not None and place is not None and waiting < place:
            yield DiffLine(sign="-", pieces=(("-", old[waiting]),))
            waiting = next(gone, None)
        if number in aligned.same:
            yield DiffLine(sign=" ", pieces=((" ", line),))
        elif number in aligned.changed:
            pieces = word_pieces(old[aligned.changed[number]], line, budget)
            yield DiffLine(sign="~", pieces=tuple(pieces))
        elif number in aligned.moved:
            yield DiffLine(sign=">", pieces=((" ", line),))
        else:
            yield DiffLine(sign="+", pieces=(("+", line),))
    while waiting is not None:
        yield DiffLine(sign="-", pieces=(("-", old[waiting]),))
        waiting = next(gone, None)


def _removed_before(aligned: Aligned, count: int) -> list[int]:
    gone = set(aligned.removed)
    return [number for number in range(count) if number in gone]


def word_pieces(old: str, new: str, budget: Budget) -> Iterator[Piece]:
    """Yield the words of two lines; those in both and those only in the new one together are the new line."""
    before, after = words_of(old), words_of(new)
    found = hunks([word.text for word in before], [word.text for word in after], budget)
    at = 0
    for a, b, c, d in _joined(found, before):
        if same := _text(after[at:c]):
            yield " ", same
        for sign, words in (("-", before[a:b]), ("+", after[c:d])):
            if words:
                yield sign, _text(words)
        at = d
    if same := _text(after[at:]):
        yield " ", same


def _joined(found: Sequence[Hunk], words: Sequence[Word]) -> list[Hunk]:
    """Return differences joined where only a word or two stand between them and both are longer than that."""
    if not found:
        return []
    joined = [found[0]]
    for last, (a, b, c, d) in pairwise(found):
        between = [word for word in words[last[1] : a] if word.key]
        size = min(max(b - a, d - c), max(last[1] - last[0], last[3] - last[2]))
        if len(between) <= SHORT and size > max(len(between), 1):
            start = joined[-1]
            joined[-1] = (start[0], b, start[2], d)
        else:
            joined.append((a, b, c, d))
    return joined


def _text(words: Sequence[Word]) -> str:
    return "".join(word.blank + word.text for word in words)


def _whole_pieces(old: str, new: str) -> Iterator[Piece]:
    if old == new:
        if new:
            yield " ", new
        return
    if old:
        yield "-", old
    if new:
        yield "+", new


def _printed(stamp: Timestamp) -> str:
    """Return a time of publication as it was printed, as far as it was."""
    return stamp.local or (stamp.at.isoformat() if stamp.at else "") or stamp.raw or ""


def told_class(name: str) -> str:
    """Return a class in words."""
    return name.replace("_", " ") or "not classed yet"


CLASSES = tuple(each.value for each in ChangeClass if each is not ChangeClass.MENDED)
"""Classes that an edit may be asked for by."""
