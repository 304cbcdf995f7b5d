"""An article_id is learned only where one shape explains nearly all addresses."""

from __future__ import annotations

import pytest

from crawler.finding.numbering import learned_numbering
from crawler.identity import compiled

SLUGS = [
    f"{a}-{b}" for a in ("bridge", "school", "market", "river") for b in ("opens", "closes", "moves-again")
]


def addresses(form: str, first: int = 702_340, step: int = 17) -> list[str]:
    """Return twelve addresses of one form: {n} a number, {h} a hexadecimal id, {s} a slug, {d} a day."""
    return [
        form.format(n=first + step * k, h=f"{(k + 3) * 0x1F2E3D4C5B6A7988:024x}"[-24:], s=slug, d=k + 1)
        for k, slug in enumerate(SLUGS)
    ]


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("https://a.example/news/{n}/{s}", r"^/news/(\d+)(?:[/?]|$)"),
        ("https://a.example/Detail/2026/11/{d}/{n}/{s}", r"^/Detail/\d{4}/\d{1,2}/\d{1,2}/(\d+)(?:[/?]|$)"),
        ("https://a.example/{s}-{n}", r"-(\d{5,})(?:\.[a-z]{2,5})?/?(?:\?|$)"),
        ("https://a.example/world/{s}-{n}.html", r"-(\d{5,})(?:\.[a-z]{2,5})?/?(?:\?|$)"),
        ("https://a.example/en/{s}/a-{n}", r"/a-(\d{5,})(?:\.[a-z]{2,5})?/?(?:\?|$)"),
        ("https://a.example/world/article{n}/{s}.html", r"/article(\d{5,})(?:[/?]|$)"),
        ("https://a.example/sport/{n},{s}.html", r"^/sport/(\d+)(?:\D|$)"),
        ("https://a.example/show.php?id={n}", r"[?&]id=(\d{5,})(?:\D|$)"),
        ("https://a.example/news/{s}-2611-{n}-rss.html", r"-(\d{5,})(?:\D|$)"),
        ("https://a.example/2026/11/{d}/{h}.html", ""),
        ("https://a.example/story/{s}-{h}", ""),
    ],
)
def test_the_shape_of_ids_is_learned(form: str, pattern: str) -> None:
    links = addresses(form)
    found = learned_numbering(links)
    assert found is not None
    assert (found.matched, found.of) == (12, 12)
    if pattern:
        assert found.pattern == pattern
    ids = {compiled(found.pattern).search(link.partition("example")[2])[1] for link in links}
    assert len(ids) == 12


@pytest.mark.parametrize(
    "form",
    [
        "https://a.example/{s}",  # no number
        "https://a.example/2026/11/{d}/{s}",  # a day is no id
        "https://a.example/comic/2026/11/{d}/{s}",
        "https://a.example/news/2026/nov/{d}/{s}",
        "https://a.example/news/20261101/{s}",  # the same for all
        "https://a.example/102030/{s}-top-ten",  # a section's number
    ],
)
def test_what_is_no_id_is_not_learned(form: str) -> None:
    assert learned_numbering(addresses(form)) is None


def test_days_in_one_number_are_no_ids() -> None:
    assert (
        learned_numbering([f"https://a.example/n/202611{k:02}/{s}" for k, s in enumerate(SLUGS, 1)]) is None
    )


def test_few_addresses_teach_nothing() -> None:
    assert learned_numbering(addresses("https://a.example/news/{n}/{s}")[:7]) is None


def test_a_shape_that_explains_half_is_not_taken() -> None:
    mixed = [*addresses("https://a.example/news/{n}/{s}"), *addresses("https://a.example/blog/{s}")]
    assert learned_numbering(mixed) is None


def test_a_stray_address_does_not_hinder() -> None:
    found = learned_numbering([*addresses("https://a.example/news/{n}/{s}"), "https://a.example/live/final"])
    assert found is not None
    assert (found.matched, found.of) == (12, 13)


def test_one_article_under_two_slugs_is_one_id() -> None:
    links = addresses("https://a.example/news/{n}/{s}")
    found = learned_numbering([*links, links[0] + "-updated"])
    assert found is not None
    assert found.matched == 13


def test_two_articles_of_one_number_in_two_folders_refute_it() -> None:
    links = addresses("https://a.example/news/{n}/{s}")
    assert learned_numbering([*links, *(link.replace("/news/", "/video/") for link in links[:3])]) is None


def test_numbers_of_one_count_below_several_folders_are_ids_and_of_two_counts_not() -> None:
    world = addresses("https://a.example/world/{s}-{n}")
    assert (
        learned_numbering([*world, *addresses("https://a.example/sport/{s}-{n}", first=702_900)]) is not None
    )
    assert learned_numbering([*world, *addresses("https://a.example/video/{s}-{n}", first=20_900)]) is None


def test_a_pattern_that_hits_a_section_is_not_taken() -> None:
    links = addresses("https://a.example/{n}/{s}")
    assert learned_numbering(links) is not None
    assert learned_numbering(links, ["https://a.example/10102/1"]) is None


def test_short_numbers_need_their_place() -> None:
    assert learned_numbering(addresses("https://a.example/story/{n}/{s}", first=100)) is not None
    assert learned_numbering(addresses("https://a.example/{s}-{n}", first=100, step=1)) is None


def test_addresses_that_are_none_are_passed_over() -> None:
    broken = ["http://[", "javascript:x", "", "https://u:p@a.example/news/1/x"]
    assert learned_numbering([*addresses("https://a.example/news/{n}/{s}"), *broken]) is not None
