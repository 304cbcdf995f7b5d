"""Single values of a TOML file: each function returns the value as newshawk uses it, or raises the
mistake with its cause and cure. Pure.

A message is the rest of a sentence that begins with the key: ``is not a host name: "htp//x". Did you mean "x"?``
"""

from __future__ import annotations

import difflib
import ipaddress
import re
import zoneinfo
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from urllib.parse import quote, urlsplit

import idna
from cssselect import HTMLTranslator, SelectorError
from pydantic_core import PydanticCustomError

from crawler.errors import AddressRefused
from crawler.identity import pattern_problem
from crawler.urls import host_of

MIN_INTERVAL = timedelta(seconds=30)
"""The shortest interval on the public network; ``allow_private = true`` goes down to a second."""
MAX_INTERVAL = timedelta(days=31)

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_NAME_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?")
_DURATION = re.compile(r"(\d{1,9})\s*([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SIZE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(MB|GB|TB)", re.IGNORECASE)
_BYTES = {"MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}
MAX_AGE = timedelta(days=36500)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_FULL_DAY = re.compile("mon(day)?|tue(sday)?|wed(nesday)?|thu(rsday)?|fri(day)?|sat(urday)?|sun(day)?")
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def wrong(told: str) -> PydanticCustomError:
    """Return the mistake that *told* describes."""
    return PydanticCustomError("newshawk", "{told}", {"told": told})


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return `` Did you mean "presstv"?`` when something known is near *given*, else nothing."""
    choices = {choice.lower(): choice for choice in known}
    near = difflib.get_close_matches(given.lower(), choices, n=1, cutoff=0.6)
    return f' Did you mean "{choices[near[0]]}"?' if near else ""


def no_control(value: str) -> str:
    """Return *value*; line breaks and other control characters are refused."""
    for character in value:
        if ord(character) < 32 or 127 <= ord(character) < 160 or character in "\u2028\u2029":
            raise wrong(f"holds a line break or control character (U+{ord(character):04X}). Remove it.")
    return value


# --- names ----------------------------------------------------------------------------------------


def outlet_id(value: str) -> str:
    """Return the id of an outlet: small letters, digits and hyphens."""
    if len(value) <= 64 and _ID.fullmatch(value):
        return value
    better = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")[:64].strip("-")
    cure = f' Did you mean "{better}"?' if better else ""
    raise wrong(f'is not an id: "{value[:80]}". Use small letters, digits and hyphens, at most 64.{cure}')


def name_id(value: str) -> str:
    """Return the id of a recipient or a rule: letters, digits, dot, hyphen and underscore."""
    if len(value) <= 64 and _NAME_ID.fullmatch(value):
        return value
    better = re.sub(r"[^A-Za-z0-9._-]+", "-", value).strip("-._")[:64]
    cure = f' Did you mean "{better}"?' if better else ""
    raise wrong(f'is not an id: "{value[:80]}". Use letters, digits, ".", "_" and "-", at most 64.{cure}')


def query_name(value: str) -> str:
    """Return the name of a query in small letters: letters of any script, digits, hyphen and underscore."""
    if re.fullmatch(r"[\w-]{1,64}", value):
        return value.lower()
    better = re.sub(r"[^\w-]+", "-", value.strip("@")).strip("-")[:64].lower()
    cure = f' Did you mean "{better}"?' if better else ""
    raise wrong(f'is not a name: "{value[:80]}". Use letters, digits, "_" and "-", at most 64.{cure}')


def channel_name(value: str) -> str:
    """Return the name of a channel: an id as an outlet's, at most 40 characters, that its variables can be named by."""
    name = outlet_id(value)
    if len(name) > 40 or name.endswith("-file"):
        raise wrong(
            f'is no name for a channel: "{name}". Use at most 40 characters, and no "-file" at its end.'
        )
    return name


def language(value: str) -> str:
    """Return a language tag (BCP 47) in small letters: ``en``, ``zh-hant``."""
    if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", value.lower()):
        return value.lower()
    raise wrong(f'is not a language tag: "{value[:40]}". Write for example "en" or "fa".')


def country(value: str) -> str:
    """Return a country code (ISO 3166, two letters) in capitals; empty stays empty."""
    if value == "" or re.fullmatch(r"[A-Za-z]{2}", value):
        return value.upper()
    raise wrong(f'is not a country code of two letters: "{value[:40]}". Write for example "IR".')


def zone(value: str) -> str:
    """Return an IANA time zone that this machine knows."""
    zones = zoneinfo.available_timezones()
    if value in zones:
        return value
    cities = {name.rsplit("/", 1)[-1]: name for name in sorted(zones, reverse=True)}
    near = did_you_mean(value, zones)
    if not near:
        city = did_you_mean(value.rsplit("/", 1)[-1], cities)
        near = f' Did you mean "{cities[city.split(chr(34))[1]]}"?' if city else ""
    raise wrong(f'is not a time zone: "{value[:60]}".{near or " Write for example Asia/Tehran or UTC."}')


# --- times ----------------------------------------------------------------------------------------


def interval(value: object) -> timedelta:
    """Return the length of ``90s``, ``5m``, ``1h`` or ``1d``: a second to 31 days."""
    if isinstance(value, timedelta):
        return value
    cure = 'Write a number with s, m, h or d: "90s", "5m", "1h", "1d".'
    if not isinstance(value, str):
        raise wrong(f"is not a duration: {value!r}. {cure}")
    found = _DURATION.fullmatch(value.strip())
    if found is None:
        raise wrong(f'is not a duration: "{value[:40]}". {cure}')
    seconds = int(found.group(1)) * _UNITS[found.group(2)]
    if not 1 <= seconds <= MAX_INTERVAL.total_seconds():
        raise wrong(f'is out of bounds: "{value[:40]}". It may be from 30s (1s with allow_private) to 31d.')
    return timedelta(seconds=seconds)


def age(value: object) -> timedelta | None:
    """Return the length of ``30d``: one day to a hundred years; None for an empty text, which stands for ever."""
    if value is None or value == "":
        return None
    if isinstance(value, timedelta):
        return value
    cure = 'Write a number of days, "365d", or "" for ever.'
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise wrong(f"is not an age: {str(value)[:40]!r}. {cure}")
    length = timedelta(seconds=int(found.group(1)) * _UNITS[found.group(2)])
    if not timedelta(days=1) <= length <= MAX_AGE:
        raise wrong(f'is out of bounds: "{value}". It may be from 1d to {MAX_AGE.days}d. {cure}')
    return length


def size(value: object) -> int | None:
    """Return the bytes of ``500MB``, ``20GB`` or ``1.5TB`` (1 GB is 1024 MB); None for an empty text, which is no
    limit."""
    if value is None or value == "":
        return None
    cure = 'Write "500MB", "20GB" or "1TB", or "" for no limit.'
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise wrong(f"is not a size: {str(value)[:40]!r}. {cure}")
    bytes_ = int(float(found.group(1)) * _BYTES[found.group(2).upper()])
    if bytes_ < _BYTES["MB"]:
        raise wrong(f'is too small: "{value}". It may be 1MB or more. {cure}')
    return bytes_


def quiet_hours(value: str) -> str:
    """Return ``22:00-07:00`` (or empty): two different times of a day."""
    if value == "":
        return value
    start, _, end = value.replace(" ", "").partition("-")
    if not (_CLOCK.fullmatch(start) and _CLOCK.fullmatch(end)):
        raise wrong(f'are not quiet hours: "{value[:40]}". Write "22:00-07:00", with two digits each.')
    if start == end:
        raise wrong(f'begin and end at the same time: "{value[:40]}". Write "22:00-07:00", or "" for none.')
    return f"{start}-{end}"


def clock(value: str) -> str:
    """Return ``08:00``, or empty."""
    if value and not _CLOCK.fullmatch(value):
        raise wrong(
            f'is not a time of the day: "{value[:40]}". Write "08:00", with two digits each, or "" for never.'
        )
    return value


def quiet_days(days: tuple[str, ...]) -> tuple[str, ...]:
    """Return days in the order of the week, as ``sat``: each once, and not all seven."""
    wrong_ones = [day for day in days if not _FULL_DAY.fullmatch(day.lower())]
    if wrong_ones:
        raise wrong(f'name no day: "{wrong_ones[0][:40]}". Write {", ".join(DAYS)}.')
    given = {day.lower()[:3] for day in days}
    if len(given) == len(DAYS):
        raise wrong(
            "are all seven days: nothing would ever be sent. Leave one out, or take the reader off the rules."
        )
    return tuple(day for day in DAYS if day in given)


def cadence(value: str) -> str:
    """Return ``immediate``, ``hourly``, ``daily HH:MM`` or ``mon HH:MM``."""
    words = value.lower().split()
    if words in (["immediate"], ["hourly"]):
        return words[0]
    if len(words) == 2 and words[0] in ("daily", *DAYS) and _CLOCK.fullmatch(words[1]):
        return " ".join(words)
    near = did_you_mean(words[0], ("immediate", "hourly")) if len(words) == 1 else ""
    cure = near or ' Write "immediate", "hourly", "daily 07:00" or "mon 07:00".'
    raise wrong(f'is not a cadence: "{value[:40]}".{cure}')


# --- addresses ------------------------------------------------------------------------------------


@cache
def host(value: str) -> str:
    """Return a host name (or IP address) in small letters and ASCII, with its port if it has one.

    ``WWW.Example.com`` is ``www.example.com``, ``müller.de`` is ``xn--mller-kva.de``; the ports 80 and 443
    are those of the schemes and go.
    """
    given = value.strip()
    text, port = _split_port(given)
    if "/" in given or "@" in given:
        raise wrong(f'is not a host name: "{given[:80]}".{_host_cure(given)}')
    if port is not None and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise wrong(f'has no valid port: "{given[:80]}". A port is a number from 1 to 65535.')
    name = _host_name(text)
    if name is None:
        raise wrong(f'is not a host name: "{given[:80]}".{_host_cure(given)}')
    return name if port in (None, "80", "443") else f"{name}:{int(port or 0)}"


def _split_port(text: str) -> tuple[str, str | None]:
    """Return (host, port) of ``host:port`` and ``[::1]:port``."""
    if text.startswith("["):
        inside, closed, rest = text.partition("]")
        return f"{inside}{closed}", rest[1:] if rest.startswith(":") else None if rest == "" else "?"
    name, colon, port = text.partition(":")
    return name, port if colon else None


def _host_name(text: str) -> str | None:
    """Return the host name in ASCII, or None when it is none."""
    if text.startswith("[") and text.endswith("]"):
        try:
            return f"[{ipaddress.IPv6Address(text[1:-1])}]"
        except ValueError:
            return None
    name = text.lower().removesuffix(".")
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError:
            return None
    labels = name.split(".")
    if len(name) > 253 or not all(len(label) < 64 and _LABEL.fullmatch(label) for label in labels):
        return None
    if labels[-1].isdigit():
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError:
            return None
    return name


def _host_cure(given: str) -> str:
    """Return what to write instead of an address, a pattern or a slip."""
    if "*" in given:
        return " Name each host; there are no wildcards."
    rest = re.sub(r"^[A-Za-z]*:?//", "", given).split("/")[0].split("@")[-1].split("?")[0]
    text, port = _split_port(rest)
    name = _host_name(text)
    if name is None or rest == given:
        return ' Write only the name: "www.example.com".'
    named = name if port in (None, "") else f"{name}:{port}"
    if re.match(r"https?://", given, re.IGNORECASE):
        return f' It is an address: drop the scheme and the path and write "{named}".'
    return f' Did you mean "{named}"?'


def is_private_host(value: str) -> bool:
    """Return True for a host that is private by its spelling: a private literal address, localhost,
    a .local or .internal name. Names are not resolved."""
    try:
        value = host_of(f"http://{value}/")  # 127.1, 0x7f000001 and the like are read as meant
    except AddressRefused:
        return False  # it is no host at all, which others tell
    name = value.rsplit(":", 1)[0] if not value.endswith("]") else value
    try:
        address = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        last = name.rstrip(".").rsplit(".", 1)[-1]
        return last in ("localhost", "local", "internal")
    return not address.is_global or address.is_multicast


def web_address(value: str) -> str:
    """Return an http or https address, stripped of white space."""
    given = no_control(value.strip())
    if len(given) > 2000:
        raise wrong("is longer than 2000 characters.")
    try:
        parts = urlsplit(given)
        where = parts.netloc
    except ValueError:
        raise wrong(f'is not an address: "{given[:80]}".') from None
    if parts.scheme not in ("http", "https") or not where:
        bare = re.sub(r"^[A-Za-z]*:?/*", "", given) if "//" in given else given
        raise wrong(f'is not an http or https address: "{given[:80]}". Did you mean "https://{bare[:80]}"?')
    if "@" in where:
        raise wrong("carries a user name. newshawk does not log in; leave out what stands before the @.")
    if re.search(r"\s", given):
        raise wrong(f'holds a space: "{given[:80]}". Write it as %20.')
    host(where)
    return given


def proxy(value: str) -> str:
    """Return the address of an HTTP proxy (or empty): ``http://[user:password@]host[:port]``."""
    if value == "":
        return value
    given = no_control(value.strip())
    scheme, _, rest = given.partition("://")
    shown = re.sub(r"//[^@/]*@", "//...@", given)[:80]
    if scheme.lower().startswith("socks"):
        raise wrong(
            f'is a SOCKS proxy: "{shown}". Scrapy would speak HTTP to it, so every request would fail. '
            "Put an HTTP proxy before it (privoxy, for example) and name that."
        )
    if scheme.lower() != "http" or not rest:
        raise wrong(f'is not the address of an HTTP proxy: "{shown}". Write "http://127.0.0.1:8080".')
    where, _, path = rest.rpartition("@")[2].partition("/")
    if path:
        raise wrong(f'has a path: "{shown}". Write only "http://{where}".')
    host(where)
    return given.rstrip("/")


def public_url(value: str) -> str:
    """Return the address where readers reach ``serve``, in ASCII as a header of a mail must have it, without a closing
    slash; empty for none."""
    if value == "":
        return value
    parts = urlsplit(web_address(value))
    name = parts.netloc if parts.netloc.isascii() else host(parts.netloc)
    return quote(parts._replace(netloc=name).geturl(), safe="%/:?#[]!$&'()*+,;=~@").rstrip("/")


def listen(value: str) -> str:
    """Return ``host:port`` (port 0 takes a free one), or empty."""
    if value == "":
        return value
    name, colon, port = value.strip().rpartition(":")
    if not colon or not (port.isascii() and port.isdigit() and int(port) < 65536) or _host_name(name) is None:
        raise wrong(f'is not host:port: "{value[:60]}". Write "127.0.0.1:9477", or "" to switch it off.')
    return f"{_host_name(name)}:{int(port)}"


def mail_address(value: str) -> str:
    """Return a bare mail address; the domain in small letters and ASCII."""
    given = no_control(value.strip())
    in_brackets = re.search(r"<([^<>\s]+@[^<>\s]+)>", given)
    if in_brackets:
        raise wrong(f'must be the bare address. Write "{in_brackets.group(1)}".')
    local, at, domain = given.rpartition("@")
    name = _host_name(domain)
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    if not at or name is None or dots or not _LOCAL_PART.fullmatch(local):
        several = (
            ' Several addresses are a list: ["a@x.org", "b@x.org"].' if re.search(r"[,;]", given) else ""
        )
        raise wrong(f'is not a mail address: "{given[:80]}".{several or " Write name@example.org."}')
    return f"{local}@{name}"


def header_text(value: str) -> str:
    """Return *value* when it can stand in an HTTP header: printable ASCII, not empty."""
    given = no_control(value).strip()
    if not given or not given.isascii():
        raise wrong('must be printable ASCII and not empty. Write "newshawk (+https://example.org/bot)".')
    return given


def id_pattern(value: str) -> str:
    """Return a regular expression whose first group identifies an article; it runs in linear time (RE2)."""
    cause = pattern_problem(value)
    if cause:
        raise wrong(f"is not a pattern of ids: '{value[:80]}': {cause} Write patterns in single quotes.")
    return value


def line_pattern(value: str) -> str:
    """Return a regular expression for a line."""
    try:
        re.compile(value, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise wrong(f"is not a regular expression: {error}. Write patterns in single quotes.") from None
    return value


def selector(value: str) -> str:
    """Return a CSS selector that lxml can use.

    ``:contains()`` is no CSS: lxml calls a function of its own for it, which fails now and then.
    """
    if ":contains(" in value:
        raise wrong(f"uses :contains(), which is no CSS: '{value[:80]}'. Name the element by class or place.")
    try:
        HTMLTranslator().css_to_xpath(value)
    except SelectorError as error:
        raise wrong(
            f"is not a CSS selector: '{value[:80]}': {error}. Write for example 'div.article p'."
        ) from None
    return value
