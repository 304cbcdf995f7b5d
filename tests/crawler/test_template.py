"""Pages built alike have like sketches, whatever they tell."""

from __future__ import annotations

import lxml.html
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.skeleton import class_names
from crawler.template import ALIKE, SIZE, is_alike, likeness, sketch

OLD = [
    f"story-{word}"
    for word in [
        "box",
        "title",
        "by",
        "body",
        "foot",
        "side",
        "nav",
        "top",
        "item",
        "list",
        "link",
        "date",
        "text",
        "lead",
        "pic",
        "cap",
    ]
]
NEW = [
    f"x-{word}"
    for word in [
        "root",
        "head",
        "nav",
        "main",
        "hero",
        "heading",
        "intro",
        "lede",
        "par",
        "list",
        "foot",
        "legal",
        "card",
        "media",
        "grid",
    ]
]
names = st.sets(st.text("abcdefghijklmnop-_", min_size=1, max_size=12), max_size=60)


@given(names)
def test_a_sketch_is_like_itself_and_its_order_does_not_matter(given_names: set[str]) -> None:
    one, other = sketch(sorted(given_names)), sketch(sorted(given_names, reverse=True))
    assert one == other
    assert len(one) in (0, SIZE)
    assert likeness(one, other) in (0.0, 1.0)


@given(names, names)
def test_likeness_is_a_share_and_goes_both_ways(some: set[str], others: set[str]) -> None:
    one, other = sketch(some), sketch(others)
    assert 0.0 <= likeness(one, other) <= 1.0
    assert likeness(one, other) == likeness(other, one)


def test_a_few_other_classes_leave_a_template_what_it_is_and_a_redesign_does_not() -> None:
    assert likeness(sketch(OLD), sketch([*OLD, "tag-sport", "tag-europe"])) >= ALIKE
    assert likeness(sketch(OLD), sketch(NEW)) < 0.1


def test_what_a_build_or_an_article_adds_to_a_name_does_not_count() -> None:
    first = [f"{name}__a{number}Bc9{number}" for number, name in enumerate(OLD)] + ["postid-40112"]
    second = [f"{name}__Zx{number}k7Q" for number, name in enumerate(OLD)] + ["postid-40257"]
    assert likeness(sketch(first), sketch(second)) >= 0.9


def test_a_page_without_classes_is_known_by_its_tags() -> None:
    table = lxml.html.fromstring(
        "<table><tr><td><font><b>a</b></font><p>x<i>y</i></p><ul><li><a>b</a></ul></table>"
    )
    story = lxml.html.fromstring(
        "<div><h1>a</h1><section><p>b<em>c</em></p><figure><img></figure></section></div>"
    )
    assert "td>font" in class_names(table)
    assert likeness(sketch(class_names(table)), sketch(class_names(story))) < ALIKE
    assert sketch(()) == b""
    assert likeness(b"", sketch(OLD)) == 0.0


@given(st.lists(st.sampled_from(OLD + NEW), max_size=40), st.lists(st.sampled_from(OLD + NEW), max_size=40))
def test_the_quick_answer_is_that_of_the_likeness(one: list[str], other: list[str]) -> None:
    first, second = sketch(one), sketch(other)
    assert is_alike(first, second) is (likeness(first, second) >= ALIKE)
    assert is_alike(first, first) is (likeness(first, first) >= ALIKE)
