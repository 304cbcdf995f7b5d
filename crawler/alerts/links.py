"""The signed links of a mail by which its reader mutes a rule for a week, or unsubscribes from it.

A link names what it does, the reader and the rules, and bears an HMAC of that, so that nobody can make one for
somebody else. It does not end: a mail of last year still unsubscribes. A new key makes all earlier links void.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal, cast

Deed = Literal["mute", "leave", "unmute", "rejoin"]
"""What a link does: mute for a week, unsubscribe, and the undoing of each."""

DEEDS: tuple[Deed, ...] = ("mute", "leave", "unmute", "rejoin")
MUTED_FOR = timedelta(days=7)
PATH = "/-/alerts/"
"""Where the links lead, below public_url."""

LONGEST_LINK = 975
"""A line of a mail's header has 998 characters at most; a mail of more rules bears links of single rules only."""

KEY_BYTES = 32
_VERSION = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a link asks for."""

    deed: Deed
    reader: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Makes the links of mails."""

    public_url: str
    key: bytes = field(repr=False)

    def url(self, deed: Deed, reader: str, *rules: str) -> str:
        """Return the link; empty where it names so many rules that no header holds it."""
        token = sign(self.key, Wish(deed=deed, reader=reader, rules=rules))
        link = f"{self.public_url.rstrip('/')}{PATH}{token}"
        return link if len(link) <= LONGEST_LINK else ""

    @property
    def is_one_click(self) -> bool:
        """Return whether mail programs may unsubscribe without showing a page: RFC 8058 wants https for it."""
        return self.public_url.startswith("https://")


def sign(key: bytes, wish: Wish) -> str:
    """Return the last part of a link's address: what is wished, a dot, and the signature."""
    told = json.dumps(
        [_VERSION, wish.deed, wish.reader, *wish.rules], ensure_ascii=False, separators=(",", ":")
    )
    payload = _encoded(told.encode())
    return f"{payload}.{_signature(key, payload)}"


def read(key: bytes, token: str) -> Wish | None:
    """Return what a link wishes; None where it was not signed with *key*, or was cut or changed."""
    payload, _, signature = token.partition(".")
    if not hmac.compare_digest(_signature(key, payload).encode(), signature.encode("utf-8", "replace")):
        return None
    try:
        version, deed, reader, *rules = json.loads(
            base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        )
    except (binascii.Error, ValueError):
        return None
    if version != _VERSION or deed not in DEEDS or not rules:
        return None
    return Wish(deed=cast("Deed", deed), reader=reader, rules=tuple(rules))


def _signature(key: bytes, payload: str) -> str:
    return _encoded(hmac.digest(key, payload.encode("utf-8", "replace"), hashlib.sha256))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# --- the key --------------------------------------------------------------------------------------


def key_file(store: Path) -> Path:
    """Return where the key is: beside the store, which analysts may read, and not in it."""
    return store.with_name(f"{store.name}.linkkey")


def read_key(store: Path) -> bytes | None:
    """Return the key, None where none was made yet.

    Raises:
        OSError: it cannot be read.
        ValueError: the file holds no key.
    """
    try:
        key = bytes.fromhex(key_file(store).read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return None
    if len(key) != KEY_BYTES:
        raise ValueError(f"{key_file(store)} holds no key of {KEY_BYTES} bytes in hexadecimal")
    return key


def make_key(store: Path) -> bytes:
    """Return the key, made if there is none: readable by its owner alone, and whole as soon as it is there.

    Raises:
        OSError: it can be neither read nor written.
        ValueError: the file holds no key.
    """
    if (key := read_key(store)) is not None:
        return key
    path = key_file(store)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.touch(mode=0o600, exist_ok=False)
        with draft.open("w", encoding="ascii") as file:
            file.write(f"{secrets.token_hex(KEY_BYTES)}\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first: its key counts
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    made = read_key(store)
    assert made is not None
    return made


def links_of(public_url: str, store: Path) -> Links | None:
    """Return what makes the links of mails, None without *public_url*.

    Raises:
        OSError, ValueError: see make_key.
    """
    return Links(public_url=public_url, key=make_key(store)) if public_url else None
