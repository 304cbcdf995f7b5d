"""How long an answer may be given again by a cache (RFC 9111). Pure."""

from __future__ import annotations

import re

_MAX_AGE = re.compile(r"(?:^|,)\s*(s-maxage|max-age)\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_FORBIDS = re.compile(r"(?:^|,)\s*(?:no-store|no-cache)\s*(?:,|=|$)", re.IGNORECASE)


def fresh_for(cache_control: str, age: str) -> float:
    """Return the seconds for which a shared cache may give an answer with these headers again; 0 if it may not, or
    if they do not say."""
    if _FORBIDS.search(cache_control):
        return 0.0
    found = {name.lower(): int(seconds) for name, seconds in _MAX_AGE.findall(cache_control)}
    lifetime = found.get("s-maxage", found.get("max-age", 0))
    spent = int(age) if re.fullmatch(r"\d{1,9}", age.strip()) else 0
    return float(max(0, lifetime - spent))
