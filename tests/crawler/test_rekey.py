"""The plan after a change of patterns: what is done is not found again, and nothing stands twice."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Key
from crawler.rekey import ArticlePlan, Keyed, KeyedLink, plan_articles, plan_links


def key(value: str) -> Key:
    return Key(kind="id", value=value)


def article(number: int, old: str, new: str, **more: int) -> Keyed:
    given = {"generation": 1, "link_id": number} | more
    return Keyed(id=number, old=key(old), new=key(new), **given)


def same(_: int, __: int) -> bool:
    return True


def other(_: int, __: int) -> bool:
    return False


@st.composite
def stored(draw: st.DrawFn) -> list[Keyed]:
    """Articles of one outlet, each live one with a key and generation of its own, as a store holds them."""
    articles: list[Keyed] = []
    taken: dict[str, int] = {}
    for number in range(1, draw(st.integers(1, 9)) + 1):
        old, new = draw(st.sampled_from("abc")), draw(st.sampled_from("abcd"))
        live = [each for each in articles if each.old.value == old and each.merged_into is None]
        into = draw(st.sampled_from([*(each.id for each in live), 0])) or None
        taken[old] = taken.get(old, 0) + 1
        articles.append(replace(article(number, old, new, generation=taken[old]), merged_into=into))
    return articles


def done(articles: list[Keyed], plan: ArticlePlan) -> list[Keyed]:
    """The articles as they stand after the plan."""
    into = dict(plan.merges)
    parted = {number for number, _ in plan.parted}
    after = []
    for each in articles:
        at, generation = plan.keys.get(each.id, (each.old, each.generation))
        home = into.get(each.id, None if each.id in parted else each.merged_into)
        after.append(replace(each, old=at, generation=generation, merged_into=home))
    return after


@given(stored(), st.integers(0, 2**32), st.booleans())
def test_a_plan_that_is_carried_out_is_not_found_again(articles: list[Keyed], seed: int, force: bool) -> None:
    def alike(one: int, another: int) -> bool:
        return (seed >> (one * 5 + another * 3) % 31) & 1 == 1

    plan = plan_articles(articles, alike, force=force)
    after = done(articles, plan)
    assert len({(each.old, each.generation) for each in after}) == len(after)
    assert set(plan.final) == set(plan.homes) == {each.id for each in articles}
    again = plan_articles(after, alike, force=force)
    assert (again.merges, again.parted, again.keys) == ((), (), {})
    assert all(each.id >= (each.merged_into or 0) or each.merged_into is None for each in after)


def test_the_oldest_of_several_that_are_one_stays() -> None:
    plan = plan_articles([article(1, "a", "k"), article(2, "b", "k"), article(3, "c", "k")], same)
    assert plan.merges == ((2, 1), (3, 1))
    assert plan.owners == {key("k"): 1}


def test_articles_that_are_not_one_keep_the_keys_they_have() -> None:
    plan = plan_articles([article(1, "a", "k"), article(2, "b", "k"), article(3, "c", "m")], other)
    assert plan.apart == ((key("k"), (1, 2)),)
    assert plan.keys == {3: (key("m"), 1)}
    assert plan.left == {key("k")}


def test_generations_of_one_key_are_never_compared() -> None:
    articles = [article(1, "a", "k"), article(2, "a", "k", generation=2)]
    plan = plan_articles(articles, same)
    assert (plan.merges, plan.apart) == ((), ())
    assert plan.keys == {1: (key("k"), 1), 2: (key("k"), 2)}
    assert plan.owners == {key("k"): 2}


def link(number: int, old: str, new: str, state: str = "duplicate", at: int | None = None) -> KeyedLink:
    return KeyedLink(
        id=number, old=key(old), new=key(new), state=state, article_id=at, is_open=state == "pending"
    )


def test_an_address_that_a_redirect_tied_to_its_article_stays_with_it() -> None:
    articles = [article(1, "wide", "1")]
    plan = plan_articles(articles, other)
    tied = link(7, "go", "go", at=1)
    assert plan_links([tied], articles, plan) == []


def test_an_address_that_only_its_key_tied_is_fetched_once_for_each_key() -> None:
    articles = [article(1, "wide", "1")]
    plan = plan_articles(articles, other)
    fates = plan_links([link(7, "wide", "2", at=1), link(8, "wide", "2", at=1)], articles, plan)
    assert [(fate.link.id, fate.fate) for fate in fates] == [(7, "release"), (8, "wait")]


def test_an_address_waits_no_longer_for_one_of_another_key() -> None:
    plan = plan_articles([], other)
    waiting, asked = link(7, "wide", "2"), link(6, "wide", "1", "pending")
    fates = plan_links([asked, waiting], [], plan)
    assert [(fate.link.id, fate.fate) for fate in fates] == [(6, "stay"), (7, "release")]
