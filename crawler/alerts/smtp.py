"""Mail by SMTP: TLS never weaker than asked, one connection a batch, an answer for each address."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Literal

import aiosmtplib

from crawler.alerts.message import ascii_domain
from crawler.alerts.plain import inert
from crawler.alerts.transport import Receipt
from crawler.errors import (
    ConversationLost,
    DeliveryFailed,
    DeliveryRefused,
    DeliveryUnknown,
    ServerUnavailable,
)

LOST = (aiosmtplib.SMTPException, OSError, TimeoutError)
"""What a broken, silent or nonsensical server looks like (ssl.SSLError is an OSError)."""

CLOSING = 421
"""The server ends the connection: nothing can be said about the mail (RFC 5321, 3.8)."""

LOGIN_WANTED = frozenset((530, 534, 535, 538))
"""RFC 4954: an answer about our log-in, not about the mail or its reader."""

GO_ON, TAKEN = 354, 250
"""The answers to DATA and to the mail itself."""

TOO_LARGE = 552
"""The one refusal of MAIL that is about this mail (RFC 1870); the others are about the sender."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The mail server, as the config has it."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    sender: str
    login: tuple[str, str] | None = field(default=None, repr=False)
    """User and password."""
    ca_files: tuple[Path, ...] = ()
    """Trusted besides the system's certificates."""
    timeout: float = 60.0
    """Seconds to wait for a connection and for each answer. RFC 5321 (4.5.3.2) has minutes, for servers
    that run lists; a queue that tries again need not block its other mails so long."""
    data_timeout: float = 300.0
    """Seconds for a whole mail and the answer to it: some servers scan it for spam first."""


class SmtpTransport:
    """Hands mails to one server, over one connection as long as it holds."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, message: EmailMessage, recipients: Sequence[str]) -> Receipt:
        """Hand over *message*, as ``Transport.send``."""
        reader = ", ".join(recipients)
        client, receipt = await self._open_envelope(reader, recipients)
        if not receipt.accepted:
            await self._reset(client)
            raise _nobody(reader, receipt)
        await self._data(client, reader, message.as_bytes())
        return receipt

    async def log_in(self) -> None:
        """Connect, encrypt and log in as asked; no mail is begun.

        Raises:
            ServerUnavailable: the cause, and what to do where it is known.
        """
        await self._connected("log-in")

    async def close(self) -> None:
        """Say goodbye if the server still listens, and close the connection."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            async with asyncio.timeout(min(5.0, self.server.timeout)):
                await client.quit()
        except LOST:
            client.close()

    # --- connection -------------------------------------------------------------------------------

    async def _connected(self, reader: str) -> aiosmtplib.SMTP:
        """Return the open connection, or a new one with TLS and log-in as asked."""
        if self._client is not None and self._client.is_connected:
            return self._client
        server = self.server
        try:
            client = self._client = self._new_client()
            await client.connect()
            if server.login:
                await client.login(*server.login)
        except LOST as error:
            self._drop()
            raise ServerUnavailable(
                reader, f"{server.host}:{server.port}: {_connect_words(error)}"
            ) from error
        return client

    def _new_client(self) -> aiosmtplib.SMTP:
        server = self.server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",  # True fails when the server does not offer it
            tls_context=None if server.security == "none" else _tls_context(server.ca_files),
            timeout=server.timeout,
        )

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None

    async def _reset(self, client: aiosmtplib.SMTP) -> None:
        """End the mail that was begun, so that the next one can begin on this connection."""
        try:
            await client.rset()
        except LOST:
            self._drop()

    # --- one mail ---------------------------------------------------------------------------------

    async def _open_envelope(self, reader: str, recipients: Sequence[str]) -> tuple[aiosmtplib.SMTP, Receipt]:
        """Return the connection and what the server says to each address.

        A connection that ended since the last mail is made anew once: nothing was handed over on it yet.
        """
        reused = self._client is not None
        client = await self._connected(reader)
        try:
            return client, await self._envelope(client, reader, recipients)
        except (*LOST, ServerUnavailable) as error:
            self._drop()
            if not reused:
                raise self._lost(reader, error) from error
        client = await self._connected(reader)
        try:
            return client, await self._envelope(client, reader, recipients)
        except (*LOST, ServerUnavailable) as error:
            self._drop()
            raise self._lost(reader, error) from error

    async def _envelope(self, client: aiosmtplib.SMTP, reader: str, recipients: Sequence[str]) -> Receipt:
        try:
            await client.mail(ascii_domain(parseaddr(self.server.sender)[1]))
        except aiosmtplib.SMTPResponseException as error:
            if error.code == TOO_LARGE:
                await self._reset(client)
                raise DeliveryRefused(reader, _said(error)) from error
            raise ServerUnavailable(reader, f"the sender {self.server.sender}: {_said(error)}") from error
        accepted: list[str] = []
        refused: dict[str, str] = {}
        deferred: dict[str, str] = {}
        for address in recipients:
            if not address.rpartition("@")[0].isascii():
                refused[address] = "only letters of ASCII can stand before the @"
                continue
            try:
                await client.rcpt(ascii_domain(address))
                accepted.append(address)
            except aiosmtplib.SMTPResponseException as error:
                if error.code == CLOSING or error.code in LOGIN_WANTED:
                    raise ServerUnavailable(reader, _said(error)) from error
                (refused if error.code >= 500 else deferred)[address] = _said(error)
        return Receipt(accepted=tuple(accepted), refused=refused, deferred=deferred)

    async def _data(self, client: aiosmtplib.SMTP, reader: str, content: bytes) -> None:
        """Hand over the mail itself, once the server is ready for it. From its first line on a lost answer means that
        nobody knows."""
        try:
            answer = await client.execute_command(b"DATA", timeout=self.server.timeout)
        except LOST as error:
            self._drop()
            raise self._lost(reader, error) from error
        if answer.code == GO_ON:
            answer = await self._content(client, reader, content)
        if answer.code == TAKEN:
            return
        if answer.code == CLOSING:
            self._drop()
        else:
            await self._reset(client)
        kind = DeliveryRefused if answer.code >= 500 else DeliveryFailed
        raise kind(reader, _said(aiosmtplib.SMTPDataError(answer.code, answer.message)))

    async def _content(self, client: aiosmtplib.SMTP, reader: str, content: bytes) -> aiosmtplib.SMTPResponse:
        """Send the lines of a mail; return the answer."""
        try:
            async with asyncio.timeout(self.server.data_timeout):
                if (protocol := client.protocol) is None:
                    raise aiosmtplib.SMTPServerDisconnected("Connection lost")
                protocol.write(_as_lines(content))
                return await protocol.read_response(timeout=self.server.data_timeout)
        except LOST as error:
            self._drop()
            raise DeliveryUnknown(reader, f"no answer after the mail was sent: {_words(error)}") from error

    def _lost(self, reader: str, error: BaseException) -> DeliveryFailed:
        if isinstance(error, ServerUnavailable):
            return error
        return ConversationLost(reader, f"{self.server.host}:{self.server.port}: {_words(error)}")


def _as_lines(content: bytes) -> bytes:
    """Return a mail as it travels (RFC 5321, 4.5.2): every line ends with CR LF, for a lone one could be read as the end
    of the mail by one server and not by the next; a leading dot is doubled, and a dot ends it all."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", content).removesuffix(b"\r\n") + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines) + b".\r\n"


def _tls_context(ca_files: tuple[Path, ...]) -> ssl.SSLContext:
    """Return a context that verifies certificate and host name."""
    context = ssl.create_default_context()
    for path in ca_files:
        context.load_verify_locations(cafile=path)
    return context


def _nobody(reader: str, receipt: Receipt) -> DeliveryRefused | DeliveryFailed:
    """Return the error for a mail that no address took: temporary while one of them may take it later."""
    if receipt.deferred:
        return DeliveryFailed(reader, "; ".join(receipt.deferred.values()))
    return DeliveryRefused(reader, "; ".join(receipt.refused.values()))


def _said(error: aiosmtplib.SMTPResponseException) -> str:
    return _printable(f"{error.code} {' '.join(error.message.split())}")


def _words(error: BaseException) -> str:
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _said(error)
    return _printable(" ".join(str(error).split())) or type(error).__name__


def _printable(text: str) -> str:
    """Return a server's words as any store and terminal can hold them: bytes that are no UTF-8 as ?."""
    return inert(text[:300].encode("utf-8", "replace").decode("utf-8"))


def _connect_words(error: BaseException) -> str:
    """Return the cause and, where it is known, what to do."""
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return f"log-in refused: {_said(error)}. Check user and password."
    cause = error if isinstance(error, ssl.SSLError) else error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"certificate not trusted: {cause.verify_message}. Set network.ca_file if it is your own."
    if isinstance(error, aiosmtplib.SMTPException) and "STARTTLS" in str(error).upper():
        return f"{_words(error)} Nothing was sent in the clear; see mail.security."
    return _words(error)
