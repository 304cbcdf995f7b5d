"""Every error newshawk raises on purpose.

    NewshawkError
    ├── UsageError                  the call, the config or a query is wrong           exit 2
    │   ├── ConfigError             newshawk.toml or a catalogue file: file:line, cause, cure
    │   └── QueryError              a query: position, cause, repair
    ├── BusyError                   another instance holds the store                    exit 75
    ├── StoreError                  the store cannot be read or written                 exit 1
    │   ├── StoreLocked             try later
    │   ├── StoreFull               try later, after making room
    │   ├── StoreForeign            not a newshawk store, damaged, or from a newer version
    │   └── StoreReadOnly           the file or its folder cannot be written
    ├── PermanentError              will never work: the link is settled (quarantine)
    │   ├── AddressRefused          an address newshawk does not dial or cannot read
    │   ├── NotAFeed                the bytes are not a feed or a sitemap
    │   ├── ExtractionError         the page killed, hung or starved the parser, or holds no article
    │   └── DeliveryRefused         a mail that the server will never take
    └── TemporaryError              try again later
        ├── FetchFailed             one try at one host gave no usable answer
        │   ├── HostResting         the host is left alone for a while: Retry-After, repeated failures
        │   └── AllHostsFailed      no host gave a usable answer
        ├── DeliveryFailed          a mail could not be handed over now
        │   └── ServerUnavailable   the mail server takes no mail at all now: it concerns every mail
        └── DeliveryUnknown         the answer was lost after the mail was handed over

Errors carry attributes; the sentence a person reads is made from them in ``__str__``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.items import Attempt


class NewshawkError(Exception):
    """Base of all errors raised on purpose; ``exit_code`` is what the command line returns."""

    exit_code = 1


class UsageError(NewshawkError):
    """The call, the config or a query is wrong; nothing was done."""

    exit_code = 2


class ConfigError(UsageError):
    """One or more mistakes in a config or catalogue file."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        """One line each: ``newshawk.toml:14: hosts[2] is not a host name. Did you mean ...``."""
        super().__init__(*problems)

    def __str__(self) -> str:
        return "\n".join(self.problems)


class QueryError(UsageError):
    """A query that cannot be read."""

    def __init__(self, query: str, position: int, cause: str, repair: str = "") -> None:
        self.query, self.position, self.cause, self.repair = query, position, cause, repair
        super().__init__(query, position, cause, repair)

    def __str__(self) -> str:
        """Return three lines: the query around the place, a caret under it, cause and repair. A terminal shows Chinese and
        emoji two cells wide and marks on the letter before, so cells are counted. What is not to be printed is U+FFFD."""
        from rich.cells import cell_len  # most runs end without an error

        before = _printable(self.query[max(0, self.position - _BEFORE) : self.position])
        after = _printable(self.query[self.position : self.position + _AFTER])
        while cell_len(before) > _BEFORE or (before and not cell_len(before[0])):
            before = before[1:]
        while cell_len(after) > _AFTER:
            after = after[:-1]
        told = _printable(f"{self.cause} {self.repair}".rstrip())
        return f"{before}{after}\n{' ' * cell_len(before)}^\n{told}"


_BEFORE, _AFTER = 60, 40
"""Cells of a query that are shown on either side of a mistake."""


def _printable(text: str) -> str:
    return "".join(
        " " if each.isspace() else each if each.isprintable() or each in "\u200c\u200d" else "\ufffd"
        for each in text
    )


class BusyError(NewshawkError):
    """Another instance holds the store."""

    exit_code = 75

    def __init__(self, path: str, pid: int | None) -> None:
        self.path, self.pid = path, pid
        super().__init__(path, pid)

    def __str__(self) -> str:
        holder = f"process {self.pid}" if self.pid else "another process"
        return f'{self.path} is held by {holder}. Stop it, or use "newshawk reload" to talk to it.'


class StoreError(NewshawkError):
    """The store cannot be read or written."""

    def __init__(self, path: str, cause: str, cure: str = "") -> None:
        self.path, self.cause, self.cure = path, cause, cure
        super().__init__(path, cause, cure)

    def __str__(self) -> str:
        return f"{self.path}: {self.cause} {self.cure}".rstrip()


class StoreLocked(StoreError):
    """Another writer kept the store busy beyond the time limit; try later."""


class StoreFull(StoreError):
    """The disk or the quota is full; nothing of the transaction was kept."""


class StoreForeign(StoreError):
    """Not a newshawk store, damaged, or written by a newer version; it is never overwritten."""


class PageDamaged(StoreError):
    """The body of one kept page cannot be read; the others can."""


class StoreReadOnly(StoreError):
    """The store or its folder cannot be written."""


class PermanentError(NewshawkError):
    """Will never work; do not try again."""


class AddressRefused(PermanentError):
    """An address that newshawk does not dial or cannot read."""

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        """*reason* is a word of the ledger: scheme, private, port, malformed, foreign, userinfo, too_long."""
        super().__init__(url, reason)

    def __str__(self) -> str:
        return f"{self.url}: {self.reason}"


class NotAFeed(PermanentError):
    """The bytes are not a feed or a sitemap."""

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        """*reason*: html, empty, truncated, unknown, entities, too_large, too_deep, json."""
        super().__init__(url, reason)

    def __str__(self) -> str:
        return f"{self.url}: not a feed ({self.reason})"


class ExtractionError(PermanentError):
    """The page killed, hung or starved the parser, or holds no article."""

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        """*reason* is a word of the ledger: extract_timeout, extract_memory, extract_crash, empty."""
        super().__init__(url, reason)

    def __str__(self) -> str:
        return f"{self.url}: {self.reason}"


class DeliveryRefused(PermanentError):
    """A mail that the server will never take."""

    def __init__(self, recipient: str, cause: str) -> None:
        self.recipient, self.cause = recipient, cause
        super().__init__(recipient, cause)

    def __str__(self) -> str:
        return f"{self.recipient}: {self.cause}"


class TemporaryError(NewshawkError):
    """Try again later."""


class FetchFailed(TemporaryError):
    """One try at one host gave no usable answer."""

    def __init__(self, url: str, reason: str, detail: str = "") -> None:
        self.url, self.reason, self.detail = url, reason, detail
        """*reason* is a word of the ledger: dns, refused, tls, timeout, http_503, challenge ..."""
        super().__init__(url, reason, detail)

    def __str__(self) -> str:
        return f"{self.url}: {self.reason} {self.detail}".rstrip()


class HostResting(FetchFailed):
    """The host is not asked now; it may be in *seconds*."""

    def __init__(self, host: str, seconds: float, why: str) -> None:
        self.host, self.seconds, self.why = host, seconds, why
        super().__init__(host, "resting", f"{why}, {seconds:.0f} s left")


class AllHostsFailed(FetchFailed):
    """No host gave a usable answer; reason and detail are those of the most telling attempt."""

    def __init__(
        self,
        url: str,
        reason: str,
        detail: str = "",
        *,
        attempts: tuple[Attempt, ...] = (),
        permanent: bool = False,
        skipped: bool = False,
    ) -> None:
        self.attempts = attempts
        self.permanent = permanent
        """True when a later try cannot help: each host said that the page is gone, or it is skipped."""
        self.skipped = skipped
        """True when it is refused on purpose (foreign, robots, scheme), not failed."""
        super().__init__(url, reason, detail)


class DeliveryFailed(TemporaryError):
    """A mail could not be handed over now."""

    def __init__(self, recipient: str, cause: str, retry_after: float = 0.0) -> None:
        self.recipient, self.cause, self.retry_after = recipient, cause, retry_after
        """*retry_after* is in seconds, 0 when the server names no time."""
        super().__init__(recipient, cause, retry_after)

    def __str__(self) -> str:
        return f"{self.recipient}: {self.cause}"


class ServerUnavailable(DeliveryFailed):
    """The mail server takes no mail at all now (connection, TLS, log-in): it concerns every mail."""


class ConversationLost(DeliveryFailed):
    """The connection ended or the server fell silent before a line of the mail was handed over. The mail may be why; two
    in a row concern every mail."""


class DeliveryUnknown(TemporaryError):
    """The answer was lost after the mail was handed over: it may have arrived, and is sent again."""

    def __init__(self, recipient: str, cause: str) -> None:
        self.recipient, self.cause = recipient, cause
        super().__init__(recipient, cause)

    def __str__(self) -> str:
        return f"{self.recipient}: {self.cause}"
