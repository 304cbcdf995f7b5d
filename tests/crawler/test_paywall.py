"""What makes a page the stub of an article."""

from __future__ import annotations

import pytest

from crawler.paywall import stub_evidence, wall_in

TEASER = "A fire broke out in the harbour of Port Selm on Monday night and burnt for six hours."
WHOLE = [
    f"{TEASER} Part {number} of the report says more of it, and of what followed." for number in range(14)
]
WALL = "Subscribe to continue reading."


@pytest.mark.parametrize(
    "line",
    [
        WALL,
        "To read the full story, subscribe or sign in.",
        "This article is for subscribers only",
        "The rest of this article is available to paying members.",
        "You’ve reached your limit of free articles",
        "Dieser Artikel ist nur für Abonnenten zugänglich",
        "Jetzt mit Plus weiterlesen",
        "Cet article est réservé aux abonnés",
        "Il vous reste 74.2% de cet article à lire.",
        "Contenido exclusivo para suscriptores",
        "Suscríbete para seguir leyendo",
        "Conteúdo exclusivo para assinantes",
        "Contenuto riservato agli abbonati",
        "Материал доступен только по подписке",
        "この記事は会員限定記事です。残り 1,204文字",
    ],
)
def test_offers_of_the_rest(line: str) -> None:
    assert wall_in(line) == line
    assert stub_evidence([TEASER, line], [TEASER, line], is_paid=True) == line


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe to our newsletter",
        "Already a subscriber? Log in",
        "Support independent journalism",
        "“Subscribe to continue reading” was all that readers saw on Monday.",
        "The ministry asked readers to subscribe to the new gazette, which appears on Fridays.",
        "Abonnieren Sie unseren Newsletter",
        f"{TEASER} {TEASER} Whoever wants to continue reading the report of the harbour master finds it in the town hall. {TEASER}",
    ],
)
def test_what_is_no_offer_of_the_rest(line: str) -> None:
    assert wall_in(line) == ""


@pytest.mark.parametrize(
    ("lines", "more", "is_stub"),
    [
        ([TEASER, WALL], {}, True),
        ([TEASER, WALL], {"is_paid": True}, True),
        ([TEASER, WALL], {"is_paid": False}, False),
        ([TEASER], {"is_paid": True}, False),
        (["Ferries run again."], {"is_paid": True}, False),
        ([*WHOLE, WALL], {"is_paid": True}, False),
        ([*WHOLE, WALL], {}, False),
        ([*WHOLE, WALL], {"is_paid": True, "words_stated": 900}, True),
        ([*WHOLE, WALL], {"is_paid": True, "words_stated": 310}, False),
        ([TEASER, WALL], {"is_paid": True, "words_stated": 17}, False),
        ([WALL, TEASER, TEASER], {}, False),
    ],
)
def test_neither_the_mark_nor_little_text_makes_a_stub(
    lines: list[str], more: dict[str, int], is_stub: bool
) -> None:
    assert bool(stub_evidence(lines, lines, **more)) is is_stub  # type: ignore[arg-type]
