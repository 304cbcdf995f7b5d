"""Bodies compressed, without a dictionary or with one made of whole pages. The one place that knows zstandard."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import zstandard

LEVEL = 3
"""zstandard's default. Level 6 makes pages an eighth smaller with a dictionary and a fourteenth without, for three to four
times the work (benchmarks/kept.py), which is as much as all the rest of storing an article."""
DICTIONARY_SIZE = 1 << 20
"""Bytes of a dictionary at most: with half of it pages of the corpora are 17 times smaller instead of 22, with twice as
much no smaller."""
DICTIONARY_PAGES = 3
"""Pages of which one is made at most: the second makes pages of the corpora a sixth smaller, the third a twentieth, a
fourth no more than a hundredth."""
CANDIDATES = 4
"""Pages that are tried as the one nearest to all."""
LOADED = 8
"""Dictionaries that stay ready for use, at most some two megabytes each; loading one takes three milliseconds."""

Digested = zstandard.ZstdCompressionDict
CorruptBody = zstandard.ZstdError


class Shelf:
    """The dictionaries used last, by the hash of their content: ready for use, for all connections and threads."""

    def __init__(self, room: int = LOADED) -> None:
        self._room, self._lock = room, threading.Lock()
        self._ready: OrderedDict[str, Digested] = OrderedDict()

    def get(self, sha256: str, read: Callable[[], bytes]) -> Digested:
        """Return the dictionary with this hash; *read* returns its content when it is not there."""
        with self._lock:
            found = self._ready.get(sha256)
            if found is None:
                found = self._ready[sha256] = digested(read())
            self._ready.move_to_end(sha256)
            while len(self._ready) > self._room:
                self._ready.popitem(last=False)
            return found


def digested(content: bytes) -> Digested:
    """Return a dictionary ready for use, made of any bytes."""
    made = Digested(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    made.precompute_compress(level=LEVEL)
    return made


def press(body: bytes, dictionary: Digested | None = None) -> bytes:
    """Return a body compressed."""
    return zstandard.ZstdCompressor(level=LEVEL, dict_data=dictionary).compress(body)


def unpress(pressed: object, size: int, dictionary: Digested | None = None) -> bytes:
    """Return a body of *size* bytes as it was; *pressed* is what stands in the store.

    Raises:
        CorruptBody: it is damaged, or was compressed with another dictionary.
    """
    if not isinstance(pressed, bytes):  # SQLite takes any type in any column
        raise CorruptBody(f"it is {type(pressed).__name__}, not bytes")
    return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(pressed, max_output_size=size or 1)


def choose(pages: Sequence[bytes]) -> tuple[int, ...]:
    """Return which of these pages make the dictionary, in their order in it; none of no pages.

    The page from which the others differ least comes last, where references to it are cheapest; before it, as long as
    there is room, each time the one that is badly compressed still: another layout of the outlet.
    """
    fitting = [place for place, page in enumerate(pages) if 0 < len(page) <= DICTIONARY_SIZE]
    if not fitting:
        return ()
    by_length = sorted(fitting, key=lambda place: len(pages[place]))
    middle = max(0, len(by_length) // 2 - CANDIDATES // 2)
    nearest = min(by_length[middle : middle + CANDIDATES], key=lambda place: _total(pages, (place,)))
    chosen: tuple[int, ...] = (nearest,)
    while len(chosen) < DICTIONARY_PAGES:
        room = DICTIONARY_SIZE - sum(len(pages[place]) for place in chosen)
        left = [place for place in fitting if place not in chosen and len(pages[place]) <= room]
        if not left:
            break
        ready = digested(joined(pages, chosen))
        worst = max(left, key=lambda place: len(press(pages[place], ready)) / len(pages[place]))
        chosen = (worst, *chosen)
    return chosen


def joined(pages: Sequence[bytes], chosen: Sequence[int]) -> bytes:
    """Return the content of the dictionary of the *chosen* pages."""
    return b"".join(pages[place] for place in chosen)


def ratio(pages: Sequence[bytes], dictionary: Digested | None) -> float:
    """Return how many times smaller pages are together, compressed one by one."""
    return sum(map(len, pages)) / max(1, sum(len(press(page, dictionary)) for page in pages))


def _total(pages: Sequence[bytes], chosen: Sequence[int]) -> int:
    ready = digested(joined(pages, chosen))
    return sum(len(press(page, ready)) for place, page in enumerate(pages) if place not in chosen)
