"""Addresses: their one canonical form, and the wrappers others put around them. Pure.

``canonical_url`` parses as browsers do (WHATWG, by ada-url), then takes away what does not tell one
document from another. courlan and w3lib were weighed and left out here: courlan drops parameters by
parts of their names (``*id``, ``source``, ``ref``, ``keyword``) that identify articles at some
outlets, w3lib sorts and re-encodes queries; neither knows AMP and mobile forms.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, unquote_to_bytes

import ada_url

from crawler.errors import AddressRefused

WEB_PORTS = frozenset({80, 443, 8080, 8443})
"""Ports that the web uses; anything else is some other service."""
MAX_LENGTH = 8000
"""Characters of an address; RFC 9110, 4.1 asks for at least 8,000 octets. Longer ones are refused."""
MAX_WRAPPERS = 5
"""Wrappers and AMP viewers around one address; deeper nesting is nobody's link to an article."""

TRACKERS = frozenset(
    """
    __source __tn__ __twitter_impression _branch_match_id _ga _gl _hsenc _hsmi
    amp_gsa amp_js_v cmp cmpid cmpref cx_artpos cx_testid cx_testvariant dclid dicbo efg
    elqtrack elqtrackid emc epik fb_action_ids fb_action_types fb_ref fb_source fbclid feedname feedtype ftag
    gaa_at gaa_n gaa_sig gaa_ts gbraid gclid gclsrc guce_referrer guce_referrer_sig guccounter
    hsctatracking icid igsh igshid int_campaign int_medium int_source irclickid ito maca mbid mc_cid mc_eid
    mibextid mkt_tok msclkid ncid oborigurl ocid oly_anon_id oly_enc_id
    phpsessid rb_clickid ref_src ref_url s_cid smid smtyp soc_src soc_trk spm sr_share srsltid
    tblci traffic_source ttclid twclid usqp vero_conv vero_id wbraid wickedid wpisrc wpmm
    wt_mc wt_zmc xtor yclid ysclid
    """.split()  # noqa: SIM905 - a table to read and to sort
)
"""Query parameters that name the way a reader came, in lower case. A parameter that identifies an
article at any outlet (id, p, storyid, sectionid, cid, ref, source, tid ...) does not belong here."""
TRACKER_PREFIXES = (
    "at_",
    "ga_",
    "hsa_",
    "itm_",
    "matomo_",
    "mtm_",
    "ns_",
    "pk_",
    "piwik_",
    "stm_",
    "utm_",
    "wt.",
)
TRACKER_VALUES = frozenset(
    f"{name}={value}"
    for name in ("from", "partner", "ref", "referrer", "source", "src")
    for value in ("facebook", "feed", "feedburner", "rss", "telegram", "twitter", "whatsapp")
)
"""Pairs dropped although the name alone could identify."""
AMP_PAIRS = frozenset(
    ["amp", "_amp"]
    + [f"{name}={value}" for name in ("amp", "_amp") for value in ("", "1", "true", "yes")]
    + ["output=amp", "outputtype=amp", "outputtype=amp-type", "view=amp", "format=amp"]
)

_EDGES = (
    "".join(map(chr, range(0x21)))
    + "\ufeff\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\u2066\u2067\u2069"
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_BARE_HOST = re.compile(
    r"(?:www\.[^\s/?#:@]+|[^\s/?#:@]+\.[^\s/?#:@.\d]{2,}(?=[:/]))(?::\d{1,5})?(?:[/?#]|$)", re.IGNORECASE
)
_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/?#;]*", re.IGNORECASE)
_MOBILE_HOST = re.compile(r"(?:(www|[a-z]{2})\.)?(?:m|mobile|amp)\.((?:[^.]+\.)+[^.]+)")
_SUFFIX_LIKE = re.compile(r"(?:co|com|org|net|gov|ac|edu)\.[a-z]{2}")
_AMP_VIEWER = re.compile(r"/amp/(s/)?([^/]+\.[^/]+(?:/.*)?)", re.DOTALL)
_AMP_CACHE = re.compile(r"/(?:[aciv]|wp)/(s/)?([^/]+\.[^/]+(?:/.*)?)", re.DOTALL)
_ESCAPE_OR_CHAR = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9]", re.DOTALL)
_PLAIN = "-._~!$'()*,:@"
"""Characters that mean the same raw and escaped, in path and query; written raw."""
_PLAIN_IN_QUERY = _PLAIN + "/?"
_RAW_IN_PATH = _PLAIN + "/&+=;"
_RAW_IN_QUERY = _PLAIN_IN_QUERY + "=;"
"""What may stand raw; a delimiter that came escaped stays escaped."""


@lru_cache(maxsize=512)  # identity asks for key, citation and ledger key of one link in turn
def canonical_url(url: str) -> str:
    """Return the one form in which this address is compared: idempotent, nothing asked.

    Gone are fragment, trackers, default port, AMP and m. forms, session ids; host in lower case and
    punycode; escapes in one form. Kept are scheme, ``www.``, path and slug with their case, trailing
    dash or slash, and the order of the query parameters (see ``sorted_query`` for comparing).

    Raises:
        AddressRefused: malformed, scheme (not http or https), userinfo, too_long.
    """
    parsed = _parse(url)
    for _ in range(MAX_WRAPPERS):
        inner = _amp_source(parsed)
        if inner is None:
            return _canonical(parsed, url)
        parsed = _parse(inner)
    raise AddressRefused(url, "malformed")


def sorted_query(url: str) -> str:
    """Return *url* with its query parameters in order of name, so that re-ordered queries meet."""
    head, mark, query = url.partition("?")
    return head + mark + "&".join(sorted(query.split("&"), key=lambda pair: pair.partition("=")[0]))


@lru_cache(maxsize=1024)  # each component on the way of a request asks for the host of the same address
def host_of(url: str) -> str:
    """Return the host in lower case and punycode, with its port unless that is the scheme's own.

    Raises:
        AddressRefused: as canonical_url.
    """
    return _host(_parse(url))


def with_host(url: str, host: str, scheme: str | None = None) -> str:
    """Return the same path and query at *host* (which may carry a port); the fragment goes.

    Raises:
        AddressRefused: as canonical_url.
    """
    parsed = _parse(url)
    new = f"{scheme or parsed.protocol[:-1]}://{host}{parsed.pathname}{parsed.search}"
    return _parse(new).href


def scheme_ok(url: str) -> bool:
    """Return whether the address is http or https, or names no scheme at all."""
    text = url.strip(_EDGES)
    scheme = _SCHEME.match(text)
    return scheme is None or scheme[0].lower() in ("http:", "https:") or bool(_BARE_HOST.match(text))


def path_and_query(url: str) -> str:
    """Return what follows the host of a canonical address: ``/detail.aspx?id=139946``."""
    start = url.find("/", url.find("://") + 3)
    return url[start:] if start >= 0 else "/"


# --- parsing --------------------------------------------------------------------------------------


def _parse(url: str) -> ada_url.URL:
    """Return the parsed address; a host without scheme (``www.x.ir:443/a``, ``//x.ir/a``) gets one."""
    if len(url) > MAX_LENGTH:
        raise AddressRefused(url[:200], "too_long")
    text = _with_scheme(url.lstrip(_EDGES).rstrip(_EDGES[:33]))
    try:
        parsed = ada_url.URL(text)
    except ValueError:  # also UnicodeEncodeError: lone surrogates have no octets
        raise AddressRefused(url, "malformed" if scheme_ok(url) else "scheme") from None
    if parsed.protocol not in ("http:", "https:"):
        raise AddressRefused(url, "scheme")
    if parsed.username or parsed.password:
        raise AddressRefused(url, "userinfo")
    labels = parsed.hostname.removesuffix(".").split(".")
    if not all(labels):  # a name with an empty label is none, and would not stay the same when read again
        raise AddressRefused(url, "malformed")
    return parsed


def _with_scheme(text: str) -> str:
    """Return *text* with https before a bare host, and with the scheme that a foreign default port
    means: port 443 never speaks plain http (the French edition's feed links carry it)."""
    if text.startswith("//"):
        text = "https:" + text
    elif _BARE_HOST.match(text):
        text = "https://" + text
    for wrong, port, right in (("http://", ":443", "https://"), ("https://", ":80", "http://")):
        if text[: len(wrong)].lower() == wrong and re.match(
            rf"[^/?#\\]*{port}(?=[/?#\\]|$)", text[len(wrong) :]
        ):
            return right + text[len(wrong) :].replace(port, "", 1)
    return text


def _host(parsed: ada_url.URL) -> str:
    name = parsed.hostname.removesuffix(".")
    return f"{name}:{parsed.port}" if parsed.port else name


# --- the canonical form ---------------------------------------------------------------------------


def _canonical(parsed: ada_url.URL, url: str) -> str:
    host = _desktop_host(_host(parsed))
    path = _desktop_path(_one_form(_SESSION.sub("", parsed.pathname), _PLAIN, _RAW_IN_PATH))
    query = _identifying(parsed.search[1:])
    result = f"{parsed.protocol}//{host}{path}{'?' + query if query else ''}"
    if len(result) > MAX_LENGTH:
        raise AddressRefused(url[:200], "too_long")
    return result


def _desktop_host(host: str) -> str:
    """Return the host without ``m.``, ``mobile.`` or ``amp.``, alone, behind ``www.`` or a language."""
    while (found := _MOBILE_HOST.fullmatch(host)) and not _SUFFIX_LIKE.fullmatch(found[2].partition(":")[0]):
        host = f"{found[1]}.{found[2]}" if found[1] else found[2]
    return host


def _desktop_path(path: str) -> str:
    """Return the path of the page that an AMP path stands for."""
    while True:
        plain = _without_amp(path)
        if plain == path:
            return path
        path = plain


def _without_amp(path: str) -> str:
    lower = path.lower()
    if lower.endswith("/amp") and len(path) > 4:
        return path[:-4]
    if lower.endswith("/amp/") and len(path) > 5:
        return path[:-4]
    for ending in (".amp.html", ".amp.htm", ".amp.aspx", ".amp.php", ".amp"):
        if lower.endswith(ending) and path[: -len(ending)].rpartition("/")[2].strip("."):
            return path[: -len(ending)] + ending[4:]
    if lower.startswith("/amp/") and path.strip("/").count("/") > 1:
        return path[4:]
    return path


def _identifying(query: str) -> str:
    """Return the query without trackers and AMP switches, in its order, escapes in one form."""
    while "&amp;" in query:  # escaped once too often: no parameter is called "amp;b"
        query = query.replace("&amp;", "&")
    pairs = (_one_form(pair.replace("+", "%20"), _PLAIN_IN_QUERY, _RAW_IN_QUERY) for pair in query.split("&"))
    return "&".join(pair for pair in pairs if pair and not _is_tracker(pair.lower()))


def _is_tracker(pair: str) -> bool:
    name = pair.partition("=")[0]
    return (
        name in TRACKERS or name.startswith(TRACKER_PREFIXES) or pair in TRACKER_VALUES or pair in AMP_PAIRS
    )


def _one_form(text: str, plain: str, raw: str) -> str:
    """Return *text* with *plain* characters raw, others of *raw* as they came, the rest escaped."""

    def one(found: re.Match[str]) -> str:
        piece = found[0]
        if len(piece) == 1:
            return piece if piece in raw else "".join(f"%{octet:02X}" for octet in piece.encode())
        char = chr(int(piece[1:], 16))
        return char if char.isascii() and (char.isalnum() or char in plain) else piece.upper()

    return _ESCAPE_OR_CHAR.sub(one, text)


def _amp_source(parsed: ada_url.URL) -> str | None:
    """Return the address inside a Google or Bing AMP viewer or the AMP cache, else None."""
    host = parsed.hostname
    if host.endswith(".cdn.ampproject.org") or host == "cdn.ampproject.org":
        found = _AMP_CACHE.fullmatch(parsed.pathname)
    elif _is_google(host) or host.endswith("bing.com"):
        found = _AMP_VIEWER.fullmatch(parsed.pathname)
    else:
        return None
    return f"http{'s' if found[1] else ''}://{found[2]}{parsed.search}" if found else None


def _is_google(host: str) -> bool:
    return re.fullmatch(r"(?:www\.)?google\.(?:com?\.)?[a-z]{2,3}", host) is not None


# --- wrappers -------------------------------------------------------------------------------------

WRAPPERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    # host, beginning of the path, parameters that may hold the address
    ("away.vk.com", "/away.php", ("to",)),
    ("duckduckgo.com", "/l/", ("uddg",)),
    ("l.facebook.com", "/l.php", ("u",)),
    ("l.instagram.com", "/", ("u",)),
    ("lm.facebook.com", "/l.php", ("u",)),
    ("m.vk.com", "/away", ("to",)),
    ("news.google.com", "/news/url", ("url",)),
    ("out.reddit.com", "/", ("url",)),
    ("t.umblr.com", "/redirect", ("z",)),
    ("vk.com", "/away.php", ("to",)),
    ("www.bing.com", "/news/apiclick.aspx", ("url",)),
    ("www.facebook.com", "/l.php", ("u",)),
    ("www.linkedin.com", "/redir/redirect", ("url",)),
    ("www.youtube.com", "/redirect", ("q",)),
)
_GOOGLE_ARTICLE = re.compile(r"/(?:rss/|__i/rss/rd/)?(?:articles|read)/(CBMi[\w-]+={0,2})")


def resolve_wrapper(url: str) -> str:
    """Return the address inside redirectors that carry it in themselves, else *url* as it came.

    Short links, FeedBurner's ``~r`` links and the encrypted Google News form need the network and
    stay as they are. Never raises.
    """
    for _ in range(MAX_WRAPPERS):
        inner = _inside(url)
        if inner is None:
            break
        url = inner
    return url


def _inside(url: str) -> str | None:
    try:
        parsed = _parse(url)
    except AddressRefused:
        return None
    host = _host(parsed)
    if host == "news.google.com" and (article := _GOOGLE_ARTICLE.match(parsed.pathname)):
        return _google_news_target(article[1])
    if _is_google(host) and parsed.pathname == "/url":
        return _parameter(parsed.search, ("q", "url"))
    for name, path, parameters in WRAPPERS:
        if host == name and parsed.pathname.startswith(path):
            return _parameter(parsed.search, parameters)
    return _amp_source(parsed)


def _parameter(search: str, names: tuple[str, ...]) -> str | None:
    """Return the first named parameter that is an absolute http address."""
    given = dict(reversed(parse_qsl(search[1:], errors="replace", max_num_fields=None)))
    for name in names:
        target = given.get(name, "")
        if re.match(r"https?://[^/]", target, re.IGNORECASE):
            return target
        if re.match(r"https?%3a%2f%2f", target, re.IGNORECASE):
            return unquote(target)
    return None


def _google_news_target(token: str) -> str | None:
    """Return the address in an old Google News token: base64 of a small protobuf whose field 4 is the
    address (``08 13 22 <length> <address>``). New tokens hold an encrypted text (``AU_yqL...``)."""
    try:
        data = base64.urlsafe_b64decode(token.rstrip("=") + "=" * (-len(token.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        return None
    if data[:3] != b"\x08\x13\x22" or len(data) < 5:
        return None
    length, start = data[3], 4
    if length & 0x80:
        length, start = (length & 0x7F) | data[4] << 7, 5
    target = data[start : start + length]
    if len(target) < length or not re.match(rb"https?://[\x21-\x7e]+\Z", target):
        return None
    return target.decode("ascii")


def readable(url: str) -> str:
    """Return the address with UTF-8 escapes as letters: for patterns written in the outlet's script."""
    return unquote_to_bytes(url).decode("utf-8", "replace")
