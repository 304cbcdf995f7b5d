"""One folding for texts, queries and rules: what a reader takes for the same word becomes one token.

    case            Iran = IRAN            full-width and ligature forms     ﬁ = fi, Ｉ = i
    diacritics      Zürich = Zurich        letters with a stroke             Łódź = Lodz, ß = ss, ø = o
    Arabic forms    ايران = ایران          ك = ک, ة = ه, أ إ آ = ا, ؤ = و, ئ ى ي = ی
    vowel signs     harakat, tatweel, niqqud and invisible characters (ZWNJ, bidi marks) vanish
    digits          ۱۴۰۲ = ١٤٠٢ = 1402
    no spaces       Chinese, Japanese, Thai, Lao, Khmer and Burmese: each character is a token

Everything else separates tokens, every apostrophe too: *Press TV’s* gives ``press tv s``, so that
``Press TV`` finds it, and ``Trump's`` is the phrase ``trump s``, which both spellings of the
apostrophe meet. Only й keeps its breve: it tells other words apart (мой, мои).

``fold_cased`` does the same but for case: capitals stay capitals, and each token has as many characters as its folded
form. It tells ``=US`` from *us*.

A token holds ``a-z 0-9`` and characters beyond ASCII, never white space or ASCII punctuation. So
FTS5's own ``ascii`` tokenizer (``FTS_TOKENIZE``) over the joined tokens gives exactly these tokens.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

FTS_TOKENIZE = "ascii"
"""The ``tokenize=`` of the FTS5 table. Its columns hold ``fold_text(...)``, never the original."""

MAX_TOKEN = 255
"""Characters kept of a token: an FTS5 token may have 32,768 bytes, and no word of a language is longer."""

_APOSTROPHES = frozenset("'’‘‛ʼʻʽʾʿˈ`´′՚＇")
_DOUBLE_QUOTES = frozenset('"“”„‟«»″״＂')
_UNJOINED = frozenset("™℠")
"""NFKC would glue them to the word before: Roku™ must stay ``roku``."""

_LETTER_FORMS = {
    **dict.fromkeys("يىےۍ", "ی"),
    **dict.fromkeys("كڪ", "ک"),
    **dict.fromkeys("ٱٲٳ", "ا"),
    **dict.fromkeys("ةۃھہە", "ه"),
    "ـ": "",
    **{"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"},
    **{"ŧ": "t", "ŋ": "n", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y"},
}
"""Forms of one letter that no Unicode decomposition brings together; أ إ آ ؤ ئ ۀ decompose."""

_DIACRITICS = (
    *((0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F)),
    *((0x0670, 0x0670), (0x06D6, 0x06ED), (0x0711, 0x0711), (0x0730, 0x074A), (0x08D3, 0x08FF)),
    *((0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F)),
    (0xE0100, 0xE01EF),
)
"""Marks that may go. The vowel signs of Indic and Thai script and the kana voicing marks are letters."""

_UNSPACED = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3021, 0x312F)),
    *((0x31A0, 0x31BF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA9E0, 0xA9FF)),
    *((0xAA60, 0xAA7F), (0xF900, 0xFAFF), (0x1AFF0, 0x1B16F), (0x20000, 0x3FFFF)),
)
"""Scripts written without spaces: Thai, Lao, Burmese, Khmer, kana, Bopomofo, Han."""

_VOWEL_JAMO, _FINAL_JAMO = ("\u1161", "\u1175"), ("\u11a8", "\u11c2")
_HALF_WIDTH = re.compile("[\uff61-\uffdf]+")
"""Half-width kana and jamo, which compose with their neighbours once they are widened."""


def _within(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= ord(character) <= high for low, high in ranges)


def _is_diacritic(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" and _within(character, _DIACRITICS)


def _letter(character: str) -> str | None:
    """Return the folded form of a character of words (perhaps empty), None for all others."""
    kind = unicodedata.category(character)
    if kind == "Cf" or _is_diacritic(character):
        return ""
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    if kind[0] not in "LNM" or character in _APOSTROPHES or 0x2B9 <= ord(character) <= 0x2FF:
        return None
    if character in "йЙ":
        return "й"
    bare = (c for c in unicodedata.normalize("NFKD", character.casefold()) if not _is_diacritic(c))
    stem = unicodedata.normalize("NFC", "".join(bare))
    return "".join(_LETTER_FORMS.get(c, c) for c in stem)


def _token_form(character: str) -> str:
    """Return what *character* adds to the token string; a separator is a space."""
    if character in _UNJOINED:
        return " "
    compatible = unicodedata.normalize("NFKC", character)
    if compatible != character:
        return _one_space("".join(map(_token_form, compatible)))
    letter = _letter(character)
    if letter is None:
        return " "
    return f" {letter} " if letter and _within(letter[0], _UNSPACED) else letter


def _one_space(form: str) -> str:
    """Return *form*, one space if it is spaces alone: an ellipsis then takes the room it has in the text."""
    return " " if form.isspace() else form


def _cased_form(character: str) -> str:
    """Return what *character* adds to the token string with its case: as long as ``_token_form``, and folding to it."""
    compatible = unicodedata.normalize("NFKC", character)
    if compatible != character and character not in _UNJOINED:
        return _one_space("".join(map(_cased_form, compatible)))
    folded = _token_form(character)
    shaped = folded.upper() if character.isupper() else folded.lower()
    is_same = len(shaped) == len(folded) and "".join(map(_token_form, shaped)).split() == folded.split()
    return shaped if is_same else folded


def _printed_form(character: str) -> str:
    """Return what a regular expression sees of *character*: letters folded, punctuation kept."""
    if character in _UNJOINED:
        return character
    compatible = unicodedata.normalize("NFKC", character)
    if compatible != character:
        return "".join(map(_printed_form, compatible))
    letter = _letter(character)
    if letter is not None:
        return letter
    if character in _APOSTROPHES:
        return "'"
    if character in _DOUBLE_QUOTES:
        return '"'
    kind = unicodedata.category(character)
    if kind == "Pd":
        return "-"
    return character if character == "\n" or kind[0] in "PS" else " "


class Table(dict[int, str]):
    """A table for ``str.translate`` that fills itself: one entry a character met."""

    def __init__(self, form: Callable[[str], str]) -> None:
        super().__init__()
        self._form = form

    def __missing__(self, code: int) -> str:
        self[code] = folded = self._form(chr(code))
        return folded


TOKENS, CASED, PRINTED = Table(_token_form), Table(_cased_form), Table(_printed_form)


_ASCII = bytes(range(128))
_SPARSE = 20
"""A text of Latin letters has less than one character in so many beyond ASCII: quotes, dashes, accents."""
_MARKS = 30
"""Marks on one letter that are folded; no language has so many."""
_FEW = 40
"""Different characters beyond ASCII up to which each of them is looked for in the whole text."""


def translated(text: str, table: Table) -> str:
    """Return *text* composed as a whole (NFC, quick), the rest of NFKC and the folding done by the table."""
    widened = _HALF_WIDTH.sub(lambda run: unicodedata.normalize("NFKC", run.group()), text)
    return _composed(widened).translate(table)


def _composed(text: str) -> str:
    """Return *text* in NFC. Of a run of marks 30 stay, as in the stream-safe format of UAX 15: to order a run takes its length
    squared."""
    marks = "".join(kind for kind in set(_beyond_ascii(text)) if continues(kind))
    if marks:
        kind = f"[{re.escape(marks)}]"
        text = re.sub(f"({kind}{{{_MARKS}}}){kind}+", r"\1", text)
    return unicodedata.normalize("NFC", text)


def fold_text(text: str) -> str:
    """Return the tokens of *text*, joined by one space: what FTS5 stores and rules are matched on."""
    return joined(folded(text, TOKENS))


def singly_folded(text: str) -> str | None:
    """Return the characters of *text* that do not become one other in ``folded(text, TOKENS)``, such as ß and invisible ones;
    None where it does not fold each by itself, has letters written without spaces, or more than a few such characters."""
    if text.isascii():
        return ""
    beyond = _beyond_ascii(text)
    kinds = set(beyond)
    if not all(map(_is_inert, kinds)):
        return None
    resized = "".join(each for each in kinds if len(TOKENS[ord(each)]) != 1)
    # what is written without spaces gets them anew each time that it is folded
    if len(resized) > _FEW or any(
        TOKENS[ord(each)].translate(TOKENS) != TOKENS[ord(each)] for each in resized
    ):
        return None
    return resized if sum(map(beyond.count, resized)) * _SPARSE < len(text) else None


def folded(text: str, table: Table) -> str:
    """Return ``translated(text, table)``, of a Latin text quicker."""
    if text.isascii():
        return text.translate(table)
    beyond = _beyond_ascii(text)
    kinds = set(beyond)
    if any(map(continues, kinds)):  # without such a character composing changes none that the table does not
        text = _composed(text)
        beyond = _beyond_ascii(text)
        kinds = set(beyond)
    if len(beyond) * _SPARSE >= len(text) or len(kinds) > _FEW or _HALF_WIDTH.search(beyond):
        return translated(text, table)
    # str.translate is some twenty times quicker over ASCII; what is folded already folds to itself
    for character in kinds:
        text = text.replace(character, table[ord(character)])
    return text.translate(table)


@lru_cache(maxsize=10_000)
def _is_inert(character: str) -> bool:
    """True when normalization neither changes *character* nor joins it to others."""
    is_composed = unicodedata.is_normalized("NFC", character) and not _HALF_WIDTH.match(character)
    return is_composed and not continues(character)


@lru_cache(maxsize=10_000)
def continues(character: str) -> bool:
    """True when normalization may join *character* to the one before it: both fold as one piece."""
    first = unicodedata.normalize("NFKC", character)[0]
    return (
        unicodedata.category(first)[0] == "M"
        or unicodedata.combining(first) != 0
        or _VOWEL_JAMO[0] <= first <= _VOWEL_JAMO[1]
        or _FINAL_JAMO[0] <= first <= _FINAL_JAMO[1]
    )


def _beyond_ascii(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


def fold_cased(text: str) -> str:
    """Return the tokens of *text* as ``fold_text`` does, place for place, with their capitals."""
    return joined(folded(text, CASED))


def joined(spaced: str) -> str:
    """Return the words of *spaced* with one space between, none longer than a token may be."""
    return shortened(" ".join(spaced.split()))


def shortened(words: str) -> str:
    """Return *words*, one space between, none longer than a token may be."""
    half = MAX_TOKEN // 2 + 1  # a longer word fills one of these windows
    if all(" " in words[at : at + half] for at in range(0, len(words), half)):
        return words
    return " ".join(word[:MAX_TOKEN] for word in words.split(" "))


def fold_tokens(text: str) -> tuple[str, ...]:
    """Return the tokens of *text*; empty when it holds no letter and no digit."""
    return tuple(fold_text(text).split())


def fold_for_regex(text: str) -> str:
    """Return what a /regex/ sees of *text*: letters folded, nothing split, punctuation kept.

    Apostrophes are ``'``, double quotes ``"``, dashes ``-``, white space a space or ``\\n``.
    """
    return folded(text, PRINTED)
