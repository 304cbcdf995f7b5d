"""Generated articles and queries with known tokens, and a reference that knows nothing of the code under test.

Every word of the vocabulary is written down with its spellings and its tokens, so the reference
neither folds, nor parses, nor searches strings: it compares lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

from hypothesis import strategies as st

from crawler.items import Document, Vocabulary

FIELDS = ("title", "body", "byline", "section")
BARE = ("title", "body")

WORDS: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
    (("Iran", "IRAN", "İran", "Ｉｒａｎ"), ("iran",)),
    (("Iranian", "iranian"), ("iranian",)),
    (("Zürich", "ZURICH", "Zu\u0308rich"), ("zurich",)),
    (("Straße", "STRASSE"), ("strasse",)),
    (("Trump’s", "Trump's", "TRUMPʼS"), ("trump", "s")),
    (("Trump",), ("trump",)),
    (("anti-war", "Anti–War"), ("anti", "war")),
    (("war", "War"), ("war",)),
    (("Łódź", "Lodz"), ("lodz",)),
    (("ﬁnal", "final"), ("final",)),
    (("s", "S"), ("s",)),
    (("Путин", "ПУТИН", "Пу\u0301тин"), ("путин",)),
    (("Путина", "путина"), ("путина",)),
    (("ёлка", "елка"), ("елка",)),
    (("ايران", "ایران", "إيران", "اِیران", "ایـران"), ("ایران",)),
    (("ایرانی", "ايراني"), ("ایرانی",)),
    (("می‌شود", "میشود", "ميشود"), ("میشود",)),
    (("مدرسة", "مدرسه"), ("مدرسه",)),
    (("١٤٠٢", "۱۴۰۲", "1402"), ("1402",)),
    (("שָׁלוֹם", "שלום"), ("שלום",)),
    (('צה"ל', "צה״ל"), ("צה", "ל")),
    (("ישראל",), ("ישראל",)),
    (("北京",), ("北", "京")),
    (("京",), ("京",)),
    (("京北",), ("京", "北")),
    (("ガ", "ｶﾞ"), ("ガ",)),
    (("東京ガ",), ("東", "京", "ガ")),
    (("ไทย",), ("ไ", "ท", "ย")),
    (("ไท",), ("ไ", "ท")),
    (("한국",), ("한국",)),
]
CASED = {
    **{each: (each,) for each in ("Iranian", "Trump", "War", "Lodz", "Путин", "ПУТИН", "Путина", "S")},
    **{"Iran": ("Iran",), "IRAN": ("IRAN",), "İran": ("Iran",), "Ｉｒａｎ": ("Iran",)},
    **{"Zürich": ("Zurich",), "ZURICH": ("ZURICH",), "Zu\u0308rich": ("Zurich",), "Łódź": ("Lodz",)},
    **{
        "Straße": ("Strasse",),
        "STRASSE": ("STRASSE",),
        "Пу\u0301тин": ("Путин",),
        "Anti–War": ("Anti", "War"),
    },
    **{"Trump’s": ("Trump", "s"), "Trump's": ("Trump", "s"), "TRUMPʼS": ("TRUMP", "S")},
}
"""The tokens with capitals of the spellings that have any."""
GAPS = (" ", "  ", "\n", ", ", ". ", " «", "» ", " — ", "\u00a0", " (", ") ", "! ", " 😀 ")
OUTLETS = ("presstv", "rt")
LANGUAGES = ("en", "fa", "pt-br")
DAYS = (date(2023, 4, 17), date(2023, 4, 18), date(2023, 4, 19))


POOL = st.shared(st.lists(st.sampled_from(WORDS), min_size=2, max_size=7), key="pool")
"""The few words of one example: texts and queries share them, so that they meet."""


@dataclass(frozen=True)
class Sample:
    """A document and the tokens that its fields hold."""

    document: Document
    tokens: dict[str, tuple[str, ...]]
    cased: dict[str, tuple[str, ...]]
    """The same tokens with their capitals."""


@st.composite
def texts(draw: st.DrawFn, longest: int) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    written, tokens, cased = "", (), ()
    for at in range(draw(st.integers(0, longest))):
        spellings, folded = draw(st.sampled_from(draw(POOL)))
        spelling = draw(st.sampled_from(spellings))
        written += (draw(st.sampled_from(GAPS)) if at else "") + spelling
        tokens += folded
        cased += CASED.get(spelling, folded)
    return written, tokens, cased


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    fields = {name: draw(texts(longest)) for name, longest in zip(FIELDS, (4, 14, 2, 2), strict=True)}
    document = Document(
        **{name: text for name, (text, _, _) in fields.items()},
        outlet=draw(st.sampled_from(OUTLETS)),
        language=draw(st.sampled_from(LANGUAGES)),
        date=datetime.combine(draw(st.sampled_from(DAYS)), datetime.min.time(), UTC),
    )
    return Sample(
        document,
        {name: tokens for name, (_, tokens, _) in fields.items()},
        {name: cased for name, (_, _, cased) in fields.items()},
    )


# --- queries: nested tuples whose first part names the kind ------------------------------------------


@st.composite
def terms(draw: st.DrawFn) -> tuple[Any, ...]:
    """('term', written, tokens, prefix, tokens with capitals or None where they do not count)"""
    parts = [draw(st.sampled_from(draw(POOL))) for _ in range(draw(st.sampled_from((1, 1, 1, 2, 3))))]
    spelled = [draw(st.sampled_from(spellings)) for spellings, _ in parts]
    written = " ".join(spelled)
    tokens = tuple(token for _, folded in parts for token in folded)
    capitals = tuple(
        token
        for spelling, (_, folded) in zip(spelled, parts, strict=True)
        for token in CASED.get(spelling, folded)
    )
    cased = draw(st.sampled_from((None, None, None, capitals)))
    sign = "" if cased is None else "="
    if draw(st.integers(0, 3)):
        quoted = len(parts) > 1 or (cased is not None and draw(st.booleans()))
        return "term", f'{sign}"{written}"' if quoted else f"{sign}{written}", tokens, False, cased
    size = draw(st.integers(1, len(tokens[-1])))
    last = tokens[-1][:size]
    if cased is not None:
        cased = (*cased[:-1], cased[-1][:size])
    cut = " ".join((*tokens[:-1], last) if cased is None else cased)
    text = f"{sign}{cut}*" if len(tokens) == 1 else f'{sign}"{cut}"*'
    return "term", text, (*tokens[:-1], last), True, cased


@st.composite
def nears(draw: st.DrawFn) -> tuple[Any, ...]:
    return "near", draw(st.lists(terms(), min_size=2, max_size=3)), draw(st.integers(0, 6))


regexes = st.sampled_from(["iran", "ran", "путин", "тин", "ایران", "war", "שלו", "zür"]).map(
    lambda text: ("regex", text)
)
facts = st.one_of(
    st.sampled_from(OUTLETS).map(lambda value: ("outlet", value)),
    st.sampled_from(("en", "fa", "pt", "pt-br")).map(lambda value: ("lang", value)),
    st.tuples(st.sampled_from(("since", "until")), st.sampled_from(DAYS)),
)
leaves = st.one_of(terms(), terms(), terms(), terms(), nears(), nears(), regexes, facts)


def names(*known: str) -> st.SearchStrategy[Any]:
    return st.sampled_from(known).map(lambda name: ("named", name))


def _grown(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(children, min_size=2, max_size=4)
    return st.one_of(
        several.map(lambda parts: ("and", parts)),
        several.map(lambda parts: ("or", parts)),
        children.map(lambda child: ("not", child)),
        st.tuples(st.just("field"), st.sampled_from(FIELDS), children),
    )


trees = st.recursive(leaves, _grown, max_leaves=8)


@dataclass(frozen=True)
class Words:
    """A vocabulary, and what it means."""

    vocabulary: Vocabulary
    named: dict[str, tuple[Any, ...]]
    """The trees of the named queries."""
    sets: list[list[tuple[tuple[str, ...], tuple[str, ...] | None]]]
    """The words of each set: tokens, and those with capitals where they count."""


NO_WORDS = Words(Vocabulary(), {}, [])


@st.composite
def vocabularies(draw: st.DrawFn) -> Words:
    """Two named queries, of which the second may use the first, and up to three sets of words."""
    first = draw(st.recursive(leaves, _grown, max_leaves=3))
    second = draw(st.recursive(st.one_of(leaves, names("first")), _grown, max_leaves=4))
    sets, written_sets = [], []
    for _ in range(draw(st.integers(0, 3))):
        chosen = draw(st.lists(st.sampled_from(draw(POOL)), min_size=2, max_size=4))
        spelled = [(draw(st.sampled_from(spellings)), folded) for spellings, folded in chosen]
        spelled = [(spelling, folded) for spelling, folded in spelled if '"' not in spelling]
        signs = [draw(st.sampled_from(("", "", "="))) for _ in spelled]
        written_sets.append(
            tuple(sign + spelling for sign, (spelling, _) in zip(signs, spelled, strict=True))
        )
        sets.append(
            [
                (folded, CASED.get(spelling, folded) if sign else None)
                for sign, (spelling, folded) in zip(signs, spelled, strict=True)
            ]
        )
    queries = {"first": written(first), "second": written(second)}
    vocabulary = Vocabulary(queries=queries, synonyms=tuple(written_sets))
    return Words(vocabulary, {"first": first, "second": second}, sets)


trees_with_names = st.recursive(
    st.one_of(terms(), terms(), terms(), nears(), regexes, facts, names("first", "second")),
    _grown,
    max_leaves=8,
)


def written(tree: tuple[Any, ...]) -> str:
    """Return the query of *tree*, every group in parentheses."""
    match tree:
        case ("named", name):
            return f"@{name}"
        case ("term", text, _, _, _):
            return str(text)
        case ("near", parts, distance):
            return f"NEAR({' '.join(part[1] for part in parts)}, {distance})"
        case ("regex", pattern):
            return f"/{pattern}/"
        case ("since" | "until", day):
            return f"{tree[0]}:{day.isoformat()}"
        case ("outlet" | "lang", value):
            return f"{tree[0]}:{value}"
        case ("and", parts):
            between = (" ", " AND ")[len(parts) % 2]
            return between.join(_grouped(part) for part in parts)
        case ("or", parts):
            return " OR ".join(_grouped(part) for part in parts)
        case ("not", child):
            return f"NOT {_grouped(child)}"
        case ("field", name, child):
            return f"{name}:({written(child)})"
    raise AssertionError(tree)


def _grouped(tree: tuple[Any, ...]) -> str:
    return f"({written(tree)})" if tree[0] in ("and", "or") else written(tree)


# --- the reference ------------------------------------------------------------------------------------


def reference(
    tree: tuple[Any, ...], sample: Sample, fields: tuple[str, ...] = BARE, words: Words = NO_WORDS
) -> bool:
    """Return whether *tree* holds for *sample*, by comparing lists of tokens."""
    match tree:
        case ("term", *_):
            return any(_alike_starts(tree, words, sample, field) for field in fields)
        case ("near", parts, distance):
            return any(_near(parts, distance, sample, field, words) for field in fields)
        case ("regex", pattern):
            plain = pattern.replace("ü", "u")
            return any(plain in token for field in fields for token in sample.tokens[field])
        case ("outlet", value):
            return sample.document.outlet == value
        case ("lang", value):
            return value in (sample.document.language, sample.document.language.split("-")[0])
        case ("since", day):
            return sample.document.date.date() >= day
        case ("until", day):
            return sample.document.date.date() <= day
        case ("and", parts):
            return all(reference(part, sample, fields, words) for part in parts)
        case ("or", parts):
            return any(reference(part, sample, fields, words) for part in parts)
        case ("not", child):
            return not reference(child, sample, fields, words)
        case ("field", name, child):
            return reference(child, sample, (name,), words)
        case ("named", name):
            return reference(words.named[name], sample, fields, words)
    raise AssertionError(tree)


def alike(term: tuple[Any, ...], words: Words) -> list[tuple[tuple[str, ...], bool, tuple[str, ...] | None]]:
    """Return tokens, openness and capitals of each term that is found where *term* is asked for."""
    _, _, tokens, prefix, cased = term
    found = [(tokens, prefix, cased)]
    if not prefix and cased is None:
        for each in words.sets:
            if (tokens, None) in each:
                found += [(other, False, capitals) for other, capitals in each]
    return found


def _alike_starts(term: tuple[Any, ...], words: Words, sample: Sample, field: str) -> list[tuple[int, int]]:
    """Return begin and length of each place of a term or of a word that stands for it."""
    return [
        (at, len(tokens))
        for tokens, prefix, cased in alike(term, words)
        for at in (
            _starts(tokens, prefix, sample.tokens[field])
            if cased is None
            else _starts(cased, prefix, sample.cased[field])
        )
    ]


def _starts(tokens: tuple[str, ...], prefix: bool, text: tuple[str, ...]) -> list[int]:
    found = []
    for at in range(len(text) - len(tokens) + 1):
        *head, last = text[at : at + len(tokens)]
        if tuple(head) == tokens[:-1] and (last.startswith(tokens[-1]) if prefix else last == tokens[-1]):
            found.append(at)
    return found


def _near(parts: list[tuple[Any, ...]], distance: int, sample: Sample, field: str, words: Words) -> bool:
    choices = product(*(_alike_starts(part, words, sample, field) for part in parts))
    return any(
        all(max(at for at, _ in places) - (at + length) <= distance for at, length in places)
        for places in choices
    )


def holds_for_nothing(tree: tuple[Any, ...], words: Words = NO_WORDS) -> bool:
    """Return whether *tree* holds where no leaf does."""
    match tree:
        case ("and", parts):
            return all(holds_for_nothing(part, words) for part in parts)
        case ("or", parts):
            return any(holds_for_nothing(part, words) for part in parts)
        case ("not", child):
            return not holds_for_nothing(child, words)
        case ("field", _, child):
            return holds_for_nothing(child, words)
        case ("named", name):
            return holds_for_nothing(words.named[name], words)
    return False
