"""Mail by SMTP, against a real server that misbehaves in every way it can."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.alerts.smtp import Server, SmtpTransport
from crawler.errors import DeliveryFailed, DeliveryRefused, DeliveryUnknown, ServerUnavailable


class Mailbox:
    """A mail server's memory and its script: answers by address, and answers to DATA in order."""

    def __init__(self, rcpt: dict[str, str] | None = None, data: list[str] | None = None) -> None:
        self.rcpt, self.data = rcpt or {}, list(data or [])
        self.sender_answer = ""
        self.mails: list[Envelope] = []
        self.sessions: list[Session] = []

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_answer:
            return self.sender_answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.data.pop(0) if self.data else "250 OK"
        if answer.startswith("250"):
            self.mails.append(envelope)
        if session not in self.sessions:
            self.sessions.append(session)
        return answer


class Certificate:
    """A certificate for 127.0.0.1 that signs itself."""

    def __init__(self, folder: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        today = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(today - timedelta(days=1))
            .not_valid_after(today + timedelta(days=1))
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
            )
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.path = folder / "mail.pem"
        self.path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        key_path = folder / "mail.key"
        key_path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.path, key_path)


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return Certificate(tmp_path)


@asynccontextmanager
async def listening(
    factory: Callable[[], asyncio.BaseProtocol], tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def mail_server(mailbox: Mailbox, **options: Any) -> AsyncIterator[int]:
    tls = options.pop("implicit_tls", None)
    async with listening(lambda: SMTP(mailbox, hostname="mx.example.org", **options), tls) as port:
        yield port


@asynccontextmanager
async def scripted(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """A server that does whatever *talk* does, and then hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def transport(port: int, **options: Any) -> SmtpTransport:
    values: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "newshawk@example.org",
        "timeout": 5.0,
        "data_timeout": 5.0,
    }
    return SmtpTransport(Server(**(values | options)))


def message(number: int = 1) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["Message-ID"] = f"Mail {number}", f"<{number}@example.org>"
    mail.set_content("Harbour news.\n.leading dot\n")
    return mail


async def test_mails_of_a_batch_share_one_connection() -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox) as port:
        mailer = transport(port)
        for number in range(3):
            receipt = await mailer.send(message(number), ["desk@example.org"])
        await mailer.close()
    assert receipt.accepted == ("desk@example.org",)
    assert [envelope.mail_from for envelope in mailbox.mails] == ["newshawk@example.org"] * 3
    assert len(mailbox.sessions) == 1
    content = mailbox.mails[0].content
    assert isinstance(content, bytes)
    assert b"\r\n.leading dot\r\n" in content


async def test_starttls_with_log_in(certificate: Certificate) -> None:
    mailbox = Mailbox()

    def log_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        right = (data.login, data.password) == (b"user", b"secret")
        return AuthResult(success=right, handled=False)

    options = {
        "tls_context": certificate.context,
        "require_starttls": True,
        "authenticator": log_in,
        "auth_required": True,
    }
    async with mail_server(mailbox, **options) as port:
        trusted = {"security": "starttls", "ca_files": (certificate.path,)}
        mailer = transport(port, login=("user", "secret"), **trusted)
        await mailer.send(message(), ["desk@example.org"])
        await mailer.close()
        assert mailbox.sessions[0].ssl is not None
        with pytest.raises(ServerUnavailable, match="log-in refused"):
            await transport(port, login=("user", "wrong"), **trusted).send(message(), ["desk@example.org"])
        with pytest.raises(ServerUnavailable, match="530"):
            await transport(port, **trusted).send(message(), ["desk@example.org"])
    assert len(mailbox.mails) == 1


async def test_tls_from_the_start(certificate: Certificate) -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox, implicit_tls=certificate.context) as port:
        mailer = transport(port, security="tls", ca_files=(certificate.path,))
        await mailer.send(message(), ["desk@example.org"])
        await mailer.close()
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_that_is_not_trusted_gets_no_mail(
    certificate: Certificate, security: str
) -> None:
    mailbox = Mailbox()
    options: dict[str, Any] = (
        {"implicit_tls": certificate.context} if security == "tls" else {"tls_context": certificate.context}
    )
    async with mail_server(mailbox, **options) as port:
        with pytest.raises(ServerUnavailable, match="certificate not trusted"):
            await transport(port, security=security).send(message(), ["desk@example.org"])
    assert not mailbox.mails


async def test_a_server_without_starttls_gets_nothing_in_the_clear() -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox) as port:
        with pytest.raises(ServerUnavailable, match="Nothing was sent in the clear"):
            await transport(port, security="starttls", login=("user", "secret")).send(
                message(), ["desk@example.org"]
            )
    assert not mailbox.sessions
    assert not mailbox.mails


async def test_a_temporary_answer_for_the_only_address_is_tried_later() -> None:
    mailbox = Mailbox(rcpt={"desk@example.org": "450 4.2.0 greylisted"})
    async with mail_server(mailbox) as port:
        mailer = transport(port)
        with pytest.raises(DeliveryFailed, match="greylisted") as failed:
            await mailer.send(message(), ["desk@example.org"])
        assert not isinstance(failed.value, ServerUnavailable)
        await mailer.send(message(2), ["other@example.org"])
        await mailer.close()
    assert [envelope.rcpt_tos for envelope in mailbox.mails] == [["other@example.org"]]


async def test_one_address_refused_and_the_other_served_once() -> None:
    mailbox = Mailbox(rcpt={"gone@example.org": "550 5.1.1 no such user"})
    async with mail_server(mailbox) as port:
        mailer = transport(port)
        receipt = await mailer.send(message(), ["gone@example.org", "desk@example.org"])
        with pytest.raises(DeliveryRefused, match="no such user"):
            await mailer.send(message(2), ["gone@example.org"])
        await mailer.close()
    assert receipt.accepted == ("desk@example.org",)
    assert dict(receipt.refused) == {"gone@example.org": "550 5.1.1 no such user"}
    assert [envelope.rcpt_tos for envelope in mailbox.mails] == [["desk@example.org"]]


async def test_one_address_put_off_and_the_other_served() -> None:
    mailbox = Mailbox(rcpt={"slow@example.org": "451 later"})
    async with mail_server(mailbox) as port:
        mailer = transport(port)
        receipt = await mailer.send(message(), ["slow@example.org", "desk@example.org"])
        await mailer.close()
    assert receipt.accepted == ("desk@example.org",)
    assert dict(receipt.deferred) == {"slow@example.org": "451 later"}


async def test_answers_to_the_mail_itself() -> None:
    mailbox = Mailbox(data=["451 4.3.0 try later", "554 5.7.1 looks like spam", "250 OK"])
    async with mail_server(mailbox) as port:
        mailer = transport(port)
        with pytest.raises(DeliveryFailed, match="451"):
            await mailer.send(message(), ["desk@example.org"])
        with pytest.raises(DeliveryRefused, match="554"):
            await mailer.send(message(), ["desk@example.org"])
        await mailer.send(message(), ["desk@example.org"])
        await mailer.close()
    assert len(mailbox.mails) == 1
    assert len(mailbox.sessions) == 1


async def test_a_refused_sender_concerns_every_mail_and_kills_none() -> None:
    mailbox = Mailbox()
    mailbox.sender_answer = "553 5.1.8 sender domain unknown"
    async with mail_server(mailbox) as port:
        with pytest.raises(ServerUnavailable, match=r"the sender newshawk@example\.org: 553"):
            await transport(port).send(message(), ["desk@example.org"])


async def test_a_certificate_file_that_is_gone_keeps_the_mail(tmp_path: Path) -> None:
    with pytest.raises(ServerUnavailable, match="No such file"):
        await transport(1, security="tls", ca_files=(tmp_path / "gone.pem",)).send(
            message(), ["desk@example.org"]
        )


async def test_nobody_listens() -> None:
    async with mail_server(Mailbox()) as port:
        pass
    with pytest.raises(ServerUnavailable, match=f":{port}"):
        await transport(port).send(message(), ["desk@example.org"])


async def test_a_server_that_says_nothing_costs_no_more_than_the_time_limit() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with scripted(say_nothing) as port:
        with pytest.raises(ServerUnavailable):
            await transport(port, timeout=0.2).send(message(), ["desk@example.org"])


async def test_a_server_that_talks_nonsense_is_unavailable() -> None:
    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    async with scripted(nonsense) as port:
        with pytest.raises(ServerUnavailable):
            await transport(port).send(message(), ["desk@example.org"])


async def talk_until_data(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Be a proper server until the whole mail has been received."""
    writer.write(b"220 mx.example.org\r\n")
    while line := await reader.readline():
        if line.upper().startswith(b"DATA"):
            writer.write(b"354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
            return
        writer.write(b"250 OK\r\n")


async def test_a_connection_lost_after_the_mail_leaves_its_outcome_unknown() -> None:
    async with scripted(talk_until_data) as port:
        with pytest.raises(DeliveryUnknown, match="no answer"):
            await transport(port).send(message(), ["desk@example.org"])


async def test_no_answer_after_the_mail_leaves_its_outcome_unknown() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await talk_until_data(reader, writer)
        await reader.read()

    async with scripted(hang) as port:
        with pytest.raises(DeliveryUnknown, match="no answer"):
            await transport(port, data_timeout=0.2).send(message(), ["desk@example.org"])


async def test_a_connection_closed_between_two_mails_is_made_anew() -> None:
    served = 0

    async def one_mail_each(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal served
        await talk_until_data(reader, writer)
        served += 1
        writer.write(b"250 OK\r\n")
        await reader.readline()
        writer.write(b"421 one mail is enough\r\n")
        await writer.drain()

    async with scripted(one_mail_each) as port:
        mailer = transport(port)
        for number in range(3):
            await mailer.send(message(number), ["desk@example.org"])
        await mailer.close()
    assert served == 3


async def test_an_address_goes_out_in_ascii_or_not_at_all() -> None:
    mailbox = Mailbox(rcpt={})
    async with mail_server(mailbox) as port:
        mailer = transport(port)
        receipt = await mailer.send(message(), ["desk@bücher.example", "büro@example.org"])
        await mailer.close()
    assert mailbox.mails[0].rcpt_tos == ["desk@xn--bcher-kva.example"]
    assert list(receipt.refused) == ["büro@example.org"]
