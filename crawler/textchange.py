"""How one text differs from another by lines and words, and whether only furniture does. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from crawler.extract.characters import folded
from crawler.query.fold import fold_text

MOST_WORDS = 4_000
"""Words of two lines whose words are compared one by one; beyond these the lines are told whole."""
_TITLE_JOINS = ("|", "-", "::", ":", '"', "·")
"""What stands between a headline and the name of a site, as it is folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChange:
    """What a text has that another had not, and the other way round."""

    gained: tuple[str, ...] = field(repr=False)
    lost: tuple[str, ...] = field(repr=False)
    lost_share: float
    """Share of the old text's words that the new one has not, 0 to 1; lines parted otherwise lose none."""


def text_change(old: str, new: str) -> TextChange:
    """Return what becomes of the lines of *old* in *new*; a line that stands in both is in neither list."""
    before, after = old.split("\n") if old else [], new.split("\n") if new else []
    return TextChange(gained=_beyond(after, before), lost=_beyond(before, after), lost_share=_lost(old, new))


def _beyond(lines: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """Return the lines that *others* have not, or not so often."""
    left = Counter(others)
    beyond = []
    for line in lines:
        if left[line]:
            left[line] -= 1
        else:
            beyond.append(line)
    return tuple(beyond)


def _lost(old: str, new: str) -> float:
    words = Counter(fold_text(old).split())
    count = words.total()
    return (words - Counter(fold_text(new).split())).total() / count if count else 0.0


def is_same_but_for_furniture(
    old: tuple[str, str, Collection[str]],
    new: tuple[str, str, Collection[str]],
    is_furniture: Callable[[str], bool],
    site: str = "",
) -> bool:
    """Return whether two readings of one address, (title, body, cut lines) each, may be one text read by different
    rules: each line that only one of them has was cut by the other, or *is_furniture*. A title may have gained or
    lost the name of the *site* behind it, nothing else.
    """
    if not _is_same_title(folded(old[0]), folded(new[0]), folded(site)):
        return False
    lines, others = ([folded(line) for line in each[1].split("\n")] for each in (old, new))
    if " ".join(lines) == " ".join(others):
        return True
    cut = {folded(line) for each in (old[2], new[2]) for line in each}
    return all(
        line in cut or is_furniture(line) for line in (*_beyond(lines, others), *_beyond(others, lines))
    )


def _is_same_title(a: str, b: str, site: str) -> bool:
    shorter, longer = sorted((a, b), key=len)
    return a == b or any(longer == f"{shorter} {join} {site}" for join in _TITLE_JOINS)


def word_changes(old: str, new: str) -> list[tuple[str, str]]:
    """Return the words of two lines as (sign, words): ``" "`` in both, ``"-"`` only in the old, ``"+"`` only in the
    new line."""
    before, after = old.split(), new.split()
    if len(before) + len(after) > MOST_WORDS:
        return [("-", old), ("+", new)]
    pieces: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append((" ", " ".join(before[a:b])))
            continue
        pieces += [
            (sign, " ".join(words)) for sign, words in (("-", before[a:b]), ("+", after[c:d])) if words
        ]
    return pieces
