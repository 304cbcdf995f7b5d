"""Shapes of article addresses, learned from those that led to articles."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.addressform import looks_like_article
from crawler.items import Outlet
from crawler.sections import read_section
from crawler.shapes import fits, learned_shapes

SITE = "https://www.x.example"
NUMBERED = [f"{SITE}/{folder}/{n}" for n in range(4_700, 4_730) for folder in ("world", "sport")]
SLUGS = [
    f"{SITE}/{folder}/{word}-signs-law-on-water"
    for folder, words in (("world", "abcdefghijklmnop"), ("sport", "rstuvwxyz"))
    for word in words
]
DATED = [f"{SITE}/2026/11/{day:02}/a-{word}" for day in range(1, 29) for word in ("b", "c-d")]


def test_short_numbers_that_the_general_form_does_not_trust_are_learned() -> None:
    shapes = learned_shapes(NUMBERED)
    assert not looks_like_article(f"{SITE}/world/4801")
    assert fits(shapes, f"{SITE}/world/4801")
    assert fits(shapes, f"{SITE}/economy/12801")
    assert not fits(shapes, f"{SITE}/world/2")
    assert not fits(shapes, f"{SITE}/world")
    assert not fits(shapes, f"{SITE}/photos/gallery/4801")


def test_lists_that_the_general_form_takes_are_refused() -> None:
    shapes = learned_shapes(DATED)
    offer = f"{SITE}/offers/the-best-shoes-of-the-year-2026"
    topic = f"{SITE}/dossier/123456"
    assert looks_like_article(offer)
    assert looks_like_article(topic)
    assert not fits(shapes, offer)
    assert not fits(shapes, topic)
    assert fits(shapes, f"{SITE}/2027/01/02/another-day")


def test_folders_of_addresses_without_a_number_are_those_that_are_known() -> None:
    shapes = learned_shapes(SLUGS)
    assert fits(shapes, f"{SITE}/world/q-signs-law-on-water")
    assert not fits(shapes, f"{SITE}/about/how-we-work-and-why")
    assert not fits(shapes, f"{SITE}/world/middle-east")


def test_codes_parameters_and_words_with_a_number_are_told_apart() -> None:
    codes = learned_shapes(f"{SITE}/news/articles/c{n}gk{n}lo" for n in range(10, 40))
    assert fits(codes, f"{SITE}/news/articles/c99gk77lo")
    assert not fits(codes, f"{SITE}/news/articles/live")
    queries = learned_shapes(f"{SITE}/detail.aspx?id={n}" for n in range(139_000, 139_030))
    assert fits(queries, f"{SITE}/detail.aspx?id=140001")
    assert not fits(queries, f"{SITE}/detail.aspx?section=140001")
    mixed = learned_shapes(f"{SITE}/en/some-words-here-{n}/a-{n}" for n in range(44_512_000, 44_512_030))
    assert fits(mixed, f"{SITE}/en/other-words-44512999/a-44512999")
    assert not fits(mixed, f"{SITE}/en/other-words/s-1432")


@pytest.mark.parametrize(
    "known",
    [
        [],
        NUMBERED[:15],
        [f"{SITE}/{'x' * n}/{n}-a" for n in range(40)],
        [f"{SITE}/{word}" for word in "abcdefghijklmnopqrstuvwxyz"],
        [f"{SITE}/{'/'.join('a' * n)}" for n in range(40)],
    ],
)
def test_too_few_or_too_mixed_addresses_teach_nothing(known: list[str]) -> None:
    assert learned_shapes(known) == ()


def test_a_shape_that_fits_a_declared_section_is_not_believed() -> None:
    assert learned_shapes(NUMBERED, [f"{SITE}/Section/10102"]) == ()


OUTLET = Outlet(id="x", name="X", hosts=("www.x.example",))


def page(*links: str) -> bytes:
    return "".join(f'<a href="{link}">A headline</a>' for link in links).encode()


def test_a_section_page_is_read_by_the_shapes_and_by_the_general_form_when_none_is_left() -> None:
    shapes = learned_shapes(NUMBERED)
    article, offer = "/world/4801", "/offers/the-best-shoes-of-the-year"
    read = read_section(page(article, offer, "/world/4802.jpg"), url=SITE + "/", outlet=OUTLET, shapes=shapes)
    assert [entry.url for entry in read.entries] == [SITE + article]
    redesigned = read_section(page(offer), url=SITE + "/", outlet=OUTLET, shapes=shapes)
    assert [entry.url for entry in redesigned.entries] == [SITE + offer]
    assert read_section(page("/", "/world"), url=SITE + "/", outlet=OUTLET, shapes=shapes).entries == ()


def test_shapes_travel_to_the_workers() -> None:
    shapes = learned_shapes(DATED)
    assert pickle.loads(pickle.dumps(shapes)) == shapes


@given(st.lists(st.text(alphabet="ab1290/-_.?=&%é", max_size=30), max_size=60))
def test_any_addresses_teach_something_or_nothing(paths: list[str]) -> None:
    addresses = [f"{SITE}/{path}" for path in paths]
    shapes = learned_shapes(addresses)
    assert all(isinstance(fits(shapes, address), bool) for address in addresses)
