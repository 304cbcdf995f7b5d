"""Names of authors in the text of a byline: pure text, no page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.datewords import MONTHS
from crawler.extract.characters import folded, plain

_BY = re.compile(
    # words that need no colon
    r"^(?:(?:written|reported|posted|published|story|text|words|analysis|review|erstellt|geschrieben|publicado|"
    r"escrito|scritto|publié|écrit|publicerad|skrevet)\s+)?"
    r"(?:by|von|par|por|di|da|door|av|af|przez|oleh|από|автор|от|نوشته|به\s+قلم|بقلم|כתב|מאת|โดย)\s*[:：]?\s+"
    r"|^(?-i:By(?=[A-Z]))"
    # labels
    r"|^(?:author|autor(?:a|es|en|in)?|auteur|autore|autrice|penulis|reporter|szerző|yazan|yazar|texto?|testo|teksti|"
    r"publicado\s+por|текст|авторы?|подготовил[аи]?|συντάκτης|κείμενο|נכתב\s+על\s+ידי|כתב|מאת|بقلم|كتبت?|الكاتب|"
    r"نویسنده|نويسنده|خبرنگار|به\s+قلم|作者|记者|記者|撰文|文|執筆|筆者|글|기자|ผู้เขียน|โดย|लेखक|द्वारा)s?\s*[:：/／]\s*"
    r"|^(?:本报|本報|本刊)?(?:记者|記者)\s*",
    re.IGNORECASE,
)
"""What stands before a name and says that it is an author's."""
_AFTER = re.compile(
    r"\s*(?:(?:선임|수습|객원|인턴)?기자|특파원|논설위원|記者|编辑|編集委員)$|\s+(?:mon|tues|wednes|thurs|fri|satur|sun)day$",
    re.IGNORECASE,
)
"""A role or a day of the week at the end of a name."""
_ADDRESS = re.compile(r"https?://\S*|\S*@\S+")
_SEGMENT = re.compile(r"\s*[|•·]\s*|\s+[-–—]\s+")
_PARTING = re.compile(
    r"\s*[;/、，؛،\n]\s*|\s*,\s+(?:and|und|et|y|e|en|og|och|i)\s+|\s*(,)\s*"
    r"|\s+(?:and|und|et|y|e|en|og|och|i|и|та|και|و|&|with|mit|avec|con)\s+|\s+for\s+(?=the\b)",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r",\s+(Jr|Sr|III?|PhD|Ph\.D|MD)\b", re.IGNORECASE)
_NOT_A_NAME = re.compile(
    r"\b(?:updated?|published|posted|min(?:ute)?s?|read|staff|editors?|correspondent|reporters?|redaktion|redaktør|"
    r"redakcja|redaction|rédaction|redacción|redazione|journalist(?:in)?|senior|writers?|contributor|newsroom|desk|"
    r"follow|email|share|comments?|columnist|producer|photographer|admin|author|autor|news|associated press|afp|reuters|"
    r"dpa|agenc(?:y|ies)|team|political|chief|bureau|gmbh|inc|ltd|llc|online|magazine|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b|^the\s|\w\.(?:com|org|net|info|de|tv|[a-z]{2})$|редакция|редакції|"
    r"تحریریه|编辑部|編集部",
    re.IGNORECASE,
)
AGENCY = re.compile(
    r"(?:the\s+)?(?:dpa(?:-\w+)?|afp|reuters|ap|associated\s+press|(?:agencia\s+)?efe|ansa|apa|sda|epd|kna|sid|pa\s+media|"
    r"press\s+association|bloomberg|tass|interfax|pti|ani|ians|xinhua|kyodo|jiji|yonhap|anadolu|ritzau|ntb|anp|belga|lusa)",
    re.IGNORECASE,
)
"""News agencies: no persons, but credited beside them."""
_PARTICLES = frozenset(
    re.findall(
        r"\S+",
        "af al av bin bint ben da dal de degli dei del della den der des di do dos das du e el i ibn la le les lo los las "
        "of san st ten ter to van vom von y zu zum zur",
    )
)
_CASED = re.compile("[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f]")
_GLUED_MONTH = re.compile(
    rf"(?<=[a-zà-ÿ])(?=(?:{'|'.join(n.title() for n in MONTHS if n.isascii())})\.?\s+\d)"
)
"""Where a name and a date are printed side by side in elements of one line: ``Ann LeeMarch 5``."""
_DIGIT = re.compile(r"\d")


def names_in(text: str, *, agencies: bool = False) -> Iterator[str]:
    """Yield the person names of a byline text: ``By Ann Lee and Bo Ek, Chief Editor`` gives two.

    Roles, places and initials behind a comma, dates, addresses and handles are left out. With *agencies*
    a news agency that stands there by itself is given too.
    """
    segments = _segments(text)
    told = [segment for segment in segments if _BY.match(segment)]
    for segment in told or segments:
        yield from _names_in_segment(segment, agencies)


def printed_names(line: str) -> list[str]:
    """Return the names of a printed line that says who wrote: ``Mon 5 May | By Ann Lee`` gives one; an agency where it
    names no person. A line without such a word gives none."""
    told = [segment for segment in _segments(line) if _BY.match(segment)]
    named = [name for segment in told for name in _names_in_segment(segment, agencies=True)]
    return [name for name in named if not AGENCY.fullmatch(name)] or named


def without_by(text: str) -> str:
    """Return *text* without the word that stands before an author's name, and without addresses."""
    return _BY.sub("", plain(_ADDRESS.sub("", text)))


def is_full_name(text: str) -> bool:
    """Tell whether *text* could be a person's whole name, printed alone: two to four words, all in capitals
    but particles. Scripts without capitals cannot tell."""
    words = text.split()
    return 2 <= len(words) <= 4 and _CASED.search(text) is not None and is_name(text)


def is_name(text: str) -> bool:
    """Tell whether *text* could be a name and is no role, date, office or sentence."""
    words = text.split()
    if (
        not words
        or len(words) > 6
        or len(text) > 60
        or _BY.match(f"{text} ")
        or _DIGIT.search(text)
        or _NOT_A_NAME.search(text)
    ):
        return False
    if not _CASED.search(text):
        return len(text) >= 2
    if len(text) < 6 and text.isascii() and text.isupper() and len(words) == 1:
        return False  # AFP, LN
    return any(_is_upper(word) for word in words) and all(
        _is_upper(word) or _is_particle(word) for word in words
    )


def key_of(name: str) -> str:
    """Return a name for comparing: case, blanks and punctuation ignored."""
    return re.sub(r"\W+", "", folded(name))


def _segments(text: str) -> list[str]:
    text = _GLUED_MONTH.sub(" ", plain(_ADDRESS.sub(";", plain(text))))
    return _SEGMENT.split(_SUFFIX.sub(r" \1", text))


def _names_in_segment(segment: str, agencies: bool = False) -> Iterator[str]:
    is_told = _BY.match(segment) is not None
    is_full = False
    for part, behind_comma in _parts(_BY.sub("", segment)):
        name = _tidy(_run(_BY.sub("", part), is_told))
        is_short = " " not in name and _CASED.search(name) is not None
        if AGENCY.fullmatch(name):
            is_full = True
            yield from [name] if agencies else []
        elif is_name(name) and not (is_short and ((behind_comma and is_full) or _DIGIT.search(part))):
            is_full = is_full or not is_short
            yield name


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a list of names, each with whether a plain comma stands before it."""
    start, behind_comma = 0, False
    for found in _PARTING.finditer(text):
        yield text[start : found.start()], behind_comma
        start, behind_comma = found.end(), found[1] is not None
    yield text[start:], behind_comma


def _run(text: str, is_told: bool) -> str:
    """Return *text* up to a date, that is a word with a digit and a month before it; behind a word like ``by`` also up to the first word in lower
    case, where a sentence goes on."""
    kept: list[str] = []
    for word in text.split():
        if _DIGIT.search(word):
            return " ".join(kept[:-1] if kept and folded(kept[-1]).rstrip(".") in MONTHS else kept)
        if is_told and kept and _CASED.match(word) and not _is_upper(word) and not _is_particle(word):
            break
        kept.append(word)
    return " ".join(kept)


def _tidy(name: str) -> str:
    name = _AFTER.sub("", name.strip(" .-–—*:[]|"))
    if name.startswith("(") or ("(" in name) != (")" in name):
        name = (
            name.strip("()") if name.count("(") == name.count(")") else name.replace("(", "").replace(")", "")
        )
    return name.strip()


def _is_upper(word: str) -> bool:
    first = word.lstrip("'\"“”‘’«(")[:1]
    return not first.islower() or word[:2].lower() in ("d'", "d’", "l'", "l’", "o'", "o’")


def _is_particle(word: str) -> bool:
    return word.rstrip(".").lower() in _PARTICLES or word.lower().startswith(("al-", "el-", "ad-", "as-"))
