"""Why an outlet is out of reach, as a sentence: each host once, with its cause. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.items import Attempt

_SAID = {
    "dns": "has a name that cannot be resolved",
    "refused": "refused the connection",
    "reset": "broke the connection off",
    "timeout": "did not answer in time",
    "private": "stands for a private address, which is never asked",
    "port": "has a port that is never asked",
    "protocol": "does not speak HTTP",
    "truncated": "broke off in the middle of an answer",
    "too_large": "sent more than is read",
    "empty": "sent an empty answer",
    "redirects": "redirects in circles",
    "bad_redirect": "redirects to nowhere",
    "foreign": "redirects to a foreign site",
    "front_page": "redirects to its front page",
    "soft_404": "has no such page",
    "robots": "forbids it in robots.txt",
    "robots_unreachable": "did not give its robots.txt",
    "challenge": "shows a bot check",
    "consent": "shows a consent wall",
    "login": "asks for a log-in",
    "paywall": "gives only the first lines without a subscription",
    "javascript": "gives no text without JavaScript",
    "same_text": "gives one text for many addresses",
    "seizure": "shows a seizure notice",
    "parked": "is a parked domain",
    "censor": "is blocked by a censor",
    "error": "shows an error page",
    "list": "sent a web page in place of a feed",
    "feed": "sent a feed in place of a page",
    "not_html": "sent a file that is no page",
    "resting": "is left alone for now",
}
"""What a host did, by the word of the ledger."""
_NO_FEED = {
    "html": "sent a web page in place of a feed",
    "empty": "sent an empty feed",
    "truncated": "sent a feed that breaks off before its first item",
    "entities": "sent a feed that was built to harm its reader",
    "too_large": "sent a feed larger than is read",
    "too_deep": "sent a feed nested deeper than is read",
    "extract_timeout": "sent a feed that took too long to read",
    "extract_memory": "sent a feed that takes too much memory to read",
    "extract_crash": "sent a feed that crashed its reader",
}
LONGEST_DETAIL = 80


def outage(attempts: Iterable[Attempt]) -> str:
    """Return what each host did, hosts in the order they were asked: ``a.example refused the connection,
    b.example: the certificate has expired``. Empty without a failed attempt."""
    by_host: dict[str, dict[str, None]] = {}
    for attempt in attempts:
        if attempt.reason != "ok":
            by_host.setdefault(attempt.host, {})[_said(attempt)] = None
    return ", ".join(_sentence(host, list(said)) for host, said in by_host.items())


def _sentence(host: str, said: list[str]) -> str:
    """Return one host's part. That it rests says nothing where another cause is known."""
    telling = [each for each in said if each.strip() != _SAID["resting"]] or said
    if len(telling) > 1:
        telling = [f" failed TLS ({each[2:]})" if each.startswith(": ") else each for each in telling]
    return f"{host}{' and'.join(telling)}"


def _said(attempt: Attempt) -> str:
    """Return what a host did, with the space or colon that joins it to the host's name."""
    detail = " ".join(attempt.detail.split()).removeprefix("robots.txt: ")[:LONGEST_DETAIL]
    if attempt.reason == "tls":
        return f": {detail or 'TLS failed'}"
    if attempt.reason == "proxy":
        return f" could not be asked through the proxy{f' ({detail})' if detail else ''}"
    if attempt.reason == "not_a_feed":
        return " " + _NO_FEED.get(detail, f"sent something that is no feed ({detail or 'unknown'})")
    if status := re.fullmatch(r"http_(\d+)", attempt.reason):
        return f" answered {status[1]}"
    return " " + _SAID.get(attempt.reason, f"failed ({attempt.reason}{': ' if detail else ''}{detail})")
