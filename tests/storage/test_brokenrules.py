"""Ops is told of a broken rule once when it breaks and once when it is mended, whatever stands in its place."""

from __future__ import annotations

import pytest

from crawler.items import BrokenRule
from tests.storage.world import World


@pytest.mark.parametrize("given", ["fire", "my: rule", "my", "a:  b: ", ":", "a\x00:\n b", ""])
def test_a_rule_is_told_once_and_its_mending_once(world: World, given: str) -> None:
    broken = (BrokenRule(id=given, told=("newshawk.toml:9: id is not an id: it is odd.",)),)
    other = BrokenRule(id="other", told=("newshawk.toml:12: other: wrong.",))
    assert world.store.untold_rules(broken) == (list(broken), [])
    world.store.mark_rules_told(broken, world.now)
    assert world.store.untold_rules(broken) == ([], [])
    assert world.store.untold_rules((*broken, other)) == ([other], [])
    began, over = world.store.untold_rules(())
    assert (began, len(over)) == ([], 1)
    world.store.mark_rules_told((), world.now)
    assert world.store.untold_rules(()) == ([], [])
    assert world.store.untold_rules(broken) == (list(broken), [])
