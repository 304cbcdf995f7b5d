"""What the ledger's words for a try that failed mean: for the host, for the page, and which tells most. Pure."""

from __future__ import annotations

CONNECTION_FAULTS = frozenset(
    {"dns", "refused", "reset", "tls", "timeout", "proxy", "private", "port", "resting"}
)
"""Faults of the way to a host: another scheme of the same host is worth a try."""
GONE = frozenset({"http_404", "http_410", "soft_404", "front_page"})
"""What a host says of a page that it does not have."""
SKIPPED = frozenset({"foreign", "robots", "scheme", "list"})
"""Refused on purpose, not failed: a list is what the address leads to, and no article."""
NO_PAGE = frozenset({"not_html", "feed"})
"""What was found is no page of text and will not become one."""
ASTRAY = frozenset({"foreign", "front_page", "redirects", "redirected"})
"""The host led elsewhere: of a source its fault, of a page only if it does so again and again."""
DIVERGENT = "divergent"
"""Reason of a re-check in which a mirror alone showed another text, or another article under the key."""
DOUBTFUL = "doubtful"
"""Reason of a re-check whose text is in doubt because the outlet's pages broke; the stored one stands."""
UNCONFIRMED = "unconfirmed"
"""Reason of a re-check whose text differs in what may change by itself: another answer is asked for at once."""
INTERNAL = "internal_error"
"""A fault of newshawk's own; a link is asked for again later."""
PAGE_DAMAGED = "page_damaged"
"""The kept page of a text cannot be read any more: it is not read again."""
_PAGE_FAULTS = (
    GONE
    | SKIPPED
    | {"too_large", "empty", "ok", "resting", "redirects", "redirected", "not_a_feed", "paywall", "wrapper"}
    | NO_PAGE
)
"""What says nothing about the host's health."""

_TELLING = (
    {"list", "paywall"},  # this host has the page, whatever another says
    GONE,
    SKIPPED | NO_PAGE,
    {
        "seizure",
        "censor",
        "challenge",
        "consent",
        "login",
        "javascript",
        "same_text",
        "parked",
        "error",
        "dead_mirror",
        "not_a_feed",
    },
    {
        "too_large",
        "truncated",
        "empty",
        "redirects",
        "redirected",
        "bad_redirect",
        "protocol",
        "robots_unreachable",
    },
    {"tls", "private", "proxy", "port"},
    {"timeout", "reset", "refused", "dns"},
)
"""Reasons from the most to the least telling; other http_ words stand fourth, resting last."""


def telling(reason: str) -> int:
    """Return the rank of a reason: 0 for what tells most about the page, more for what tells less."""
    for rank, reasons in enumerate(_TELLING):
        if reason in reasons:
            return rank
    return 3 if reason.startswith("http_") else len(_TELLING)


def is_host_fault(reason: str) -> bool:
    """Return whether a failure speaks against the host rather than the page."""
    return reason not in _PAGE_FAULTS
