"""What the ledger's words mean, as a person would say it. Pure."""

from __future__ import annotations

from crawler.items import Attempt
from crawler.outage import outage

_OF_ADDRESS = {
    "foreign": "it leads to a host that is neither among the outlet's hosts nor among its aliases; such a link is never asked",
    "wrapper": "Google News seals where it leads, and opens it to nobody else; the outlet's own feed names the same articles",
    "scheme": "it is not an address of the web (http or https)",
    "malformed": "it is no address that can be read",
    "userinfo": "it carries a user name or password, which is never sent",
    "too_long": "it is longer than any address of an article",
    "private": "it stands for a private address, which is never asked (allow_private in [network])",
    "port": "its port is none of the web's, so it is never asked",
}
_OF_PAGE = {
    "list": "the page is a list of links, not an article",
    "consent": "the page is a consent wall",
    "login": "the page asks for a log-in",
    "javascript": "the page holds no text without JavaScript",
    "challenge": "the page is a bot check",
    "paywall": "the page holds only the first lines of the article and asks for a subscription",
    "same_text": "the host gave one text for several addresses: a block page or a soft 404",
    "seizure": "the page is a seizure notice",
    "parked": "the page is that of a parked domain",
    "censor": "a censor's page stands in its place",
    "soft_404": "the page says that there is nothing here",
    "front_page": "the address leads to the front page: the article is not there",
    "error": "the page is an error page",
    "feed": "the address leads to a feed, not to an article",
    "not_html": "the address leads to a file that is no page: a PDF, a picture, JSON",
    "empty": "the page holds no text",
    "extract_timeout": "the page took longer to read than a page may",
    "extract_memory": "the page takes more memory to read than a page may",
    "extract_crash": "the page crashed its reader",
    "robots": "robots.txt forbids the address",
    "foreign": "the address redirects to a foreign site",
    "wrapper": "the address should lead to an article and leads nowhere",
}
_OF_LEDGER = {
    "waiting": "another address of the same article is fetched first",
    "missed": "a second channel named it and no source of the outlet did; newshawk reconcile --fetch asks for it",
    "store_error": "it could not be stored; the notes say why",
    "merged": "it led to an article that turned out to be one that is known, and lives on in it",
    "returned": "the page had been removed and is back",
    "redirected": "the address now leads to another article",
    "divergent": "a mirror alone shows something else there; the stored text stands until the outlet's own host says so",
    "doubtful": "the outlet's pages broke, and the text read there is in doubt; the stored one stands",
    "mended": "its text was in doubt, and was read anew",
    "outdated": "a mirror still shows an earlier text of it; the stored one stands",
    "reread": "the stored text was read by other rules; its kept page, read again, gives this text too",
    "unkept": "the stored text was read by other rules and its page is not kept: lines that rules cut were left out of account",
    "gone": "every host said twice that the page is no longer there; its text is kept",
    "unconfirmed": "it differs in lines that may change by themselves; it is asked for once more before it counts as an edit",
    "boilerplate": "it differs in counters, times or labels alone, which are no edit",
    "jitter": "it differs only where it was found to change by itself, which is no edit",
    "live": "it is a live blog that goes on; its latest revision is young, and this page is kept",
    "not_modified": "its host said that nothing changed since, and was not asked for more",
    "same_bytes": "its host sent the same bytes as before; they were not read again",
    "superseded": "its text changed while it was asked for; it is asked for again",
    "resting": "every host is left alone for now",
    "late": "no host answered in the time that was left",
}
_OF_STATE = {
    "pending": "still to be fetched",
    "new": "fetched, and stored as a new article",
    "revision": "fetched again, with another text than before",
    "duplicate": "another address of an article that is known; it makes no second one",
    "unchanged": "fetched again, with the same text",
    "skipped": "refused on purpose",
    "failed": "could not be had",
    "gone": "found removed",
    "compared": "the page of a mirror was compared with the stored text",
}


def address_meaning(reason: str) -> str:
    """Return what the refusal of an address, before anything is asked, means; empty for an empty reason."""
    return _OF_ADDRESS.get(reason) or reason_meaning(reason)


def reason_meaning(reason: str) -> str:
    """Return what a reason of the ledger or of a visit means; empty for an empty reason."""
    if not reason:
        return ""
    known = _OF_PAGE.get(reason) or _OF_LEDGER.get(reason) or _OF_ADDRESS.get(reason)
    return known or outage([Attempt(host="the host", url="", status=None, reason=reason)])


def state_meaning(state: str) -> str:
    """Return what a state of a link or the verdict of a visit means."""
    return _OF_STATE.get(state, state)
