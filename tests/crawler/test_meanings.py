"""What the ledger's words mean: each has a sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawler.items import LinkState, Verdict
from crawler.meanings import address_meaning, reason_meaning, state_meaning

OPERATIONS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"


def told_in_operations() -> list[str]:
    """Return the words of the table of reasons in docs/operations.md."""
    table = OPERATIONS.read_text(encoding="utf-8").partition("| reason | meaning |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| ([a-z_0-9, ]+) \|", table, re.MULTILINE)
    return [word for cell in cells for word in cell.split(", ")]


@pytest.mark.parametrize("reason", [*told_in_operations(), "waiting", "store_error", "redirected", "gone"])
def test_each_reason_of_the_operations_guide_has_a_sentence(reason: str) -> None:
    assert " " in reason_meaning(reason)
    assert "failed (" not in reason_meaning(reason)


@pytest.mark.parametrize("state", [*LinkState, *Verdict, "gone"])
def test_each_state_has_a_sentence(state: str) -> None:
    assert " " in state_meaning(state)


def test_a_foreign_link_and_a_foreign_redirect_are_told_apart() -> None:
    assert "never asked" in address_meaning("foreign")
    assert "redirects" in reason_meaning("foreign")
    assert address_meaning("") == reason_meaning("") == ""
