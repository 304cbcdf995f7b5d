"""A mail server that fails as it is told, at any verb and in any way, and remembers what it took."""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass(frozen=True)
class Fault:
    """What goes wrong at a verb.

    *verb* is CONNECT (instead of the greeting), EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA (instead of 354), CONTENT (the
    mail is there, no answer to it), AFTER (the mail is there and answered, then the connection ends) or QUIT. *how* is
    ``hang``, ``drop``, ``drip`` (an answer that never ends, letter by letter), ``giant`` (a megabyte of answer),
    ``nonsense``, or the line to answer with. *address*, for RCPT, is the one that it concerns, empty for any.
    """

    verb: str
    how: str
    times: int = 1
    address: str = ""


@dataclass
class Post:
    """A mail server's script and memory; one for as many connections as come."""

    faults: list[Fault] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    mails: list[tuple[EmailMessage, tuple[str, ...]]] = field(default_factory=list)
    """What was taken, and what was received before the answer was lost."""
    used: Counter[Fault] = field(default_factory=Counter)
    connections: int = 0

    def fault(self, verb: str, said: str = "") -> Fault | None:
        """Return the next fault of a verb, and count it."""
        for each in self.faults:
            if each.verb == verb and each.address in said and self.used[each] < each.times:
                self.used[each] += 1
                return each
        return None

    def told(self) -> Counter[tuple[str, str]]:
        """Return how often each address was told of each article, by its link in the text part."""
        found: Counter[tuple[str, str]] = Counter()
        for message, addresses in self.mails:
            part = message.get_body(("plain",))
            assert part is not None
            urls = {line for line in part.get_content().splitlines() if line.startswith("http")}
            found.update((address, url) for address in addresses for url in urls)
        return found

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        if (fault := self.fault("CONTENT")) is None or not fault.how[0].isdigit():
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.mails.append((message, tuple(envelope.rcpt_tos)))
        if fault is not None:
            return await _fail(server, fault)
        return "250 OK"


class _Server(SMTP):
    """One connection."""

    def __init__(self, post: Post) -> None:
        super().__init__(post, hostname="mx.example.org", timeout=60, **post.options)
        self.post = post

    async def _handle_client(self) -> None:
        if (fault := self.post.fault("CONNECT")) is not None:
            await self.push(await _fail(self, fault))
            _hang_up(self)
            return
        await super()._handle_client()

    async def smtp_EHLO(self, hostname: str) -> None:
        await self._at("EHLO", hostname)

    async def smtp_HELO(self, hostname: str) -> None:
        await self._at("HELO", hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:
        await self._at("STARTTLS", arg)

    async def smtp_AUTH(self, arg: str) -> None:
        await self._at("AUTH", arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        await self._at("MAIL", arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        await self._at("RCPT", arg)

    async def smtp_DATA(self, arg: str) -> None:
        taken = len(self.post.mails)
        await self._at("DATA", arg)
        if len(self.post.mails) > taken and self.post.fault("AFTER") is not None:
            _hang_up(self)

    async def smtp_QUIT(self, arg: str) -> None:
        await self._at("QUIT", arg)

    async def _at(self, verb: str, arg: str | None) -> None:
        if (fault := self.post.fault(verb, arg or "")) is not None:
            await self.push(await _fail(self, fault))
        else:
            await getattr(super(), f"smtp_{verb}")(arg)


async def _fail(server: SMTP, fault: Fault) -> str:
    """Do what the fault says; return the line that is left to be answered."""
    transport: Any = server.transport
    if fault.how == "hang":
        await asyncio.sleep(60)
    elif fault.how == "drop":
        transport.abort()
        await asyncio.sleep(60)
    elif fault.how == "drip":
        while True:
            transport.write(b"2")
            await asyncio.sleep(0.05)
    elif fault.how == "giant":
        transport.write(b"220-" + b"x" * 1_000_000 + b"\r\n")
        return "220 at last"
    elif fault.how == "nonsense":
        return "<html>502 Bad Gateway</html>"
    return fault.how


def _hang_up(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.close()


def only(user: str, password: str) -> Any:
    """Return what lets nobody else log in."""

    def log_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        right = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=right, handled=False)

    return log_in


@asynccontextmanager
async def post_office(post: Post, *, tls: ssl.SSLContext | None = None, port: int = 0) -> AsyncIterator[int]:
    """Serve *post* on a port of loopback; yield the port."""
    made: list[_Server] = []

    def connect() -> _Server:
        post.connections += 1
        made.append(_Server(post))
        return made[-1]

    server = await asyncio.get_running_loop().create_server(connect, "127.0.0.1", port, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for each in made:
            if each.transport is not None:
                each.transport.abort()
        await server.wait_closed()
