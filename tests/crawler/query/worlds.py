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

from crawler.items import Document

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


@st.composite
def texts(draw: st.DrawFn, longest: int) -> tuple[str, tuple[str, ...]]:
    written, tokens = "", ()
    for at in range(draw(st.integers(0, longest))):
        spellings, folded = draw(st.sampled_from(draw(POOL)))
        written += (draw(st.sampled_from(GAPS)) if at else "") + draw(st.sampled_from(spellings))
        tokens += folded
    return written, tokens


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    fields = {name: draw(texts(longest)) for name, longest in zip(FIELDS, (4, 14, 2, 2), strict=True)}
    document = Document(
        **{name: text for name, (text, _) in fields.items()},
        outlet=draw(st.sampled_from(OUTLETS)),
        language=draw(st.sampled_from(LANGUAGES)),
        date=datetime.combine(draw(st.sampled_from(DAYS)), datetime.min.time(), UTC),
    )
    return Sample(document, {name: tokens for name, (_, tokens) in fields.items()})


# --- queries: nested tuples whose first part names the kind ------------------------------------------


@st.composite
def terms(draw: st.DrawFn) -> tuple[Any, ...]:
    """('term', written, tokens, prefix)"""
    parts = [draw(st.sampled_from(draw(POOL))) for _ in range(draw(st.sampled_from((1, 1, 1, 2, 3))))]
    written = " ".join(draw(st.sampled_from(spellings)) for spellings, _ in parts)
    tokens = tuple(token for _, folded in parts for token in folded)
    if draw(st.integers(0, 3)):
        return "term", written if len(parts) == 1 else f'"{written}"', tokens, False
    last = tokens[-1][: draw(st.integers(1, len(tokens[-1])))]
    cut = " ".join((*tokens[:-1], last))
    return "term", f"{cut}*" if len(tokens) == 1 else f'"{cut}"*', (*tokens[:-1], last), True


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


def _grown(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(children, min_size=2, max_size=4)
    return st.one_of(
        several.map(lambda parts: ("and", parts)),
        several.map(lambda parts: ("or", parts)),
        children.map(lambda child: ("not", child)),
        st.tuples(st.just("field"), st.sampled_from(FIELDS), children),
    )


trees = st.recursive(leaves, _grown, max_leaves=8)


def written(tree: tuple[Any, ...]) -> str:
    """Return the query of *tree*, every group in parentheses."""
    match tree:
        case ("term", text, _, _):
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


def reference(tree: tuple[Any, ...], sample: Sample, fields: tuple[str, ...] = BARE) -> bool:
    """Return whether *tree* holds for *sample*, by comparing lists of tokens."""
    match tree:
        case ("term", _, tokens, prefix):
            return any(_starts(tokens, prefix, sample.tokens[field]) for field in fields)
        case ("near", parts, distance):
            return any(_near(parts, distance, sample.tokens[field]) for field in fields)
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
            return all(reference(part, sample, fields) for part in parts)
        case ("or", parts):
            return any(reference(part, sample, fields) for part in parts)
        case ("not", child):
            return not reference(child, sample, fields)
        case ("field", name, child):
            return reference(child, sample, (name,))
    raise AssertionError(tree)


def _starts(tokens: tuple[str, ...], prefix: bool, text: tuple[str, ...]) -> list[int]:
    found = []
    for at in range(len(text) - len(tokens) + 1):
        *head, last = text[at : at + len(tokens)]
        if tuple(head) == tokens[:-1] and (last.startswith(tokens[-1]) if prefix else last == tokens[-1]):
            found.append(at)
    return found


def _near(parts: list[tuple[Any, ...]], distance: int, text: tuple[str, ...]) -> bool:
    choices = product(*(_starts(tokens, prefix, text) for _, _, tokens, prefix in parts))
    lengths = [len(tokens) for _, _, tokens, _ in parts]
    return any(
        all(max(places) - (place + length) <= distance for place, length in zip(places, lengths, strict=True))
        for places in choices
    )


def holds_for_nothing(tree: tuple[Any, ...]) -> bool:
    """Return whether *tree* holds where no leaf does."""
    match tree:
        case ("and", parts):
            return all(holds_for_nothing(part) for part in parts)
        case ("or", parts):
            return any(holds_for_nothing(part) for part in parts)
        case ("not", child):
            return not holds_for_nothing(child)
        case ("field", _, child):
            return holds_for_nothing(child)
    return False
