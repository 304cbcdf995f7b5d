"""The catalogue's fixtures: a page and what it must give side by side, and the addresses of each outlet.

`tests/pages/OUTLET/DAY.html` is a page of our own writing in the outlet's structure, `DAY.json` what the
outlet's declaration must make of it. `tests/pages/OUTLET/addresses.json` has three lists of addresses:

    same     {"kind value": [...]}: all name this one article
    apart    of the outlet, but no article by number: lists, tags, galleries, other languages
    foreign  nobody's or another's: rivals, impostors, other editions
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGES = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """One page and what it must give."""

    outlet_id: str
    name: str
    """``ria/2026-09-24``"""
    body: bytes
    wanted: dict[str, Any]


def fixtures() -> list[Fixture]:
    """Return all pages, by outlet and day."""
    return [_fixture(path) for path in sorted(PAGES.glob("*/*.html"))]


def _fixture(path: Path) -> Fixture:
    wanted = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    outlet_id = path.parent.name
    return Fixture(
        outlet_id=outlet_id, name=f"{outlet_id}/{path.stem}", body=path.read_bytes(), wanted=wanted
    )


def addresses() -> dict[str, dict[str, Any]]:
    """Return the addresses by outlet: ``{"ria": {"same": {...}, "apart": [...], "foreign": [...]}}``."""
    found = sorted(PAGES.glob("*/addresses.json"))
    return {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in found}
