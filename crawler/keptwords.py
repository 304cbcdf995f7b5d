"""What kept pages come to, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawler.sizes import size_told


def kept_told(kept: Mapping[str, Any]) -> str:
    """Return the sums over kept pages as a clause; *kept* is that of ``status --json``."""
    if not kept["pages"] and not kept["dropped"]:
        return "no page is kept yet"
    pages = f"{kept['pages']:,} kept page{'' if kept['pages'] == 1 else 's'}"
    told = f"{pages} in {size_told(kept['stored'])}"
    if kept["ratio"]:
        told += f", {kept['ratio']:.1f} times smaller than {size_told(kept['size'])}"
    return told + (f"; {kept['dropped']:,} taken by age or size" if kept["dropped"] else "")


def chain_told(chain: Mapping[str, Any]) -> str:
    """Return where the chain of captures ends: noted elsewhere, it proves later that nothing before was changed."""
    return (
        f"the chain ends at {chain['rows']} with {chain['row_hash']}"
        if chain["rows"]
        else "the chain is empty"
    )
